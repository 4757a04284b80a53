#include "protocol/net/loop.h"

#include <assert.h>

#include "protocol/base/mem.h"
#include "protocol/os/clock.h"
#include "protocol/os/sock_herd.h"

/* One select() over so many costs 8 us; below that the herd is not worth its calls. */
#define HOT_MAX 64
#define COLD_AFTER_MS 200 /* not ready for so long: to the herd */
#define COOL_AT_ONCE 32   /* looked at for that in a turn, and an eighth of all that are hot */

struct list {
    struct watch **at;
    uint32_t count, room;
};

struct loop {
    struct list lists[LOOP_LISTS];
    struct sock_set *set;
    struct sock_herd *herd; /* NULL: the system has none */
    size_t herd_count;
    int64_t swept_ms; /* without a descriptor of the herd's own */
    uint32_t cool;    /* place in the hot list that is looked at next */
    int64_t due_ms;   /* while asking: the earliest wish */
    bool due;         /* ... the one that is asked now has one */
    int64_t now_ms, woke_us;
    uint64_t era;
    bool hurry; /* do not sleep in the next turn */
    bool turning;
    uint8_t *scratch; /* [LOOP_SCRATCH_SIZE], made when first asked for */
};

/* Lists */

static void list_add(struct loop *loop, enum loop_list which, struct watch *watch)
{
    struct list *list = &loop->lists[which];
    if (watch->places[which] != 0)
        return;
    if (list->count == list->room) {
        list->room = list->room ? list->room * 2 : 64;
        list->at = mem_resize(list->at, list->room, sizeof(struct watch *));
    }
    list->at[list->count++] = watch;
    watch->places[which] = list->count;
}

/* The last one takes its place. */
static void list_drop(struct loop *loop, enum loop_list which, struct watch *watch)
{
    struct list *list = &loop->lists[which];
    uint32_t place = watch->places[which];
    if (place == 0)
        return;
    struct watch *last = list->at[--list->count];
    list->at[place - 1] = last;
    last->places[which] = place;
    watch->places[which] = 0;
}

/* Life */

struct loop *loop_create(void)
{
    struct loop *loop = mem_alloc(1, sizeof *loop);
    loop->set = sock_set_create();
    loop->herd = sock_herd_create();
    loop->now_ms = clock_now_ms();
    loop->era = 1;
    return loop;
}

void loop_add(struct loop *loop, struct watch *watch)
{
    assert(watch->ops && watch->ops->prepare && watch->ops->serve && watch->sock != OS_SOCK_NONE);
    watch->wants = watch->herd = 0;
    watch->removed = false;
    watch->ready_ms = loop->now_ms;
    list_add(loop, LOOP_ALL, watch);
    loop_touch(loop, watch);
}

static void leave_herd(struct loop *loop, struct watch *watch)
{
    if (watch->herd == 0)
        return;
    sock_herd_set(loop->herd, watch->sock, watch->herd, 0, watch);
    watch->herd = 0;
    loop->herd_count--;
}

void loop_remove(struct loop *loop, struct watch *watch)
{
    assert(watch->places[LOOP_ALL] != 0);
    if (watch->removed)
        return;
    watch->removed = true;
    leave_herd(loop, watch);
    list_add(loop, LOOP_GONE, watch);
    loop->hurry = true; /* what it leaves behind may be news for others */
}

size_t loop_count(const struct loop *loop)
{
    return loop->lists[LOOP_ALL].count - loop->lists[LOOP_GONE].count;
}

void loop_touch(struct loop *loop, struct watch *watch)
{
    if (watch->removed)
        return;
    watch->ask = watch->flush = true;
    list_add(loop, LOOP_ACTIVE, watch);
    loop->hurry = true;
}

uint64_t loop_era(const struct loop *loop)
{
    return loop->era;
}

void loop_due(struct loop *loop, int64_t at_ms)
{
    loop->due = true;
    if (at_ms < loop->due_ms)
        loop->due_ms = at_ms;
}

int64_t loop_now_ms(const struct loop *loop)
{
    return loop->now_ms;
}

int64_t loop_woke_us(const struct loop *loop)
{
    return loop->woke_us;
}

