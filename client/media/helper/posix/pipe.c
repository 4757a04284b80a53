#include "client/media/helper/pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

#include "protocol/os/thread.h"

#define PIPE_SIZE (1 << 20) /* bytes: what Linux gives to everybody */

/* Whoever reads notices by itself that the client has gone, but a file may keep its decoder busy for ever. */
static void watch(void *none)
{
    struct pollfd end = {.fd = STDIN_FILENO, .events = 0};
    (void)none;
    while (poll(&end, 1, -1) <= 0)
        continue;
    (void)poll(NULL, 0, PIPE_GONE_MS);
    _Exit(0);
}

void pipe_prepare(void)
{
    (void)thread_start(watch, NULL,
                       NULL); /* ends with the process; without it there is still reading */
    signal(SIGPIPE, SIG_IGN);
#ifdef F_SETPIPE_SZ
    (void)fcntl(STDOUT_FILENO, F_SETPIPE_SZ, PIPE_SIZE);
#endif
    const int flags = fcntl(STDOUT_FILENO, F_GETFL);
    if (flags >= 0)
        (void)fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK);
}

bool pipe_has_input(bool until_writable)
{
    struct pollfd ends[2] = {{.fd = STDIN_FILENO, .events = POLLIN},
                             {.fd = STDOUT_FILENO, .events = POLLOUT}};
    while (poll(ends, until_writable ? 2 : 1, until_writable ? -1 : 0) < 0)
        if (errno != EINTR)
            return true; /* reading says what it is */
    return ends[0].revents != 0;
}

bool pipe_has_input_within(int timeout_ms)
{
    struct pollfd end = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&end, 1, timeout_ms) != 0; /* cut short by a signal: reading waits */
}

size_t pipe_read(void *bytes, size_t size)
{
    ssize_t got;
    do
        got = read(STDIN_FILENO, bytes, size);
    while (got < 0 && errno == EINTR);
    return got > 0 ? (size_t)got : 0;
}

/* Until there is room, or nobody is at the other end of either pipe. */
static bool wait_for_room(void)
{
    struct pollfd ends[2] = {{.fd = STDIN_FILENO, .events = 0},
                             {.fd = STDOUT_FILENO, .events = POLLOUT}};
    while (poll(ends, 2, -1) < 0)
        if (errno != EINTR)
            return false;
    return ends[0].revents == 0 && ends[1].revents == POLLOUT;
}

bool pipe_write(struct bytes head, struct bytes body)
{
    while (head.size + body.size > 0) {
        struct iovec parts[2] = {{(void *)(uintptr_t)head.data, head.size},
                                 {(void *)(uintptr_t)body.data, body.size}};
        ssize_t put = writev(STDOUT_FILENO, parts, 2);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            if (!wait_for_room())
                return false;
            continue;
        }
        if (put <= 0)
            return false;
        size_t done = (size_t)put, of_head = done < head.size ? done : head.size;
        head = (struct bytes){head.data + of_head, head.size - of_head};
        body = (struct bytes){body.data + (done - of_head), body.size - (done - of_head)};
    }
    return true;
}
