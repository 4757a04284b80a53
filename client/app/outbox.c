#include "client/app/outbox.h"

#include <string.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"

static struct outbox_item *append(struct outbox *outbox, enum outbox_kind kind, struct room *room)
{
    struct outbox_item *item = mem_alloc(1, sizeof *item);
    item->kind = kind;
    item->room = room;
    if (outbox->first == NULL)
        outbox->end = &outbox->first;
    *outbox->end = item;
    outbox->end = &item->next;
    return item;
}

struct outbox_item *outbox_add(struct outbox *outbox, struct room *room, struct message *message)
{
    const bool file = message->kind == MESSAGE_FILE;
    struct outbox_item *item = append(outbox, file ? OUTBOX_FILE : OUTBOX_SAY, room);
    item->message = message;
    return item;
}

struct outbox_item *outbox_add_change(struct outbox *outbox, enum outbox_kind kind,
                                      struct room *room, uint64_t of)
{
    struct outbox_item *item = append(outbox, kind, room);
    item->of = of;
    return item;
}

static bool is_change(const struct outbox_item *item)
{
    return item->message == NULL;
}

static uint64_t seq_of(const struct outbox_item *item)
{
    return is_change(item) ? item->seq : item->message->seq;
}

static void take(struct outbox *outbox, struct outbox_item **at)
{
    struct outbox_item *item = *at;
    *at = item->next;
    if (outbox->flying == item)
        outbox->flying = NULL;
    if (item->next == NULL)
        outbox->end = at;
    mem_free(item->text);
    mem_free(item->before);
    mem_free(item);
}

static struct outbox_item **find(struct outbox *outbox, const struct message *message)
{
    struct outbox_item **at = &outbox->first;
    while (*at != NULL && (*at)->message != message)
        at = &(*at)->next;
    return *at != NULL ? at : NULL;
}

void outbox_remove(struct outbox *outbox, const struct message *message)
{
    struct outbox_item **at = find(outbox, message);
    if (at != NULL)
        take(outbox, at);
}

void outbox_remove_item(struct outbox *outbox, struct outbox_item *item)
{
    struct outbox_item **at = &outbox->first;
    while (*at != item)
        at = &(*at)->next;
    take(outbox, at);
}

void outbox_remove_changes(struct outbox *outbox, const struct room *room, uint64_t of)
{
    for (struct outbox_item **at = &outbox->first; *at != NULL;) {
        if (is_change(*at) && (*at)->room == room && (of == 0 || (*at)->of == of))
            take(outbox, at);
        else
            at = &(*at)->next;
    }
}

void outbox_clear(struct outbox *outbox)
{
    while (outbox->first != NULL)
        take(outbox, &outbox->first);
    outbox_restart(outbox);
}

bool outbox_is_empty(const struct outbox *outbox)
{
    return outbox->first == NULL;
}

bool outbox_has(const struct outbox *outbox, const struct message *message)
{
    const struct outbox_item *item = outbox->first;
    while (item != NULL && item->message != message)
        item = item->next;
    return item != NULL;
}

struct outbox_item *outbox_find(const struct outbox *outbox, const char *id)
{
    struct outbox_item *item = outbox->first;
    while (item != NULL && !str_equal(is_change(item) ? item->id : item->message->id, id))
        item = item->next;
    return item;
}

struct outbox_item *outbox_next_change(const struct outbox *outbox, enum outbox_kind kind,
                                       const struct room *room, uint64_t of, const char *emoji,
                                       const struct outbox_item *after)
{
    struct outbox_item *item = after != NULL ? after->next : outbox->first;
    while (item != NULL &&
           (item->kind != kind || item->room != room || item->of != of || item->seq != 0 ||
            (kind == OUTBOX_REACT && strcmp(item->text, emoji) != 0)))
        item = item->next;
    return item;
}

bool outbox_is_behind(const struct outbox *outbox, const struct outbox_item *item)
{
    if (item->kind != OUTBOX_SAY || item->batch == 0)
        return false;
    for (const struct outbox_item *file = outbox->first; file != NULL; file = file->next)
        if (file->kind == OUTBOX_FILE && file->batch == item->batch && file->message->seq == 0)
            return true;
    return false;
}

struct outbox_item *outbox_take_freed(struct outbox *outbox)
{
    for (struct outbox_item *item = outbox->first; item != NULL; item = item->next)
        if (item->kind == OUTBOX_SAY && item->batch != 0 && !outbox_is_behind(outbox, item)) {
            item->batch = 0;
            return item;
        }
    return NULL;
}

void outbox_each(const struct outbox *outbox,
                 void (*send)(void *context, const struct outbox_item *item), void *context)
{
    for (const struct outbox_item *item = outbox->first; item != NULL; item = item->next) {
        if (item->kind != OUTBOX_FILE && !outbox_is_behind(outbox, item))
            send(context, item);
    }
}

void outbox_hold(struct outbox *outbox, const struct outbox_item *item, int64_t until_ms)
{
    outbox->paced = true;
    if (until_ms > outbox->held_until_ms)
        outbox->held_until_ms = until_ms;
    if (outbox->flying == item)
        outbox->flying = NULL;
}

static bool is_in_flight(const struct outbox *outbox)
{
    return outbox->flying != NULL && seq_of(outbox->flying) == 0;
}

const struct outbox_item *outbox_next(struct outbox *outbox, int64_t now_ms)
{
    struct outbox_item *item = outbox->first;
    if (!outbox->paced || is_in_flight(outbox) || now_ms < outbox->held_until_ms)
        return NULL;
    while (item != NULL &&
           (item->kind == OUTBOX_FILE || seq_of(item) != 0 || outbox_is_behind(outbox, item)))
        item = item->next;
    outbox->flying = item;
    outbox->paced = item != NULL;
    return item;
}

int64_t outbox_due_ms(const struct outbox *outbox)
{
    return outbox->paced && !is_in_flight(outbox) ? outbox->held_until_ms : INT64_MAX;
}

void outbox_restart(struct outbox *outbox)
{
    outbox->paced = false;
    outbox->flying = NULL;
    outbox->held_until_ms = 0;
}

struct message *outbox_on_stored(struct outbox *outbox, const struct room *room, uint64_t seq)
{
    struct message *newest = NULL;
    for (struct outbox_item **at = &outbox->first; *at != NULL;) {
        struct outbox_item *item = *at;
        struct message *message = item->message;
        if (item->room != room || seq_of(item) == 0 || seq_of(item) > seq) {
            at = &item->next;
            continue;
        }
        if (message != NULL) {
            if (message->state != MESSAGE_STORED && (newest == NULL || message->seq > newest->seq))
                newest = message;
            message->state = MESSAGE_STORED;
            message->version++;
        }
        if (item->kind == OUTBOX_FILE && !item->whole)
            at = &item->next; /* its bytes are still on their way */
        else
            take(outbox, at);
    }
    return newest;
}

void outbox_on_whole(struct outbox *outbox, const struct message *message)
{
    struct outbox_item **at = find(outbox, message);
    if (at == NULL)
        return;
    (*at)->whole = true;
    if (message->state == MESSAGE_STORED)
        take(outbox, at);
}

bool outbox_forget_whole(struct outbox *outbox, const struct message *message)
{
    struct outbox_item **at = find(outbox, message);
    bool was = at != NULL && (*at)->whole;
    if (at != NULL)
        (*at)->whole = false;
    return was;
}
