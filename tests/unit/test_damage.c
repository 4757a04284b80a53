/* 120 places of a log's files are zeroed or flipped, in tails and middles, of messages and indexes:
 * each is found and told in words, whatever was not touched is there, and nothing is invented. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/file.h"
#include "protocol/wire/msg_json.h"
#include "server/roomlog.h"

#define PLACES 120
#define EVENTS 900 /* of up to TEXT_MAX bytes: two segments */
#define SEGMENTS 2

static struct wake *wake;
static struct disk *disk;
static char folder[OS_PATH_MAX];
static FILE *told; /* what stands on standard error meanwhile */
static int real_stderr;

struct copy { /* of a file as it was */
    char path[OS_PATH_MAX];
    char *bytes; /* changed by do_harm() */
    char *whole;
    size_t size;
};
static struct copy seg[SEGMENTS], idx[SEGMENTS];
static struct place { /* of an event */
    size_t segment, from, to;
} places[EVENTS + 1];

/* A small generator, the same on every machine (xorshift64, Marsaglia 2003). */
static uint64_t random_state = 88172645463325252u;
static size_t random_below(size_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (size_t)(random_state % limit);
}

static uint64_t seq_of(const struct msg *msg, uint64_t last)
{
    return msg->seq > last ? msg->seq : 0;
}

static struct roomlog *open_log(void)
{
    struct segment_rules rules = {.seq_of = seq_of};
    struct err err = {0};
    struct roomlog *log = roomlog_open(folder, &rules, SYNC_OS, disk, NULL, NULL, &err);
    if (log == NULL)
        fail_msg("%s", err.text);
    return log;
}

/* Event `seq`: its bytes depend on nothing else. */
static struct buf frame_of(uint64_t seq)
{
    static char text[TEXT_MAX + 1];
    size_t size = seq % 3 == 0 ? 20 : TEXT_MAX - seq % 50;
    struct buf frame;
    for (size_t i = 0; i < size; i++)
        text[i] = (char)('a' + (seq + i) % 26);
    text[size] = '\0';
    struct msg msg = {.type = MSG_SAID,
                      .seq = seq,
                      .time = 1000 + (int64_t)seq,
                      .room = "lobby",
                      .from = "0123456789abcdef",
                      .name = "ann",
                      .id = "i",
                      .text = text};
    buf_init(&frame, FRAME_SIZE_MAX);
    assert_true(msg_encode(&msg, &frame));
    return frame;
}

static void load(struct copy *copy, uint32_t number, const char *ending)
{
    segment_path(copy->path, folder, number, ending);
    copy->bytes = file_load(copy->path, 1 << 24, &copy->size, NULL);
    assert_non_null(copy->bytes);
    copy->whole = mem_copy(copy->bytes, copy->size);
}

static void save(const struct copy *copy)
{
    assert_true(file_save(copy->path, copy->bytes, copy->size, NULL));
}

