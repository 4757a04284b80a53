/* outbox.h - what we said and the server has not safely got yet. UI thread only.
 *
 * An item is let go of when the server said `stored`; until then it is sent again after each
 * reconnect, under the same id, so that it is never doubled. */
#ifndef CONFAB_APP_OUTBOX_H
#define CONFAB_APP_OUTBOX_H

#include "client/model/model.h"

struct outbox_item {
    struct outbox_item *next;
    struct room *room;
    struct message *message; /* the room's */
    bool file;               /* the net sends it; here it only waits for its end */
    bool whole;              /* the server has all of the file */
};

struct outbox { /* zero-initialised */
    struct outbox_item *first, **end;
    /* The server said too-fast: from then on one text at a time, until none waits. */
    bool paced;
    int64_t held_until_ms;  /* clock_now_ms(): nothing before */
    struct message *flying; /* sent, not answered; NULL: none */
};

void outbox_add(struct outbox *outbox, struct room *room, struct message *message);
/* The message failed, or is given up. Fine if it is not there. */
void outbox_remove(struct outbox *outbox, const struct message *message);
void outbox_clear(struct outbox *outbox);
bool outbox_is_empty(const struct outbox *outbox);
/* Call `send` for all texts, in the order in which they were said. */
void outbox_each_text(const struct outbox *outbox,
                      void (*send)(void *context, const struct room *room,
                                   const struct message *message),
                      void *context);
/* The server had no time for this text: it and all behind it wait until then. */
void outbox_hold(struct outbox *outbox, const struct message *message, int64_t until_ms);
/* Paced: the text that may be sent now, or NULL. It counts as sent. */
const struct outbox_item *outbox_next(struct outbox *outbox, int64_t now_ms);
int64_t outbox_due_ms(const struct outbox *outbox); /* when to ask again; INT64_MAX: nothing */
/* A new connection, where everything is sent at once again. */
void outbox_restart(struct outbox *outbox);
/* Everything of the room up to seq is safe. Returns the newest message that this is about, or
 * NULL. */
struct message *outbox_on_stored(struct outbox *outbox, const struct room *room, uint64_t seq);
void outbox_on_whole(struct outbox *outbox, const struct message *message);
/* The server lost it again: true if it was whole before. */
bool outbox_forget_whole(struct outbox *outbox, const struct message *message);
bool outbox_has(const struct outbox *outbox, const struct message *message);

#endif
