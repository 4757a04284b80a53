#include "protocol/os/thread.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "protocol/base/mem.h"

struct thread {
    pthread_t id;
    void (*body)(void *arg);
    void *arg;
};
struct mutex {
    pthread_mutex_t raw;
};
struct cond {
    pthread_cond_t raw;
};

static void *run(void *arg)
{
    struct thread *thread = arg;
    thread->body(thread->arg);
    return NULL;
}

struct thread *thread_start(void (*body)(void *arg), void *arg, struct err *err)
{
    struct thread *thread = mem_alloc(1, sizeof *thread);
    sigset_t all, before;
    thread->body = body;
    thread->arg = arg;
    sigfillset(&all); /* signals are the main thread's business: a new thread inherits the mask */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = pthread_create(&thread->id, NULL, run, thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (code != 0) {
        err_set_errno(err, code, "The system gives no further thread");
        mem_free(thread);
        return NULL;
    }
    return thread;
}

void thread_join(struct thread *thread)
{
    if (!thread)
        return;
    pthread_join(thread->id, NULL);
    mem_free(thread);
}

unsigned thread_processors(void)
{
    const long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : (unsigned)count;
}

struct mutex *mutex_create(void)
{
    struct mutex *mutex = mem_alloc(1, sizeof *mutex);
    pthread_mutex_init(&mutex->raw, NULL);
    return mutex;
}

void mutex_destroy(struct mutex *mutex)
{
    if (!mutex)
        return;
    pthread_mutex_destroy(&mutex->raw);
    mem_free(mutex);
}

void mutex_lock(struct mutex *mutex)
{
    int code = pthread_mutex_lock(&mutex->raw);
    assert(code == 0);
    (void)code;
}

void mutex_unlock(struct mutex *mutex)
{
    int code = pthread_mutex_unlock(&mutex->raw);
    assert(code == 0);
    (void)code;
}

struct cond *cond_create(void)
{
    struct cond *cond = mem_alloc(1, sizeof *cond);
#ifdef __APPLE__
    pthread_cond_init(&cond->raw, NULL);
#else
    pthread_condattr_t how;
    pthread_condattr_init(&how);
    pthread_condattr_setclock(&how, CLOCK_MONOTONIC); /* a clock that is set must not end waits */
    pthread_cond_init(&cond->raw, &how);
    pthread_condattr_destroy(&how);
#endif
    return cond;
}

void cond_destroy(struct cond *cond)
{
    if (!cond)
        return;
    pthread_cond_destroy(&cond->raw);
    mem_free(cond);
}

#define LONGEST_WAIT_MS (INT64_C(1000) * 3600 * 24) /* "may wake for nothing": once a day is fine */

bool cond_wait(struct cond *cond, struct mutex *mutex, int64_t timeout_ms)
{
    struct timespec until;
    if (timeout_ms < 0)
        return pthread_cond_wait(&cond->raw, &mutex->raw) == 0;
    bool cut = timeout_ms > LONGEST_WAIT_MS;
    if (cut)
        timeout_ms = LONGEST_WAIT_MS;
#ifdef __APPLE__
    until.tv_sec = (time_t)(timeout_ms / 1000);
    until.tv_nsec = (long)(timeout_ms % 1000) * 1000000;
    return pthread_cond_timedwait_relative_np(&cond->raw, &mutex->raw, &until) == 0 || cut;
#else
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(timeout_ms / 1000);
    until.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    return pthread_cond_timedwait(&cond->raw, &mutex->raw, &until) == 0 || cut;
#endif
}

void cond_signal(struct cond *cond)
{
    pthread_cond_signal(&cond->raw);
}
