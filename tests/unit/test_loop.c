/* loop.c and sock_set.c: turns, adding and removing inside callbacks, waking from another thread,
 * descriptors far beyond FD_SETSIZE. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

#include "protocol/base/mem.h"
#include "protocol/net/loop.h"
#include "protocol/os/clock.h"
#include "protocol/os/thread.h"
#include "protocol/os/wake.h"

#define PATIENCE_MS 20000
#define FAR_FD 5000

/* A watch on a bell, that does what the test says. */
struct bell {
    struct watch watch; /* first */
    struct loop *loop;
    struct wake *wake;
    unsigned prepares, serves, flushes, retires, ready;
    unsigned extra; /* LOOP_PENDING */
    bool keep_ringing, touch_in_flush;
    int64_t due_ms; /* 0: none */
    struct bell *remove, *add;
};

static struct bell *bell_of(struct watch *watch)
{
    return (struct bell *)watch;
}

static void add(struct bell *bell)
{
    bell->watch.sock = wake_sock(bell->wake);
    loop_add(bell->loop, &bell->watch);
}

static unsigned prepare(struct watch *watch)
{
    struct bell *bell = bell_of(watch);
    bell->prepares++;
    if (bell->due_ms)
        loop_due(bell->loop, bell->due_ms);
    return SOCK_READ | bell->extra;
}

static void serve(struct watch *watch, unsigned ready)
{
    struct bell *bell = bell_of(watch);
    bell->serves++;
    bell->ready |= ready;
    if (!bell->keep_ringing)
        wake_drain(bell->wake);
    if (bell->remove) {
        loop_remove(bell->loop, &bell->remove->watch);
        loop_remove(bell->loop, &bell->remove->watch);
        assert_int_equal(bell->remove->retires, 0);
    }
    if (bell->add)
        add(bell->add);
    bell->add = bell->remove = NULL;
}

static void flush(struct watch *watch)
{
    struct bell *bell = bell_of(watch);
    bell->flushes++;
    if (bell->touch_in_flush)
        loop_touch(bell->loop, watch);
    bell->touch_in_flush = false;
}

static void retire(struct watch *watch)
{
    bell_of(watch)->retires++;
}

static const struct watch_ops ops = {prepare, serve, flush, retire};

static struct bell *bell_create(struct loop *loop)
{
    struct err err = {0};
    struct bell *bell = mem_alloc(1, sizeof *bell);
    bell->loop = loop;
    bell->wake = wake_create(&err);
    assert_non_null(bell->wake);
    bell->watch.ops = &ops;
    return bell;
}

static void bell_destroy(struct bell *bell)
{
    wake_destroy(bell->wake);
    mem_free(bell);
}

static void turn(struct loop *loop, int64_t deadline_ms)
{
    struct err err = {0};
    assert_true(loop_turn(loop, deadline_ms, &err));
    assert_int_equal(err.kind, ERR_NONE);
}

/* Adding makes the next turn a short one; get past it, and past the question that follows. */
static void settle(struct loop *loop)
{
    turn(loop, clock_now_ms());
    turn(loop, clock_now_ms());
}

static void test_only_who_is_ready_is_served(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct bell *a = bell_create(loop), *b = bell_create(loop);
    add(a);
    add(b);
    wake_ring(b->wake);
    wake_ring(b->wake);
    turn(loop, INT64_MAX);
    assert_int_equal(a->serves, 0);
    assert_int_equal(b->serves, 1);
    assert_int_equal(b->ready, SOCK_READ);
    assert_int_equal(a->flushes, 1);
    assert_int_equal(b->flushes, 1);
    turn(loop, clock_now_ms() + 5); /* drained: many rings were one */
    assert_int_equal(b->serves, 1);
    loop_destroy(loop);
    assert_int_equal(a->retires + b->retires, 2);
    bell_destroy(a);
    bell_destroy(b);
}

