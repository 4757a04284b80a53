/* format.h - lets the compiler check our printf-like functions. On MinGW "printf" means Microsoft's
 * old one, which knows no %zu; its stdio.h says which one is in force. */
#ifndef CONFAB_BASE_FORMAT_H
#define CONFAB_BASE_FORMAT_H

#include <stdio.h>

#ifdef __MINGW_PRINTF_FORMAT
#define FORMAT_LIKE_PRINTF(format_at, first_at) \
    __attribute__((format(__MINGW_PRINTF_FORMAT, format_at, first_at)))
#else
#define FORMAT_LIKE_PRINTF(format_at, first_at) __attribute__((format(printf, format_at, first_at)))
#endif

#endif
