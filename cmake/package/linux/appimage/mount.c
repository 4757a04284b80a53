/* FUSE, with a process of its own that serves the files. libfuse asks fusermount3 to mount where we are not root. */
#include "runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <squashfuse/ll.h>

#define AGAIN_MS 1000 /* between two tries to unmount while something still runs from it */

static const struct fuse_lowlevel_ops operations = {
    .getattr = sqfs_ll_op_getattr,
    .opendir = sqfs_ll_op_opendir,
    .releasedir = sqfs_ll_op_releasedir,
    .readdir = sqfs_ll_op_readdir,
    .lookup = sqfs_ll_op_lookup,
    .open = sqfs_ll_op_open,
    .create = sqfs_ll_op_create,
    .release = sqfs_ll_op_release,
    .read = sqfs_ll_op_read,
    .readlink = sqfs_ll_op_readlink,
    .listxattr = sqfs_ll_op_listxattr,
    .getxattr = sqfs_ll_op_getxattr,
    .forget = sqfs_ll_op_forget,
    .statfs = stfs_ll_op_statfs,
};

/* In a process of its own: the kernel may ask us for files while it unmounts. It is refused while files are in use. */
static pid_t begin_to_unmount(const char *folder)
{
    const pid_t pid = fork();
    if (pid != 0)
        return pid;
    if (geteuid() == 0 && umount2(folder, UMOUNT_NOFOLLOW) == 0)
        _exit(0);
    execlp("fusermount3", "fusermount3", "-q", "-u", "--", folder, (char *)NULL);
    _exit(127);
}

/* Answers the kernel until the folder is unmounted: by us when the other end of `alive` is closed by all who had it and
 * no file is in use, or by somebody else. */
static void serve(struct fuse_session *session, const char *folder, int alive)
{
    struct fuse_buf request = {0};
    pid_t unmounting = 0;
    bool deserted = false;
    for (;;) {
        struct pollfd both[] = {{.fd = fuse_session_fd(session), .events = POLLIN},
                                {.fd = deserted ? -1 : alive, .events = POLLIN}};
        const int ready = poll(both, 2, deserted ? AGAIN_MS : -1);
        if (ready < 0 && errno != EINTR)
            return;
        if (ready > 0 && both[0].revents) {
            const int got = fuse_session_receive_buf(session, &request);
            if (got == -EINTR || got == -EAGAIN)
                continue;
            if (got <= 0 || fuse_session_exited(session))
                return; /* it is not mounted any more */
            fuse_session_process_buf(session, &request);
        }
        deserted = deserted || (ready > 0 && both[1].revents);
        if (unmounting > 0 && waitpid(unmounting, NULL, WNOHANG) == unmounting)
            unmounting = 0;
        if (deserted && unmounting <= 0)
            unmounting = begin_to_unmount(folder);
    }
}

/* No output of ours keeps a pipe open that the program has closed; libfuse's complaints are for nobody: we unpack then. */
static void be_quiet(void)
{
    const int nothing = open("/dev/null", O_RDWR);
    for (int fd = 0; fd <= 2 && nothing >= 0; fd++)
        dup2(nothing, fd);
    if (nothing > 2)
        close(nothing);
}

static _Noreturn void be_server(const struct image *image, const char *folder, int report,
                                int alive)
{
    static const char options[] = "-oro,nosuid,nodev,subtype=squashfuse,fsname=";
    char source[PATH_MAX + sizeof options];
    setsid();
    be_quiet();
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    text(source, sizeof source, "%s%s", options, strrchr(image->path, '/') + 1);
    for (char *c = source + strlen(options); *c; c++)
        if (*c == ',' || *c == '\\') /* they mean something in a list of options */
            *c = '_';
    char *words[] = {(char *)"confab", source, NULL};
    struct fuse_args args = FUSE_ARGS_INIT(2, words);
    sqfs_ll *files = sqfs_ll_open("/proc/self/exe", image->offset);
    struct fuse_session *session =
        files ? fuse_session_new(&args, &operations, sizeof operations, files) : NULL;
    if (!session || fuse_session_mount(session, folder) != 0)
        _exit(1);
    if (write(report, "m", 1) != 1 || chdir("/") != 0)
        fuse_session_unmount(session);
    close(report);
    serve(session, folder, alive);
    fuse_session_unmount(session); /* its own end of it, if somebody else has unmounted it */
    rmdir(folder);
    _exit(0);
}

/* fusermount3 unmounts nothing where there is no mtab (in a bare container), so there nothing is mounted. */
static bool has_fuse(void)
{
    return access("/dev/fuse", R_OK | W_OK) == 0 &&
           (geteuid() == 0 || access("/etc/mtab", R_OK) == 0);
}

bool mount_image(const struct image *image, char *mounted, int *alive)
{
    const char *folder = getenv("TMPDIR");
    int report[2], life[2], status;
    char answer = 0;
    if (!has_fuse() ||
        !text(mounted, PATH_MAX, "%s/.mount_confabXXXXXX",
              folder && folder[0] == '/' ? folder : "/tmp") ||
        !mkdtemp(mounted))
        return false;
    if (pipe(report) != 0 || pipe(life) != 0)
        return false;
    const pid_t pid = fork();
    if (pid == 0) {
        close(report[0]);
        close(life[1]);
        if (fork() ==
            0) /* nobody's child: the program that we become has no child it does not know */
            be_server(image, mounted, report[1], life[0]);
        _exit(0);
    }
    close(report[1]);
    close(life[0]);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    while (read(report[0], &answer, 1) < 0 && errno == EINTR)
        continue;
    close(report[0]);
    if (answer == 'm') {
        *alive = life[1];
        return true;
    }
    close(life[1]);
    rmdir(mounted);
    return false;
}
