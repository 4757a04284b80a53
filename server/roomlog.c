#include "server/roomlog.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "protocol/base/hash.h"
#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/wire/limits.h"

#define REST_AFTER 4 /* calls of roomlog_rest() without a read */

struct part { /* one segment */
    uint32_t number;
    uint64_t base; /* offset of its first byte in the whole log */
    uint64_t size;
    uint64_t first_seq, last_seq, count;
};
struct entry { /* where a frame of the current segment begins */
    uint32_t offset;
    uint32_t number; /* seq - part.first_seq */
};
struct sync_job {
    struct disk_job job; /* first */
    struct roomlog *log; /* NULL: nobody waits for this one */
    os_file seg, idx;
    bool close;
    char *folder; /* new names in it are to be synced too; NULL: there are none */
    uint64_t seq;
    bool ok;
    struct err err;
};

struct roomlog {
    char *folder;
    struct part *parts; /* the last one is written to */
    size_t part_count;
    struct entry *entries; /* of the last part */
    size_t entry_room;
    os_file seg, idx; /* of the last part */
    uint8_t *tail;
    size_t tail_size, tail_room;
    uint64_t end;     /* offset behind the last frame; the tail ends there */
    uint64_t written; /* ... and behind what the file has */
    uint64_t last_seq, written_seq, stored_seq;
    struct buf index_waiting; /* packed records of what is not written */
    uint64_t index_written;   /* records in the last part's index file */
    bool stuck;
    /* an older part that somebody reads */
    size_t old_at;
    os_file old_seg, old_idx;
    int old_unread;
    /* syncs */
    enum roomlog_sync sync;
    struct disk *disk;
    struct sync_job job;
    int64_t synced_ms;
    bool new_names, sync_broken;
    void (*on_stored)(void *owner);
    void *owner;
};

static struct part *last_part(const struct roomlog *log)
{
    return &log->parts[log->part_count - 1];
}

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

static void add_entry(struct roomlog *log, uint64_t seq, uint64_t offset)
{
    struct part *part = last_part(log);
    if (part->count == log->entry_room) {
        log->entry_room = log->entry_room == 0 ? 64 : log->entry_room * 2;
        log->entries = mem_resize(log->entries, log->entry_room, sizeof *log->entries);
    }
    if (part->count == 0)
        part->first_seq = seq;
    log->entries[part->count++] = (struct entry){
        .offset = (uint32_t)offset,
        .number = (uint32_t)(seq - part->first_seq),
    };
    part->last_seq = seq;
}

static bool recover_part(struct roomlog *log, uint32_t number, const struct segment_rules *rules,
                         struct err *err)
{
    struct segment_record *records;
    size_t count;
    if (!segment_recover(log->folder, number, rules, &log->last_seq, &records, &count, err))
        return false;
    add_part(log, number);
    struct part *part = last_part(log);
    for (size_t i = 0; i < count; i++)
        add_entry(log, records[i].seq, records[i].offset);
    if (count > 0)
        part->size = records[count - 1].offset + records[count - 1].length;
    log->end += part->size;
    mem_free(records);
    return true;
}

/* "000042.seg" -> 42; 0: not a segment */
static uint32_t segment_number(const char *name)
{
    const char *dot = strrchr(name, '.');
    char digits[16];
    uint64_t number;
    if (dot == NULL || strcmp(dot, ".seg") != 0 || dot - name >= (ptrdiff_t)sizeof digits)
        return 0;
    memcpy(digits, name, (size_t)(dot - name));
    digits[dot - name] = '\0';
    return str_to_u64(digits, UINT32_MAX - 1, &number) ? (uint32_t)number : 0;
}

static bool recover_all(struct roomlog *log, const struct segment_rules *rules, struct err *err)
{
    char **names;
    size_t count;
    if (!file_list(log->folder, &names, &count, err))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        uint32_t number = segment_number(names[i]);
        if (number != 0)
            ok = recover_part(log, number, rules, err);
    }
    file_list_free(names, count);
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
    if (!open_files(log, last_part(log)->number, FILE_WRITE, err))
        goto fail;
    log->written = log->end;
    log->written_seq = log->last_seq;
    log->index_written = last_part(log)->count;
    return log;
fail:
    roomlog_close(log);
    return NULL;
}

static void close_old(struct roomlog *log)
{
    file_close(log->old_seg);
    file_close(log->old_idx);
    log->old_seg = log->old_idx = OS_FILE_NONE;
}

