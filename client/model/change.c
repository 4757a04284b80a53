/* Edits, reactions and deletions, which are events of their own and may come before what they are
 * about: history comes from its end.
 *
 * A change whose message is not here is kept, and so is one about a message that is older than where
 * our history begins: events between the two may still come, and must not undo it. */
#include <string.h>

#include "client/model/model.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

/* Index of the first kept change that is not before (of, seq). */
static size_t place_of(const struct room *room, uint64_t of, uint64_t seq)
{
    size_t low = 0, high = room->kept_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct change *change = &room->kept[middle];
        if (change->of < of || (change->of == of && change->seq < seq))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_kept(const struct room *room, const struct change *change)
{
    size_t at = place_of(room, change->of, change->seq);
    return at < room->kept_count && room->kept[at].of == change->of &&
           room->kept[at].seq == change->seq;
}

static void keep(struct room *room, const struct change *change)
{
    size_t at = place_of(room, change->of, change->seq);
    if (room->kept_count == CHANGES_MAX)
        return;
    if (room->kept_count % 64 == 0)
        room->kept = mem_resize(room->kept, room->kept_count + 64, sizeof *room->kept);
    memmove(room->kept + at + 1, room->kept + at, (room->kept_count - at) * sizeof *room->kept);
    room->kept[at] = *change;
    room->kept[at].text = mem_string(change->text);
    room->kept_count++;
}

/* A later one about the same thing is known, so this one changes nothing any more. */
static bool is_overtaken(const struct room *room, const struct change *change)
{
    for (size_t i = place_of(room, change->of, change->seq + 1);
         i < room->kept_count && room->kept[i].of == change->of; i++) {
        const struct change *later = &room->kept[i];
        if (later->kind == change->kind && strcmp(later->from, change->from) == 0 &&
            (change->kind != CHANGE_REACT || str_equal(later->text, change->text)))
            return true;
    }
    return false;
}

static bool apply(struct message *message, const struct change *change, const char *my_uid)
{
    if (message->deleted)
        return false;
    switch (change->kind) {
    case CHANGE_DELETE:
        message_delete(message);
        return true;
    case CHANGE_EDIT:
        if (message->kind != MESSAGE_TEXT || strcmp(message->from, change->from) != 0)
            return false; /* nobody changes what others said */
        if (message->edited && str_equal(message->text, change->text))
            return false;
        text_set(&message->text, change->text);
        message->edited = true;
        return true;
    case CHANGE_REACT:
        return (message->kind == MESSAGE_TEXT || message->kind == MESSAGE_FILE) &&
               message_react(message, change->text, change->from, strcmp(change->from, my_uid) == 0,
                             change->remove);
    }
    return false;
}

bool room_change(struct room *room, const struct change *change, const char *my_uid,
                 struct message **message)
{
    bool news = false;
    *message = room_find_seq(room, change->of);
    if (is_kept(room, change))
        return false;
    if (*message != NULL && !is_overtaken(room, change))
        news = apply(*message, change, my_uid);
    if (*message == NULL || change->of < room->oldest_seq)
        keep(room, change);
    return news || *message == NULL;
}

void room_catch_up(struct room *room, struct message *message, const char *my_uid)
{
    for (size_t i = place_of(room, message->seq, 0);
         i < room->kept_count && room->kept[i].of == message->seq; i++)
        apply(message, &room->kept[i], my_uid);
}

void room_trim_changes(struct room *room, uint64_t from)
{
    for (size_t at = place_of(room, from, 0); room->kept_count > at; room->kept_count--)
        mem_free(room->kept[room->kept_count - 1].text);
}

void room_clear_changes(struct room *room)
{
    room_trim_changes(room, 0);
    mem_free(room->kept);
    room->kept = NULL;
}
