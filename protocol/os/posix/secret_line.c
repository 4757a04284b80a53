#include "protocol/os/secret_line.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "protocol/os/signals.h"

#define CTRL_C 3
#define CTRL_D 4
#define BACKSPACE 8
#define CTRL_U 21
#define DELETE 127

static void show(const char *text)
{
    size_t size = strlen(text);
    if (write(STDERR_FILENO, text, size) < 0)
        return; /* nobody sees the question: then it is answered blindly */
}

/* Take the last character, which may have several bytes, off the line. */
static size_t rub_out(const char *line, size_t length)
{
    while (length > 0 && ((unsigned char)line[length - 1] & 0xC0) == 0x80)
        length--;
    return length > 0 ? length - 1 : 0;
}

/* False: a signal asked the program to end. poll() is not restarted after one, read() is. */
static bool wait_for_key(void)
{
    struct pollfd keys = {.fd = STDIN_FILENO, .events = POLLIN};
    while (poll(&keys, 1, -1) < 0 && errno == EINTR) {
        if (signals_quit())
            return false;
    }
    return true;
}

enum outcome { LINE, OVER, TOO_LONG };

/* Byte by byte: what stands behind the line belongs to someone else. */
static enum outcome read_line(bool keys, char *out, size_t size)
{
    size_t length = 0;
    bool fits = true;
    for (;;) {
        unsigned char byte;
        if (keys && !wait_for_key())
            return OVER;
        ssize_t got = read(STDIN_FILENO, &byte, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || (got == 0 && length == 0))
            return OVER;
        if (got <= 0 || byte == '\n' || (keys && byte == '\r'))
            break;
        if (keys && (byte == CTRL_C || byte == CTRL_D))
            return OVER;
        if (keys && byte == CTRL_U)
            length = 0;
        else if (keys && (byte == BACKSPACE || byte == DELETE))
            length = rub_out(out, length);
        else if (length + 1 < size)
            out[length++] = (char)byte;
        else
            fits = false;
    }
    if (!keys && length > 0 && out[length - 1] == '\r')
        length--;
    out[length] = '\0';
    return fits ? LINE : TOO_LONG;
}

bool secret_line_is_shown(void)
{
    return isatty(STDIN_FILENO) == 1;
}

bool secret_line_read(const char *question, char *out, size_t size, struct err *err)
{
    struct termios before, silent;
    bool keys = tcgetattr(STDIN_FILENO, &before) == 0;
    if (keys) {
        silent = before;
        /* Ctrl-C comes as a byte, so that the terminal is never left silent */
        silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG);
        silent.c_cc[VMIN] = 1;
        silent.c_cc[VTIME] = 0;
        tcsetattr(STDIN_FILENO, TCSADRAIN, &silent); /* first, or a fast answer is seen */
        show(question);
    }
    enum outcome outcome = read_line(keys, out, size);
    if (keys) {
        tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
        show("\n");
    }
    if (outcome == LINE)
        return true;
    memset(out, 0, size);
    if (outcome == TOO_LONG)
        return err_set(err, ERR_LIMIT, "That is too long: %zu bytes at most.", size - 1);
    return err_set(err, ERR_CANCELLED, "Nothing was entered.");
}
