/* A log keeps what it was given, finds it again by number and by place, and mends what a crash or a
 * bad disk left: torn ends at every byte, flipped bits at every byte, lost and damaged indexes. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <cmocka.h>
#ifndef _WIN32 /* no disk can be made small there */
#include <sys/resource.h>
#endif
#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/file.h"
#include "protocol/wire/frame.h"
#include "protocol/wire/msg_json.h"
#include "server/roomlog.h"

static struct wake *wake;
static struct disk *disk;
static char folder[OS_PATH_MAX];
static uint64_t visited; /* frames that the last opening showed */

static uint64_t seq_of(const struct msg *msg, uint64_t last)
{
    return msg->seq > last ? msg->seq : 0;
}

static void visit(void *context, uint64_t seq, struct bytes frame)
{
    (void)context;
    assert_true(seq > 0 && frame.size > FRAME_HEAD_SIZE);
    visited++;
}

static struct roomlog *open_log(void)
{
    struct segment_rules rules = {.seq_of = seq_of, .visit = visit};
    struct err err = {0};
    visited = 0;
    struct roomlog *log = roomlog_open(folder, &rules, SYNC_ALWAYS, disk, NULL, NULL, &err);
    if (log == NULL)
        fail_msg("%s", err.text);
    return log;
}

static void close_log(struct roomlog *log)
{
    disk_drain(disk);
    roomlog_close(log);
}

static int set_up(void **state)
{
    struct err err = {0};
    const char *temp = getenv("TMPDIR");
    (void)state;
    log_set_level(LOG_ERROR); /* the findings are expected */
    str_format(folder, sizeof folder, "%s/roomlog-XXXXXX", temp != NULL ? temp : "/tmp");
    assert_non_null(mkdtemp(folder));
    wake = wake_create(&err);
    disk = disk_create(wake, &err);
    return wake != NULL && disk != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    char path[OS_PATH_MAX];
    char **names;
    size_t count;
    (void)state;
    disk_destroy(disk);
    wake_destroy(wake);
    assert_true(file_list(folder, &names, &count, NULL));
    for (size_t i = 0; i < count; i++) {
        assert_true(path_join(path, folder, names[i]));
        assert_true(file_remove(path, NULL));
    }
    file_list_free(names, count);
    assert_true(file_remove_folder(folder, NULL));
    return 0;
}

