#include "protocol/os/thread.h"

#include <errno.h>
#include <process.h>
#include <windows.h>

#include "protocol/base/mem.h"

struct thread {
    HANDLE handle;
    void (*body)(void *arg);
    void *arg;
};
struct mutex {
    SRWLOCK raw;
};
struct cond {
    CONDITION_VARIABLE raw;
};

static unsigned __stdcall run(void *arg)
{
    struct thread *thread = arg;
    thread->body(thread->arg);
    return 0;
}

struct thread *thread_start(void (*body)(void *arg), void *arg, struct err *err)
{
    struct thread *thread = mem_alloc(1, sizeof *thread);
    thread->body = body;
    thread->arg = arg;
    /* not CreateThread(): the C library keeps things of its own for each thread */
    thread->handle = (HANDLE)_beginthreadex(NULL, 0, run, thread, 0, NULL);
    if (!thread->handle) {
        err_set_errno(err, errno, "The system gives no further thread");
        mem_free(thread);
        return NULL;
    }
    return thread;
}

void thread_be_patient(void)
{
    SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_BELOW_NORMAL);
}

void thread_join(struct thread *thread)
{
    if (!thread)
        return;
    WaitForSingleObject(thread->handle, INFINITE);
    CloseHandle(thread->handle);
    mem_free(thread);
}

unsigned thread_processors(void)
{
    SYSTEM_INFO info;
    GetSystemInfo(&info);
    return info.dwNumberOfProcessors < 1 ? 1 : (unsigned)info.dwNumberOfProcessors;
}

struct mutex *mutex_create(void)
{
    struct mutex *mutex = mem_alloc(1, sizeof *mutex);
    InitializeSRWLock(&mutex->raw);
    return mutex;
}

void mutex_destroy(struct mutex *mutex)
{
    mem_free(mutex);
}

void mutex_lock(struct mutex *mutex)
{
    AcquireSRWLockExclusive(&mutex->raw);
}

void mutex_unlock(struct mutex *mutex)
{
    ReleaseSRWLockExclusive(&mutex->raw);
}

struct cond *cond_create(void)
{
    struct cond *cond = mem_alloc(1, sizeof *cond);
    InitializeConditionVariable(&cond->raw);
    return cond;
}

void cond_destroy(struct cond *cond)
{
    mem_free(cond);
}

#define LONGEST_WAIT_MS (INT64_C(1000) * 3600 * 24) /* "may wake for nothing": once a day is fine */

bool cond_wait(struct cond *cond, struct mutex *mutex, int64_t timeout_ms)
{
    bool cut = timeout_ms > LONGEST_WAIT_MS;
    if (cut)
        timeout_ms = LONGEST_WAIT_MS;
    return SleepConditionVariableSRW(&cond->raw, &mutex->raw,
                                     timeout_ms < 0 ? INFINITE : (DWORD)timeout_ms, 0) ||
           cut;
}

void cond_signal(struct cond *cond)
{
    WakeConditionVariable(&cond->raw);
}
