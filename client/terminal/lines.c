#include "client/terminal/lines.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"
#include "protocol/os/clock.h"

#define DIM "\x1b[2m"
#define PLAIN "\x1b[0m"

static void add(struct buf *out, const char *text)
{
    buf_append(out, text, strlen(text));
}

/* A character of UTF-8 as its picture takes three bytes at most. */
static char *shown(const char *text, bool lines)
{
    size_t size = 3 * strlen(text) + 1;
    char *safe = mem_alloc(size, 1);
    utf8_show(text, lines, safe, size);
    return safe;
}

static void add_shown(struct buf *out, const char *text)
{
    char *safe = shown(text ? text : "", false);
    add(out, safe);
    mem_free(safe);
}

static void add_spaces(struct buf *out, size_t count)
{
    while (count-- > 0)
        add(out, " ");
}

/* text as the rest of a line; further lines stand `margin` columns to the right, so none of them can
 * pass for a message of somebody else. No line end. */
static void add_text(struct buf *out, const char *text, size_t margin)
{
    char *safe = shown(text ? text : "", true);
    const char *at = safe;
    size_t length = strlen(safe);
    while (length > 0 && safe[length - 1] == '\n')
        safe[--length] = '\0';
    for (const char *end; (end = strchr(at, '\n')); at = end + 1) {
        buf_append(out, at, (size_t)(end - at) + 1);
        add_spaces(out, margin);
    }
    add(out, at);
    mem_free(safe);
}

/* The first words of what was said, on one line. */
#define WORDS_SIZE 48
static void add_words(struct buf *out, const struct message *message)
{
    const char *text = message->kind == MESSAGE_FILE ? message->file->label : message->text;
    char *safe = shown(text ? text : "", false);
    size_t cut = strlen(safe);
    if (cut > WORDS_SIZE) {
        for (cut = 0; utf8_next_grapheme(safe, strlen(safe), cut) <= WORDS_SIZE;)
            cut = utf8_next_grapheme(safe, strlen(safe), cut);
    }
    buf_append(out, safe, cut);
    add(out, safe[cut] ? "..." : "");
    mem_free(safe);
}

/* " (edited) (+1 2, heart)" */
static void add_changes(struct buf *out, const struct message *message)
{
    char count[24];
    if (message->edited)
        add(out, " (edited)");
    for (size_t i = 0; i < message->reaction_count; i++) {
        const struct reaction *reaction = &message->reactions[i];
        add(out, i == 0 ? " (" : ", ");
        add_shown(out, reaction->emoji);
        str_format(count, sizeof count, " %zu", reaction->count);
        add(out, reaction->count > 1 ? count : "");
    }
    if (message->reaction_count > 0)
        add(out, ")");
}

/* "[name] text" behind `margin` columns, with what it answers in front if `room` has that. */
static void add_said(struct buf *out, const struct room *room, const struct message *message,
                     size_t margin)
{
    const struct message *answered =
        room && message->reply != 0 ? room_find_seq(room, message->reply) : NULL;
    char *name = shown(message->name ? message->name : "", false);
    margin += utf8_columns(name, strlen(name)) + 3;
    add(out, "[");
    add(out, name);
    add(out, "] ");
    if (answered) {
        add(out, "(to ");
        add_shown(out, answered->name);
        add(out, ": ");
        add_words(out, answered);
        add(out, ") ");
    }
    add_text(out, message->text, margin);
    add_changes(out, message);
    add(out, "\n");
    mem_free(name);
}

/* "3:20, " of what has a length. */
static void add_length(struct buf *out, int64_t ms)
{
    char text[32];
    const long long s = ms < 1000 ? 1 : (long long)((ms + 500) / 1000);
    if (ms <= 0)
        return;
    if (s < 3600)
        str_format(text, sizeof text, "%lld:%02lld, ", s / 60, s % 60);
    else
        str_format(text, sizeof text, "%lld:%02lld:%02lld, ", s / 3600, s / 60 % 60, s % 60);
    add(out, text);
}

static void add_file(struct buf *out, const struct message *message, unsigned number)
{
    char size[STR_SIZE_MAX], mark[24] = "";
    str_size(message->file->size, size);
    if (number > 0)
        str_format(mark, sizeof mark, " #%u", number);
    add(out, "[");
    add_shown(out, message->name);
    add(out, "] sends ");
    if (message->file->voice)
        add(out, "a voice message");
    else
        add_shown(out, message->file->label);
    add(out, " (");
    add_length(out, message->file->duration_ms);
    add(out, size);
    add(out, ")");
    add(out, mark);
    add_changes(out, message);
    add(out, "\n");
}

static void add_message(struct buf *out, const struct room *room, const struct message *message,
                        unsigned number, size_t margin)
{
    switch (message->kind) {
    case MESSAGE_TEXT:
        add_said(out, room, message, margin);
        break;
    case MESSAGE_FILE:
        add_file(out, message, number);
        break;
    case MESSAGE_JOINED:
        add_shown(out, message->name);
        add(out, " joined the chat!\n");
        break;
    case MESSAGE_LEFT:
        add_shown(out, message->name);
        add(out, " exited the chat\n");
        break;
    case MESSAGE_INVITED:
        add_shown(out, message->name);
        add(out, " invited ");
        add_shown(out, message->text);
        add(out, "\n");
        break;
    }
}

void lines_message(struct buf *out, const struct room *room, const struct message *message,
                   unsigned number)
{
    add_message(out, room, message, number, 0);
}

