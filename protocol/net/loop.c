#include "protocol/net/loop.h"

#include <assert.h>

#include "protocol/base/mem.h"
#include "protocol/os/clock.h"

struct loop {
    struct sock_set *set;
    struct watch **watches; /* [count]; removed ones stay in their slot until they are retired */
    unsigned *wants;        /* [room]: what each said in prepare */
    size_t count, room;
    size_t live;    /* watches that are not removed */
    int64_t due_ms; /* while preparing: the earliest wish */
    int64_t now_ms;
    bool hurry;
    bool turning;
    uint8_t *scratch; /* [LOOP_SCRATCH_SIZE], made when first asked for */
};

struct loop *loop_create(void)
{
    struct loop *loop = mem_alloc(1, sizeof *loop);
    loop->set = sock_set_create();
    loop->now_ms = clock_now_ms();
    return loop;
}

void loop_add(struct loop *loop, struct watch *watch)
{
    assert(watch->ops && watch->ops->prepare && watch->ops->serve && watch->sock != OS_SOCK_NONE);
    if (loop->count == loop->room) {
        loop->room = loop->room ? loop->room * 2 : 64;
        loop->watches = mem_resize(loop->watches, loop->room, sizeof(struct watch *));
        loop->wants = mem_resize(loop->wants, loop->room, sizeof *loop->wants);
    }
    watch->slot = loop->count;
    watch->removed = false;
    loop->watches[loop->count++] = watch;
    loop->live++;
    loop->hurry = true; /* it may have something to send already */
}

void loop_remove(struct loop *loop, struct watch *watch)
{
    assert(watch->slot < loop->count && loop->watches[watch->slot] == watch);
    if (watch->removed)
        return;
    watch->removed = true;
    loop->live--;
    loop->hurry = true; /* what it leaves behind may be news for others */
}

size_t loop_count(const struct loop *loop)
{
    return loop->live;
}

void loop_hurry(struct loop *loop)
{
    loop->hurry = true;
}

void loop_due(struct loop *loop, int64_t at_ms)
{
    if (at_ms < loop->due_ms)
        loop->due_ms = at_ms;
}

int64_t loop_now_ms(const struct loop *loop)
{
    return loop->now_ms;
}

uint8_t *loop_scratch(struct loop *loop)
{
    if (!loop->scratch)
        loop->scratch = mem_alloc(LOOP_SCRATCH_SIZE, 1);
    return loop->scratch;
}

/* Memory goes here only. The last watch takes the free slot; who is added or removed by a retire
 * callback is seen by the same walk, since it runs backwards until nobody is left. */
static void retire(struct loop *loop)
{
    size_t i = loop->count;
    while (loop->live < loop->count) {
        i = i == 0 ? loop->count - 1 : i - 1;
        if (i >= loop->count || !loop->watches[i]->removed)
            continue;
        struct watch *gone = loop->watches[i];
        loop->watches[i] = loop->watches[--loop->count];
        loop->watches[i]->slot = i;
        if (gone->ops->retire)
            gone->ops->retire(gone);
    }
}

void loop_destroy(struct loop *loop)
{
    if (!loop)
        return;
    assert(!loop->turning);
    while (loop->count > 0) {
        for (size_t i = loop->count; i-- > 0;)
            loop_remove(loop, loop->watches[i]);
        retire(loop);
    }
    sock_set_destroy(loop->set);
    mem_free(loop->watches);
    mem_free(loop->wants);
    mem_free(loop->scratch);
    mem_free(loop);
}

static void prepare(struct loop *loop, size_t count)
{
    sock_set_clear(loop->set);
    for (size_t i = 0; i < count; i++) {
        struct watch *watch = loop->watches[i];
        unsigned want = watch->removed ? 0 : watch->ops->prepare(watch);
        loop->wants[i] = want;
        if (want & LOOP_PENDING)
            loop->hurry = true;
        if (want & (SOCK_READ | SOCK_WRITE) && !watch->removed)
            sock_set_add(loop->set, watch->sock, want);
    }
}

static bool wait_ready(struct loop *loop, struct err *err)
{
    int64_t timeout_ms = -1;
    if (loop->hurry) {
        timeout_ms = 0;
    } else if (loop->due_ms != INT64_MAX) {
        timeout_ms = loop->due_ms - clock_now_ms();
        if (timeout_ms < 0)
            timeout_ms = 0;
    }
    bool ok = sock_set_wait(loop->set, timeout_ms, err) >= 0;
    loop->now_ms = clock_now_ms();
    return ok;
}

bool loop_turn(struct loop *loop, int64_t deadline_ms, struct err *err)
{
    assert(!loop->turning); /* a callback must not turn the loop it hangs on */
    retire(loop);           /* who was removed between two turns */
    loop->turning = true;
    loop->due_ms = deadline_ms;
    loop->now_ms = clock_now_ms();
    /* who is added from here on has its first turn next time: select() did not ask for it, and its
     * socket's number may be that of one that was closed in this turn */
    size_t count = loop->count;

    prepare(loop, count);
    bool ok = wait_ready(loop, err);
    for (size_t i = 0; ok && i < count; i++) {
        struct watch *watch = loop->watches[i];
        unsigned ready = (loop->wants[i] & LOOP_PENDING) |
                         (loop->wants[i] & sock_set_ready(loop->set, watch->sock));
        if (ready != 0 && !watch->removed)
            watch->ops->serve(watch, ready);
    }
    /* what is said from here on may be news for one that was flushed already */
    loop->hurry = loop->count > count;
    for (size_t i = 0; ok && i < count; i++) {
        struct watch *watch = loop->watches[i];
        if (watch->ops->flush && !watch->removed)
            watch->ops->flush(watch);
    }
    loop->turning = false;
    retire(loop);
    return ok;
}
