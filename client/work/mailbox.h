/* mailbox.h - a queue of mail between threads; posting rings its reader. Any number of posters,
 * one reader. */
#ifndef CONFAB_WORK_MAILBOX_H
#define CONFAB_WORK_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>

/* First member of whatever is sent. Once posted, the sender has forgotten it. */
struct mail {
    struct mail *next;
    /* On the reader's thread: use the mail and free it. `reader` is what mailbox_drain() was
     * given. */
    void (*open)(struct mail *mail, void *reader);
    /* Free it unread (the box is destroyed). */
    void (*drop)(struct mail *mail);
};

struct mailbox;
/* `ring(context)` is called on the poster's thread after a post into an empty box. */
struct mailbox *mailbox_create(void (*ring)(void *context), void *context);
void mailbox_destroy(struct mailbox *box); /* drops what is inside */
void mailbox_post(struct mailbox *box, struct mail *mail);
/* Open all mail that is there now, in order. Returns how many. */
size_t mailbox_drain(struct mailbox *box, void *reader);

#endif
