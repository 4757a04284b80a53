/* str.h - small helpers for C strings. Pure, any thread. */
#ifndef CONFAB_BASE_STR_H
#define CONFAB_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "protocol/base/format.h"

/* Copy `text` into out[size], cut at a UTF-8 character boundary, always terminated. True if all of
 * it fitted. */
bool str_copy(char *out, size_t size, const char *text);
/* printf into out[size] with the same cut. True if all of it fitted. */
bool str_format(char *out, size_t size, const char *format, ...) FORMAT_LIKE_PRINTF(3, 4);
bool str_equal(const char *a, const char *b); /* NULL equals NULL only */
bool str_starts(const char *text, const char *prefix);
/* A whole decimal number 0 .. max with nothing around it; false otherwise. */
bool str_to_u64(const char *text, uint64_t max, uint64_t *value);
/* Lower-case hex of size bytes into out[2 * size + 1]; and back: exactly 2 * size hex digits of
 * either case, false otherwise. */
void str_hex(const uint8_t *bytes, size_t size, char *out);
bool str_unhex(const char *hex, uint8_t *out, size_t size);
/* "14.8 MB", "312 KB", "9 bytes": decimal units as file managers show them. */
#define STR_SIZE_MAX 24
void str_size(uint64_t bytes, char out[STR_SIZE_MAX]);

#endif
