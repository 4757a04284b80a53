#include "server/disk.h"

#include <assert.h>
#include <stddef.h>

#include "protocol/base/mem.h"
#include "protocol/os/thread.h"

struct job_list {
    struct disk_job *first, **last;
};

struct disk {
    struct mutex *mutex;
    struct cond *work, *news; /* for the helper; for who drains */
    struct thread *thread;
    struct wake *wake;
    struct job_list urgent, patient, back; /* under the mutex */
    bool stop;
    size_t out; /* server thread only */
};

static void list_init(struct job_list *list)
{
    list->first = NULL;
    list->last = &list->first;
}

static void list_push(struct job_list *list, struct disk_job *job)
{
    job->next = NULL;
    *list->last = job;
    list->last = &job->next;
}

static struct disk_job *list_pop(struct job_list *list)
{
    struct disk_job *job = list->first;
    if (job == NULL)
        return NULL;
    list->first = job->next;
    if (list->first == NULL)
        list->last = &list->first;
    return job;
}

static void helper(void *arg)
{
    struct disk *disk = arg;
    mutex_lock(disk->mutex);
    for (;;) {
        struct disk_job *job = list_pop(&disk->urgent);
        if (job == NULL)
            job = list_pop(&disk->patient);
        if (job == NULL) {
            if (disk->stop)
                break;
            cond_wait(disk->work, disk->mutex, -1);
            continue;
        }
        mutex_unlock(disk->mutex);
        job->run(job);
        mutex_lock(disk->mutex);
        list_push(&disk->back, job);
        cond_signal(disk->news);
        wake_ring(disk->wake);
    }
    mutex_unlock(disk->mutex);
}

struct disk *disk_create(struct wake *wake, struct err *err)
{
    struct disk *disk = mem_alloc(1, sizeof *disk);
    disk->wake = wake;
    list_init(&disk->urgent);
    list_init(&disk->patient);
    list_init(&disk->back);
    disk->mutex = mutex_create();
    disk->work = cond_create();
    disk->news = cond_create();
    disk->thread = thread_start(helper, disk, err);
    if (disk->thread == NULL) {
        disk_destroy(disk);
        return NULL;
    }
    return disk;
}

void disk_submit(struct disk *disk, struct disk_job *job)
{
    assert(!job->out);
    job->out = true;
    disk->out++;
    mutex_lock(disk->mutex);
    list_push(job->urgent ? &disk->urgent : &disk->patient, job);
    cond_signal(disk->work);
    mutex_unlock(disk->mutex);
}

void disk_collect(struct disk *disk)
{
    mutex_lock(disk->mutex);
    struct disk_job *job = disk->back.first;
    list_init(&disk->back);
    mutex_unlock(disk->mutex);
    while (job != NULL) {
        struct disk_job *next = job->next;
        job->out = false;
        disk->out--;
        job->done(job);
        job = next;
    }
}

void disk_drain(struct disk *disk)
{
    while (disk->out > 0) {
        mutex_lock(disk->mutex);
        while (disk->back.first == NULL)
            cond_wait(disk->news, disk->mutex, -1);
        mutex_unlock(disk->mutex);
        disk_collect(disk);
    }
}

void disk_destroy(struct disk *disk)
{
    if (disk == NULL)
        return;
    if (disk->thread != NULL) {
        disk_drain(disk);
        mutex_lock(disk->mutex);
        disk->stop = true;
        cond_signal(disk->work);
        mutex_unlock(disk->mutex);
        thread_join(disk->thread);
    }
    cond_destroy(disk->news);
    cond_destroy(disk->work);
    mutex_destroy(disk->mutex);
    mem_free(disk);
}
