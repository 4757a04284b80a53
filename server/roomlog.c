#include "server/roomlog.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "protocol/base/hash.h"
#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/wire/limits.h"
#include "server/roomlog_inside.h"

/* Opening */

static bool open_files(struct roomlog *log, uint32_t number, enum file_mode mode, struct err *err)
{
    char path[OS_PATH_MAX];
    segment_path(path, log->folder, number, ".seg");
    os_file seg = file_open(path, mode, err);
    if (seg == OS_FILE_NONE)
        return false;
    segment_path(path, log->folder, number, ".idx");
    os_file idx = file_open(path, FILE_WRITE, err);
    if (idx == OS_FILE_NONE) {
        file_close(seg);
        return false;
    }
    log->seg = seg;
    log->idx = idx;
    log->new_names = true;
    return true;
}

static void add_part(struct roomlog *log, uint32_t number)
{
    log->parts = mem_resize(log->parts, log->part_count + 1, sizeof *log->parts);
    log->parts[log->part_count++] = (struct part){.number = number, .base = log->end};
}

static void add_entry(struct roomlog *log, uint64_t seq, uint64_t offset, int64_t time)
{
    struct part *part = roomlog_last_part(log);
    if (part->count == log->entry_room) {
        log->entry_room = log->entry_room == 0 ? 64 : log->entry_room * 2;
        log->entries = mem_resize(log->entries, log->entry_room, sizeof *log->entries);
    }
    if (part->count == 0) {
        part->first_seq = seq;
        part->first_time = time;
    }
    log->entries[part->count++] = (struct entry){
        .offset = (uint32_t)offset,
        .number = (uint32_t)(seq - part->first_seq),
    };
    part->last_seq = seq;
    part->last_time = time;
    log->count++;
}

static bool recover_part(struct roomlog *log, uint32_t number, const struct segment_rules *rules,
                         struct err *err)
{
    struct segment_record *records;
    size_t count;
    if (!segment_recover(log->folder, number, rules, &log->last_seq, &records, &count, err))
        return false;
    add_part(log, number);
    struct part *part = roomlog_last_part(log);
    for (size_t i = 0; i < count; i++)
        add_entry(log, records[i].seq, records[i].offset, records[i].time);
    if (count > 0)
        part->size = records[count - 1].offset + records[count - 1].length;
    log->end += part->size;
    mem_free(records);
    return true;
}

static bool recover_all(struct roomlog *log, const struct segment_rules *rules, struct err *err)
{
    uint32_t *numbers;
    size_t count;
    bool ok = segment_list(log->folder, &numbers, &count, err);
    for (size_t i = 0; ok && i < count; i++)
        ok = recover_part(log, numbers[i], rules, err);
    mem_free(numbers);
    roomlog_load_next(log);
    return ok;
}

struct roomlog *roomlog_open(const char *folder, const struct segment_rules *rules,
                             enum roomlog_sync sync, struct disk *disk,
                             void (*on_stored)(void *owner), void *owner, struct err *err)
{
    struct roomlog *log = mem_alloc(1, sizeof *log);
    log->folder = mem_string(folder);
    log->seg = log->idx = log->old_seg = log->old_idx = OS_FILE_NONE;
    log->sync = sync;
    log->disk = disk;
    log->on_stored = on_stored;
    log->owner = owner;
    buf_init(&log->index_waiting, ROOMLOG_WAITING_MAX);
    if (!file_make_folder(folder, err) || !recover_all(log, rules, err))
        goto fail;
    if (log->part_count == 0)
        add_part(log, 1);
    if (!open_files(log, roomlog_last_part(log)->number, FILE_WRITE, err))
        goto fail;
    log->written = log->end;
    log->written_seq = log->last_seq;
    log->index_written = roomlog_last_part(log)->count;
    return log;
fail:
    roomlog_close(log);
    return NULL;
}

void roomlog_close(struct roomlog *log)
{
    if (log == NULL)
        return;
    struct err err = {0};
    assert(!log->job.job.out);
    if (!roomlog_write(log, &err))
        log_error("%s: the newest messages are lost: %s", log->folder, err.text);
    roomlog_close_old(log);
    file_close(log->seg);
    file_close(log->idx);
    buf_finish(&log->index_waiting);
    mem_free(log->tail);
    mem_free(log->entries);
    mem_free(log->parts);
    mem_free(log->folder);
    mem_free(log);
}

/* Appending */

/* The old segment's files go to the disk's thread, which syncs and closes them before it comes to
 * the new one's. Without a new one the old one just grows on. */
