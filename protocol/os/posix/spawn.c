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
#define WIDE_PIPE (1 << 20) /* bytes; the most that Linux lets anybody have */

struct spawn {
    pid_t pid;
    int output, input; /* input -1: it is no pipe of ours */
    /* to wait with a time-out, whatever the descriptor's number; one for who reads, one for who writes */
    struct sock_set *set, *input_set;
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

static struct spawn *made(pid_t pid, int output, int input)
{
    struct spawn *child = mem_alloc(1, sizeof *child);
    child->pid = pid;
    child->output = output;
    child->input = input;
    child->set = sock_set_create();
    child->input_set = input < 0 ? NULL : sock_set_create();
    return child;
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
    return made(pid, output[0], -1);
}

/* What is read in large pieces changes hands less often. */
static void widen(int fd)
{
#ifdef F_SETPIPE_SZ
    fcntl(fd, F_SETPIPE_SZ, WIDE_PIPE);
#else
    (void)fd;
#endif
}

struct spawn *spawn_start_talk(const char *const *argv, struct err *err)
{
    int output[2], input[2];
    assert(argv[0]);
    if (!fd_pipe(output)) {
        start_failed(err, argv);
        return NULL;
    }
    if (!fd_pipe(input)) {
        start_failed(err, argv);
        close(output[0]);
        close(output[1]);
        return NULL;
    }
    pid_t pid = -1;
    if (fd_never_block(output[0]) && fd_never_block(input[1]))
        pid = start(argv, input[0], output[1], false);
    int code = errno;
    close(output[1]);
    close(input[0]);
    if (pid < 0) {
        close(output[0]);
        close(input[1]);
        errno = code;
        start_failed(err, argv);
        return NULL;
    }
    widen(output[0]);
    return made(pid, output[0], input[1]);
}

/* Until the descriptor may be ready: false with ERR_TIMEOUT or a failure. */
static bool wait_for(struct sock_set *set, int fd, unsigned want, int64_t timeout_ms,
                     struct err *err)
{
    sock_set_clear(set);
    sock_set_add(set, fd, want);
    int ready = sock_set_wait(set, timeout_ms, err);
    if (ready < 0)
        return false;
    if (ready == 0 && timeout_ms >= 0)
        return err_set(err, ERR_TIMEOUT, "A helper program took too long.");
    return true;
}

bool spawn_write(struct spawn *child, const void *bytes, size_t size, int64_t timeout_ms,
                 struct err *err)
{
    const uint8_t *from = bytes;
    assert(child->input >= 0);
    while (size > 0) {
        ssize_t done = write(child->input, from, size);
        if (done >= 0) {
            from += done;
            size -= (size_t)done;
        } else if (errno == EPIPE) {
            return err_set(err, ERR_CLOSED, "A helper program has ended.");
        } else if (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK) {
            return err_set_errno(err, errno, "A helper program can't be written to");
        } else if (errno != EINTR &&
                   !wait_for(child->input_set, child->input, SOCK_WRITE, timeout_ms, err)) {
            return false;
        }
    }
    return true;
}

void spawn_end_input(struct spawn *child)
{
    if (child->input >= 0)
        close(child->input);
    child->input = -1;
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
        if (!wait_for(child->set, child->output, SOCK_READ, timeout_ms, err))
            return false;
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
    spawn_end_input(child);
    do
        ended = waitpid(child->pid, &status, 0);
    while (ended < 0 && errno == EINTR);
    sock_set_destroy(child->set);
    sock_set_destroy(child->input_set);
    mem_free(child);
    return ended >= 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool spawn_detached(const char *const *argv, struct err *err)
{
    assert(argv[0]);
    return start(argv, -1, -1, true) > 0 || start_failed(err, argv);
}
