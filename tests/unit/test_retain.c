/* What a log forgets goes in whole segments from the front, the rest stays readable and is found by
 * number; numbers go on when nothing is left; files go with their events. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/file.h"
#include "protocol/wire/msg_json.h"
#include "server/blob.h"
#include "server/retain.h"
#include "server/roomlog.h"
#include "tests/unit/folder.h"

/* Logs */

static uint64_t seq_of(const struct msg *msg, uint64_t last)
{
    return msg->seq > last ? msg->seq : 0;
}

static struct roomlog *open_log(void)
{
    struct segment_rules rules = {.seq_of = seq_of};
    struct err err = {0};
    struct roomlog *log = roomlog_open(folder, &rules, SYNC_ALWAYS, disk, NULL, NULL, &err);
    if (log == NULL)
        fail_msg("%s", err.text);
    return log;
}

static void settle(struct roomlog *log)
{
    assert_true(roomlog_write(log, NULL));
    disk_drain(disk);
    roomlog_sync_now(log);
    disk_drain(disk);
    assert_int_equal(roomlog_stored(log), roomlog_last_seq(log));
}

static void close_log(struct roomlog *log)
{
    settle(log);
    roomlog_close(log);
}

static struct buf frame_of(uint64_t seq)
{
    char text[32];
    struct buf frame;
    str_format(text, sizeof text, "text %llu", (unsigned long long)seq);
    struct msg msg = {.type = MSG_SAID,
                      .seq = seq,
                      .time = (int64_t)seq * 1000,
                      .room = "lobby",
                      .from = "0123456789abcdef",
                      .name = "ann",
                      .id = "i",
                      .text = text};
    buf_init(&frame, FRAME_SIZE_MAX);
    assert_true(msg_encode(&msg, &frame));
    return frame;
}

/* One segment with `count` messages, each a second after the one before; the next one is begun. */
static void append(struct roomlog *log, int count)
{
    static const struct roomlog_keep at_once = {.count = 1};
    for (int i = 0; i < count; i++) {
        uint64_t seq = roomlog_next(log);
        struct buf frame = frame_of(seq);
        assert_int_equal(roomlog_append(log, buf_peek(&frame), (int64_t)seq * 1000), seq);
        buf_finish(&frame);
    }
    settle(log);
    roomlog_cut(log, &at_once, 0);
    disk_drain(disk);
}

/* The log holds exactly first .. last, by number, by place and by stepping back. */
static void check_log(struct roomlog *log, uint64_t first, uint64_t last)
{
    uint64_t found, at = roomlog_start(log);
    assert_int_equal(roomlog_first_seq(log), first);
    assert_int_equal(roomlog_last_seq(log), last);
    assert_int_equal(roomlog_seek(log, 1, &found), at);
    assert_int_equal(found, first);
    assert_int_equal(roomlog_seek_back(log, roomlog_end(log), 1000000, &found), at);
    assert_int_equal(found, first);
    for (uint64_t seq = first; seq <= last; seq++) {
        struct buf frame = frame_of(seq), again;
        buf_init(&again, FRAME_SIZE_MAX);
        assert_int_equal(roomlog_seek(log, seq, &found), at);
        assert_int_equal(found, seq);
        assert_true(roomlog_read(log, seq, &again));
        assert_int_equal(again.size, frame.size);
        assert_memory_equal(buf_peek(&again).data, buf_peek(&frame).data, frame.size);
        roomlog_seek_back(log, roomlog_end(log), last - seq + 1, &found);
        assert_int_equal(found, seq);
        at += frame.size;
        buf_finish(&again);
        buf_finish(&frame);
    }
    assert_int_equal(at, roomlog_end(log));
    if (first > 1) {
        struct buf gone;
        buf_init(&gone, FRAME_SIZE_MAX);
        assert_false(roomlog_read(log, first - 1, &gone));
        buf_finish(&gone);
    }
}

static bool is_there(uint32_t number, const char *ending)
{
    char path[OS_PATH_MAX];
    segment_path(path, folder, number, ending);
    return file_info(path).exists;
}

/* The log knows what it weighs. */
static void check_weight(const struct roomlog *log)
{
    char path[OS_PATH_MAX];
    uint64_t bytes = 0;
    for (uint32_t number = 1; number < 20; number++) {
        segment_path(path, folder, number, ".seg");
        bytes += file_info(path).size;
        segment_path(path, folder, number, ".idx");
        bytes += file_info(path).size;
    }
    assert_int_equal(roomlog_bytes(log), bytes);
}

static void forget(struct roomlog *log, struct roomlog_keep keep, int64_t wall_ms, uint64_t first)
{
    struct err err = {0};
    assert_int_equal(roomlog_first_kept(log, &keep, wall_ms), first);
    if (first != 0 && !roomlog_drop(log, first, &err))
        fail_msg("%s", err.text);
    check_weight(log);
}

