/* MinGW shows gmtime_r only to those who ask for POSIX. */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include "protocol/base/log.h"
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"

static const char *const words[] = {"error", "warn", "info", "debug"};
/* Set by one thread while others write lines. */
static atomic_int shown = LOG_WARN, shape = LOG_TEXT;

void log_set_level(enum log_level level)
{
    atomic_store(&shown, (int)level);
}

void log_set_format(enum log_format format)
{
    atomic_store(&shape, (int)format);
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

/* Without controls and in good UTF-8, only two characters are left to escape (RFC 8259, 7). */
static void quote(const char *text, char out[2 * LOG_LINE_MAX])
{
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            *out++ = '\\';
        *out++ = *text;
    }
    *out = '\0';
}

static void write_text(const char *stamp, const char *word, struct log_about about,
                       const char *text)
{
    char line[2 * LOG_LINE_MAX], room[LOG_LINE_MAX / 2] = "", who[LOG_LINE_MAX] = "";
    str_copy(room, sizeof room, about.room != NULL ? about.room : "");
    blank_controls(room);
    if (about.session != 0 && about.room != NULL)
        str_format(who, sizeof who, "session %u in room %s: ", about.session, room);
    else if (about.session != 0)
        str_format(who, sizeof who, "session %u: ", about.session);
    else if (about.room != NULL)
        str_format(who, sizeof who, "room %s: ", room);
    str_format(line, sizeof line, "%s %s %s%s\n", stamp, word, who, text);
    fputs(line, stderr); /* in one piece, so that lines of two threads do not mix */
}

static void write_json(const char *stamp, const char *word, struct log_about about,
                       const char *text)
{
    char line[4 * LOG_LINE_MAX], quoted[2 * LOG_LINE_MAX], session[32] = "";
    char room[LOG_LINE_MAX / 2] = "", in[LOG_LINE_MAX + 16] = "";
    quote(text, quoted);
    if (about.session != 0)
        str_format(session, sizeof session, ",\"session\":%u", about.session);
    if (about.room != NULL) {
        char quoted_room[2 * LOG_LINE_MAX];
        str_copy(room, sizeof room, about.room);
        blank_controls(room);
        quote(room, quoted_room);
        str_format(in, sizeof in, ",\"room\":\"%s\"", quoted_room);
    }
    str_format(line, sizeof line, "{\"time\":\"%s\",\"level\":\"%s\"%s%s,\"text\":\"%s\"}\n", stamp,
               word, session, in, quoted);
    fputs(line, stderr);
}

static void write_line(enum log_level level, struct log_about about, const char *format,
                       va_list args)
{
    char text[LOG_LINE_MAX], seconds[32], stamp[48];
    struct timeval now;
    struct tm day;
    if ((int)level > atomic_load(&shown))
        return;
    if (vsnprintf(text, sizeof text, format, args) < 0)
        text[0] = '\0';
    text[utf8_cut(text, strlen(text))] = '\0';
    blank_controls(text);

    gettimeofday(&now, NULL);
    time_t whole = now.tv_sec;
    gmtime_r(&whole, &day);
    strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", &day);
    str_format(stamp, sizeof stamp, "%s.%03dZ", seconds, (int)(now.tv_usec / 1000));
    if (atomic_load(&shape) == LOG_JSON)
        write_json(stamp, words[level], about, text);
    else
        write_text(stamp, words[level], about, text);
}

void log_line(enum log_level level, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    write_line(level, (struct log_about){0}, format, args);
    va_end(args);
}

void log_about(enum log_level level, struct log_about about, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    write_line(level, about, format, args);
    va_end(args);
}