static void test_it_sleeps_until_the_deadline(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct bell *a = bell_create(loop);
    add(a);
    settle(loop);
    int64_t began = clock_now_ms();
    turn(loop, began + 80);
    assert_in_range(clock_now_ms() - began, 79, 5000);
    a->due_ms = clock_now_ms() + 60; /* a watch's own time comes before the owner's */
    loop_touch(loop, &a->watch);
    turn(loop, INT64_MAX); /* it is asked, and what was touched does not let the loop sleep */
    turn(loop, INT64_MAX);
    assert_true(clock_now_ms() >= a->due_ms);
    assert_in_range(clock_now_ms() - loop_now_ms(loop), 0, 1000);
    a->due_ms = 0;
    turn(loop, began - 1000); /* long past: looks and returns */
    loop_destroy(loop);
    bell_destroy(a);
}

static void test_pending_and_touched_do_not_sleep(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct bell *a = bell_create(loop);
    add(a);
    settle(loop);
    a->extra = LOOP_PENDING;
    loop_touch(loop, &a->watch);
    turn(loop, INT64_MAX);
    assert_int_equal(a->ready, LOOP_PENDING);
    assert_int_equal(a->serves, 1 + 0);
    a->extra = 0;
    loop_touch(loop, &a->watch);
    unsigned flushes = a->flushes;
    turn(loop, INT64_MAX);
    assert_int_equal(a->flushes, flushes + 1);
    /* what was said during the flush may be news for those before: one more turn at once */
    loop_touch(loop, &a->watch);
    a->touch_in_flush = true;
    turn(loop, INT64_MAX);
    turn(loop, INT64_MAX);
    assert_int_equal(a->flushes, flushes + 3);
    int64_t began = clock_now_ms(); /* and no further */
    turn(loop, began + 40);
    assert_in_range(clock_now_ms() - began, 39, 5000);
    loop_destroy(loop);
    bell_destroy(a);
}

/* What a room does: its readers are touched once an era, however much is said in it. */
struct crier {
    struct watch watch; /* first */
    struct loop *loop;
    struct watch *reader;
    uint64_t *touched_era;
    bool says;
};

static unsigned crier_prepare(struct watch *watch)
{
    (void)watch;
    return 0;
}

static void crier_serve(struct watch *watch, unsigned ready)
{
    (void)watch;
    (void)ready;
}

static void crier_flush(struct watch *watch)
{
    struct crier *crier = (struct crier *)watch;
    if (!crier->says)
        return;
    crier->says = false;
    if (*crier->touched_era != loop_era(crier->loop))
        loop_touch(crier->loop, crier->reader);
    *crier->touched_era = loop_era(crier->loop);
}

static void test_what_is_said_while_others_are_flushed(void **state)
{
    (void)state;
    static const struct watch_ops crier_ops = {
        .prepare = crier_prepare, .serve = crier_serve, .flush = crier_flush};
    struct loop *loop = loop_create();
    struct bell *reader = bell_create(loop);
    uint64_t touched_era = 0;
    struct crier criers[2];
    for (int i = 0; i < 2; i++) {
        criers[i] = (struct crier){.watch = {.sock = wake_sock(reader->wake), .ops = &crier_ops},
                                   .loop = loop,
                                   .reader = &reader->watch,
                                   .touched_era = &touched_era,
                                   .says = true};
        loop_add(loop, &criers[i].watch);
        if (i == 0)
            add(reader); /* flushed between the two */
    }
    turn(loop, INT64_MAX);
    unsigned flushes = reader->flushes;
    assert_int_equal(flushes, 1);
    turn(loop, clock_now_ms()); /* the second has said something since */
    assert_int_equal(reader->flushes, 2);
    loop_destroy(loop);
    bell_destroy(reader);
}

static void test_remove_in_a_callback(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct bell *bells[4];
    for (size_t i = 0; i < 4; i++) {
        bells[i] = bell_create(loop);
        add(bells[i]);
        wake_ring(bells[i]->wake);
    }
    bells[0]->remove = bells[2]; /* ready in this very turn */
    bells[1]->remove = bells[1]; /* itself */
    bells[3]->remove = bells[0]; /* served already */
    turn(loop, INT64_MAX);
    assert_int_equal(bells[0]->serves, 1);
    assert_int_equal(bells[1]->serves, 1);
    assert_int_equal(bells[2]->serves, 0);
    assert_int_equal(bells[3]->serves, 1);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(bells[i]->flushes, 0);
        assert_int_equal(bells[i]->retires, 1);
    }
    assert_int_equal(bells[3]->flushes, 1);
    assert_int_equal(loop_count(loop), 1);
    wake_ring(bells[3]->wake); /* the one that took another's slot is still found */
    turn(loop, INT64_MAX);
    assert_int_equal(bells[3]->serves, 2);
    loop_destroy(loop);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(bells[i]->retires, 1);
        bell_destroy(bells[i]);
    }
}

