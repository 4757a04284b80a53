#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "client/model/model.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

/* Messages: messages[0 .. settled) by seq, then pending_count without one, in the order in which
 * they were said. */

static size_t settled(const struct room *room)
{
    return room->message_count - room->pending_count;
}

/* Index of the first settled message with at least this seq. The newest is looked at first: that is
 * where nearly all go. */
size_t room_index_of(const struct room *room, uint64_t seq)
{
    size_t low = 0, high = settled(room);
    if (high > 0 && room->messages[high - 1]->seq < seq)
        return high;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (room->messages[middle]->seq < seq)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct message *room_find_seq(const struct room *room, uint64_t seq)
{
    size_t at = room_index_of(room, seq);
    return seq != 0 && at < settled(room) && room->messages[at]->seq == seq ? room->messages[at]
                                                                            : NULL;
}

static struct message *find_own(const struct room *room, const char *id, size_t from)
{
    for (size_t i = room->message_count; i > from; i--) {
        struct message *message = room->messages[i - 1];
        if (message->own && message->id != NULL && strcmp(message->id, id) == 0)
            return message;
    }
    return NULL;
}

struct message *room_find_id(const struct room *room, const char *id)
{
    return find_own(room, id, 0);
}

struct message *room_find_pending(const struct room *room, const char *id)
{
    return find_own(room, id, settled(room));
}

struct message *room_find_file(const struct room *room, const char *file)
{
    for (size_t i = room->message_count; i > 0; i--) {
        struct message *message = room->messages[i - 1];
        if (message->file != NULL && str_equal(message->file->id, file))
            return message;
    }
    return NULL;
}

static bool is_unread(const struct message *message)
{
    return !message->own && !message->deleted &&
           (message->kind == MESSAGE_TEXT || message->kind == MESSAGE_FILE);
}

/* Asked for at each frame, so counted once for each change. Only the count is written, which nobody
 * else looks at. */
static void count_unread(const struct room *constant)
{
    struct room *room = (struct room *)constant;
    if (room->counted.version == room->version && room->counted.read_seq == room->read_seq)
        return;
    room->counted.version = room->version;
    room->counted.read_seq = room->read_seq;
    room->counted.unread = room->counted.mentions = 0;
    for (size_t i = settled(room); i > 0 && room->messages[i - 1]->seq > room->read_seq; i--) {
        const bool unread = is_unread(room->messages[i - 1]);
        room->counted.unread += unread;
        room->counted.mentions += unread && room->messages[i - 1]->mentions_me;
    }
}

size_t room_unread(const struct room *room)
{
    count_unread(room);
    return room->counted.unread;
}

size_t room_unread_mentions(const struct room *room)
{
    count_unread(room);
    return room->counted.mentions;
}

/* More space where it is needed: behind for what is said, in front for history, each time as much as
 * there is, so that a message costs the same however many there are. */
static void grow(struct room *room, bool in_front)
{
    size_t more = room->message_count < 32 ? 32 : room->message_count;
    size_t front = room->message_front + (in_front ? more : 0);
    struct message **block = mem_alloc(room->message_room + more, sizeof(struct message *));
    if (room->message_count > 0)
        memcpy(block + front, room->messages, room->message_count * sizeof(struct message *));
    if (room->messages != NULL)
        mem_free(room->messages - room->message_front);
    room->messages = block + front;
    room->message_front = front;
    room->message_room += more;
}

static void note_change(struct room *room, size_t from, size_t to)
{
    room->changes[room->change_count++ % ROOM_CHANGES] =
        (struct room_change){(uint32_t)from, (uint32_t)to};
    room->version++;
}

/* Returns `at`. */
static size_t insert(struct room *room, size_t at, struct message *message)
{
    bool in_front = at < room->message_count / 2;
    if (in_front ? room->message_front == 0
                 : room->message_front + room->message_count == room->message_room)
        grow(room, in_front);
    if (in_front) {
        room->messages--;
        room->message_front--;
        memmove(room->messages, room->messages + 1, at * sizeof(struct message *));
    } else {
        memmove(room->messages + at + 1, room->messages + at,
                (room->message_count - at) * sizeof(struct message *));
    }
    room->messages[at] = message;
    room->message_count++;
    room->pending_count += message->seq == 0;
    return at;
}

struct message *room_add_message(struct room *room, struct message *message)
{
    if (message->seq == 0) {
        note_change(room, ROOM_NOWHERE, insert(room, room->message_count, message));
        return message;
    }
    struct message *there = room_find_seq(room, message->seq);
    if (there != NULL) {
        message_destroy(message);
        return there;
    }
    note_change(room, ROOM_NOWHERE, insert(room, room_index_of(room, message->seq), message));
    return message;
}

/* Pending ones are looked for from the end; their seq may have been set already, so the place is
 * found by address. Returns where it was. */
static size_t take_out(struct room *room, struct message *message)
{
    size_t at = room->message_count;
    while (room->messages[--at] != message)
        assert(at > 0);
    room->pending_count -= at >= settled(room);
    room->message_count--;
    memmove(room->messages + at, room->messages + at + 1,
            (room->message_count - at) * sizeof(struct message *));
    return at;
}

void room_settle_message(struct room *room, struct message *message)
{
    assert(message->seq != 0);
    const size_t from = take_out(room, message);
    note_change(room, from, insert(room, room_index_of(room, message->seq), message));
}

void room_unsettle_message(struct room *room, struct message *message)
{
    const size_t from = take_out(room, message);
    message->seq = 0;
    note_change(room, from, insert(room, room->message_count, message));
}

void room_take_message(struct room *room, struct message *message)
{
    note_change(room, take_out(room, message), ROOM_NOWHERE);
}

void room_remove_message(struct room *room, struct message *message)
{
    room_take_message(room, message);
    message_destroy(message);
}

const char *room_title(const struct room *room)
{
    return room->title[0] != '\0' ? room->title : room->name;
}

/* Members */

struct member *room_find_member(const struct room *room, const char *uid)
{
    for (size_t i = 0; i < room->member_count; i++) {
        if (strcmp(room->members[i].uid, uid) == 0)
            return &room->members[i];
    }
    return NULL;
}

size_t room_online(const struct room *room)
{
    size_t count = 0;
    for (size_t i = 0; i < room->member_count; i++)
        count += room->members[i].online;
    return count;
}

void room_set_member(struct room *room, const char *uid, const char *name, bool online)
{
    struct member *member = room_find_member(room, uid);
    if (member == NULL) {
        room->members = mem_resize(room->members, room->member_count + 1, sizeof *room->members);
        member = &room->members[room->member_count++];
        memset(member, 0, sizeof *member);
        str_copy(member->uid, sizeof member->uid, uid);
    }
    if (name != NULL)
        str_copy(member->name, sizeof member->name, name);
    member->online = online;
    if (!online)
        member->typing_until_ms = 0;
    room->version++;
}

static int compare_members(const void *left, const void *right)
{
    const struct member *a = left, *b = right;
    char fold_a[NAME_FOLD_SIZE], fold_b[NAME_FOLD_SIZE];
    if (a->online != b->online)
        return a->online ? -1 : 1;
    name_fold(a->name, fold_a);
    name_fold(b->name, fold_b);
    int order = strcmp(fold_a, fold_b);
    return order != 0 ? order : strcmp(a->uid, b->uid);
}

void room_sort_members(struct room *room)
{
    if (room->member_count > 1)
        qsort(room->members, room->member_count, sizeof *room->members, compare_members);
    room->version++;
}

void room_clear_members(struct room *room)
{
    room->member_count = 0;
    room->version++;
}

void room_remove_member(struct room *room, const char *uid)
{
    struct member *member = room_find_member(room, uid);
    if (member == NULL)
        return;
    size_t at = (size_t)(member - room->members);
    room->member_count--;
    memmove(member, member + 1, (room->member_count - at) * sizeof *member);
    room->version++;
}
