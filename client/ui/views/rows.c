#include "client/ui/views/rows.h"

#include <string.h>

#include "client/app/action.h"
#include "client/ui/lang.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"

#define GROUP_MS (INT64_C(300) * 1000) /* UX.md: what one person says within it belongs together */

bool rows_is_service(const struct message *message)
{
    return message->kind == MESSAGE_JOINED || message->kind == MESSAGE_LEFT ||
           message->kind == MESSAGE_INVITED;
}

int64_t rows_time(const struct message *message)
{
    return message->time_ms ? message->time_ms : message->sent_ms;
}

/* Asked several times a row and frame, and local time is slow: kept by quarters of an hour, which no
 * time zone cuts. */
static int day_of(const struct message *message)
{
    enum { QUARTER_MS = 15 * 60 * 1000, KEPT = 64 };
    static struct {
        int64_t quarter;
        int day; /* + 1; 0: empty */
    } kept[KEPT];
    const int64_t quarter = rows_time(message) / QUARTER_MS;
    const size_t at = (size_t)quarter % KEPT;
    if (kept[at].day == 0 || kept[at].quarter != quarter) {
        kept[at].quarter = quarter;
        kept[at].day = clock_local(rows_time(message)).day_number + 1;
    }
    return kept[at].day;
}

/* ---- the list's rows are the room's messages ---- */

void rows_follow(struct room_place *place, const struct room *room)
{
    if (room->change_count - place->changes_seen > ROOM_CHANGES) {
        const size_t at = room_index_of(room, place->anchor_seq);
        const bool there = place->anchor_seq != 0 && at < room->message_count &&
                           room->messages[at]->seq == place->anchor_seq;
        list_reset(place->list, room->message_count, there ? at : SIZE_MAX);
        place->changes_seen = room->change_count;
    }
    for (; place->changes_seen != room->change_count; place->changes_seen++) {
        const struct room_change change = room->changes[place->changes_seen % ROOM_CHANGES];
        if (change.from == ROOM_NOWHERE)
            list_insert(place->list, change.to, 1);
        else if (change.to == ROOM_NOWHERE)
            list_remove(place->list, change.from, 1);
        else
            list_move(place->list, change.from, change.to);
    }
}

void rows_begin(struct rows *rows, const struct room *room, const struct room_place *place)
{
    *rows = (struct rows){.room = room, .place = place, .new_index = SIZE_MAX};
    size_t at =
        place->new_after_seq ? room_index_of(room, place->new_after_seq + 1) : room->message_count;
    while (at < room->message_count &&
           (room->messages[at]->own || rows_is_service(room->messages[at])))
        at++;
    if (at < room->message_count)
        rows->new_index = at;
    for (size_t i = 0; i < place->notice_count; i++) {
        const size_t behind = room_index_of(room, place->notices[i].after_seq + 1);
        rows->notice_index[i] = behind ? behind - 1 : 0;
    }
}

/* ---- neighbours ---- */

bool rows_is_opened(const struct rows *rows, size_t index)
{
    const uint64_t seq = rows->room->messages[index]->seq;
    for (size_t i = 0; i < rows->place->opened_count; i++)
        if (seq >= rows->place->opened[i].first && seq <= rows->place->opened[i].last)
            return true;
    return false;
}

static bool has_notice(const struct rows *rows, size_t index)
{
    for (size_t i = 0; i < rows->place->notice_count; i++)
        if (rows->notice_index[i] == index)
            return true;
    return false;
}

static bool is_first_of_day(const struct rows *rows, size_t index)
{
    struct message *const *messages = rows->room->messages;
    return index == 0 || day_of(messages[index - 1]) != day_of(messages[index]);
}

/* Something stands between this message and the one before it. */
static bool is_apart(const struct rows *rows, size_t index)
{
    return is_first_of_day(rows, index) || index == rows->new_index || has_notice(rows, index - 1);
}

static bool came_or_went(const struct message *message)
{
    return rows_is_service(message) && message->kind != MESSAGE_INVITED;
}

/* It and the one before it are told in one line. */
static bool joins_run(const struct rows *rows, size_t index)
{
    return came_or_went(rows->room->messages[index]) && !is_apart(rows, index) &&
           came_or_went(rows->room->messages[index - 1]) && !rows_is_opened(rows, index) &&
           !rows_is_opened(rows, index - 1);
}

/* The same person says both, one soon after the other. */
static bool joins_group(const struct rows *rows, size_t index)
{
    if (is_apart(rows, index))
        return false;
    const struct message *last = rows->room->messages[index - 1],
                         *next = rows->room->messages[index];
    return !rows_is_service(last) && last->own == next->own && str_equal(last->from, next->from) &&
           rows_time(next) - rows_time(last) < GROUP_MS;
}

/* ---- albums ---- */

bool rows_is_in_album(const struct message *message)
{
    return message->kind == MESSAGE_FILE && message->file->album &&
           (str_equal(message->file->kind, "image") || str_equal(message->file->kind, "video"));
}

/* It goes on with the album of the one before it; what of that was deleted in between does not count. */
static bool joins_album(const struct rows *rows, size_t index)
{
    struct message *const *messages = rows->room->messages;
    const struct message *next = messages[index];
    if (!rows_is_in_album(next))
        return false;
    for (size_t step = 0; step < ALBUM_MAX; step++) {
        if (is_apart(rows, index))
            return false;
        const struct message *last = messages[--index];
        if (last->own != next->own || !str_equal(last->from, next->from))
            return false;
        if (!last->deleted)
            return rows_is_in_album(last) && str_equal(last->file->album, next->file->album);
    }
    return false;
}

