#include "server/roomlog_inside.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "protocol/base/log.h"

#define REST_AFTER 4 /* calls of roomlog_rest() without a read */

void roomlog_close_old(struct roomlog *log)
{
    file_close(log->old_seg);
    file_close(log->old_idx);
    log->old_seg = log->old_idx = OS_FILE_NONE;
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
    roomlog_close_old(log);
    segment_path(path, log->folder, log->parts[at].number, ".seg");
    log->old_seg = file_open(path, FILE_READ, err);
    segment_path(path, log->folder, log->parts[at].number, ".idx");
    log->old_idx = log->old_seg != OS_FILE_NONE ? file_open(path, FILE_READ, err) : OS_FILE_NONE;
    if (log->old_idx == OS_FILE_NONE) {
        roomlog_close_old(log);
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
    assert(offset >= log->parts[0].base); /* else its owner forgot to move it: roomlog_drop() */
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
    if (bytes.data != NULL && bytes.size >= size) {
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
        roomlog_close_old(log);
}
