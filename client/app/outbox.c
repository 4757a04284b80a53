#include "client/app/outbox.h"

#include "protocol/base/mem.h"

void outbox_add(struct outbox *outbox, struct room *room, struct message *message)
{
    struct outbox_item *item = mem_alloc(1, sizeof *item);
    item->room = room;
    item->message = message;
    item->file = message->kind == MESSAGE_FILE;
    if (outbox->first == NULL)
        outbox->end = &outbox->first;
    *outbox->end = item;
    outbox->end = &item->next;
}

static void take(struct outbox *outbox, struct outbox_item **at)
{
    struct outbox_item *item = *at;
    *at = item->next;
    if (outbox->flying == item->message)
        outbox->flying = NULL;
    if (item->next == NULL)
        outbox->end = at;
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

void outbox_each_text(const struct outbox *outbox,
                      void (*send)(void *context, const struct room *room,
                                   const struct message *message),
                      void *context)
{
    for (const struct outbox_item *item = outbox->first; item != NULL; item = item->next) {
        if (!item->file)
            send(context, item->room, item->message);
    }
}

void outbox_hold(struct outbox *outbox, const struct message *message, int64_t until_ms)
{
    outbox->paced = true;
    if (until_ms > outbox->held_until_ms)
        outbox->held_until_ms = until_ms;
    if (outbox->flying == message)
        outbox->flying = NULL;
}

static bool is_in_flight(const struct outbox *outbox)
{
    return outbox->flying != NULL && outbox->flying->seq == 0;
}

const struct outbox_item *outbox_next(struct outbox *outbox, int64_t now_ms)
{
    const struct outbox_item *item = outbox->first;
    if (!outbox->paced || is_in_flight(outbox) || now_ms < outbox->held_until_ms)
        return NULL;
    while (item != NULL && (item->file || item->message->seq != 0))
        item = item->next;
    outbox->flying = item != NULL ? item->message : NULL;
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
        if (item->room != room || message->seq == 0 || message->seq > seq) {
            at = &item->next;
            continue;
        }
        if (message->state != MESSAGE_STORED && (newest == NULL || message->seq > newest->seq))
            newest = message;
        message->state = MESSAGE_STORED;
        message->version++;
        if (item->file && !item->whole)
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
