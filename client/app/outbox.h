/* outbox.h - what we said and changed and the server has not safely got yet. UI thread only.
 *
 * An item is let go of when the server said `stored`; until then it is sent again after each
 * reconnect, under the same id, so that it is never doubled. */
#ifndef CONFAB_APP_OUTBOX_H
#define CONFAB_APP_OUTBOX_H

#include "client/model/model.h"

enum outbox_kind {
    OUTBOX_SAY,
    OUTBOX_FILE, /* the net sends it; here it only waits for its end */
    OUTBOX_EDIT,
    OUTBOX_REACT,
};

struct outbox_item {
    struct outbox_item *next;
    enum outbox_kind kind;
    struct room *room;
    struct message *message; /* SAY, FILE: the room's */
    bool whole;              /* FILE: the server has all of it */
    uint32_t batch;          /* SAY: it goes behind the FILEs with the same number; 0: at once */
    /* EDIT, REACT: */
    char id[ID_MAX + 1];
    uint64_t of;      /* the message that is changed */
    uint64_t seq;     /* of the event that it became; 0: not yet */
    char *text;       /* what it says now; the emoji */
    bool remove;      /* REACT: taken back */
    char *before;     /* EDIT: what it says without this: shown again if the server refuses it */
    bool edited, was; /* EDIT: message->edited before; REACT: whether it was there before */
};

struct outbox { /* zero-initialised */
    struct outbox_item *first, **end;
    /* The server said too-fast: from then on one at a time, until none waits. */
    bool paced;
    int64_t held_until_ms;      /* clock_now_ms(): nothing before */
    struct outbox_item *flying; /* sent, not answered; NULL: none */
    uint32_t batches;           /* numbers given */
};

struct outbox_item *outbox_add(struct outbox *outbox, struct room *room, struct message *message);
/* An edit or a reaction, for the caller to fill in. */
struct outbox_item *outbox_add_change(struct outbox *outbox, enum outbox_kind kind,
                                      struct room *room, uint64_t of);
/* The message failed, or is given up. Fine if it is not there. */
void outbox_remove(struct outbox *outbox, const struct message *message);
void outbox_remove_item(struct outbox *outbox, struct outbox_item *item);
/* Edits and reactions of the message `of`, or of all of the room (0). */
void outbox_remove_changes(struct outbox *outbox, const struct room *room, uint64_t of);
void outbox_clear(struct outbox *outbox);
bool outbox_is_empty(const struct outbox *outbox);
/* What the server calls by this id: text, edit or reaction; NULL. */
struct outbox_item *outbox_find(const struct outbox *outbox, const char *id);
/* The first change of this kind (REACT: with this emoji) of a message that is no event yet, behind
 * `after` (NULL: of all). */
struct outbox_item *outbox_next_change(const struct outbox *outbox, enum outbox_kind kind,
                                       const struct room *room, uint64_t of, const char *emoji,
                                       const struct outbox_item *after);
/* Files that go before it have not gone yet, nor failed. */
bool outbox_is_behind(const struct outbox *outbox, const struct outbox_item *item);
/* A text that has waited for its files and need not any more: from now on it is like others. NULL: none. */
struct outbox_item *outbox_take_freed(struct outbox *outbox);
/* Call `send` for all but files and what goes behind them, in the order in which they were said. */
void outbox_each(const struct outbox *outbox,
                 void (*send)(void *context, const struct outbox_item *item), void *context);
/* The server had no time for this one: it and all behind it wait until then. */
void outbox_hold(struct outbox *outbox, const struct outbox_item *item, int64_t until_ms);
/* Paced: what may be sent now, or NULL. It counts as sent. */
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
