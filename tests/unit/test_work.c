/* test_work.c: mail arrives once, in order and whole; jobs run, are cancelled, and all come back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdatomic.h>

#include "client/work/bell.h"
#include "client/work/mailbox.h"
#include "client/work/pool.h"
#include "protocol/base/mem.h"
#include "protocol/os/clock.h"
#include "protocol/os/thread.h"

#define POSTERS 4
#define LETTERS 5000 /* of each */
#define PATIENCE_MS 10000

struct letter {
    struct mail mail; /* first */
    int poster, number;
};

struct reader {
    int next[POSTERS]; /* the number that must come now */
    size_t opened;
};

static atomic_int dropped, rings, begun;

static void letter_open(struct mail *mail, void *context)
{
    struct letter *letter = (struct letter *)mail;
    struct reader *reader = context;
    assert_int_equal(letter->number, reader->next[letter->poster]++);
    reader->opened++;
    mem_free(letter);
}

static void letter_drop(struct mail *mail)
{
    atomic_fetch_add(&dropped, 1);
    mem_free(mail);
}

static void ring(void *context)
{
    (void)context;
    atomic_fetch_add(&rings, 1);
}

static struct mail *write_letter(int poster, int number)
{
    struct letter *letter = mem_alloc(1, sizeof *letter);
    *letter = (struct letter){{.open = letter_open, .drop = letter_drop}, poster, number};
    return &letter->mail;
}

struct poster {
    struct mailbox *box;
    int poster;
};

static void post_all(void *arg)
{
    const struct poster *poster = arg;
    for (int i = 0; i < LETTERS; i++)
        mailbox_post(poster->box, write_letter(poster->poster, i));
}

static void test_mail_of_many_posters(void **state)
{
    (void)state;
    struct mailbox *box = mailbox_create(ring, NULL);
    struct poster posters[POSTERS];
    struct thread *threads[POSTERS];
    struct reader reader = {0};
    for (int i = 0; i < POSTERS; i++) {
        posters[i] = (struct poster){box, i};
        threads[i] = thread_start(post_all, &posters[i], NULL);
        assert_non_null(threads[i]);
    }
    while (reader.opened < POSTERS * LETTERS)
        mailbox_drain(box, &reader);
    for (int i = 0; i < POSTERS; i++)
        thread_join(threads[i]);
    assert_int_equal(mailbox_drain(box, &reader), 0);
    mailbox_destroy(box);
}

static void test_the_box_rings_when_it_was_empty(void **state)
{
    (void)state;
    struct mailbox *box = mailbox_create(ring, NULL);
    struct reader reader = {0};
    atomic_store(&rings, 0);
    mailbox_post(box, write_letter(0, 0));
    mailbox_post(box, write_letter(0, 1));
    assert_int_equal(atomic_load(&rings), 1);
    assert_int_equal(mailbox_drain(box, &reader), 2);
    mailbox_post(box, write_letter(0, 2));
    assert_int_equal(atomic_load(&rings), 2);
    atomic_store(&dropped, 0);
    mailbox_destroy(box); /* nobody will read the third */
    assert_int_equal(atomic_load(&dropped), 1);
}

/* Jobs */

struct task {
    struct job job; /* first */
    int input, output;
    atomic_bool *go; /* wait for it; NULL: do not */
};

struct results {
    size_t back;
    long sum;
    int order[16];
};

static void task_run(struct job *job)
{
    struct task *task = (struct task *)job;
    atomic_fetch_add(&begun, 1);
    while (task->go && !atomic_load(task->go) && !atomic_load(&job->cancelled))
        ;
    task->output = task->input * 2;
}

static void task_open(struct mail *mail, void *context)
{
    struct task *task = (struct task *)mail;
    struct results *results = context;
    if (results->back < sizeof results->order / sizeof *results->order)
        results->order[results->back] = task->input;
    results->back++;
    results->sum += task->output;
    mem_free(task);
}

static void task_drop(struct mail *mail)
{
    atomic_fetch_add(&dropped, 1);
    mem_free(mail);
}

static struct task *task_create(int input, atomic_bool *go)
{
    struct task *task = mem_alloc(1, sizeof *task);
    task->job.mail = (struct mail){.open = task_open, .drop = task_drop};
    task->job.run = task_run;
    task->input = input;
    task->go = go;
    return task;
}

static void test_all_jobs_come_back(void **state)
{
    (void)state;
    struct mailbox *box = mailbox_create(ring, NULL);
    struct pool *pool = pool_create(3, box);
    struct results results = {0};
    for (int i = 1; i <= 1000; i++)
        pool_post(pool, &task_create(i, NULL)->job);
    while (results.back < 1000)
        mailbox_drain(box, &results);
    assert_int_equal(results.sum, 1000 * 1001);
    pool_destroy(pool);
    mailbox_destroy(box);
}

