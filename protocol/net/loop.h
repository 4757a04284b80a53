/* loop.h - one thread's select() loop. Owner-driven: watches are embedded in what they serve,
 * wishes are asked for anew each turn.
 *
 * One turn: prepare (each watch says what it wants now) -> wait (select until the nearest deadline)
 * -> serve (ready watches, or those that have bytes pending) -> flush (each watch once) -> retire
 * (call on_retire for what was removed: here only may memory go). */
#ifndef CONFAB_NET_LOOP_H
#define CONFAB_NET_LOOP_H

#include "protocol/os/sock.h"

struct loop;
struct watch;

struct watch_ops {
    /* What to wait for now: SOCK_READ | SOCK_WRITE, 0 for nothing; LOOP_PENDING: do not sleep,
     * serve me (bytes are already here). Changes nothing: no adding, removing, closing. */
    unsigned (*prepare)(struct watch *watch);
    /* `ready` as select() or LOOP_PENDING said. */
    void (*serve)(struct watch *watch, unsigned ready);
    /* Once a turn, after all were served: send what there is. May be NULL. */
    void (*flush)(struct watch *watch);
    /* After loop_remove(), at the end of the turn: free the owner. May be NULL. */
    void (*retire)(struct watch *watch);
};
#define LOOP_PENDING 4u

/* Embedded in its owner; fill sock and ops, then loop_add(). The rest is the loop's. */
struct watch {
    os_sock sock;
    const struct watch_ops *ops;
    size_t slot;
    bool removed;
};

struct loop *loop_create(void);
void loop_destroy(struct loop *loop); /* retires what is still there */
/* Allowed in callbacks; the watch is served from the next turn on. */
void loop_add(struct loop *loop, struct watch *watch);
/* Allowed in callbacks, and twice; no callback but retire follows. The socket may go at once. */
void loop_remove(struct loop *loop, struct watch *watch);
size_t loop_count(const struct loop *loop);
/* Called while something is published outside of serve (a timer between two turns, a callback of
 * the flush itself): the next turn does not sleep before it has flushed. Within serve it does no
 * harm. */
void loop_hurry(struct loop *loop);
/* Called in prepare: this turn sleeps at most until clock_now_ms() reaches at_ms. */
void loop_due(struct loop *loop, int64_t at_ms);
/* clock_now_ms() as it was when the turn's wait ended: one clock call a turn. */
int64_t loop_now_ms(const struct loop *loop);
/* LOOP_SCRATCH_SIZE bytes for what lives no longer than one serve: one buffer for all who read. */
#define LOOP_SCRATCH_SIZE 69632
uint8_t *loop_scratch(struct loop *loop);
/* One turn; sleeps until something is ready or clock_now_ms() reaches deadline_ms (INT64_MAX: no
 * end). False if select() itself failed. */
bool loop_turn(struct loop *loop, int64_t deadline_ms, struct err *err);

#endif
