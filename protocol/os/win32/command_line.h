/* command_line.h - an argument list as the one string that Windows hands to a program. */
#ifndef CONFAB_OS_WIN32_COMMAND_LINE_H
#define CONFAB_OS_WIN32_COMMAND_LINE_H

#include <wchar.h>

/* The NULL-ended argv, quoted so that the C library of the other side takes it apart into the very
 * same strings; argv[0] with '\' as separator. Freed with mem_free(); NULL if one is not UTF-8. */
wchar_t *command_line(const char *const *argv);

#endif
