/* bubble_copy.c - what is selected in the timeline, as plain text. */
#include <string.h>

#include "client/platform/clipboard.h"
#include "client/ui/views/bubble_text.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"

#define SAME_MS \
    (INT64_C(300) * 1000) /* what one person says within it has one head, as in the timeline */

struct copy {
    char *text; /* NUL-terminated */
    size_t size, room;
};

static void append(struct copy *copy, const char *text, size_t size)
{
    if (copy->size + size + 1 > copy->room) {
        copy->room = 2 * (copy->size + size + 1);
        copy->text = mem_resize(copy->text, copy->room, 1);
    }
    memcpy(copy->text + copy->size, text, size);
    copy->size += size;
    copy->text[copy->size] = '\0';
}

static int64_t time_of(const struct message *message)
{
    return message->time_ms ? message->time_ms : message->sent_ms;
}

/* "Ann, 10:42", on another day than today "Ann, 2026-11-28 10:42". */
static void append_head(struct copy *copy, const struct message *message)
{
    char head[NAME_SIZE + 48], clock[WHEN_SIZE];
    const struct clock_day day = clock_local(time_of(message)),
                           today = clock_local(clock_wall_ms());
    when_clock(time_of(message), clock);
    if (day.day_number == today.day_number)
        str_format(head, sizeof head, "%s, %s\n", message->name, clock);
    else
        str_format(head, sizeof head, "%s, %04d-%02d-%02d %s\n", message->name, day.year, day.month,
                   day.day, clock);
    append(copy, head, strlen(head));
}

/* What of a message lies between the points; NULL: nothing. */
static const char *part_of(const struct message *message, struct ui_point from, struct ui_point to,
                           size_t *size)
{
    const uint64_t order = bubble_text_order(message);
    if (order < from.order || order > to.order || message->deleted)
        return NULL;
    const bool is_file = message->kind == MESSAGE_FILE;
    if (!is_file && message->kind != MESSAGE_TEXT)
        return NULL;
    const char *text = is_file ? message->file->label : message->text;
    const size_t all = strlen(text);
    size_t begin = order == from.order ? from.at : 0, end = order == to.order ? to.at : all;
    if (is_file) { /* all of its name, if the selection goes over it */
        begin = 0;
        end = order == from.order || order == to.order ? 0 : all;
    }
    end = end < all ? end : all; /* it may have been edited meanwhile */
    if (begin >= end)
        return NULL;
    *size = end - begin;
    return text + begin;
}

char *bubble_text_selected(struct views *views, const struct room *room)
{
    struct ui_point from, to;
    struct copy copy = {0};
    const struct message *before = NULL;
    size_t size, first_size = 0, count = 0;
    const char *first = NULL;
    if (!ui_selection(views->ui, views->text_group, &from, &to))
        return NULL;
    for (size_t i = 0; i < room->message_count; i++) {
        const struct message *message = room->messages[i];
        const char *text = part_of(message, from, to, &size);
        if (!text)
            continue;
        const bool same = before && str_equal(before->from, message->from) &&
                          str_equal(before->name, message->name) &&
                          time_of(message) - time_of(before) < SAME_MS;
        if (before)
            append(&copy, "\n\n", same ? 1 : 2);
        if (!same)
            append_head(&copy, message);
        append(&copy, text, size);
        before = message;
        if (count++ == 0) {
            first = text;
            first_size = size;
        }
    }
    if (count == 1) { /* of one message: what was sent, and nothing else */
        copy.size = 0;
        append(&copy, first, first_size);
    }
    return copy.text;
}

void bubble_text_begin(struct views *views)
{
    views->text_group = ui_id_of(views->ui, "said");
}

void bubble_text_end(struct views *views, const struct room *room)
{
    struct ui *ui = views->ui;
    struct ui_point from, to;
    if (!ui_selection(ui, views->text_group, &from, &to) ||
        !(ui_take_key(ui, 0, KEY_CHAR + 'c', MOD_CTRL)))
        return;
    char *text = bubble_text_selected(views, room);
    if (text)
        clipboard_set(text);
    mem_free(text);
}