static void test_remove_between_turns(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct bell *a = bell_create(loop), *b = bell_create(loop);
    add(a);
    add(b);
    settle(loop);
    wake_ring(a->wake);
    loop_remove(loop, &a->watch);
    unsigned prepares = a->prepares;
    turn(loop, INT64_MAX); /* does not sleep: what left may be news */
    assert_int_equal(a->prepares, prepares);
    assert_int_equal(a->serves, 0);
    assert_int_equal(a->retires, 1);
    loop_destroy(loop);
    bell_destroy(a);
    bell_destroy(b);
}

static void test_add_in_a_callback(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct bell *a = bell_create(loop), *many[200];
    add(a);
    for (size_t i = 0; i < 200; i++) { /* the list grows under the turn's feet */
        many[i] = bell_create(loop);
        wake_ring(many[i]->wake);
        a->add = many[i];
        wake_ring(a->wake);
        turn(loop, INT64_MAX);
        assert_int_equal(many[i]->prepares, 0);
        assert_int_equal(many[i]->serves, 0);
    }
    turn(loop, INT64_MAX);
    for (size_t i = 0; i < 200; i++)
        assert_int_equal(many[i]->serves, 1);
    loop_destroy(loop);
    bell_destroy(a);
    for (size_t i = 0; i < 200; i++)
        bell_destroy(many[i]);
}

static void ring_later(void *arg)
{
    struct wake *wake = arg;
    struct mutex *mutex = mutex_create();
    struct cond *cond = cond_create();
    mutex_lock(mutex);
    cond_wait(cond, mutex, 30);
    mutex_unlock(mutex);
    cond_destroy(cond);
    mutex_destroy(mutex);
    wake_ring(wake);
}

static void test_another_thread_ends_the_sleep(void **state)
{
    (void)state;
    struct err err = {0};
    struct loop *loop = loop_create();
    struct bell *a = bell_create(loop);
    add(a);
    settle(loop);
    struct thread *thread = thread_start(ring_later, a->wake, &err);
    assert_non_null(thread);
    turn(loop, clock_now_ms() + PATIENCE_MS);
    assert_int_equal(a->serves, 1);
    thread_join(thread);
    loop_destroy(loop);
    bell_destroy(a);
}

#ifndef _WIN32 /* a descriptor is no small number there; win_test_os.c has many */
static void test_descriptors_beyond_the_set(void **state)
{
    (void)state;
    struct err err = {0};
    struct wake *wake = wake_create(&err);
    struct sock_set *set = sock_set_create();
    assert_true(sock_raise_limit(FAR_FD + 10) >= FAR_FD + 10);
    assert_true(FAR_FD > 4 * FD_SETSIZE);
    assert_int_equal(dup2((int)wake_sock(wake), FAR_FD), FAR_FD);
    assert_int_equal(sock_set_wait(set, 0, &err), 0); /* an empty set is fine */
    for (int round = 0; round < 2; round++) {
        sock_set_clear(set);
        sock_set_add(set, FAR_FD, SOCK_READ);
        sock_set_add(set, wake_sock(wake), SOCK_READ);
        assert_int_equal(sock_set_wait(set, 0, &err), 0);
        assert_int_equal(sock_set_ready(set, FAR_FD), 0);
        wake_ring(wake);
        assert_int_equal(sock_set_wait(set, PATIENCE_MS, &err), 2);
        assert_int_equal(sock_set_ready(set, FAR_FD), SOCK_READ);
        assert_int_equal(sock_set_ready(set, wake_sock(wake)), SOCK_READ);
        assert_int_equal(sock_set_ready(set, FAR_FD - 1), 0);
        assert_int_equal(sock_set_ready(set, FAR_FD * 100), 0);
        wake_drain(wake);
    }
    /* what was wanted before clear is not wanted after it */
    wake_ring(wake);
    sock_set_clear(set);
    assert_int_equal(sock_set_wait(set, 0, &err), 0);
    assert_int_equal(sock_set_ready(set, FAR_FD), 0);
    /* a closed descriptor is our bug; it is said, and nobody is called ready */
    sock_set_add(set, wake_sock(wake), SOCK_READ);
    sock_set_add(set, FAR_FD, SOCK_READ);
    close(FAR_FD);
    assert_int_equal(sock_set_wait(set, 0, &err), -1);
    assert_int_equal(err.kind, ERR_SYSTEM);
    assert_int_equal(sock_set_ready(set, wake_sock(wake)), 0);
    sock_set_destroy(set);
    wake_destroy(wake);
}
#endif