uint8_t *loop_scratch(struct loop *loop)
{
    if (!loop->scratch)
        loop->scratch = mem_alloc(LOOP_SCRATCH_SIZE, 1);
    return loop->scratch;
}

/* Memory goes here only. A retire callback may remove others: they are retired as well. */
static void retire(struct loop *loop)
{
    struct list *gone = &loop->lists[LOOP_GONE];
    while (gone->count > 0) {
        struct watch *watch = gone->at[gone->count - 1];
        for (int i = 0; i < LOOP_LISTS; i++)
            list_drop(loop, (enum loop_list)i, watch);
        if (watch->ops->retire)
            watch->ops->retire(watch);
    }
}

void loop_destroy(struct loop *loop)
{
    if (!loop)
        return;
    assert(!loop->turning);
    while (loop->lists[LOOP_ALL].count > 0) {
        for (uint32_t i = loop->lists[LOOP_ALL].count; i-- > 0;)
            loop_remove(loop, loop->lists[LOOP_ALL].at[i]);
        retire(loop);
    }
    sock_set_destroy(loop->set);
    sock_herd_destroy(loop->herd);
    for (int i = 0; i < LOOP_LISTS; i++)
        mem_free(loop->lists[i].at);
    mem_free(loop->scratch);
    mem_free(loop);
}

/* Hot and cold */

static unsigned selected(const struct watch *watch)
{
    return watch->wants & (SOCK_READ | SOCK_WRITE) & ~(unsigned)watch->herd;
}

static void sort_in(struct loop *loop, struct watch *watch)
{
    if (selected(watch) != 0)
        list_add(loop, LOOP_HOT, watch);
    else
        list_drop(loop, LOOP_HOT, watch);
}

static void cool(struct loop *loop, struct watch *watch)
{
    unsigned all = watch->herd | selected(watch);
    if (!sock_herd_set(loop->herd, watch->sock, watch->herd, all, watch)) {
        watch->ready_ms = loop->now_ms; /* it stays hot, and is tried again */
        return;
    }
    loop->herd_count += watch->herd == 0;
    watch->herd = (uint8_t)all;
    list_drop(loop, LOOP_HOT, watch);
}

static void cool_some(struct loop *loop)
{
    const struct list *hot = &loop->lists[LOOP_HOT];
    if (loop->herd == NULL || hot->count <= HOT_MAX)
        return;
    for (uint32_t left = COOL_AT_ONCE + hot->count / 8; left > 0 && hot->count > HOT_MAX; left--) {
        if (loop->cool >= hot->count)
            loop->cool = 0;
        struct watch *watch = hot->at[loop->cool];
        if (!watch->removed && loop->now_ms - watch->ready_ms >= COLD_AFTER_MS)
            cool(loop, watch); /* another takes its place */
        else
            loop->cool++;
    }
}

/* The turn */

static void ask(struct loop *loop)
{
    const struct list *active = &loop->lists[LOOP_ACTIVE];
    for (uint32_t i = 0; i < active->count; i++) {
        struct watch *watch = active->at[i];
        if (!watch->ask || watch->removed)
            continue;
        loop->due = false;
        watch->wants = (uint8_t)watch->ops->prepare(watch);
        watch->ask = loop->due;
        if (watch->wants & LOOP_PENDING)
            loop->hurry = true;
        if (watch->herd & ~watch->wants)
            leave_herd(loop, watch);
        sort_in(loop, watch);
    }
}

static int64_t timeout_of(const struct loop *loop)
{
    if (loop->hurry)
        return 0;
    int64_t until_ms = loop->due_ms;
    if (loop->herd_count > 0 && sock_herd_sock(loop->herd) == OS_SOCK_NONE &&
        loop->swept_ms + SOCK_HERD_SWEEP_MS < until_ms)
        until_ms = loop->swept_ms + SOCK_HERD_SWEEP_MS;
    if (until_ms == INT64_MAX)
        return -1;
    int64_t timeout_ms = until_ms - clock_now_ms();
    return timeout_ms > 0 ? timeout_ms : 0;
}

