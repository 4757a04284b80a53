/* fuzz_recover.c - any bytes as a segment and its index. The first byte says what the index is: the
 * input's own bytes (the next two say how many), or records with right checks for stretches of the
 * segment that the input chooses. Whatever it is, the segment is mended to whole records behind each
 * other with rising numbers and right sums, and mending it again finds nothing to do. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "protocol/base/hash.h"
#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/wire/limits.h"
#include "server/segment.h"
#include "tests/fakes/disk/fakedisk.h"

#define FOLDER "/log"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t seq_of(const struct msg *msg, uint64_t last)
{
    return msg->seq > last ? msg->seq : 0;
}

static size_t visited;

static void visit(void *context, uint64_t seq, struct bytes frame)
{
    (void)context;
    assert(seq > 0 && frame.size > FRAME_HEAD_SIZE && frame.size <= FRAME_SIZE_MAX);
    visited++;
}

static void save(const char *ending, const void *bytes, size_t size)
{
    char path[OS_PATH_MAX];
    segment_path(path, FOLDER, 1, ending);
    bool ok = file_save(path, bytes, size, NULL);
    assert(ok);
}

/* Records of the segment's bytes: each six of the input are a length, a gap before it, and a step of
 * the number. */
static void save_records(const uint8_t *choices, size_t count, const uint8_t *seg, size_t size)
{
    uint8_t packed[64 * SEGMENT_RECORD_SIZE];
    uint64_t seq = 0, at = 0;
    size_t used = 0;
    for (size_t i = 0; i + 6 <= count && used < sizeof packed;
         i += 6, used += SEGMENT_RECORD_SIZE) {
        struct segment_record record = {.length = (uint32_t)(choices[i] | choices[i + 1] << 8),
                                        .time = choices[i + 5]};
        at += choices[i + 2];
        seq += choices[i + 3];
        record.seq = seq;
        record.offset = at;
        if (at <= size && record.length <= size - at)
            record.crc = crc32_of(seg + at, record.length) ^ choices[i + 4];
        segment_record_pack(&record, packed + used);
        at += record.length;
    }
    save(".idx", packed, used);
}

static size_t recover(uint64_t *end, bool *ok)
{
    struct segment_rules rules = {.seq_of = seq_of, .visit = visit};
    struct segment_record *records;
    struct err err = {0};
    size_t count;
    uint64_t last = 0, before = 0;
    visited = 0;
    *end = 0;
    *ok = segment_recover(FOLDER, 1, &rules, &last, &records, &count, &err);
    if (!*ok) {
        assert(err.kind != ERR_NONE && err.text[0] != '\0');
        return 0;
    }
    char path[OS_PATH_MAX];
    size_t size;
    segment_path(path, FOLDER, 1, ".seg");
    char *seg = file_load(path, 1 << 24, &size, NULL);
    assert(seg != NULL && visited == count);
    for (size_t i = 0; i < count; i++) {
        assert(records[i].offset == *end && records[i].seq > before);
        assert(records[i].length <= size - *end);
        assert(records[i].crc == crc32_of(seg + *end, records[i].length));
        *end += records[i].length;
        before = records[i].seq;
    }
    assert(*end == size && last == before);
    mem_free(seg);
    mem_free(records);
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3)
        return 0;
    size_t front = (size_t)(data[1] | data[2] << 8);
    uint8_t kind = data[0];
    data += 3;
    size -= 3;
    if (front > size)
        front = size;
    log_set_level(LOG_ERROR);
    fakedisk_open();
    file_make_folder(FOLDER, NULL);
    save(".seg", data + front, size - front);
    if (kind % 3 == 0)
        save(".idx", data, front);
    else if (kind % 3 == 1)
        save_records(data, front, data + front, size - front);
    uint64_t end, again;
    bool ok;
    size_t count = recover(&end, &ok);
    if (ok) {
        uint64_t changes = fakedisk_changes();
        size_t same = recover(&again, &ok);
        assert(ok && same == count && again == end && fakedisk_changes() == changes);
    }
    fakedisk_close();
    return 0;
}
