#include "protocol/os/spawn.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

#include "protocol/base/mem.h"
#include "protocol/os/posix/fd.h"
#include "protocol/os/sock.h"

#define REPORT 3 /* in the child: where it tells why exec failed; closes when exec succeeds */
#define CLOSE_AT_MOST 65536

struct spawn {
    pid_t pid;
    int output;
    struct sock_set *set; /* to wait for output with a time-out, whatever the descriptor's number */
};

/* In the child from here on: between fork and exec of a process with threads only system calls are
 * safe. */
static void close_from(int first)
{
#if defined(__linux__) && defined(SYS_close_range)
    if (syscall(SYS_close_range, (unsigned)first, ~0U, 0U) == 0)
        return;
#endif
    long most = sysconf(_SC_OPEN_MAX);
    if (most < 0 || most > CLOSE_AT_MOST)
        most = CLOSE_AT_MOST;
    for (int fd = first; fd < most; fd++)
        close(fd);
}

static void reset_signals(void)
{
    struct sigaction action = {0};
    sigset_t none;
    action.sa_handler = SIG_DFL;
    for (int number = 1; number < 32; number++) {
        struct sigaction before;
        /* exec resets handlers by itself; of what is ignored only SIGPIPE is our doing */
        if (number == SIGPIPE ||
            (sigaction(number, NULL, &before) == 0 && before.sa_handler != SIG_IGN))
            sigaction(number, &action, NULL);
    }
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void report_and_exit(int report, int code)
{
    ssize_t told;
    do
        told = write(report, &code, sizeof code);
    while (told < 0 && errno == EINTR);
    _exit(127);
}

static _Noreturn void become(const char *const *argv, int input, int output, int report)
{
    /* Lift all three above where they are going, so that none overwrites another. */
    int in = input < 0 ? open("/dev/null", O_RDONLY) : input;
    int out = output < 0 ? open("/dev/null", O_WRONLY) : output;
    in = fcntl(in, F_DUPFD, REPORT + 1);
    out = fcntl(out, F_DUPFD, REPORT + 1);
    report = fcntl(report, F_DUPFD, REPORT + 1);
    if (in >= 0 && out >= 0 && report >= 0 && dup2(in, 0) == 0 && dup2(out, 1) == 1 &&
        dup2(report, REPORT) == REPORT && fd_close_on_exec(REPORT)) {
        close_from(REPORT + 1);
        reset_signals();
        execvp(argv[0], (char *const *)(const void *)argv);
    }
    report_and_exit(REPORT, errno);
}
/* ... to here. */

/* Fork once (or twice, when `detached`), exec in the last, wait for its report. Returns the child's
 * id, or -1 with errno. */
static pid_t start(const char *const *argv, int input, int output, bool detached)
{
    int report[2];
    if (!fd_pipe(report))
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        if (detached) {
            setsid(); /* not in our group: Ctrl-C here does not end it */
            pid_t second = fork();
            if (second < 0)
                report_and_exit(report[1], errno);
            if (second > 0)
                _exit(0); /* the grandchild is init's now, nobody has to wait for it */
        }
        become(argv, input, output, report[1]);
    }
    int code = pid < 0 ? errno : 0;
    close(report[1]);
    if (pid > 0) {
        ssize_t got;
        do
            got = read(report[0], &code, sizeof code);
        while (got < 0 && errno == EINTR);
        if (got != (ssize_t)sizeof code)
            code = 0; /* closed by exec: it runs */
        int status;
        if (code != 0 || detached)
            while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
                continue;
    }
    close(report[0]);
    errno = code;
    return code == 0 ? pid : -1;
}

static bool start_failed(struct err *err, const char *const *argv)
{
    return err_set_errno(err, errno, "The program %s can't be started", argv[0]);
}

struct spawn *spawn_start(const char *const *argv, os_file input, struct err *err)
{
    int output[2];
    assert(argv[0]);
    if (!fd_pipe(output)) {
        start_failed(err, argv);
        return NULL;
    }
    pid_t pid = start(argv, (int)input, output[1], false);
    int code = errno;
    close(output[1]);
    if (pid < 0 || !fd_never_block(output[0])) {
        close(output[0]);
        errno = code;
        start_failed(err, argv);
        return NULL;
    }
    struct spawn *child = mem_alloc(1, sizeof *child);
    child->pid = pid;
    child->output = output[0];
    child->set = sock_set_create();
    return child;
}

bool spawn_read(struct spawn *child, void *bytes, size_t size, int64_t timeout_ms, size_t *got,
                struct err *err)
{
    *got = 0;
    for (;;) {
        ssize_t done = read(child->output, bytes, size);
        if (done >= 0) {
            *got = (size_t)done;
            return true;
        }
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK)
            return err_set_errno(err, errno, "A helper program's output can't be read");
        sock_set_clear(child->set);
        sock_set_add(child->set, child->output, SOCK_READ);
        int ready = sock_set_wait(child->set, timeout_ms, err);
        if (ready < 0)
            return false;
        if (ready == 0 && timeout_ms >= 0)
            return err_set(err, ERR_TIMEOUT, "A helper program took too long.");
    }
}

void spawn_kill(struct spawn *child)
{
    kill(child->pid, SIGKILL);
}

int spawn_finish(struct spawn *child)
{
    int status = 0;
    pid_t ended;
    close(child->output);
    do
        ended = waitpid(child->pid, &status, 0);
    while (ended < 0 && errno == EINTR);
    sock_set_destroy(child->set);
    mem_free(child);
    return ended >= 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool spawn_detached(const char *const *argv, struct err *err)
{
    assert(argv[0]);
    return start(argv, -1, -1, true) > 0 || start_failed(err, argv);
}