static bool wait_ready(struct loop *loop, struct err *err)
{
    const struct list *hot = &loop->lists[LOOP_HOT];
    sock_set_clear(loop->set);
    for (uint32_t i = 0; i < hot->count; i++) {
        if (!hot->at[i]->removed)
            sock_set_add(loop->set, hot->at[i]->sock, selected(hot->at[i]));
    }
    if (loop->herd_count > 0 && sock_herd_sock(loop->herd) != OS_SOCK_NONE)
        sock_set_add(loop->set, sock_herd_sock(loop->herd), SOCK_READ);
    bool ok = sock_set_wait(loop->set, timeout_of(loop), err) >= 0;
    loop->woke_us = clock_now_us();
    loop->now_ms = loop->woke_us / 1000;
    return ok;
}

static void serve(struct loop *loop, struct watch *watch, unsigned ready)
{
    if (ready == 0 || watch->removed)
        return;
    watch->wants &= (uint8_t)~LOOP_PENDING; /* once a turn */
    watch->ready_ms = loop->now_ms;
    watch->ask = watch->flush = true;
    list_add(loop, LOOP_ACTIVE, watch);
    watch->ops->serve(watch, ready);
}

static void serve_herd(struct loop *loop)
{
    struct sock_herd_ready who[SOCK_HERD_BATCH];
    bool sweep = loop->herd_count > 0 && sock_herd_sock(loop->herd) == OS_SOCK_NONE;
    if (loop->herd_count == 0 || (sweep && loop->now_ms < loop->swept_ms + SOCK_HERD_SWEEP_MS) ||
        (!sweep && sock_set_ready(loop->set, sock_herd_sock(loop->herd)) == 0))
        return;
    loop->swept_ms = loop->now_ms;
    size_t count = sock_herd_collect(loop->herd, who);
    for (size_t i = 0; i < count; i++) {
        struct watch *watch = who[i].who;
        loop->herd_count -= watch->herd != 0;
        watch->herd = 0;
        serve(loop, watch, watch->wants & who[i].ready);
    }
}

/* Whatever is added or touched meanwhile is not ready: its wishes were not asked for. */
static void serve_all(struct loop *loop)
{
    const struct list *hot = &loop->lists[LOOP_HOT], *active = &loop->lists[LOOP_ACTIVE];
    uint32_t count = active->count;
    for (uint32_t i = 0; i < hot->count; i++) {
        struct watch *watch = hot->at[i];
        unsigned ready = selected(watch) & sock_set_ready(loop->set, watch->sock);
        serve(loop, watch, ready | (ready != 0 ? watch->wants & LOOP_PENDING : 0));
    }
    for (uint32_t i = 0; i < count; i++)
        serve(loop, active->at[i], active->at[i]->wants & LOOP_PENDING);
    serve_herd(loop);
}

static void flush_all(struct loop *loop)
{
    const struct list *active = &loop->lists[LOOP_ACTIVE];
    uint32_t count = active->count;
    for (uint32_t i = 0; i < count; i++) {
        struct watch *watch = active->at[i];
        if (!watch->flush || watch->removed)
            continue;
        watch->flush = false;
        watch->ask = true;
        loop->era++;
        if (watch->ops->flush)
            watch->ops->flush(watch);
    }
}

/* Who was asked and has nothing to be flushed needs no attention. */
static void settle(struct loop *loop)
{
    const struct list *active = &loop->lists[LOOP_ACTIVE];
    for (uint32_t i = active->count; i-- > 0;) {
        struct watch *watch = active->at[i];
        if (!watch->ask && !watch->flush && !(watch->wants & LOOP_PENDING))
            list_drop(loop, LOOP_ACTIVE, watch);
    }
}

bool loop_turn(struct loop *loop, int64_t deadline_ms, struct err *err)
{
    assert(!loop->turning); /* a callback must not turn the loop it hangs on */
    retire(loop);           /* who was removed between two turns */
    loop->turning = true;
    loop->due_ms = deadline_ms;
    loop->now_ms = clock_now_ms();
    ask(loop);
    cool_some(loop);
    settle(loop);
    bool ok = wait_ready(loop, err);
    if (ok) {
        serve_all(loop);
        /* what is touched from here on may have been flushed already */
        loop->hurry = false;
        flush_all(loop);
    }
    loop->turning = false;
    retire(loop);
    return ok;
}