void lines_earlier(struct buf *out, const struct room *room, const struct message *message,
                   unsigned number, bool style)
{
    struct clock_day when = clock_local(message->time_ms);
    char stamp[32];
    str_format(stamp, sizeof stamp, "%02d:%02d ", when.hour, when.minute);
    if (style)
        add(out, DIM);
    add(out, stamp);
    add_message(out, room, message, number, strlen(stamp));
    if (style) {
        out->size--; /* the style ends before the line does */
        add(out, PLAIN "\n");
    }
}

void lines_numbered(struct buf *out, const struct room *room, const struct message *message,
                    unsigned place)
{
    char number[16];
    str_format(number, sizeof number, "%3u ", place);
    add(out, number);
    add_message(out, room, message, 0, strlen(number));
}

void lines_about(struct buf *out, const char *what, const struct message *message)
{
    add(out, what);
    add(out, " [");
    add_shown(out, message->name);
    add(out, "] ");
    add_words(out, message);
    add(out, "\n");
}

void lines_reacted(struct buf *out, const char *name, const char *emoji, bool removed,
                   const struct message *message)
{
    add_shown(out, name);
    add(out, removed ? " takes back " : " reacts ");
    add_shown(out, emoji);
    lines_about(out, removed ? " from" : " to", message);
}

void lines_prefix(struct buf *out, const char *room)
{
    add(out, "(");
    add_shown(out, room);
    add(out, ") ");
}

struct arrival {
    const struct member *member;
    uint64_t seq; /* of the last time they came in; 0: longer ago than we know */
    size_t place;
};

static int by_arrival(const void *left, const void *right)
{
    const struct arrival *a = left, *b = right;
    if (a->seq != b->seq)
        return a->seq < b->seq ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

static uint64_t arrival_of(const struct room *room, const struct member *member, const char *my_uid)
{
    for (size_t i = room->message_count; i-- > 0;)
        if (room->messages[i]->kind == MESSAGE_JOINED &&
            str_equal(room->messages[i]->from, member->uid))
            return room->messages[i]->seq;
    return str_equal(member->uid, my_uid) ? UINT64_MAX : 0;
}

void lines_people(struct buf *out, const struct room *room, const char *my_uid)
{
    struct arrival *list = mem_alloc(room->member_count, sizeof *list);
    size_t count = 0;
    for (size_t i = 0; i < room->member_count; i++) {
        const struct member *member = &room->members[i];
        if (member->online)
            list[count++] = (struct arrival){member, arrival_of(room, member, my_uid), i};
    }
    qsort(list, count, sizeof *list, by_arrival);
    lines_say(out, "Total No of Clients: %zu", count);
    for (size_t i = 0; i < count; i++)
        lines_say(out, "Client %zu : %s", i + 1, list[i].member->name);
    mem_free(list);
}

void lines_rooms(struct buf *out, const struct model *model)
{
    for (size_t i = 0; i < model->room_count; i++) {
        const struct room *room = model->rooms[i];
        size_t people = room->joined ? room_online(room) : room->people;
        size_t unread = room->joined ? room_unread(room) : 0;
        char count[48] = "", who[48];
        if (unread > 0)
            str_format(count, sizeof count, ", %zu unread", unread);
        str_format(who, sizeof who, "%zu %s", people, people == 1 ? "person" : "people");
        lines_say(out, "%s %s, %s%s%s", room == model->room ? "*" : " ", room_title(room),
                  room->kind == ROOM_DIRECT ? "the two of you" : who,
                  room->kind == ROOM_PRIVATE ? ", private" : "", count);
    }
}

void lines_saved(struct buf *out, const char *label, const char *path)
{
    add_shown(out, label);
    add(out, " is saved: ");
    add_shown(out, path);
    add(out, "\n");
}

void lines_say(struct buf *out, const char *format, ...)
{
    char text[2048];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    add_shown(out, text);
    add(out, "\n");
}

static void time_left(char *out, size_t size, const struct transfer *transfer)
{
    uint64_t left = transfer->size > transfer->done ? transfer->size - transfer->done : 0;
    double seconds = transfer->rate > 0 ? (double)left / transfer->rate : -1;
    *out = '\0';
    if (seconds < 0 || seconds > 99 * 3600.0)
        return;
    unsigned s = (unsigned)(seconds + 0.5);
    if (s < 60)
        str_format(out, size, ", %u s left", s);
    else if (s < 3600)
        str_format(out, size, ", %u min %u s left", s / 60, s % 60);
    else
        str_format(out, size, ", %u h %u min left", s / 3600, s % 3600 / 60);
}

void lines_progress(char out[PROGRESS_SIZE], const struct message *message, unsigned number)
{
    const struct transfer *transfer = &message->file->transfer;
    char done[STR_SIZE_MAX], size[STR_SIZE_MAX], rate[STR_SIZE_MAX], speed[STR_SIZE_MAX + 8] = "";
    char left[48], mark[24] = "",
                   *label = shown(message->file->label ? message->file->label : "", false);
    unsigned percent =
        transfer->size ? (unsigned)((double)transfer->done * 100 / (double)transfer->size) : 100;
    str_size(transfer->done, done);
    str_size(transfer->size, size);
    if (transfer->rate >= 1 && transfer->rate < 1e18) {
        str_size((uint64_t)transfer->rate, rate);
        str_format(speed, sizeof speed, ", %s/s", rate);
    }
    if (number > 0)
        str_format(mark, sizeof mark, "#%u ", number);
    time_left(left, sizeof left, transfer);
    str_format(out, PROGRESS_SIZE, "%s %s%s: %s of %s, %u %%%s%s",
               transfer->upload ? "Sending" : "Getting", mark, label, done, size, percent, speed,
               left);
    mem_free(label);
}
