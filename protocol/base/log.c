/* MinGW shows gmtime_r only to those who ask for POSIX. */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include "protocol/base/log.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"

static const char *const words[] = {"error", "warn", "info", "debug"};
static enum log_level shown = LOG_WARN;

void log_set_level(enum log_level level)
{
    shown = level;
}

bool log_level_parse(const char *word, enum log_level *level)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (str_equal(word, words[i])) {
            *level = (enum log_level)i;
            return true;
        }
    }
    return false;
}

/* One byte for each: a picture would be longer, and the line must not grow. */
static void blank_controls(char *text)
{
    size_t size = strlen(text), from = 0, to = 0, used;
    uint32_t rune;
    while ((used = utf8_decode(text + from, size - from, &rune)) > 0) {
        if (utf8_is_control(rune) || utf8_is_bidi_control(rune) || (rune == 0xFFFD && used == 1)) {
            text[to++] = '?';
        } else {
            memmove(text + to, text + from, used);
            to += used;
        }
        from += used;
    }
    text[to] = '\0';
}

void log_line(enum log_level level, const char *format, ...)
{
    char text[LOG_LINE_MAX], stamp[32], line[LOG_LINE_MAX + 64];
    struct timeval now;
    struct tm day;
    time_t seconds;
    va_list args;
    if (level > shown)
        return;

    va_start(args, format);
    if (vsnprintf(text, sizeof text, format, args) < 0)
        text[0] = '\0';
    va_end(args);
    text[utf8_cut(text, strlen(text))] = '\0';
    blank_controls(text);

    gettimeofday(&now, NULL);
    seconds = now.tv_sec;
    gmtime_r(&seconds, &day);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &day);
    str_format(line, sizeof line, "%s.%03dZ %s %s\n", stamp, (int)(now.tv_usec / 1000),
               words[level], text);
    fputs(line, stderr); /* in one piece, so that lines of two threads do not mix */
}
