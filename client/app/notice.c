#include "client/app/notice.h"

#include <string.h>

#include "protocol/base/str.h"
#include "protocol/base/utf8.h"

/* The rest of a text is for the window. White space at its beginning says nothing. */
static void first_line(const char *text, char *out, size_t size)
{
    static const char more[] = "…";
    text += strspn(text, " \t\r\n");
    const size_t end = strcspn(text, "\r\n"), room = size - sizeof more;
    const size_t cut = end < size ? end : utf8_cut(text, room);
    memcpy(out, text, cut);
    memcpy(out + cut, cut < end ? more : "", cut < end ? sizeof more : 1);
}

static bool is_for_us(const struct room *room, const struct message *message)
{
    return message->mentions_me || room->kind == ROOM_DIRECT;
}

static bool is_told(const struct notice_rules *rules, const struct room *room,
                    const struct message *message)
{
    const bool said = message->kind == MESSAGE_TEXT || message->kind == MESSAGE_FILE;
    if (!said || message->own || message->history || message->deleted)
        return false;
    if (rules->focused || rules->quiet)
        return false;
    if (is_for_us(room, message))
        return true;
    return !room->muted && rules->level == NOTICE_ALL;
}

void notices_add(struct notices *notices, const struct notice_rules *rules, const struct room *room,
                 const struct message *message)
{
    struct news *next = &notices->next;
    if (!is_told(rules, room, message))
        return;
    next->one_room = next->count == 0 || (next->one_room && str_equal(next->room, room->name));
    next->popup = rules->level != NOTICE_OFF;
    next->mention = next->mention || is_for_us(room, message);
    next->count++;
    next->direct = room->kind == ROOM_DIRECT;
    next->file = message->kind == MESSAGE_FILE;
    str_copy(next->room, sizeof next->room, room->name);
    str_copy(next->title, sizeof next->title, room_title(room));
    str_copy(next->name, sizeof next->name, message->name ? message->name : "");
    const char *text = next->file ? message->file->label : message->text;
    first_line(text ? text : "", next->text, sizeof next->text);
}

int64_t notices_due_ms(const struct notices *notices)
{
    if (notices->next.count == 0)
        return INT64_MAX;
    return notices->told_ms == 0 ? 0 : notices->told_ms + NOTICE_GAP_MS;
}

bool notices_take(struct notices *notices, int64_t now_ms, struct news *news)
{
    if (notices->next.count == 0 || now_ms < notices_due_ms(notices))
        return false;
    *news = notices->next;
    notices->next = (struct news){0};
    notices->told_ms = now_ms;
    return true;
}

void notices_forget(struct notices *notices)
{
    notices->next = (struct news){0};
}

size_t notice_unread(const struct model *model)
{
    size_t count = 0;
    for (size_t i = 0; i < model->room_count; i++) {
        const struct room *room = model->rooms[i];
        count += room->muted ? room_unread_mentions(room) : room_unread(room);
    }
    return count;
}
