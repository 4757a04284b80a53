/* A pipe with at most a few bytes in it: works on every POSIX system, and write() may be called by
 * signal handlers. */
#include "protocol/os/wake.h"

#include <errno.h>
#include <unistd.h>

#include "protocol/base/mem.h"
#include "protocol/os/posix/fd.h"

struct wake {
    int ends[2]; /* 0 is read, 1 written */
};

struct wake *wake_create(struct err *err)
{
    struct wake *wake = mem_alloc(1, sizeof *wake);
    if (!fd_pipe(wake->ends)) {
        err_set_errno(err, errno, "No pipe for waking the network thread");
        mem_free(wake);
        return NULL;
    }
    if (!fd_never_block(wake->ends[0]) || !fd_never_block(wake->ends[1])) {
        err_set_errno(err, errno, "No pipe for waking the network thread");
        wake_destroy(wake);
        return NULL;
    }
    return wake;
}

void wake_destroy(struct wake *wake)
{
    if (!wake)
        return;
    close(wake->ends[0]);
    close(wake->ends[1]);
    mem_free(wake);
}

void wake_ring(struct wake *wake)
{
    int saved = errno; /* a signal handler must not change what it interrupts */
    ssize_t sent;
    do
        sent = write(wake->ends[1], "", 1);
    while (sent < 0 && errno == EINTR);
    /* EAGAIN: the pipe is full of rings already, that will do */
    errno = saved;
}

os_sock wake_sock(const struct wake *wake)
{
    return wake->ends[0];
}

void wake_drain(struct wake *wake)
{
    char rings[256];
    ssize_t got;
    do
        got = read(wake->ends[0], rings, sizeof rings);
    while (got == (ssize_t)sizeof rings || (got < 0 && errno == EINTR));
}