static void whole_segments_go(void **state)
{
    (void)state;
    struct roomlog *log = open_log();
    for (int i = 0; i < 5; i++)
        append(log, 10); /* 1-10 11-20 21-30 31-40 41-50 and an empty one */
    check_log(log, 1, 50);
    int64_t time;
    assert_int_equal(roomlog_second(log, &time), 11);
    assert_int_equal(time, 10000);
    forget(log, (struct roomlog_keep){0}, 1000000000, 0);
    forget(log, (struct roomlog_keep){.count = 50}, 0, 0);
    forget(log, (struct roomlog_keep){.count = 41}, 0, 0);
    forget(log, (struct roomlog_keep){.count = 40}, 0, 11);
    assert_true(!is_there(1, ".seg") && !is_there(1, ".idx") && is_there(2, ".seg"));
    check_log(log, 11, 50);
    uint64_t most = roomlog_end(log) - roomlog_start(log);
    forget(log, (struct roomlog_keep){.bytes = most}, 0, 0);
    forget(log, (struct roomlog_keep){.bytes = most * 3 / 4 - 1}, 0, 21);
    check_log(log, 21, 50);
    forget(log, (struct roomlog_keep){.age_ms = 5000}, 35000, 0); /* 30 is just young enough */
    forget(log, (struct roomlog_keep){.age_ms = 5000}, 35001, 31);
    check_log(log, 31, 50);
    forget(log, (struct roomlog_keep){.age_ms = 5000, .count = 10}, 0, 41); /* one is enough */
    check_log(log, 41, 50);
    assert_int_equal(roomlog_second(log, &time), 51); /* none would stay */
    close_log(log);
    log = open_log();
    check_log(log, 41, 50);
    check_weight(log);
    assert_int_equal(roomlog_second(log, &time), 0); /* not known to be stored */
    append(log, 10);
    assert_int_equal(roomlog_second(log, &time), 51);
    check_log(log, 41, 60);
    close_log(log);
}

static void numbers_go_on_when_nothing_is_left(void **state)
{
    (void)state;
    for (uint64_t last = 10; last <= 30; last += 10) {
        struct roomlog *log = open_log();
        assert_int_equal(roomlog_next(log), last - 9);
        int64_t time;
        assert_int_equal(roomlog_second(log, &time), 0);
        append(log, 10);
        forget(log, (struct roomlog_keep){.age_ms = 1}, 1000000, last + 1);
        uint64_t found = 1;
        assert_int_equal(roomlog_first_seq(log), 0);
        assert_int_equal(roomlog_last_seq(log), last);
        assert_int_equal(roomlog_seek(log, 1, &found), roomlog_end(log));
        assert_int_equal(found, 0);
        assert_int_equal(roomlog_seek_back(log, roomlog_end(log), 5, &found), roomlog_end(log));
        assert_int_equal(found, 0);
        assert_int_equal(roomlog_start(log), roomlog_end(log));
        forget(log, (struct roomlog_keep){.age_ms = 1}, 1000000, 0);
        close_log(log);
    }
    struct roomlog *log = open_log();
    append(log, 1);
    check_log(log, 31, 31);
    close_log(log);
}

static void what_is_not_stored_stays(void **state)
{
    (void)state;
    struct roomlog *log = open_log();
    append(log, 10);
    close_log(log);
    log = open_log();
    forget(log, (struct roomlog_keep){.count = 1, .age_ms = 1}, 1000000, 0); /* none is, as yet */
    close_log(log);
}

static void segments_are_an_eighth_of_what_stays(void **state)
{
    static const struct roomlog_keep count = {.count = 80}, bytes = {.bytes = 16000},
                                     age = {.age_ms = 80000};
    (void)state;
    struct roomlog *log = open_log();
    roomlog_cut(log, &count, 1000000); /* nothing is in it: nothing to cut */
    assert_false(is_there(2, ".seg"));
    for (int i = 1; i < 10; i++) {
        struct buf frame = frame_of((uint64_t)i);
        assert_int_equal(roomlog_append(log, buf_peek(&frame), i * 1000), i);
        buf_finish(&frame);
    }
    roomlog_cut(log, &age, 1000000); /* not written yet */
    settle(log);
    roomlog_cut(log, &count, 1000000);
    roomlog_cut(log, &bytes, 1000000);
    roomlog_cut(log, &age, 10999);
    assert_false(is_there(2, ".seg"));
    roomlog_cut(log, &age, 11000);
    assert_true(is_there(2, ".seg"));
    close_log(log);
}

