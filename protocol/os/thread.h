/* thread.h - threads, a mutex and a condition. Few files use it: client/work, client/net/net.c,
 * client/app/host.c, server/disk.c. */
#ifndef CONFAB_OS_THREAD_H
#define CONFAB_OS_THREAD_H

#include <stdbool.h>
#include <stdint.h>
#include "protocol/base/err.h"

struct thread;
struct mutex;
struct cond;

/* Run body(arg) on a new thread with all signals blocked. NULL and *err on failure. Ended by
 * thread_join(), which frees it. */
struct thread *thread_start(void (*body)(void *arg), void *arg, struct err *err);
void thread_join(struct thread *thread); /* NULL is fine */

/* The calling thread works when the others leave it time: a lower priority, not none. */
void thread_be_patient(void);

/* How many threads this computer runs at once; at least 1. */
unsigned thread_processors(void);

struct mutex *mutex_create(void);
void mutex_destroy(struct mutex *mutex);
void mutex_lock(struct mutex *mutex);
void mutex_unlock(struct mutex *mutex);

struct cond *cond_create(void);
void cond_destroy(struct cond *cond);
/* Called with the mutex held; returns with it held. False if timeout_ms (-1: none) passed. May wake
 * for nothing. */
bool cond_wait(struct cond *cond, struct mutex *mutex, int64_t timeout_ms);
void cond_signal(struct cond *cond);

#endif
