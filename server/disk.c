#include "server/disk.h"

#include <assert.h>
#include <stddef.h>

#include "protocol/base/mem.h"
#include "protocol/os/thread.h"

struct job_list {
    struct disk_job *first, **last;
};

struct lane {
    struct disk *disk;
    struct cond *work;
    struct thread *thread;
    struct job_list jobs; /* under the mutex */
    bool patient;
};

struct disk {
    struct mutex *mutex;
    struct cond *news; /* for who drains */
    struct wake *wake;
    struct lane urgent, patient;
    struct job_list back; /* under the mutex */
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
    struct lane *lane = arg;
    struct disk *disk = lane->disk;
    if (lane->patient)
        thread_be_patient();
    mutex_lock(disk->mutex);
    for (;;) {
        struct disk_job *job = list_pop(&lane->jobs);
        if (job == NULL) {
            if (disk->stop)
                break;
            cond_wait(lane->work, disk->mutex, -1);
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

static bool lane_start(struct disk *disk, struct lane *lane, struct err *err)
{
    lane->disk = disk;
    lane->thread = thread_start(helper, lane, err);
    return lane->thread != NULL;
}

static void lane_stop(struct disk *disk, struct lane *lane)
{
    mutex_lock(disk->mutex);
    disk->stop = true;
    cond_signal(lane->work);
    mutex_unlock(disk->mutex);
    thread_join(lane->thread);
    cond_destroy(lane->work);
}

struct disk *disk_create(struct wake *wake, struct err *err)
{
    struct disk *disk = mem_alloc(1, sizeof *disk);
    disk->wake = wake;
    disk->patient.patient = true;
    list_init(&disk->urgent.jobs);
    list_init(&disk->patient.jobs);
    list_init(&disk->back);
    disk->mutex = mutex_create();
    disk->news = cond_create();
    disk->urgent.work = cond_create();
    disk->patient.work = cond_create();
    if (!lane_start(disk, &disk->urgent, err) || !lane_start(disk, &disk->patient, err)) {
        disk_destroy(disk);
        return NULL;
    }
    return disk;
}

void disk_submit(struct disk *disk, struct disk_job *job)
{
    struct lane *lane = job->urgent ? &disk->urgent : &disk->patient;
    assert(!job->out);
    job->out = true;
    disk->out++;
    mutex_lock(disk->mutex);
    list_push(&lane->jobs, job);
    cond_signal(lane->work);
    mutex_unlock(disk->mutex);
}

struct close_job {
    struct disk_job job; /* first */
    os_file file;
};

static void run_close(struct disk_job *job)
{
    file_close(((struct close_job *)job)->file);
}

static void on_closed(struct disk_job *job)
{
    mem_free(job);
}

void disk_close(struct disk *disk, os_file file)
{
    struct close_job *closing = mem_alloc(1, sizeof *closing);
    closing->job.run = run_close;
    closing->job.done = on_closed;
    closing->file = file;
    disk_submit(disk, &closing->job);
}

bool disk_remove(struct disk *disk, const char *path, struct err *err)
{
    os_file file = file_open(path, FILE_READ, NULL);
    bool ok = file_remove(path, err);
    if (file != OS_FILE_NONE)
        disk_close(disk, file);
    return ok;
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
    disk_drain(disk);
    lane_stop(disk, &disk->urgent);
    lane_stop(disk, &disk->patient);
    cond_destroy(disk->news);
    mutex_destroy(disk->mutex);
    mem_free(disk);
}
