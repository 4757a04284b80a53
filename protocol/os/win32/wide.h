/* wide.h - UTF-8 here, UTF-16 there, and the system's error codes in words; only for win32/. */
#ifndef CONFAB_OS_WIN32_WIDE_H
#define CONFAB_OS_WIN32_WIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>
#include "protocol/base/err.h"

/* A copy as UTF-16, freed with mem_free(); NULL if text is not UTF-8. */
wchar_t *wide_from(const char *text);
/* The same for a path: '\' as separator, and behind the \\?\ prefix if it is too long for the old
 * limit of 260. NULL sets *err. */
wchar_t *wide_path(const char *path, struct err *err);
/* UTF-16 to UTF-8 in out[size], false if it does not fit. Lone surrogates become U+FFFD. */
bool wide_to(const wchar_t *wide, char *out, size_t size);

/* The system's words for a code of GetLastError() or WSAGetLastError(), without the full stop. */
#define WIDE_REASON_SIZE 200
const char *wide_reason(unsigned long code, char out[WIDE_REASON_SIZE]);
/* err_set() with the matching kind, ": " and these words behind the sentence. Returns false. */
bool wide_fail(struct err *err, unsigned long code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
