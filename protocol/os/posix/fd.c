#include "protocol/os/posix/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

bool fd_close_on_exec(int fd)
{
    int flags = fcntl(fd, F_GETFD);
    return flags >= 0 && fcntl(fd, F_SETFD, flags | FD_CLOEXEC) == 0;
}

bool fd_never_block(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

bool fd_pipe(int ends[2])
{
#ifdef __linux__
    return pipe2(ends, O_CLOEXEC) == 0;
#else
    if (pipe(ends) != 0)
        return false;
    if (fd_close_on_exec(ends[0]) && fd_close_on_exec(ends[1]))
        return true;
    int saved = errno;
    close(ends[0]);
    close(ends[1]);
    errno = saved;
    return false;
#endif
}
