/* log.h - what the program tells whoever runs it: one line an event, on standard error. Any thread.
 */
#ifndef CONFAB_BASE_LOG_H
#define CONFAB_BASE_LOG_H

#include <stdbool.h>
#include "protocol/base/format.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* Lines above `level` are not written (LOG_WARN at start). Call before threads start. */
void log_set_level(enum log_level level);
/* "error", "warn", "info", "debug" to a level; false for any other word. */
bool log_level_parse(const char *word, enum log_level *level);
/* Write `2026-01-31T10:41:07.123Z level text`, at most LOG_LINE_MAX bytes of it. Control characters
 * in the text become '?', so that a name from outside cannot forge a line or move a terminal's
 * cursor. */
#define LOG_LINE_MAX 1024
void log_line(enum log_level level, const char *format, ...) FORMAT_LIKE_PRINTF(2, 3);

#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)
#define log_warn(...) log_line(LOG_WARN, __VA_ARGS__)
#define log_info(...) log_line(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)

#endif
