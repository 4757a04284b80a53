#include "server/roomlog_inside.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/wire/limits.h"

#define PIECES 8 /* segments that what is to be kept comes to */

/* When nothing is left, or something was lost, `next` in the log's folder says where the numbers go
 * on: they never go back, for people have seen them. Otherwise the newest frame says it. */

static bool next_path(const struct roomlog *log, char *path)
{
    return path_join(path, log->folder, "next");
}

static bool save_next(const struct roomlog *log, struct err *err)
{
    char path[OS_PATH_MAX], text[32];
    str_format(text, sizeof text, "%" PRIu64, roomlog_next(log));
    if (!next_path(log, path))
        return err_set(err, ERR_LIMIT, "The path of the data folder is too long.");
    return file_save(path, text, strlen(text), err) && file_sync_folder(log->folder, err);
}

bool roomlog_skip(struct roomlog *log, uint64_t count, struct err *err)
{
    log->next_least = roomlog_next(log) + count;
    return save_next(log, err);
}

void roomlog_load_next(struct roomlog *log)
{
    char path[OS_PATH_MAX];
    size_t size;
    uint64_t next;
    if (!next_path(log, path) || !file_info(path).exists)
        return;
    char *text = file_load(path, 31, &size, NULL);
    if (text == NULL || !str_to_u64(text, NUMBER_MAX, &next) || next == 0)
        log_warn("%s cannot be read; numbers go on from the newest message", path);
    else if (next - 1 > log->last_seq)
        log->last_seq = next - 1;
    mem_free(text);
}

bool roomlog_cut(struct roomlog *log, const struct roomlog_keep *keep, int64_t wall_ms)
{
    const struct part *part = roomlog_last_part(log);
    if (part->count == 0 || log->written != log->end)
        return part->count == 0;
    if ((keep->count > 0 && part->count >= keep->count / PIECES) ||
        (keep->bytes > 0 && part->size >= keep->bytes / PIECES) ||
        (keep->age_ms > 0 && wall_ms - part->first_time >= keep->age_ms / PIECES))
        roomlog_rotate(log);
    return roomlog_last_part(log)->count == 0;
}

uint64_t roomlog_first_kept(const struct roomlog *log, const struct roomlog_keep *keep,
                            int64_t wall_ms)
{
    uint64_t count = log->count, bytes = log->end - roomlog_start(log), first = 0;
    for (size_t i = 0; i + 1 < log->part_count; i++) {
        const struct part *part = &log->parts[i];
        count -= part->count;
        bytes -= part->size;
        bool goes = (keep->count > 0 && count >= keep->count) ||
                    (keep->bytes > 0 && bytes >= keep->bytes) ||
                    (keep->age_ms > 0 && wall_ms - part->last_time > keep->age_ms);
        if (!goes || part->last_seq > log->stored_seq)
            break;
        if (part->count > 0)
            first = part->last_seq + 1;
    }
    return first;
}

static bool remove_part(const struct roomlog *log, const struct part *part, struct err *err)
{
    char path[OS_PATH_MAX];
    /* the index first: a segment without one is read again, an index alone would stay forever */
    segment_path(path, log->folder, part->number, ".idx");
    if (!file_remove(path, err))
        return false;
    segment_path(path, log->folder, part->number, ".seg");
    return file_remove(path, err);
}

bool roomlog_drop(struct roomlog *log, uint64_t first_kept, struct err *err)
{
    size_t gone = 0;
    bool ok = first_kept < roomlog_next(log) || save_next(log, err);
    roomlog_close_old(log);
    while (ok && gone + 1 < log->part_count && log->parts[gone].last_seq < first_kept) {
        ok = remove_part(log, &log->parts[gone], err);
        log->count -= ok ? log->parts[gone].count : 0;
        gone += ok;
    }
    log->part_count -= gone;
    memmove(log->parts, log->parts + gone, log->part_count * sizeof *log->parts);
    return ok;
}

uint64_t roomlog_second(const struct roomlog *log, int64_t *time)
{
    size_t at = 0;
    while (log->parts[at].count == 0 && at + 1 < log->part_count)
        at++;
    const struct part *part = &log->parts[at];
    if (at + 1 == log->part_count || part->last_seq > log->stored_seq)
        return 0;
    *time = part->last_time;
    return part->last_seq + 1;
}

uint64_t roomlog_bytes(const struct roomlog *log)
{
    return log->end - roomlog_start(log) + log->count * SEGMENT_RECORD_SIZE;
}

uint64_t roomlog_start(const struct roomlog *log)
{
    return log->parts[0].base;
}