/* One worker is held by the first job; the others wait, and come by urgency, the newest first. */
static void test_what_is_urgent_comes_first(void **state)
{
    (void)state;
    atomic_bool go = false;
    struct mailbox *box = mailbox_create(ring, NULL);
    struct pool *pool = pool_create(1, box);
    struct results results = {0};
    struct results none = {0};
    atomic_store(&begun, 0);
    pool_post(pool, &task_create(0, &go)->job);
    while (atomic_load(&begun) == 0)
        ; /* the worker holds it */
    for (int i = 1; i <= 3; i++)
        pool_post(pool, &task_create(i, NULL)->job);
    struct task *urgent = task_create(9, NULL);
    urgent->job.urgency = 1;
    pool_post(pool, &urgent->job);
    assert_int_equal(mailbox_drain(box, &none), 0);
    atomic_store(&go, true);
    while (results.back < 5)
        mailbox_drain(box, &results);
    const int order[] = {0, 9, 3, 2, 1};
    assert_memory_equal(results.order, order, sizeof order);
    pool_destroy(pool);
    mailbox_destroy(box);
}

static void test_a_cancelled_job_ends_and_comes_back(void **state)
{
    (void)state;
    atomic_bool never = false;
    struct mailbox *box = mailbox_create(ring, NULL);
    struct pool *pool = pool_create(2, box);
    struct results results = {0};
    struct task *task = task_create(5, &never);
    pool_post(pool, &task->job);
    pool_cancel(&task->job);
    while (results.back < 1)
        mailbox_drain(box, &results);
    /* and when the pool goes, what runs and what waits is cancelled */
    atomic_store(&dropped, 0);
    for (int i = 0; i < 10; i++)
        pool_post(pool, &task_create(i, &never)->job);
    pool_destroy(pool);
    results = (struct results){0};
    assert_int_equal(mailbox_drain(box, &results), 10);
    mailbox_destroy(box);
}

/* Two places, two jobs that hang: the third has its turn all the same. */
static void test_what_hangs_keeps_nobody_waiting(void **state)
{
    (void)state;
    atomic_bool go = false;
    struct mailbox *box = mailbox_create(ring, NULL);
    struct pool *pool = pool_create(2, box);
    struct results results = {0};
    atomic_store(&begun, 0);
    pool_post(pool, &task_create(1, &go)->job);
    pool_post(pool, &task_create(2, &go)->job);
    while (atomic_load(&begun) < 2)
        ;
    for (int i = 3; i <= 5; i++)
        pool_post(pool, &task_create(i, NULL)->job);
    while (results.back < 3)
        mailbox_drain(box, &results);
    assert_int_equal(results.sum, 2 * (3 + 4 + 5));
    atomic_store(&go, true);
    while (results.back < 5)
        mailbox_drain(box, &results);
    pool_destroy(pool);
    mailbox_destroy(box);
}

struct calls {
    struct mutex *mutex;
    struct cond *cond;
    int count;
};

static void count_call(void *context)
{
    struct calls *calls = context;
    mutex_lock(calls->mutex);
    calls->count++;
    cond_signal(calls->cond);
    mutex_unlock(calls->mutex);
}

static void test_a_bell_calls_for_each_ring_and_then_no_more(void **state)
{
    (void)state;
    struct err err = {0};
    struct wake *wake = wake_create(&err);
    struct calls calls = {mutex_create(), cond_create(), 0};
    wake_ring(wake); /* before it listens: not lost */
    struct bell *bell = bell_start(wake, count_call, &calls, &err);
    assert_non_null(bell);
    for (int expected = 1; expected <= 5; expected++) {
        const int64_t began = clock_now_ms();
        mutex_lock(calls.mutex);
        while (calls.count < expected && clock_now_ms() - began < PATIENCE_MS)
            cond_wait(calls.cond, calls.mutex, PATIENCE_MS);
        assert_int_equal(calls.count, expected);
        mutex_unlock(calls.mutex);
        if (expected < 5)
            wake_ring(wake);
    }
    bell_stop(bell); /* rings the wake itself, but nobody is called for that */
    wake_ring(wake);
    assert_int_equal(calls.count, 5);
    bell_stop(NULL);
    cond_destroy(calls.cond);
    mutex_destroy(calls.mutex);
    wake_destroy(wake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mail_of_many_posters),
        cmocka_unit_test(test_the_box_rings_when_it_was_empty),
        cmocka_unit_test(test_all_jobs_come_back),
        cmocka_unit_test(test_what_is_urgent_comes_first),
        cmocka_unit_test(test_a_cancelled_job_ends_and_comes_back),
        cmocka_unit_test(test_what_hangs_keeps_nobody_waiting),
        cmocka_unit_test(test_a_bell_calls_for_each_ring_and_then_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
