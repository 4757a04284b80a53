#include "protocol/os/posix/sock_file.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

/* sendfile(2) of macOS: `length` is in and out, and says what went even when the call failed. */
ssize_t sock_file_send(int sock, int file, off_t offset, size_t size)
{
    off_t length;
    int failed;
    do {
        length = (off_t)size;
        failed = sendfile(file, sock, offset, &length, NULL, 0);
    } while (failed && errno == EINTR && length == 0);
    if (length > 0)
        return (ssize_t)length;
    return failed ? -1 : 0;
}
