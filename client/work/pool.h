/* pool.h - jobs on worker threads; each comes back as mail. */
#ifndef CONFAB_WORK_POOL_H
#define CONFAB_WORK_POOL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include "client/work/mailbox.h"

struct job {
    struct mail mail; /* first; the pool posts it when run() has ended: mail.open gets the result */
    /* on a worker: touches *job only; may be skipped when cancelled before it began */
    void (*run)(struct job *job);
    atomic_bool cancelled; /* set by the reader, looked at by run() between steps */
    int urgency;           /* higher first; same urgency: the newest first (what is in sight now) */
    struct job *next;
};

#define POOL_PATIENCE_MS 2000

struct pool;
/* threads >= 1: jobs that run at once, and as many again if some take longer than POOL_PATIENCE_MS, so that what hangs keeps nobody
 * waiting. Finished jobs are posted to `box`, which outlives the pool. */
struct pool *pool_create(unsigned threads, struct mailbox *box);
/* Cancels what waits and runs, joins the threads; all jobs end in the mailbox. */
void pool_destroy(struct pool *pool);
/* The job is the pool's until its mail is opened. */
void pool_post(struct pool *pool, struct job *job);
void pool_cancel(struct job *job); /* reader's thread; its mail still comes */

#endif
