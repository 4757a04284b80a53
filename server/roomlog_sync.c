#include "server/roomlog_inside.h"

#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"

static void run_sync(struct disk_job *job)
{
    struct sync_job *sync = (struct sync_job *)job;
    int64_t begun_us = clock_now_us();
    sync->err = (struct err){0};
    sync->ok = file_sync(sync->seg, &sync->err) && file_sync(sync->idx, &sync->err);
    if (sync->ok && sync->folder != NULL) {
        char parent[OS_PATH_MAX];
        str_copy(parent, sizeof parent, sync->folder);
        parent[path_base(sync->folder) - sync->folder] = '\0';
        sync->ok =
            file_sync_folder(sync->folder, &sync->err) && file_sync_folder(parent, &sync->err);
    }
    sync->took_us = clock_now_us() - begun_us;
    if (sync->close) {
        file_close(sync->seg);
        file_close(sync->idx);
    }
}

static void sync_failed(struct roomlog *log, const struct err *err)
{
    /* The system forgets that it could not write and says yes next time (fsync(2), NOTES of the
     * kernel); so nothing in this log is called safe any more. */
    log->sync_broken = true;
    log_error("%s: the disk does not keep what is written (%s); messages are relayed but none is "
              "confirmed any more until the server starts again",
              log->folder, err->text);
}

static void on_synced(struct disk_job *job)
{
    struct sync_job *sync = (struct sync_job *)job;
    struct roomlog *log = sync->log;
    mem_free(sync->folder);
    sync->folder = NULL;
    histogram_add(&log->syncs, sync->took_us);
    if (!sync->ok)
        sync_failed(log, &sync->err);
    else if (!log->sync_broken && sync->seq > log->stored_seq) {
        log->stored_seq = sync->seq;
        if (log->on_stored != NULL)
            log->on_stored(log->owner);
    }
    if (sync != &log->job)
        mem_free(sync);
}

void roomlog_submit_sync(struct roomlog *log, struct sync_job *sync)
{
    sync->job.run = run_sync;
    sync->job.done = on_synced;
    sync->job.urgent = true;
    sync->log = log;
    sync->seg = log->seg;
    sync->idx = log->idx;
    sync->seq = log->written_seq;
    sync->folder = log->new_names ? mem_string(log->folder) : NULL;
    log->new_names = false;
    disk_submit(log->disk, &sync->job);
}

void roomlog_sync_now(struct roomlog *log)
{
    if (log->sync == SYNC_OS) {
        if (log->stored_seq < log->written_seq) {
            log->stored_seq = log->written_seq;
            if (log->on_stored != NULL)
                log->on_stored(log->owner);
        }
        return;
    }
    if (log->job.job.out || log->sync_broken || log->stored_seq >= log->written_seq)
        return;
    roomlog_submit_sync(log, &log->job);
}

void roomlog_sync(struct roomlog *log, int64_t now_ms)
{
    if (log->stored_seq >= log->written_seq)
        return;
    if (log->sync == SYNC_SECOND && now_ms - log->synced_ms < 1000)
        return;
    log->synced_ms = now_ms;
    roomlog_sync_now(log);
}

bool roomlog_sync_is_coming(const struct roomlog *log)
{
    return log->sync_broken || log->stored_seq >= log->written_seq ||
           (log->job.job.out && log->job.seq >= log->written_seq);
}

const struct histogram *roomlog_syncs(const struct roomlog *log)
{
    return &log->syncs;
}

uint64_t roomlog_stored(const struct roomlog *log)
{
    return log->stored_seq;
}