void roomlog_close(struct roomlog *log)
{
    if (log == NULL)
        return;
    struct err err = {0};
    assert(!log->job.job.out);
    if (!roomlog_write(log, &err))
        log_error("%s: the newest messages are lost: %s", log->folder, err.text);
    close_old(log);
    file_close(log->seg);
    file_close(log->idx);
    buf_finish(&log->index_waiting);
    mem_free(log->tail);
    mem_free(log->entries);
    mem_free(log->parts);
    mem_free(log->folder);
    mem_free(log);
}

/* Syncing */

static void run_sync(struct disk_job *job)
{
    struct sync_job *sync = (struct sync_job *)job;
    sync->err = (struct err){0};
    sync->ok = file_sync(sync->seg, &sync->err) && file_sync(sync->idx, &sync->err);
    if (sync->ok && sync->folder != NULL) {
        char parent[OS_PATH_MAX];
        str_copy(parent, sizeof parent, sync->folder);
        parent[path_base(sync->folder) - sync->folder] = '\0';
        sync->ok =
            file_sync_folder(sync->folder, &sync->err) && file_sync_folder(parent, &sync->err);
    }
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

static void submit_sync(struct roomlog *log, struct sync_job *sync)
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
    submit_sync(log, &log->job);
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

uint64_t roomlog_stored(const struct roomlog *log)
{
    return log->stored_seq;
}

/* Appending */

/* Begin the next segment. The old one's files go to the disk's thread, which syncs and closes them
 * before it comes to the new one's. Without a new one the old one just grows on. */
static void rotate(struct roomlog *log)
{
    struct err err = {0};
    os_file seg = log->seg, idx = log->idx;
    bool names = log->new_names;
    uint32_t number = last_part(log)->number + 1;
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
        submit_sync(log, closing);
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
    if (last_part(log)->count > 0 && last_part(log)->size + frame.size > SEGMENT_SIZE &&
        roomlog_write(log, NULL))
        rotate(log);
    struct part *part = last_part(log);
    if (part->size + frame.size > UINT32_MAX)
        return 0;
    struct segment_record record = {
        .seq = log->last_seq + 1,
        .offset = part->size,
        .length = (uint32_t)frame.size,
        .crc = crc32_of(frame.data, frame.size),
        .time = time,
    };
    uint8_t packed[SEGMENT_RECORD_SIZE];
    segment_record_pack(&record, packed);
    buf_append(&log->index_waiting, packed, sizeof packed);
    add_entry(log, record.seq, record.offset);
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
    return log->last_seq + 1;
}

static bool write_waiting(struct roomlog *log, struct err *err)
{
    struct part *part = last_part(log);
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

/* Finding */

uint64_t roomlog_first_seq(const struct roomlog *log)
{
    for (size_t i = 0; i < log->part_count; i++) {
        if (log->parts[i].count > 0)
            return log->parts[i].first_seq;
    }
    return 0;
}

uint64_t roomlog_last_seq(const struct roomlog *log)
{
    return log->last_seq;
}

uint64_t roomlog_end(const struct roomlog *log)
{
    return log->end;
}

/* Open the files of an older part, unless they are. */
static bool open_old(struct roomlog *log, size_t at, struct err *err)
{
    log->old_unread = 0;
    if (log->old_seg != OS_FILE_NONE && log->old_at == at)
        return true;
    char path[OS_PATH_MAX];
    close_old(log);
    segment_path(path, log->folder, log->parts[at].number, ".seg");
    log->old_seg = file_open(path, FILE_READ, err);
    segment_path(path, log->folder, log->parts[at].number, ".idx");
    log->old_idx = log->old_seg != OS_FILE_NONE ? file_open(path, FILE_READ, err) : OS_FILE_NONE;
    if (log->old_idx == OS_FILE_NONE) {
        close_old(log);
        return false;
    }
    log->old_at = at;
    return true;
}

struct place {            /* a frame */
    uint64_t seq, offset; /* offset in the whole log */
};

/* Frame `i` of part `at`: from memory for the part that is written to, from its index else. */
static bool place_of(struct roomlog *log, size_t at, uint64_t i, struct place *place)
{
    const struct part *part = &log->parts[at];
    if (at + 1 == log->part_count) {
        place->seq = part->first_seq + log->entries[i].number;
        place->offset = part->base + log->entries[i].offset;
        return true;
    }
    uint8_t packed[SEGMENT_RECORD_SIZE];
    struct segment_record record;
    struct err err = {0};
    if (!open_old(log, at, &err) ||
        !file_read_at(log->old_idx, i * SEGMENT_RECORD_SIZE, packed, sizeof packed, &err) ||
        !segment_record_unpack(packed, &record)) {
        log_error("%s: the index of segment %" PRIu32 " cannot be read: %s", log->folder,
                  part->number, err.kind == ERR_NONE ? "a record is damaged" : err.text);
        return false;
    }
    place->seq = record.seq;
    place->offset = part->base + record.offset;
    return true;
}

/* The first frame of part `at` with seq >= key (or offset >= key): its index, part.count if none
 * is. */
static uint64_t find_in_part(struct roomlog *log, size_t at, uint64_t key, bool by_offset)
{
    uint64_t low = 0, high = log->parts[at].count;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        struct place place;
        if (!place_of(log, at, middle, &place))
            return log->parts[at].count;
        if ((by_offset ? place.offset : place.seq) >= key)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static uint64_t give_place(struct roomlog *log, size_t at, uint64_t i, uint64_t *found)
{
    struct place place = {.seq = 0, .offset = log->end};
    if (at < log->part_count && !place_of(log, at, i, &place))
        place = (struct place){.seq = 0, .offset = log->end};
    if (found != NULL)
        *found = place.seq;
    return place.offset;
}

uint64_t roomlog_seek(struct roomlog *log, uint64_t seq, uint64_t *found)
{
    size_t at = 0;
    uint64_t i = 0;
    while (at < log->part_count && (log->parts[at].count == 0 || log->parts[at].last_seq < seq))
        at++;
    if (at < log->part_count)
        i = find_in_part(log, at, seq, false);
    return give_place(log, at, i, found);
}

/* The part in which byte `offset` is; part_count at the end. */
static size_t part_of(const struct roomlog *log, uint64_t offset)
{
    size_t at = log->part_count;
    if (offset >= log->end)
        return at;
    while (at > 0 && (log->parts[at - 1].base > offset || log->parts[at - 1].size == 0))
        at--;
    assert(at > 0);
    return at - 1;
}

uint64_t roomlog_seek_back(struct roomlog *log, uint64_t offset, uint64_t count, uint64_t *found)
{
    size_t at = part_of(log, offset);
    uint64_t i = at < log->part_count ? find_in_part(log, at, offset, true) : 0;
    while (count > i && at > 0) {
        count -= i;
        at--;
        i = log->parts[at].count;
    }
    i = count > i ? 0 : i - count;
    if (at < log->part_count && i == log->parts[at].count) { /* count was 0, or an empty part */
        at = log->part_count;
        i = 0;
    }
    return give_place(log, at, i, found);
}

uint64_t roomlog_border(struct roomlog *log, uint64_t offset)
{
    size_t at = part_of(log, offset);
    if (at == log->part_count)
        return log->end;
    uint64_t i = find_in_part(log, at, offset, true);
    if (i == log->parts[at].count)
        return log->parts[at].base + log->parts[at].size;
    return give_place(log, at, i, NULL);
}

/* Reading */

struct bytes roomlog_peek(const struct roomlog *log, uint64_t offset)
{
    uint64_t start = log->end - log->tail_size;
    if (offset < start || offset >= log->end)
        return (struct bytes){0};
    return (struct bytes){.data = log->tail + (offset - start),
                          .size = (size_t)(log->end - offset)};
}

bool roomlog_range(struct roomlog *log, uint64_t offset, struct roomlog_range *range,
                   struct err *err)
{
    size_t at = part_of(log, offset);
    if (at == log->part_count)
        return err_set(err, ERR_NOT_FOUND, "Nothing stands behind the end of %s.", log->folder);
    const struct part *part = &log->parts[at];
    uint64_t end = part->base + part->size;
    range->file = log->seg;
    if (at + 1 == log->part_count) {
        end = log->written;
    } else {
        if (!open_old(log, at, err))
            return false;
        range->file = log->old_seg;
    }
    range->at = offset - part->base;
    range->size = end - offset;
    return true;
}

bool roomlog_read(struct roomlog *log, uint64_t seq, struct buf *out)
{
    uint64_t found;
    uint64_t offset = roomlog_seek(log, seq, &found);
    if (found != seq)
        return false;
    uint64_t size = roomlog_border(log, offset + 1) - offset;
    uint8_t *space = buf_reserve(out, (size_t)size);
    if (space == NULL)
        return false;
    struct bytes bytes = roomlog_peek(log, offset);
    struct roomlog_range range;
    struct err err = {0};
    if (bytes.size >= size) {
        memcpy(space, bytes.data, (size_t)size);
    } else if (!roomlog_range(log, offset, &range, &err) ||
               !file_read_at(range.file, range.at, space, (size_t)size, &err)) {
        log_error("%s: message %" PRIu64 " cannot be read: %s", log->folder, seq, err.text);
        return false;
    }
    buf_commit(out, (size_t)size);
    return true;
}

void roomlog_rest(struct roomlog *log)
{
    if (log->old_seg != OS_FILE_NONE && ++log->old_unread >= REST_AFTER)
        close_old(log);
}
