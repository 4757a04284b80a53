#include "protocol/os/posix/sock_file.h"

#include <errno.h>

#ifdef __linux__
#include <sys/sendfile.h>

ssize_t sock_file_send(int sock, int file, off_t offset, size_t size)
{
    ssize_t sent;
    do
        sent = sendfile(sock, file, &offset, size);
    while (sent < 0 && errno == EINTR);
    return sent;
}

#else /* the BSDs: pread() and send() will do */

ssize_t sock_file_send(int sock, int file, off_t offset, size_t size)
{
    (void)sock;
    (void)file;
    (void)offset;
    (void)size;
    errno = ENOSYS;
    return -1;
}

#endif