/* More than select() should bear: those that are silent are waited for as one, and nothing is lost
 * or changed by that. */
#define CROWD 300
static void test_a_crowd_is_waited_for_as_one(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    static struct bell *crowd[CROWD];
    assert_true(sock_raise_limit(CROWD * 2 + 100) >= CROWD * 2 + 100);
    for (size_t i = 0; i < CROWD; i++) {
        crowd[i] = bell_create(loop);
        add(crowd[i]);
    }
    int64_t until_ms = clock_now_ms() + PATIENCE_MS;
    size_t hot = CROWD;
    while (hot > 64 && clock_now_ms() < until_ms) {
        turn(loop, clock_now_ms() + 20);
        hot = 0;
        for (size_t i = 0; i < CROWD; i++)
            hot += crowd[i]->watch.herd == 0;
    }
    assert_in_range(hot, 1, 64);
    unsigned prepares = crowd[CROWD / 2]->prepares;
    for (unsigned round = 1; round <= 3; round++) {
        for (size_t i = 0; i < CROWD; i++)
            wake_ring(crowd[i]->wake);
        unsigned served = 0;
        while (served < CROWD * round && clock_now_ms() < until_ms) {
            turn(loop, clock_now_ms() + 100);
            served = 0;
            for (size_t i = 0; i < CROWD; i++)
                served += crowd[i]->serves;
        }
        for (size_t i = 0; i < CROWD; i++)
            assert_int_equal(crowd[i]->serves, round);
        turn(loop, clock_now_ms() + 300); /* long enough to go cold again */
        turn(loop, clock_now_ms() + 20);
    }
    assert_in_range(crowd[CROWD / 2]->prepares, prepares + 1, prepares + 12);
    /* out of the herd, by removing and by going */
    size_t cold = 0;
    while (cold < CROWD && crowd[cold]->watch.herd == 0)
        cold++;
    assert_in_range(cold, 0, CROWD - 1);
    loop_remove(loop, &crowd[cold]->watch);
    wake_ring(crowd[cold]->wake);
    turn(loop, clock_now_ms() + 20);
    assert_int_equal(crowd[cold]->serves, 3);
    assert_int_equal(crowd[cold]->retires, 1);
    loop_destroy(loop);
    for (size_t i = 0; i < CROWD; i++) {
        assert_int_equal(crowd[i]->retires, 1);
        bell_destroy(crowd[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_who_is_ready_is_served),
        cmocka_unit_test(test_it_sleeps_until_the_deadline),
        cmocka_unit_test(test_pending_and_touched_do_not_sleep),
        cmocka_unit_test(test_what_is_said_while_others_are_flushed),
        cmocka_unit_test(test_remove_in_a_callback),
        cmocka_unit_test(test_remove_between_turns),
        cmocka_unit_test(test_add_in_a_callback),
        cmocka_unit_test(test_another_thread_ends_the_sleep),
#ifndef _WIN32
        cmocka_unit_test(test_descriptors_beyond_the_set),
#endif
        cmocka_unit_test(test_a_crowd_is_waited_for_as_one),
    };
    sock_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
