/* loop.h - one thread's select() loop. Owner-driven: watches are embedded in what they serve, and
 * say what they want when they are asked.
 *
 * One turn: ask (what do you want now? those that were served, flushed or touched since) -> wait
 * (select until the nearest deadline) -> serve (ready watches, or those that have bytes pending) ->
 * flush (those that were served or touched, each once) -> retire (call on_retire for what was
 * removed: here only may memory go).
 *
 * A turn costs what happens in it, not what is connected: a watch that nothing happens to is neither
 * asked nor flushed, and when there are more than HOT_MAX of them it is waited for through one
 * descriptor for the whole crowd (sock_herd.h). */
#ifndef CONFAB_NET_LOOP_H
#define CONFAB_NET_LOOP_H

#include "protocol/os/sock.h"

struct loop;
struct watch;

struct watch_ops {
    /* What to wait for now: SOCK_READ | SOCK_WRITE, 0 for nothing; LOOP_PENDING: do not sleep,
     * serve me (bytes are already here). The answer stands until the watch is served, flushed or
     * touched. Changes nothing: no adding, removing, closing. */
    unsigned (*prepare)(struct watch *watch);
    /* `ready` as select() or LOOP_PENDING said. */
    void (*serve)(struct watch *watch, unsigned ready);
    /* After all were served: send what there is. May be NULL. */
    void (*flush)(struct watch *watch);
    /* After loop_remove(), at the end of the turn: free the owner. May be NULL. */
    void (*retire)(struct watch *watch);
};
#define LOOP_PENDING 4u

/* The loop's lists; a watch knows its place in each. */
enum loop_list {
    LOOP_ALL,
    LOOP_ACTIVE, /* to be asked or flushed */
    LOOP_HOT,    /* in select()'s sets */
    LOOP_GONE,   /* removed, to be retired */
    LOOP_LISTS,
};

/* Embedded in its owner, zero but for sock and ops; then loop_add(). The rest is the loop's. */
struct watch {
    os_sock sock;
    const struct watch_ops *ops;
    uint32_t places[LOOP_LISTS]; /* 1 + the place in each list; 0: not in it */
    uint8_t wants;               /* what prepare said */
    uint8_t herd;                /* of that, what the herd waits for; select() does the rest */
    bool ask, flush, removed;
    int64_t ready_ms; /* when it was last served */
};

struct loop *loop_create(void);
void loop_destroy(struct loop *loop); /* retires what is still there */
/* Allowed in callbacks; the watch is served from the next turn on. */
void loop_add(struct loop *loop, struct watch *watch);
/* Allowed in callbacks, and twice; no callback but retire follows. The socket may go at once. */
void loop_remove(struct loop *loop, struct watch *watch);
size_t loop_count(const struct loop *loop);
/* Something may be there to be sent, or its wishes have changed, and not by its own serve or flush:
 * it is flushed in this turn, or, if this turn's flush is over or running, in one that follows at
 * once. Cheap, and allowed at any time, also for one that was removed. */
void loop_touch(struct loop *loop, struct watch *watch);
/* Changes with each watch that is flushed: what was touched in the same era need not be touched
 * again. */
uint64_t loop_era(const struct loop *loop);
/* Called in prepare: this turn sleeps at most until clock_now_ms() reaches at_ms. Who calls it is
 * asked again in the next turn. */
void loop_due(struct loop *loop, int64_t at_ms);
/* clock_now_ms() as it was when the turn's wait ended: one clock call a turn. */
int64_t loop_now_ms(const struct loop *loop);
/* The same moment by clock_now_us(), for measuring. */
int64_t loop_woke_us(const struct loop *loop);
/* LOOP_SCRATCH_SIZE bytes for what lives no longer than one serve: one buffer for all who read. */
#define LOOP_SCRATCH_SIZE 266240
uint8_t *loop_scratch(struct loop *loop);
/* One turn; sleeps until something is ready or clock_now_ms() reaches deadline_ms (INT64_MAX: no
 * end). False if select() itself failed. */
bool loop_turn(struct loop *loop, int64_t deadline_ms, struct err *err);

#endif