static int set_up(void **state)
{
    struct err err = {0};
    const char *temp = getenv("TMPDIR");
    (void)state;
    str_format(folder, sizeof folder, "%s/damage-XXXXXX", temp != NULL ? temp : "/tmp");
    assert_non_null(mkdtemp(folder));
    wake = wake_create(&err);
    disk = disk_create(wake, &err);
    assert_true(wake != NULL && disk != NULL);
    struct roomlog *log = open_log();
    size_t segment = 0, at = 0;
    for (uint64_t seq = 1; seq <= EVENTS; seq++) {
        struct buf frame = frame_of(seq);
        assert_int_equal(roomlog_append(log, buf_peek(&frame), 1000), seq);
        if (at + frame.size > SEGMENT_SIZE) {
            segment++;
            at = 0;
        }
        places[seq] = (struct place){segment, at, at + frame.size};
        at += frame.size;
        buf_finish(&frame);
        assert_true(roomlog_write(log, NULL));
    }
    roomlog_close(log);
    for (uint32_t i = 0; i < SEGMENTS; i++) {
        load(&seg[i], i + 1, ".seg");
        load(&idx[i], i + 1, ".idx");
    }
    assert_int_equal(segment, SEGMENTS - 1);
    assert_int_equal(at, seg[segment].size);
    told = tmpfile();
    assert_non_null(told);
    real_stderr = dup(2);
    assert_true(dup2(fileno(told), 2) >= 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    dup2(real_stderr, 2);
    close(real_stderr);
    rewind(told);
    for (int c; (c = getc(told)) != EOF;) /* of the check that failed, if one did */
        putc(c, stderr);
    fclose(told);
    disk_destroy(disk);
    wake_destroy(wake);
    for (size_t i = 0; i < SEGMENTS; i++) {
        file_remove(seg[i].path, NULL);
        file_remove(idx[i].path, NULL);
        mem_free(seg[i].bytes);
        mem_free(seg[i].whole);
        mem_free(idx[i].bytes);
        mem_free(idx[i].whole);
    }
    assert_true(file_remove_folder(folder, NULL));
    return 0;
}

/* Bytes that were told since the last time. */
static long told_bytes(void)
{
    fflush(stderr);
    long size = (long)lseek(fileno(told), 0, SEEK_END);
    assert_int_equal(ftruncate(fileno(told), 0), 0);
    lseek(fileno(told), 0, SEEK_SET);
    return size;
}

struct harm { /* the bytes [from, to) that have changed, in a messages' file; none: from == to */
    size_t segment, from, to;
};

/* Zero or flip `size` bytes at `at`. What is zero stays as it is, so less may change. */
static struct harm do_harm(struct copy *copy, size_t at, size_t size, bool zero)
{
    struct harm harm = {0};
    for (size_t i = at; i < at + size; i++) {
        char byte = '\0';
        if (!zero)
            byte = (char)(copy->bytes[i] ^ (1 << random_below(8)));
        if (byte == copy->bytes[i])
            continue;
        if (harm.to == 0)
            harm.from = i;
        harm.to = i + 1;
        copy->bytes[i] = byte;
    }
    return harm;
}

/* All bytes of the log, from its files. */
static char *read_all(struct roomlog *log)
{
    uint64_t end = roomlog_end(log);
    char *all = mem_alloc((size_t)end + 1, 1);
    for (uint64_t at = 0; at < end;) {
        struct roomlog_range range;
        struct err err = {0};
        if (!roomlog_range(log, at, &range, &err) ||
            !file_read_at(range.file, range.at, all + at, (size_t)range.size, &err))
            fail_msg("%s", err.text);
        at += range.size;
    }
    return all;
}

/* The log has every event but those that the harm has met, each as it was made, and nothing else. */
static void check_log(struct harm harm)
{
    struct roomlog *log = open_log();
    char *all = read_all(log);
    uint64_t at = 0, found;
    for (uint64_t seq = 1; seq <= EVENTS; seq++) {
        const struct place *place = &places[seq];
        size_t size = place->to - place->from;
        bool lost =
            place->segment == harm.segment && place->from < harm.to && harm.from < place->to;
        if (lost || seq % 40 == 0) {
            assert_int_equal(roomlog_seek(log, seq, &found), at);
            assert_true(lost ? found != seq : found == seq);
        }
        if (lost)
            continue;
        assert_true(roomlog_end(log) - at >= size);
        assert_memory_equal(all + at, seg[place->segment].whole + place->from, size);
        at += size;
    }
    assert_int_equal(at, roomlog_end(log));
    mem_free(all);
    roomlog_close(log);
}

static void damaged_places(void **state)
{
    static const size_t sizes[] = {1, 7, 512, 4096, 40000};
    (void)state;
    told_bytes();
    for (unsigned i = 0; i < PLACES; i++) {
        bool index = i % 3 == 2, tail = i % 4 == 0, zero = i % 2 == 0;
        size_t segment = random_below(SEGMENTS);
        struct copy *copy = index ? &idx[segment] : &seg[segment];
        size_t size = sizes[i % 5] < copy->size ? sizes[i % 5] : copy->size;
        size_t at = tail ? copy->size - size : random_below(copy->size - size + 1);
        struct harm harm = do_harm(copy, at, size, zero);
        bool changed = harm.from < harm.to;
        harm.segment = segment;
        if (index)
            harm = (struct harm){0}; /* a bad index loses nothing */
        save(copy);
        check_log(harm);
        assert_true((told_bytes() > 0) == changed);
        check_log(harm);
        assert_int_equal(told_bytes(), 0); /* what was mended stays mended */
        memcpy(copy->bytes, copy->whole, copy->size);
        save(&seg[segment]);
        save(&idx[segment]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(damaged_places)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
