#include "client/work/starts.h"

#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/thread.h"

struct starts {
    struct instance *instance;
    struct mailbox *box;
    void (*follow)(void *reader, const char *word);
    struct thread *thread;
};

struct start {
    struct mail mail; /* first */
    struct instance_caller *caller;
    void (*follow)(void *reader, const char *word);
    char word[INSTANCE_WORD_SIZE];
};

static void start_open(struct mail *mail, void *reader)
{
    struct start *start = (struct start *)(void *)mail;
    if (instance_answer(start->caller, true))
        start->follow(reader, start->word);
    mem_free(start);
}

static void start_drop(struct mail *mail)
{
    struct start *start = (struct start *)(void *)mail;
    instance_answer(start->caller, false);
    mem_free(start);
}

static void listen_to(void *arg)
{
    struct starts *starts = arg;
    char word[INSTANCE_WORD_SIZE];
    struct instance_caller *caller;
    while (instance_hear(starts->instance, word, &caller)) {
        struct start *start = mem_alloc(1, sizeof *start);
        start->mail = (struct mail){.open = start_open, .drop = start_drop};
        start->caller = caller;
        start->follow = starts->follow;
        str_copy(start->word, sizeof start->word, word);
        mailbox_post(starts->box, &start->mail);
    }
}

struct starts *starts_open(struct instance *instance, struct mailbox *box,
                           void (*follow)(void *reader, const char *word), struct err *err)
{
    struct starts *starts = mem_alloc(1, sizeof *starts);
    *starts = (struct starts){.instance = instance, .box = box, .follow = follow};
    starts->thread = thread_start(listen_to, starts, err);
    if (starts->thread)
        return starts;
    starts_close(starts);
    return NULL;
}

void starts_close(struct starts *starts)
{
    if (!starts)
        return;
    if (starts->thread)
        instance_stop(starts->instance);
    thread_join(starts->thread);
    instance_destroy(starts->instance);
    mem_free(starts);
}
