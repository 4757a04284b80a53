#include "server/segment.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/base/hash.h"
#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/wire/frame.h"
#include "protocol/wire/msg_json.h"

static void put(uint8_t *out, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        out[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
}

static uint64_t get(const uint8_t *in, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | in[i];
    return value;
}

void segment_record_pack(const struct segment_record *record, uint8_t out[SEGMENT_RECORD_SIZE])
{
    put(out, record->seq, 8);
    put(out + 8, record->offset, 8);
    put(out + 16, record->length, 4);
    put(out + 20, record->crc, 4);
    put(out + 24, (uint64_t)record->time, 8);
    put(out + 32, 0, 4);
    put(out + 36, crc32_of(out, 36), 4);
}

bool segment_record_unpack(const uint8_t in[SEGMENT_RECORD_SIZE], struct segment_record *record)
{
    *record = (struct segment_record){
        .seq = get(in, 8),
        .offset = get(in + 8, 8),
        .length = (uint32_t)get(in + 16, 4),
        .crc = (uint32_t)get(in + 20, 4),
        .time = (int64_t)get(in + 24, 8),
    };
    return get(in + 36, 4) == crc32_of(in, 36) && record->length > FRAME_HEAD_SIZE;
}

void segment_path(char *out, const char *folder, uint32_t number, const char *ending)
{
    str_format(out, OS_PATH_MAX, "%s/%06" PRIu32 "%s", folder, number, ending);
}

/* A window that moves forward over the file, so that checking a segment costs little memory and few
 * reads. */
struct window {
    os_file file;
    uint64_t file_size;
    uint8_t *data;
    size_t room, size;
    uint64_t start;
};
#define WINDOW_SIZE ((size_t)262144)

/* Bytes [at, at + size) of the file, NULL if the file ends before or cannot be read. */
static const uint8_t *window_get(struct window *w, uint64_t at, size_t size, struct err *err)
{
    if (at > w->file_size || size > w->file_size - at)
        return NULL;
    if (at < w->start || at + size > w->start + w->size) {
        size_t want = size > WINDOW_SIZE ? size : WINDOW_SIZE;
        if (want > w->file_size - at)
            want = (size_t)(w->file_size - at);
        if (want > w->room) {
            w->data = mem_resize(w->data, want, 1);
            w->room = want;
        }
        w->start = at;
        w->size = 0;
        if (!file_read_at(w->file, at, w->data, want, err))
            return NULL;
        w->size = want;
    }
    return w->data + (at - w->start);
}

/* What is known while a segment is walked through. */
struct walk {
    char path[OS_PATH_MAX];
    struct window window;
    const struct segment_rules *rules;
    uint64_t last_seq;
    struct segment_record *known; /* the index as it was, those with a good check, by offset */
    size_t known_count;
    struct segment_record *good; /* with offsets in the old file */
    size_t good_count, good_room;
    bool mended;  /* something was taken out of the middle */
    bool reindex; /* the index must be written anew */
    bool reading; /* nothing is mended, and the end may be under way */
    struct err err;
};

static void accept(struct walk *walk, const struct segment_record *record, const uint8_t *frame)
{
    if (walk->good_count == walk->good_room) {
        walk->good_room = walk->good_room == 0 ? 256 : walk->good_room * 2;
        walk->good = mem_resize(walk->good, walk->good_room, sizeof *walk->good);
    }
    walk->good[walk->good_count++] = *record;
    walk->last_seq = record->seq;
    if (walk->rules->visit != NULL) {
        walk->rules->visit(walk->rules->context, record->seq,
                           (struct bytes){.data = frame, .size = record->length});
    }
}

/* Is there a whole, fitting message at `at`? Fills *record. */
static bool read_frame(struct walk *walk, uint64_t at, struct segment_record *record)
{
    const uint8_t *head = window_get(&walk->window, at, FRAME_HEAD_SIZE, &walk->err);
    if (head == NULL)
        return false;
    struct frame frame;
    size_t need = 0;
    if (frame_next(head, FRAME_HEAD_SIZE, FRAME_BODY_MAX, &frame, &need) < 0 || need == 0)
        return false;
    const uint8_t *bytes = window_get(&walk->window, at, need, &walk->err);
    if (bytes == NULL || frame_next(bytes, need, FRAME_BODY_MAX, &frame, NULL) <= 0)
        return false;
    struct msg msg = {0};
    uint64_t seq = 0;
    int64_t time = 0;
    if (msg_decode(&msg, &frame, NULL)) {
        seq = walk->rules->seq_of(&msg, walk->last_seq);
        time = msg.time;
    }
    msg_destroy(&msg);
    if (seq <= walk->last_seq)
        return false;
    *record = (struct segment_record){
        .seq = seq,
        .offset = at,
        .length = (uint32_t)need,
        .crc = crc32_of(bytes, need),
        .time = time,
    };
    return true;
}

/* Without a record the next good frame is found by its looks: our encoder writes `type` first. */
static uint64_t find_frame(struct walk *walk, uint64_t from)
{
    static const char looks[] = "{\"type\":\"";
    size_t size = FRAME_HEAD_SIZE + sizeof looks - 1;
    for (uint64_t at = from; at + size <= walk->window.file_size; at++) {
        struct segment_record record;
        const uint8_t *bytes = window_get(&walk->window, at, size, &walk->err);
        if (bytes == NULL)
            break;
        if (memcmp(bytes + FRAME_HEAD_SIZE, looks, sizeof looks - 1) == 0 &&
            read_frame(walk, at, &record))
            return at;
    }
    return walk->window.file_size;
}

static void take_out(struct walk *walk, uint64_t from, uint64_t to, const char *why)
{
    walk->reindex = true;
    if (to < walk->window.file_size) {
        walk->mended = true;
        log_warn("%s: bytes %" PRIu64 " to %" PRIu64 " %s and are left out, behind number %" PRIu64,
                 walk->path, from, to, why, walk->last_seq);
    } else {
        log_warn("%s: the last %" PRIu64 " bytes %s and are %s, behind number %" PRIu64, walk->path,
                 to - from, why, walk->reading ? "left out" : "cut off", walk->last_seq);
    }
}

/* Does the record describe what stands in the file? */
static const uint8_t *check_record(struct walk *walk, const struct segment_record *record)
{
    const uint8_t *bytes = window_get(&walk->window, record->offset, record->length, &walk->err);
    if (bytes == NULL || crc32_of(bytes, record->length) != record->crc)
        return NULL;
    return record->seq > walk->last_seq ? bytes : NULL;
}

static bool walk_through(struct walk *walk)
{
    size_t next = 0;
    uint64_t at = 0;
    uint64_t size = walk->window.file_size;
    while (at < size && walk->err.kind == ERR_NONE) {
        while (next < walk->known_count && walk->known[next].offset < at)
            next++;
        const struct segment_record *known = next < walk->known_count ? &walk->known[next] : NULL;
        uint64_t border = known != NULL && known->offset < size ? known->offset : size;
        struct segment_record record;
        if (known != NULL && border == at) {
            uint64_t end = known->length > size - at ? size : at + known->length;
            const uint8_t *bytes = check_record(walk, known);
            if (bytes != NULL)
                accept(walk, known, bytes);
            else if (walk->err.kind == ERR_NONE)
                take_out(walk, at, end, "do not match their checksum");
            at = end;
            next++;
        } else if (read_frame(walk, at, &record) && at + record.length <= border) {
            walk->reindex = true;
            accept(walk, &record, window_get(&walk->window, at, record.length, &walk->err));
            at += record.length;
        } else if (walk->err.kind == ERR_NONE) {
            uint64_t end = find_frame(walk, at + 1);
            if (end > border)
                end = border;
            take_out(walk, at, end, "are not a whole message");
            at = end;
        }
    }
    return walk->err.kind == ERR_NONE;
}

/* The good frames into a new file that takes the old one's place. The index goes first: without
 * one, a crash at any point leaves frames that are read again. */
static bool rewrite(struct walk *walk, const char *index_path, struct err *err)
{
    char new_path[OS_PATH_MAX];
    if (!str_format(new_path, sizeof new_path, "%s.new", walk->path))
        return err_set(err, ERR_LIMIT, "The path %s is too long.", walk->path);
    if (!file_remove(new_path, err))
        return false;
    os_file file = file_open(new_path, FILE_WRITE_NEW, err);
    if (file == OS_FILE_NONE)
        return false;
    bool ok = true;
    uint64_t end = 0;
    for (size_t i = 0; ok && i < walk->good_count; i++) {
        struct segment_record *record = &walk->good[i];
        const uint8_t *bytes = window_get(&walk->window, record->offset, record->length, err);
        ok = bytes != NULL && file_write_at(file, end, bytes, record->length, err);
        record->offset = end;
        end += record->length;
    }
    ok = ok && file_sync(file, err);
    file_close(file);
    file_close(walk->window.file); /* Windows replaces no open file */
    walk->window.file = OS_FILE_NONE;
    return ok && file_remove(index_path, err) && file_rename(new_path, walk->path, err);
}

static bool save_index(const struct walk *walk, const char *index_path, struct err *err)
{
    uint8_t *bytes = mem_alloc(walk->good_count, SEGMENT_RECORD_SIZE);
    for (size_t i = 0; i < walk->good_count; i++)
        segment_record_pack(&walk->good[i], bytes + i * SEGMENT_RECORD_SIZE);
    bool ok = file_save(index_path, bytes, walk->good_count * SEGMENT_RECORD_SIZE, err);
    mem_free(bytes);
    return ok;
}

/* The records of the index whose own check is right, as far as their offsets rise. */
static bool load_index(struct walk *walk, const char *path, struct err *err)
{
    if (!file_info(path).exists) {
        if (walk->window.file_size > 0 && !walk->reading) {
            log_warn("%s is missing; it is made again from the messages themselves", path);
            walk->reindex = true;
        }
        return true;
    }
    size_t size = 0;
    uint8_t *bytes = (uint8_t *)file_load(path, (size_t)1 << 30, &size, err);
    if (bytes == NULL)
        return false;
    size_t count = size / SEGMENT_RECORD_SIZE;
    size_t bad = size % SEGMENT_RECORD_SIZE == 0 ? 0 : 1;
    walk->known = mem_alloc(count, sizeof *walk->known);
    for (size_t i = 0; i < count; i++) {
        struct segment_record record;
        uint64_t least = walk->known_count == 0 ? 0 : walk->known[walk->known_count - 1].offset + 1;
        if (segment_record_unpack(bytes + i * SEGMENT_RECORD_SIZE, &record) &&
            record.offset >= least && record.length <= FRAME_SIZE_MAX)
            walk->known[walk->known_count++] = record;
        else
            bad++;
    }
    mem_free(bytes);
    if (bad > 0 && !walk->reading) {
        log_warn("%s: %zu records of the index are damaged and are made again", path, bad);
        walk->reindex = true;
    }
    return true;
}

static void finish_walk(struct walk *walk)
{
    file_close(walk->window.file);
    mem_free(walk->window.data);
    mem_free(walk->known);
    mem_free(walk->good);
}

bool segment_recover(const char *folder, uint32_t number, const struct segment_rules *rules,
                     uint64_t *last_seq, struct segment_record **records, size_t *count,
                     struct err *err)
{
    struct walk walk = {.rules = rules, .last_seq = *last_seq};
    char index_path[OS_PATH_MAX];
    bool ok = false;
    *records = NULL;
    *count = 0;
    segment_path(walk.path, folder, number, ".seg");
    segment_path(index_path, folder, number, ".idx");
    walk.window.file = file_open(walk.path, FILE_WRITE, err);
    if (walk.window.file == OS_FILE_NONE)
        return false;
    if (!file_size(walk.window.file, &walk.window.file_size, err) ||
        !load_index(&walk, index_path, err))
        goto out;
    if (!walk_through(&walk)) {
        if (err != NULL)
            *err = walk.err;
        goto out;
    }
    uint64_t end = walk.good_count == 0 ? 0
                                        : walk.good[walk.good_count - 1].offset +
                                              walk.good[walk.good_count - 1].length;
    if (walk.mended) {
        if (!rewrite(&walk, index_path, err))
            goto out;
    } else if (end < walk.window.file_size && !file_truncate(walk.window.file, end, err)) {
        goto out;
    }
    if (walk.reindex || walk.known_count != walk.good_count) {
        if (!walk.reindex)
            log_warn("%s: the index names messages that are not there; it is made again",
                     walk.path);
        if (!save_index(&walk, index_path, err))
            goto out;
    }
    *records = walk.good;
    *count = walk.good_count;
    *last_seq = walk.last_seq;
    walk.good = NULL;
    ok = true;
out:
    finish_walk(&walk);
    return ok;
}

static bool read_segment(const char *folder, uint32_t number, const struct segment_rules *rules,
                         uint64_t *last_seq, struct err *err)
{
    struct walk walk = {.rules = rules, .last_seq = *last_seq, .reading = true};
    char index_path[OS_PATH_MAX];
    segment_path(walk.path, folder, number, ".seg");
    segment_path(index_path, folder, number, ".idx");
    walk.window.file = file_open(walk.path, FILE_READ, err);
    if (walk.window.file == OS_FILE_NONE)
        return false;
    bool ok = file_size(walk.window.file, &walk.window.file_size, err) &&
              load_index(&walk, index_path, err);
    if (ok && !walk_through(&walk)) {
        *err = walk.err;
        ok = false;
    }
    *last_seq = walk.last_seq;
    finish_walk(&walk);
    return ok;
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

static int compare_numbers(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

bool segment_list(const char *folder, uint32_t **numbers, size_t *count, struct err *err)
{
    char **names;
    size_t name_count;
    *numbers = NULL;
    *count = 0;
    if (!file_list(folder, &names, &name_count, err))
        return false;
    *numbers = mem_alloc(name_count, sizeof **numbers);
    for (size_t i = 0; i < name_count; i++) {
        uint32_t number = segment_number(names[i]);
        if (number != 0)
            (*numbers)[(*count)++] = number;
    }
    file_list_free(names, name_count);
    qsort(*numbers, *count, sizeof **numbers, compare_numbers); /* by name, 1000000 is before 2 */
    return true;
}

bool segments_read(const char *folder, const struct segment_rules *rules, struct err *err)
{
    struct err why = {0};
    uint32_t *numbers;
    size_t count;
    uint64_t last_seq = 0;
    bool ok = segment_list(folder, &numbers, &count, &why);
    for (size_t i = 0; ok && i < count; i++) {
        ok = read_segment(folder, numbers[i], rules, &last_seq, &why);
        if (!ok && why.kind == ERR_NOT_FOUND) { /* a running server has just dropped it */
            why = (struct err){0};
            ok = true;
        }
    }
    mem_free(numbers);
    if (!ok && err != NULL)
        *err = why;
    return ok;
}
