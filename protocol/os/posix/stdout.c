#include "protocol/os/stdout.h"

#include <poll.h>
#include <unistd.h>

bool stdout_is_ready(void)
{
    /* A pipe is ready when it takes PIPE_BUF bytes (pipe(7)): 4096 on Linux. A closed one is ready
     * to fail. */
    struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&output, 1, 0) != 0;
}
