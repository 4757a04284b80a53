/* log.h - what the program tells whoever runs it: one line an event, on standard error. Any thread.
 */
#ifndef CONFAB_BASE_LOG_H
#define CONFAB_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>
#include "protocol/base/format.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };
enum log_format {
    LOG_TEXT, /* 2026-01-31T10:41:07.123Z level text */
    LOG_JSON, /* {"time":"2026-01-31T10:41:07.123Z","level":"info","text":"..."} */
};

/* Lines above `level` are not written (LOG_WARN at start). */
void log_set_level(enum log_level level);
void log_set_format(enum log_format format); /* LOG_TEXT at start */
/* Write a line with at most LOG_LINE_MAX bytes of text. Control characters in it become '?', so
 * that a name from outside cannot forge a line or move a terminal's cursor. */
#define LOG_LINE_MAX 1024
void log_line(enum log_level level, const char *format, ...) FORMAT_LIKE_PRINTF(2, 3);

/* Whom a line is about: in text `session 7: ` or `room lobby: ` before it, in JSON the members
 * "session" and "room". */
struct log_about {
    uint32_t session; /* 0: none */
    const char *room; /* NULL: none */
};
void log_about(enum log_level level, struct log_about about, const char *format, ...)
    FORMAT_LIKE_PRINTF(3, 4);

#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)
#define log_warn(...) log_line(LOG_WARN, __VA_ARGS__)
#define log_info(...) log_line(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)

#endif
