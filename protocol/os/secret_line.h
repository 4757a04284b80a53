/* secret_line.h - ask the person at the terminal for something that nobody should read over their
 * shoulder. Blocks. */
#ifndef CONFAB_OS_SECRET_LINE_H
#define CONFAB_OS_SECRET_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include "protocol/base/err.h"

/* Show `question` and read a line without showing it; from a pipe or a file (standard input): just
 * read it. UTF-8 without the line's end in out[size]. False: the input ended, Ctrl-C, or the line
 * is longer. The terminal is left as it was. */
bool secret_line_read(const char *question, char *out, size_t size, struct err *err);
/* Does a person see the questions: is standard input a terminal? */
bool secret_line_is_shown(void);

#endif
