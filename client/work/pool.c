#include "client/work/pool.h"

#include <assert.h>

#include "protocol/base/mem.h"
#include "protocol/os/clock.h"
#include "protocol/os/thread.h"

#define SPARE 2 /* so many times the threads: for when jobs hang */

struct worker { /* guarded by pool->mutex */
    struct pool *pool;
    struct thread *thread;
    struct job *job;  /* in its hands */
    int64_t since_ms; /* ... from then on */
};

struct pool {
    struct mailbox *box;
    struct mutex *mutex;
    struct cond *cond;
    struct job *waiting; /* the newest first */
    bool ends;
    struct worker *workers;
    unsigned count, at_once;
};

/* The most urgent one, and of those the newest. The list is short: what is in sight, or dropped at
 * once. */
static struct job *take_best(struct pool *pool)
{
    struct job **best = NULL;
    for (struct job **at = &pool->waiting; *at != NULL; at = &(*at)->next) {
        if (best == NULL || (*at)->urgency > (*best)->urgency)
            best = at;
    }
    if (best == NULL)
        return NULL;
    struct job *job = *best;
    *best = job->next;
    job->next = NULL;
    return job;
}

/* In how many ms there is a place for one more job: 0 now. A job that takes longer than POOL_PATIENCE_MS does not
 * hold its place against the others. */
static int64_t place_in_ms(const struct pool *pool)
{
    const int64_t now_ms = clock_now_ms();
    unsigned brisk = 0;
    int64_t least = POOL_PATIENCE_MS;
    for (unsigned i = 0; i < pool->count; i++) {
        const struct worker *worker = &pool->workers[i];
        const int64_t left = worker->since_ms + POOL_PATIENCE_MS - now_ms;
        if (worker->job == NULL || left <= 0)
            continue;
        brisk++;
        if (left < least)
            least = left;
    }
    return brisk < pool->at_once ? 0 : least;
}

static struct job *next_job(struct worker *worker)
{
    struct pool *pool = worker->pool;
    mutex_lock(pool->mutex);
    while (pool->waiting != NULL || !pool->ends) {
        const int64_t wait_ms = pool->waiting == NULL ? -1 : pool->ends ? 0 : place_in_ms(pool);
        if (wait_ms == 0)
            break;
        cond_wait(pool->cond, pool->mutex, wait_ms);
    }
    struct job *job = take_best(pool);
    worker->job = job;
    worker->since_ms = clock_now_ms();
    if (pool->waiting != NULL) /* somebody has to look when the next place is free */
        cond_signal(pool->cond);
    mutex_unlock(pool->mutex);
    return job;
}

static void work(void *arg)
{
    struct worker *worker = arg;
    struct pool *pool = worker->pool;
    struct job *job;
    while ((job = next_job(worker)) != NULL) {
        if (!atomic_load(&job->cancelled))
            job->run(job);
        mutex_lock(pool->mutex);
        worker->job = NULL;
        mailbox_post(pool->box, &job->mail); /* before whoever gets this place is done */
        mutex_unlock(pool->mutex);
    }
}

struct pool *pool_create(unsigned threads, struct mailbox *box)
{
    assert(threads >= 1);
    struct pool *pool = mem_alloc(1, sizeof *pool);
    struct err err = {0};
    pool->box = box;
    pool->mutex = mutex_create();
    pool->cond = cond_create();
    pool->at_once = threads;
    pool->count = SPARE * threads;
    pool->workers = mem_alloc(pool->count, sizeof *pool->workers);
    for (unsigned i = 0; i < pool->count; i++) {
        pool->workers[i].pool = pool;
        pool->workers[i].thread = thread_start(work, &pool->workers[i], &err);
        if (pool->workers[i].thread == NULL)
            die("%s", err.text);
    }
    return pool;
}

void pool_destroy(struct pool *pool)
{
    if (pool == NULL)
        return;
    mutex_lock(pool->mutex);
    pool->ends = true;
    for (struct job *job = pool->waiting; job != NULL; job = job->next)
        atomic_store(&job->cancelled, true);
    for (unsigned i = 0; i < pool->count; i++) {
        if (pool->workers[i].job != NULL)
            atomic_store(&pool->workers[i].job->cancelled, true);
        cond_signal(pool->cond);
    }
    mutex_unlock(pool->mutex);
    for (unsigned i = 0; i < pool->count; i++)
        thread_join(pool->workers[i].thread);
    cond_destroy(pool->cond);
    mutex_destroy(pool->mutex);
    mem_free(pool->workers);
    mem_free(pool);
}

void pool_post(struct pool *pool, struct job *job)
{
    mutex_lock(pool->mutex);
    job->next = pool->waiting;
    pool->waiting = job;
    cond_signal(pool->cond);
    mutex_unlock(pool->mutex);
}

void pool_cancel(struct job *job)
{
    atomic_store(&job->cancelled, true);
}
