/* fd.h - descriptors; only for the files of protocol/os. */
#ifndef CONFAB_OS_POSIX_FD_H
#define CONFAB_OS_POSIX_FD_H

#include <stdbool.h>

/* Close at exec, so that no child inherits it; and never block. False with errno set. */
bool fd_close_on_exec(int fd);
bool fd_never_block(int fd);
/* A pipe whose ends both close at exec. */
bool fd_pipe(int ends[2]);

#endif