/* Event `seq` with a text of that size: its bytes depend on nothing else. */
static struct buf frame_of(uint64_t seq, size_t size)
{
    static char text[TEXT_MAX + 1];
    struct buf frame;
    str_format(text, sizeof text, "%llu ", (unsigned long long)seq);
    for (size_t i = strlen(text); i < size; i++)
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

static void append(struct roomlog *log, size_t size)
{
    uint64_t seq = roomlog_next(log);
    struct buf frame = frame_of(seq, size);
    assert_int_equal(roomlog_append(log, buf_peek(&frame), 1000 + (int64_t)seq), seq);
    buf_finish(&frame);
}

/* Everything in a log, read as a slow reader would: from files and memory, in odd pieces. */
static uint8_t *read_all(struct roomlog *log, size_t *size)
{
    uint64_t end = roomlog_end(log), at = 0;
    uint8_t *all = mem_alloc((size_t)end + 1, 1);
    while (at < end) {
        struct bytes bytes = roomlog_peek(log, at);
        struct roomlog_range range;
        struct err err = {0};
        size_t piece = 4099;
        if (bytes.size > 0) {
            piece = bytes.size < piece ? bytes.size : piece;
            memcpy(all + at, bytes.data, piece);
        } else {
            if (!roomlog_range(log, at, &range, &err))
                fail_msg("%s", err.text);
            piece = range.size < piece ? (size_t)range.size : piece;
            assert_true(piece > 0);
            if (!file_read_at(range.file, range.at, all + at, piece, &err))
                fail_msg("%s", err.text);
        }
        at += piece;
    }
    *size = (size_t)end;
    return all;
}

/* The log holds exactly the events first .. last without those in `lost` (0: none), each as it was
 * made, and finds every one of them. */
static void check_log(struct roomlog *log, uint64_t last, uint64_t lost, size_t size)
{
    size_t total;
    uint8_t *all = read_all(log, &total);
    size_t at = 0;
    for (uint64_t seq = 1; seq <= last; seq++) {
        struct buf frame = frame_of(seq, size);
        uint64_t found = 0;
        if (seq == lost) {
            roomlog_seek(log, seq, &found);
            assert_int_equal(found, seq == last ? 0 : seq + 1);
            buf_finish(&frame);
            continue;
        }
        assert_true(total - at >= frame.size);
        assert_memory_equal(all + at, buf_peek(&frame).data, frame.size);
        assert_int_equal(roomlog_seek(log, seq, &found), at);
        assert_int_equal(found, seq);
        assert_int_equal(roomlog_border(log, at), at);
        assert_int_equal(roomlog_border(log, at + 1), at + frame.size);
        struct buf again;
        buf_init(&again, FRAME_SIZE_MAX);
        assert_true(roomlog_read(log, seq, &again));
        assert_int_equal(again.size, frame.size);
        assert_memory_equal(buf_peek(&again).data, buf_peek(&frame).data, frame.size);
        buf_finish(&again);
        at += frame.size;
        buf_finish(&frame);
    }
    assert_int_equal(at, total);
    mem_free(all);
}

static void append_and_find(void **state)
{
    (void)state;
    struct roomlog *log = open_log();
    uint64_t found = 7;
    assert_int_equal(roomlog_first_seq(log), 0);
    assert_int_equal(roomlog_seek(log, 1, &found), 0);
    assert_int_equal(found, 0);
    assert_int_equal(roomlog_seek_back(log, 0, 100, &found), 0);
    assert_int_equal(found, 0);
    for (int i = 0; i < 100; i++) {
        append(log, 50);
        if (i % 7 == 0)
            assert_true(roomlog_write(log, NULL));
    }
    assert_int_equal(roomlog_stored(log), 0);
    assert_true(roomlog_write(log, NULL));
    check_log(log, 100, 0, 50);
    assert_int_equal(roomlog_first_seq(log), 1);
    assert_int_equal(roomlog_last_seq(log), 100);
    uint64_t at = roomlog_seek_back(log, roomlog_end(log), 10, &found);
    assert_int_equal(found, 91);
    assert_int_equal(at, roomlog_seek(log, 91, NULL));
    roomlog_seek_back(log, at, 5, &found);
    assert_int_equal(found, 86);
    assert_int_equal(roomlog_seek_back(log, at, 1000, &found), 0);
    assert_int_equal(found, 1);
    assert_int_equal(roomlog_seek_back(log, roomlog_end(log), 0, &found), roomlog_end(log));
    assert_int_equal(found, 0);
    roomlog_sync_now(log);
    disk_drain(disk);
    assert_int_equal(roomlog_stored(log), 100);
    close_log(log);
    log = open_log();
    assert_int_equal(visited, 100);
    check_log(log, 100, 0, 50);
    append(log, 50);
    check_log(log, 101, 0, 50);
    close_log(log);
}

static void many_segments(void **state)
{
    (void)state;
    struct roomlog *log = open_log();
    enum { COUNT = 1300 };
    for (int i = 0; i < COUNT; i++) {
        append(log, TEXT_MAX);
        if (i % 10 == 0) {
            assert_true(roomlog_write(log, NULL));
            roomlog_sync_now(log);
            disk_collect(disk);
        }
    }
    assert_true(roomlog_write(log, NULL));
    check_log(log, COUNT, 0, TEXT_MAX);
    char **names;
    size_t count;
    assert_true(file_list(folder, &names, &count, NULL));
    assert_int_equal(count, 6); /* 21 MB: three segments and their indexes */
    file_list_free(names, count);
    disk_drain(disk);
    roomlog_sync_now(log);
    disk_drain(disk);
    assert_int_equal(roomlog_stored(log), COUNT);
    uint64_t found;
    roomlog_seek_back(log, roomlog_end(log), COUNT - 3, &found); /* far behind, in the first one */
    assert_int_equal(found, 4);
    for (int i = 0; i < 10; i++)
        roomlog_rest(log);
    close_log(log);
    log = open_log();
    assert_int_equal(visited, COUNT);
    check_log(log, COUNT, 0, TEXT_MAX);
    close_log(log);
}

static char *load(const char *ending, size_t *size)
{
    char path[OS_PATH_MAX];
    segment_path(path, folder, 1, ending);
    char *bytes = file_load(path, 1 << 24, size, NULL);
    assert_non_null(bytes);
    return bytes;
}

static void save(const char *ending, const char *bytes, size_t size)
{
    char path[OS_PATH_MAX];
    segment_path(path, folder, 1, ending);
    assert_true(file_save(path, bytes, size, NULL));
}

static void drop(const char *ending)
{
    char path[OS_PATH_MAX];
    segment_path(path, folder, 1, ending);
    assert_true(file_remove(path, NULL));
}

static void write_log(int count, size_t size)
{
    struct roomlog *log = open_log();
    for (int i = 0; i < count; i++)
        append(log, size);
    close_log(log);
}

/* Open, check, go on, and open once more: what was mended stays mended. `lost`: the message that is gone, 0 none. */
static void opens_with(uint64_t last, uint64_t lost, size_t size)
{
    const bool last_is_lost = lost != 0 && last == lost;
    struct roomlog *log = open_log();
    assert_int_equal(roomlog_last_seq(log), last_is_lost ? last - 1 : last);
    check_log(log, last, lost, size);
    close_log(log);
    log_set_level(LOG_ERROR);
    log = open_log();
    check_log(log, last, lost, size);
    if (!last_is_lost) {
        append(log, size);
        check_log(log, last + 1, lost, size);
    }
    close_log(log);
}

static void torn_at_every_byte(void **state)
{
    (void)state;
    write_log(5, 20);
    size_t size, index_size, border = 0;
    char *seg = load(".seg", &size), *idx = load(".idx", &index_size);
    uint64_t whole = 0;
    for (size_t cut = 0; cut <= size; cut++) {
        struct frame frame;
        while (border < cut) { /* how many whole frames are in the first `cut` bytes? */
            long length = frame_next((const uint8_t *)seg + border, cut - border, FRAME_BODY_MAX,
                                     &frame, NULL);
            if (length <= 0)
                break;
            border += (size_t)length;
            whole++;
        }
        save(".seg", seg, cut);
        save(".idx", idx, index_size);
        opens_with(whole, 0, 20);
        save(".seg", seg, cut); /* the same without an index */
        drop(".idx");
        opens_with(whole, 0, 20);
    }
    assert_int_equal(whole, 5);
    for (size_t cut = 0; cut <= index_size; cut += 3) {
        save(".seg", seg, size);
        save(".idx", idx, cut);
        opens_with(5, 0, 20);
    }
    mem_free(seg);
    mem_free(idx);
}

static void flipped_at_every_byte(void **state)
{
    (void)state;
    write_log(4, 20);
    size_t size, index_size;
    char *seg = load(".seg", &size), *idx = load(".idx", &index_size);
    size_t frame_size = size / 4; /* they are of one length */
    for (size_t at = 0; at < size; at++) {
        seg[at] ^= (char)(1 << at % 8);
        save(".seg", seg, size);
        save(".idx", idx, index_size);
        opens_with(4, at / frame_size + 1, 20);
        seg[at] ^= (char)(1 << at % 8);
    }
    for (size_t at = 0; at < index_size; at++) {
        idx[at] ^= (char)(1 << at % 8);
        save(".seg", seg, size);
        save(".idx", idx, index_size);
        opens_with(4, 0, 20); /* a bad index loses nothing */
        idx[at] ^= (char)(1 << at % 8);
    }
    mem_free(seg);
    mem_free(idx);
}

/* Without its record a damaged head is passed over to the next message. */
static void noise_in_the_middle_without_an_index(void **state)
{
    (void)state;
    write_log(4, 20);
    size_t size;
    char *seg = load(".seg", &size);
    size_t frame_size = size / 4;
    memset(seg + frame_size, 0, 8);
    save(".seg", seg, size);
    drop(".idx");
    opens_with(4, 2, 20);
    memset(seg, 0xff, size);
    save(".seg", seg, size);
    drop(".idx");
    opens_with(0, 0, 20);
    mem_free(seg);
}

/* A frame without a record whose number does not rise was not put there by us. */
static void numbers_do_not_go_back(void **state)
{
    (void)state;
    write_log(2, 20);
    size_t size;
    char *seg = load(".seg", &size);
    char *twice = mem_alloc(size * 2, 1);
    memcpy(twice, seg, size);
    memcpy(twice + size, seg, size);
    save(".seg", twice, size * 2);
    drop(".idx");
    opens_with(2, 0, 20);
    mem_free(twice);
    mem_free(seg);
}

#ifndef _WIN32
static void a_disk_that_takes_no_more(void **state)
{
    struct rlimit old, small;
    struct err err = {0};
    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    struct roomlog *log = open_log();
    append(log, 100);
    assert_true(roomlog_write(log, &err));
    uint64_t written = roomlog_end(log);
    append(log, 100);
    getrlimit(RLIMIT_FSIZE, &old);
    small = old;
    small.rlim_cur = (rlim_t)written + 10; /* a part of it fits */
    setrlimit(RLIMIT_FSIZE, &small);
    log_set_level(LOG_ERROR);
    assert_false(roomlog_write(log, &err));
    assert_true(roomlog_is_stuck(log));
    size_t kept = 0;
    while (true) { /* what comes meanwhile waits in memory, up to a limit */
        struct buf frame = frame_of(roomlog_next(log), 100);
        uint64_t seq = roomlog_append(log, buf_peek(&frame), 0);
        buf_finish(&frame);
        if (seq == 0)
            break;
        kept++;
        assert_true(kept < 100000);
    }
    assert_true(kept > 1000);
    roomlog_sync_now(log);
    disk_drain(disk);
    assert_int_equal(roomlog_stored(log), 1); /* nothing is promised that is not there */
    setrlimit(RLIMIT_FSIZE, &old);
    assert_true(roomlog_write(log, &err));
    assert_false(roomlog_is_stuck(log));
    append(log, 100);
    check_log(log, kept + 3, 0, 100);
    close_log(log);
    opens_with(kept + 3, 0, 100);
}
#endif

static void a_record_of_the_index(void **state)
{
    struct segment_record record = {.seq = UINT64_C(0x0102030405060708),
                                    .offset = UINT64_C(5) << 32,
                                    .length = 100,
                                    .crc = 0xdeadbeef,
                                    .time = 1769856067123};
    struct segment_record again;
    uint8_t packed[SEGMENT_RECORD_SIZE];
    (void)state;
    segment_record_pack(&record, packed);
    assert_memory_equal(packed, "\1\2\3\4\5\6\7\10\0\0\0\5\0\0\0\0\0\0\0\144\336\255\276\357", 24);
    assert_true(segment_record_unpack(packed, &again));
    assert_memory_equal(&record, &again, sizeof record);
    for (size_t i = 0; i < sizeof packed; i++) {
        packed[i] ^= 1;
        assert_false(segment_record_unpack(packed, &again));
        packed[i] ^= 1;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_of_the_index),
        cmocka_unit_test_setup_teardown(append_and_find, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_segments, set_up, tear_down),
        cmocka_unit_test_setup_teardown(torn_at_every_byte, set_up, tear_down),
        cmocka_unit_test_setup_teardown(flipped_at_every_byte, set_up, tear_down),
        cmocka_unit_test_setup_teardown(noise_in_the_middle_without_an_index, set_up, tear_down),
        cmocka_unit_test_setup_teardown(numbers_do_not_go_back, set_up, tear_down),
#ifndef _WIN32
        cmocka_unit_test_setup_teardown(a_disk_that_takes_no_more, set_up, tear_down),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