void roomlog_rotate(struct roomlog *log)
{
    struct err err = {0};
    os_file seg = log->seg, idx = log->idx;
    bool names = log->new_names;
    uint32_t number = roomlog_last_part(log)->number + 1;
    if (!open_files(log, number, FILE_WRITE_NEW, &err)) {
        log_warn("%s: no new segment yet: %s", log->folder, err.text);
        return;
    }
    if (log->sync == SYNC_OS) {
        file_close(seg);
        file_close(idx);
    } else {
        os_file new_seg = log->seg, new_idx = log->idx;
        struct sync_job *closing = mem_alloc(1, sizeof *closing);
        log->seg = seg;
        log->idx = idx;
        log->new_names = names;
        closing->close = true;
        roomlog_submit_sync(log, closing);
        log->seg = new_seg;
        log->idx = new_idx;
        log->new_names = true;
    }
    add_part(log, number);
    log->index_written = 0;
}

static void make_room(struct roomlog *log, size_t size)
{
    if (log->tail_size + size > ROOMLOG_TAIL_MAX) {
        uint64_t start = log->end - log->tail_size;
        uint64_t keep =
            log->end - start > ROOMLOG_TAIL_MAX / 2 ? log->end - ROOMLOG_TAIL_MAX / 2 : start;
        if (keep > log->written)
            keep = log->written;
        memmove(log->tail, log->tail + (keep - start), (size_t)(log->end - keep));
        log->tail_size = (size_t)(log->end - keep);
    }
    if (log->tail_size + size > log->tail_room) {
        size_t room = log->tail_room == 0 ? 4096 : log->tail_room;
        while (room < log->tail_size + size)
            room *= 2;
        log->tail = mem_resize(log->tail, room, 1);
        log->tail_room = room;
    }
}

uint64_t roomlog_append(struct roomlog *log, struct bytes frame, int64_t time)
{
    if (log->end - log->written + frame.size > ROOMLOG_WAITING_MAX ||
        buf_free(&log->index_waiting) < SEGMENT_RECORD_SIZE)
        return 0;
    if (roomlog_last_part(log)->count > 0 &&
        roomlog_last_part(log)->size + frame.size > SEGMENT_SIZE && roomlog_write(log, NULL))
        roomlog_rotate(log);
    struct part *part = roomlog_last_part(log);
    if (part->size + frame.size > UINT32_MAX)
        return 0;
    struct segment_record record = {
        .seq = roomlog_next(log),
        .offset = part->size,
        .length = (uint32_t)frame.size,
        .crc = crc32_of(frame.data, frame.size),
        .time = time,
    };
    uint8_t packed[SEGMENT_RECORD_SIZE];
    segment_record_pack(&record, packed);
    buf_append(&log->index_waiting, packed, sizeof packed);
    add_entry(log, record.seq, record.offset, time);
    make_room(log, frame.size);
    memcpy(log->tail + log->tail_size, frame.data, frame.size);
    log->tail_size += frame.size;
    log->end += frame.size;
    part->size += frame.size;
    log->last_seq = record.seq;
    return record.seq;
}

uint64_t roomlog_next(const struct roomlog *log)
{
    return log->last_seq + 1 > log->next_least ? log->last_seq + 1 : log->next_least;
}

static bool write_waiting(struct roomlog *log, struct err *err)
{
    struct part *part = roomlog_last_part(log);
    size_t size = (size_t)(log->end - log->written);
    const uint8_t *bytes = log->tail + (log->tail_size - size);
    struct bytes index = buf_peek(&log->index_waiting);
    return file_write_at(log->seg, log->written - part->base, bytes, size, err) &&
           file_write_at(log->idx, log->index_written * SEGMENT_RECORD_SIZE, index.data, index.size,
                         err);
}

bool roomlog_write(struct roomlog *log, struct err *err)
{
    struct err why = {0};
    if (log->written == log->end)
        return true;
    if (!write_waiting(log, &why)) {
        if (!log->stuck)
            log_error("%s: new messages wait in memory: %s", log->folder, why.text);
        log->stuck = true;
        if (err != NULL)
            *err = why;
        return false;
    }
    if (log->stuck)
        log_warn("%s: the disk takes messages again; all that waited are written", log->folder);
    log->stuck = false;
    log->index_written += log->index_waiting.size / SEGMENT_RECORD_SIZE;
    buf_clear(&log->index_waiting);
    log->written = log->end;
    log->written_seq = log->last_seq;
    return true;
}

bool roomlog_is_stuck(const struct roomlog *log)
{
    return log->stuck;
}
