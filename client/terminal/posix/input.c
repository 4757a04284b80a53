#include "client/terminal/input.h"
#include <errno.h>
#include <unistd.h>
#include "protocol/base/mem.h"

struct input {
    bool ended;
};

struct input *input_open(struct wake *wake)
{
    (void)wake; /* select() shows whether a descriptor has something */
    return mem_alloc(1, sizeof(struct input));
}

void input_close(struct input *input)
{
    mem_free(input);
}

os_sock input_sock(const struct input *input)
{
    return input->ended ? OS_SOCK_NONE : STDIN_FILENO;
}

enum input_status input_read(struct input *input, bool ready, char *bytes, size_t size, size_t *got)
{
    ssize_t n;
    *got = 0;
    if (input->ended)
        return INPUT_END;
    if (!ready) /* it may be a pipe that others share, so it is not made non-blocking */
        return INPUT_AGAIN;
    n = read(STDIN_FILENO, bytes, size);
    if (n > 0) {
        *got = (size_t)n;
        return INPUT_OK;
    }
    if (n < 0 && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK))
        return INPUT_AGAIN;
    input->ended = true;
    return INPUT_END;
}

bool output_is_screen(void)
{
    return isatty(STDOUT_FILENO) == 1;
}
