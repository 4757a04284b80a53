#include "client/media/helper/posix/apart.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#if __has_include(<sys/prctl.h>)
#include <sys/prctl.h>
#endif

#include "protocol/os/dirs.h"
#include "protocol/os/file.h"

int apart_run(int (*body)(int argc, char **argv), int argc, char **argv)
{
    const pid_t parent = getpid();
    pid_t child = fork();
    if (child < 0)
        return 1;
    if (child == 0) {
#ifdef PR_SET_PDEATHSIG /* elsewhere it ends at its limit of time, or as nobody reads its answer */
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
        exit(getppid() == parent ? body(argc, argv) : 1);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return 1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int apart_become(const char *name, char **argv)
{
    char folder[OS_PATH_MAX], path[OS_PATH_MAX];
    dirs_program(folder);
    if (path_join(path, folder, name)) {
        argv[0] = path;
        execv(path, argv);
    }
    fprintf(stderr, "confab-media: %s is missing beside it: install Confab anew.\n", name);
    return 1;
}
