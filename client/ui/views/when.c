#include <string.h>

#include "client/ui/lang.h"
#include "client/ui/views/views.h"
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"
#include "protocol/os/clock.h"

void when_clock(int64_t time_ms, char out[WHEN_SIZE])
{
    struct clock_day at = clock_local(time_ms);
    str_format(out, WHEN_SIZE, "%02d:%02d", at.hour, at.minute);
}

void when_day(int64_t time_ms, char out[WHEN_SIZE])
{
    static const char *const weekdays[] = {
        LANG_KEY("Sunday"),   LANG_KEY("Monday"), LANG_KEY("Tuesday"), LANG_KEY("Wednesday"),
        LANG_KEY("Thursday"), LANG_KEY("Friday"), LANG_KEY("Saturday")};
    static const char *const months[] = {
        LANG_KEY("January"),   LANG_KEY("February"), LANG_KEY("March"),    LANG_KEY("April"),
        LANG_KEY("May"),       LANG_KEY("June"),     LANG_KEY("July"),     LANG_KEY("August"),
        LANG_KEY("September"), LANG_KEY("October"),  LANG_KEY("November"), LANG_KEY("December")};
    struct clock_day at = clock_local(time_ms), now = clock_local(clock_wall_ms());
    int ago = now.day_number - at.day_number;
    if (ago == 0)
        str_copy(out, WHEN_SIZE, lang("Today"));
    else if (ago == 1)
        str_copy(out, WHEN_SIZE, lang("Yesterday"));
    else if (ago > 1 && ago < 7)
        str_copy(out, WHEN_SIZE, lang(weekdays[at.weekday % 7]));
    else {
        char day[4], year[12];
        str_format(day, sizeof day, "%d", at.day);
        str_format(year, sizeof year, "%d", at.year);
        LANG_TEXT(out, WHEN_SIZE, "{1} {2} {3}", day, lang(months[(at.month + 11) % 12]), year);
    }
}

/* The longest head and a fixed tail around an ellipsis: binary search for the head, since widths grow with it. */
void label_middle(struct views *views, const char *text, enum text_size size,
                  enum text_weight weight, int width_px, char *out, size_t out_size)
{
    static const size_t TAIL_BYTES = 10;
    const size_t length = strlen(text);
    str_copy(out, out_size, text);
    if (length <= TAIL_BYTES + 4 || ui_label_width(views->ui, text, size, weight) <= width_px)
        return;
    size_t tail = length - TAIL_BYTES;
    while (tail < length && ((unsigned char)text[tail] & 0xC0) == 0x80)
        tail++;
    size_t low = 1, high = tail;
    while (low < high) {
        size_t middle = (low + high + 1) / 2, cut = utf8_cut(text, middle);
        str_format(out, out_size, "%.*s…%s", (int)cut, text, text + tail);
        if (ui_label_width(views->ui, out, size, weight) <= width_px)
            low = middle;
        else
            high = middle - 1;
    }
    str_format(out, out_size, "%.*s…%s", (int)utf8_cut(text, low), text, text + tail);
}
