#include "client/work/mailbox.h"

#include "protocol/base/mem.h"
#include "protocol/os/thread.h"

struct mailbox {
    struct mutex *mutex;
    struct mail *first, *last;
    void (*ring)(void *context);
    void *context;
};

struct mailbox *mailbox_create(void (*ring)(void *context), void *context)
{
    struct mailbox *box = mem_alloc(1, sizeof *box);
    box->mutex = mutex_create();
    box->ring = ring;
    box->context = context;
    return box;
}

static struct mail *take_all(struct mailbox *box)
{
    mutex_lock(box->mutex);
    struct mail *first = box->first;
    box->first = box->last = NULL;
    mutex_unlock(box->mutex);
    return first;
}

void mailbox_destroy(struct mailbox *box)
{
    if (box == NULL)
        return;
    struct mail *mail = take_all(box);
    while (mail != NULL) {
        struct mail *next = mail->next;
        mail->drop(mail);
        mail = next;
    }
    mutex_destroy(box->mutex);
    mem_free(box);
}

void mailbox_post(struct mailbox *box, struct mail *mail)
{
    mail->next = NULL;
    mutex_lock(box->mutex);
    bool was_empty = box->first == NULL;
    if (was_empty)
        box->first = mail;
    else
        box->last->next = mail;
    box->last = mail;
    mutex_unlock(box->mutex);
    /* Outside of the lock: the reader may come at once, and must not find it taken. */
    if (was_empty && box->ring != NULL)
        box->ring(box->context);
}

size_t mailbox_drain(struct mailbox *box, void *reader)
{
    size_t count = 0;
    struct mail *mail = take_all(box);
    while (mail != NULL) {
        struct mail *next = mail->next; /* open() frees the mail */
        mail->open(mail, reader);
        mail = next;
        count++;
    }
    return count;
}
