/* sock_file.h - the system's own way from a file into a socket; only for sock_io.c. */
#ifndef CONFAB_OS_POSIX_SOCK_FILE_H
#define CONFAB_OS_POSIX_SOCK_FILE_H

#include <stddef.h>
#include <sys/types.h>

/* Up to `size` bytes from `offset` on. Returns how many (0: the file ends before offset), or -1
 * with errno; ENOSYS where there is no such way. Interrupted calls are repeated. */
ssize_t sock_file_send(int sock, int file, off_t offset, size_t size);

#endif