/* By name, 1000000 comes before 999999. */
static void a_million_segments(void **state)
{
    char from[OS_PATH_MAX], to[OS_PATH_MAX];
    (void)state;
    struct roomlog *log = open_log();
    append(log, 10);
    append(log, 10);
    close_log(log);
    for (uint32_t i = 0; i < 3; i++) {
        for (int ending = 0; ending < 2; ending++) {
            segment_path(from, folder, i + 1, ending == 0 ? ".seg" : ".idx");
            segment_path(to, folder, 999998 + i, ending == 0 ? ".seg" : ".idx");
            assert_true(file_rename(from, to, NULL));
        }
    }
    log = open_log();
    append(log, 10);
    check_log(log, 1, 30);
    close_log(log);
    log = open_log();
    check_log(log, 1, 30);
    close_log(log);
}

/* Files */

static void on_checked(struct blob *blob, const struct err *err)
{
    assert_int_equal(err->kind, ERR_NONE);
    assert_int_equal(blob->state, BLOB_DONE);
}

static struct blob *whole(struct blob_store *store, const char *text, uint64_t seq)
{
    struct err err = {0};
    char sha256[SHA256_HEX_SIZE];
    struct blob *blob = blob_create(store, "", strlen(text));
    sha256_hex(text, strlen(text), sha256);
    assert_true(blob_begin(blob, NULL, &err) && blob_use(blob, &err));
    assert_true(blob_append(blob, text, strlen(text), &err));
    blob_finish(blob, sha256);
    disk_drain(disk);
    blob_release(blob);
    blob->seq = seq;
    return blob;
}

static bool has_content(const char *text)
{
    char path[OS_PATH_MAX], sha256[SHA256_HEX_SIZE];
    sha256_hex(text, strlen(text), sha256);
    str_format(path, sizeof path, "%s/blobs/%s", folder, sha256);
    return file_info(path).exists;
}

static bool is_before(const struct blob *blob, const void *context)
{
    return blob->seq < *(const uint64_t *)context;
}

static void files_go_when_nobody_reads_them(void **state)
{
    struct err err = {0};
    char id[FILE_DIGITS + 1], bytes[8];
    uint64_t before = 10;
    (void)state;
    struct blob_store *store = blob_store_open(folder, true, disk, on_checked, &err);
    assert_non_null(store);
    struct blob *read = whole(store, "is read", 1);
    struct blob *shared = whole(store, "is twice", 2), *twin = whole(store, "is twice", 11);
    struct blob *alone = whole(store, "is alone", 3), *same = whole(store, "is alone", 4);
    struct blob *late = whole(store, "is late", 10);
    struct blob *growing = blob_create(store, "", 5);
    growing->seq = 5;
    assert_true(shared != twin && alone != same);
    assert_true(blob_use(read, &err));
    str_copy(id, sizeof id, read->id);
    blob_store_drop(store, is_before, &before);
    assert_null(blob_find(store, id));
    assert_ptr_equal(blob_find(store, twin->id), twin);
    assert_ptr_equal(blob_find(store, late->id), late);
    assert_ptr_equal(blob_find(store, growing->id), growing);
    assert_true(has_content("is twice") && has_content("is late") && !has_content("is alone"));
    assert_true(has_content("is read")); /* until the last reader has it */
    assert_true(file_read_at(read->file, 0, bytes, 7, &err));
    assert_memory_equal(bytes, "is read", 7);
    blob_release(read);
    assert_false(has_content("is read"));
    before = 12;
    blob_store_drop(store, is_before, &before);
    assert_true(!has_content("is twice") && !has_content("is late"));
    blob_store_drop(store, is_before, &before);
    blob_store_close(store);
}

/* The clock */

static void a_clock_that_jumps_is_not_trusted(void **state)
{
    struct retain_clock clock = {0};
    const int64_t wall = INT64_C(1800000000000);
    (void)state;
    assert_true(retain_is_calm(&clock, wall, 1000));
    assert_true(retain_is_calm(&clock, wall + 100000000, 1000 + 100000000)); /* time goes by */
    assert_true(retain_is_calm(&clock, wall + 100030000, 1000 + 100000000)); /* steered */
    assert_false(retain_is_calm(&clock, wall + 900030000, 1000 + 100000000));
    assert_false(retain_is_calm(&clock, wall + 900040000, 1000 + 100010000));
    assert_false(retain_is_calm(&clock, wall + 100040000, 1000 + 100010000)); /* and back */
    int64_t later = RETAIN_CALM_MS - 1;
    assert_false(retain_is_calm(&clock, wall + 100040000 + later, 1000 + 100010000 + later));
    later = RETAIN_CALM_MS;
    assert_true(retain_is_calm(&clock, wall + 100040000 + later, 1000 + 100010000 + later));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(whole_segments_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(numbers_go_on_when_nothing_is_left, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_stored_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(segments_are_an_eighth_of_what_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_million_segments, set_up, tear_down),
        cmocka_unit_test_setup_teardown(files_go_when_nobody_reads_them, set_up, tear_down),
        cmocka_unit_test(a_clock_that_jumps_is_not_trusted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