/* The next one of the album that `index` is of, or was before it was deleted; SIZE_MAX: none. */
static size_t next_of_album(const struct rows *rows, size_t index)
{
    struct message *const *messages = rows->room->messages;
    size_t next = index + 1;
    while (next < rows->room->message_count && messages[next]->deleted && next - index < ALBUM_MAX)
        next++;
    return next < rows->room->message_count && joins_album(rows, next) ? next : SIZE_MAX;
}

static bool is_hidden_in_album(const struct rows *rows, size_t index)
{
    if (!rows->room->messages[index]->deleted)
        return joins_album(rows, index);
    return next_of_album(rows, index) != SIZE_MAX;
}

size_t rows_first_of(const struct rows *rows, size_t index)
{
    while (index > 0 && rows_look(rows, index).hidden)
        index--;
    return index;
}

struct row rows_look(const struct rows *rows, size_t index)
{
    const size_t count = rows->room->message_count;
    struct row row = {.first = index, .last = index, .day = is_first_of_day(rows, index)};
    row.new_line = index == rows->new_index;
    while (row.notice < rows->place->notice_count && rows->notice_index[row.notice] < index)
        row.notice++;
    row.notice_end = row.notice;
    while (row.notice_end < rows->place->notice_count &&
           rows->notice_index[row.notice_end] == index)
        row.notice_end++;
    if (!rows_is_service(rows->room->messages[index])) {
        row.hidden = is_hidden_in_album(rows, index);
        for (size_t next = index; !row.hidden && next != SIZE_MAX; next = next_of_album(rows, next))
            row.last = next;
        row.group_first = !joins_group(rows, index);
        row.group_last = row.last + 1 == count ||
                         rows_is_service(rows->room->messages[row.last + 1]) ||
                         !joins_group(rows, row.last + 1);
        return row;
    }
    row.hidden = joins_run(rows, index);
    while (!row.hidden && row.last + 1 < count && joins_run(rows, row.last + 1))
        row.last++;
    return row;
}

/* ---- who came and went ---- */

void rows_open(struct room_place *place, const struct room *room, size_t first, size_t last)
{
    if (place->opened_count == OPENED_MAX) {
        memmove(place->opened, place->opened + 1, (OPENED_MAX - 1) * sizeof *place->opened);
        place->opened_count--;
    }
    place->opened[place->opened_count++] =
        (struct opened){room->messages[first]->seq, room->messages[last]->seq};
}

void rows_close(struct room_place *place, const struct room *room, size_t index)
{
    const uint64_t seq = room->messages[index]->seq;
    for (size_t i = place->opened_count; i-- > 0;)
        if (seq >= place->opened[i].first && seq <= place->opened[i].last)
            place->opened[i] = place->opened[--place->opened_count];
}

static void one_text(const struct message *message, char *out, size_t size)
{
    if (message->kind == MESSAGE_JOINED)
        LANG_TEXT(out, size, "{1} joined the chat", message->name);
    else if (message->kind == MESSAGE_INVITED)
        LANG_TEXT(out, size, "{1} invited {2}", message->name, message->text);
    else
        LANG_TEXT(out, size, "{1} left the chat", message->name);
}

static void two_text(const struct message *a, const struct message *b, char *out, size_t size)
{
    const bool first = a->kind == MESSAGE_JOINED, second = b->kind == MESSAGE_JOINED;
    const bool same = str_equal(a->name, b->name);
    if (first == second && same)
        one_text(b, out, size);
    else if (first && second)
        LANG_TEXT(out, size, "{1} and {2} joined the chat", a->name, b->name);
    else if (first == second)
        LANG_TEXT(out, size, "{1} and {2} left the chat", a->name, b->name);
    else if (first && same)
        LANG_TEXT(out, size, "{1} joined and left", a->name);
    else if (same)
        LANG_TEXT(out, size, "{1} left and came back", a->name);
    else if (first)
        LANG_TEXT(out, size, "{1} joined, {2} left", a->name, b->name);
    else
        LANG_TEXT(out, size, "{1} left, {2} joined", a->name, b->name);
}

void rows_service_text(const struct room *room, size_t first, size_t last, char *out, size_t size)
{
    size_t joined = 0, left = 0;
    for (size_t i = first; i <= last; i++) {
        joined += room->messages[i]->kind == MESSAGE_JOINED;
        left += room->messages[i]->kind == MESSAGE_LEFT;
    }
    if (first == last)
        one_text(room->messages[first], out, size);
    else if (joined + left == 2)
        two_text(room->messages[first], room->messages[last], out, size);
    else if (joined && left) {
        char came[64], went[64];
        lang_count(came, sizeof came, joined, "{1} joined", "{1} joined");
        lang_count(went, sizeof went, left, "{1} left", "{1} left");
        LANG_TEXT(out, size, "{1}, {2}", came, went);
    } else if (joined)
        lang_count(out, size, joined, "{1} person joined the chat", "{1} people joined the chat");
    else
        lang_count(out, size, left, "{1} person left the chat", "{1} people left the chat");
}
