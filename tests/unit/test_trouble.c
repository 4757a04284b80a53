/* A whole server whose disk is full, fails to write or to sync, or whose clock jumps: what it cannot
 * do it says in words, talk goes on as long as it can, all works again without a restart where that
 * is safe, and what was called stored is there. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/name.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/os/sock.h"
#include "protocol/os/thread.h"
#include "server/blob.h"
#include "server/server.h"
#include "tests/fakes/clock/fakeclock.h"
#include "tests/fakes/disk/fakedisk.h"
#include "tests/fakes/talker.h"

#define PATIENCE_MS 30000
#define QUIET_MS 300
#define MEGABYTE ((uint64_t)1 << 20)
#define DAY_MS ((int64_t)86400000)

static struct server *server;
static struct thread *thread;
static struct talker ann = {.sock = -1}, bob = {.sock = -1};

static void run_server(void *arg)
{
    struct err err = {0};
    if (!server_run(arg, &err))
        abort();
}

static void start(void)
{
    struct err err = {0};
    struct server_config config = {.host = "127.0.0.1",
                                   .data_dir = "/data",
                                   .name = "test",
                                   .plain = true,
                                   .quiet = true,
                                   .sync = SYNC_ALWAYS};
    server = server_create(&config, &err);
    if (server == NULL)
        fail_msg("%s", err.text);
    thread = thread_start(run_server, server, &err);
    assert_non_null(thread);
}

static void stop(void)
{
    talker_close(&ann);
    talker_close(&bob);
    server_stop(server);
    thread_join(thread);
    server_destroy(server);
    server = NULL;
}

/* The next message of that type, or an error if there is one before. */
static void expect(struct talker *talker, enum msg_type type, struct msg *msg)
{
    do {
        msg_destroy(msg);
        if (!talker_next(talker, msg, PATIENCE_MS))
            fail_msg("nothing comes");
    } while (msg->type != type && msg->type != MSG_ERROR);
}

static void expect_none(struct talker *talker, enum msg_type type)
{
    struct msg msg = {0};
    while (talker_next(talker, &msg, QUIET_MS)) {
        assert_int_not_equal(msg.type, type);
        msg_destroy(&msg);
    }
    msg_destroy(&msg);
}

static void enter(struct talker *talker, const char *name)
{
    char room[] = "lobby";
    struct msg join = {.type = MSG_JOIN, .room = room}, msg = {0};
    assert_true(talker_open(talker, server_port(server)));
    assert_true(talker_hello(talker, name, ""));
    assert_true(talker_send(talker, &join));
    expect(talker, MSG_ROOM, &msg);
    assert_int_equal(msg.type, MSG_ROOM);
    msg_destroy(&msg);
}

static void say(struct talker *talker, const char *text, const char *id)
{
    char room[] = "lobby", own_id[ID_MAX], line[4096];
    str_copy(own_id, sizeof own_id, id);
    str_copy(line, sizeof line, text);
    struct msg msg = {.type = MSG_SAY, .room = room, .id = own_id, .text = line};
    assert_true(talker_send(talker, &msg));
}

/* Say it and wait until it is stored: the event's time; 0: refused, *code says why. */
static int64_t told(struct talker *talker, const char *id, char code[WORD_MAX + 1])
{
    struct msg msg = {0};
    int64_t time = 0;
    say(talker, "something", id);
    do
        expect(talker, MSG_SAID, &msg);
    while (msg.type == MSG_SAID && !str_equal(msg.id, id));
    if (msg.type == MSG_ERROR) {
        assert_true(strlen(msg.text) > 20); /* a sentence */
        str_copy(code, WORD_MAX + 1, msg.code);
    } else {
        uint64_t seq = msg.seq;
        time = msg.time;
        code[0] = '\0';
        do
            expect(talker, MSG_STORED, &msg);
        while (msg.seq < seq);
    }
    msg_destroy(&msg);
    return time;
}

static void begin_upload(struct talker *talker, const char *id, uint64_t size)
{
    char room[] = "lobby", own_id[ID_MAX], label[] = "x", kind[] = "file";
    str_copy(own_id, sizeof own_id, id);
    struct msg msg = {
        .type = MSG_UPLOAD, .room = room, .id = own_id, .label = label, .kind = kind, .size = size};
    assert_true(talker_send(talker, &msg));
}

static void send_chunks(struct talker *talker, const char *id, uint64_t from, uint64_t to)
{
    static uint8_t bytes[CHUNK_MAX];
    char own_id[ID_MAX];
    str_copy(own_id, sizeof own_id, id);
    for (uint64_t at = from; at < to; at += CHUNK_MAX) {
        struct msg chunk = {
            .type = MSG_CHUNK, .id = own_id, .offset = at, .payload = {bytes, CHUNK_MAX}};
        assert_true(talker_send(talker, &chunk));
    }
}

static int set_up(void **state)
{
    (void)state;
    log_set_level(LOG_ERROR);
    fakedisk_open();
    fakeclock_set(0);
    start();
    enter(&ann, "ann");
    enter(&bob, "bob");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    if (server != NULL) /* a check failed */
        stop();
    fakedisk_close();
    return 0;
}

/* Each of these is in the log once after a restart. */
static void check_after_restart(const char *const *ids, size_t count)
{
    struct msg msg = {0};
    char room[] = "lobby";
    size_t found = 0;
    stop();
    start();
    assert_true(talker_open(&ann, server_port(server)));
    assert_true(talker_hello(&ann, "ann", ""));
    struct msg join = {.type = MSG_JOIN, .room = room, .seq = 1};
    assert_true(talker_send(&ann, &join));
    expect(&ann, MSG_ROOM, &msg);
    uint64_t newest = msg.seq;
    for (uint64_t seq = 1; seq < newest; seq = msg.seq) {
        do {
            msg_destroy(&msg);
            assert_true(talker_next(&ann, &msg, PATIENCE_MS));
        } while (!msg_types[msg.type].event);
        for (size_t i = 0; i < count; i++)
            found += msg.type == MSG_SAID && strcmp(msg.id, ids[i]) == 0;
    }
    assert_int_equal(found, count);
    msg_destroy(&msg);
    enter(&bob, "bob");
    stop();
}

static void talk_until_refused(struct talker *talker, struct msg *msg)
{
    for (unsigned number = 0; number == 0 || msg->type != MSG_ERROR; number++) {
        char id[ID_MAX];
        str_format(id, sizeof id, "full-%u", number);
        say(talker, "x", id);
        expect(talker, MSG_SAID, msg);
        assert_true(number < 10000);
    }
}

/* Uploads leave a reserve for talk, which ends last and works again when there is room. */
static void a_full_disk(void **state)
{
    static const char *const ids[] = {"before", "reserve", "after"};
    struct msg msg = {0};
    char code[WORD_MAX + 1];
    (void)state;
    fakedisk_set_room(BLOB_SPARE + 20 * MEGABYTE);
    assert_true(told(&ann, "before", code) > 0);
    begin_upload(&ann, "too-large", 21 * MEGABYTE); /* before a byte of it was sent */
    expect(&ann, MSG_ACCEPT, &msg);
    assert_int_equal(msg.type, MSG_ERROR);
    assert_string_equal(msg.code, "disk-full");
    for (int i = 0; i < 2; i++) { /* these fit, each by itself */
        begin_upload(&ann, i == 0 ? "one" : "two", 15 * MEGABYTE);
        expect(&ann, MSG_ACCEPT, &msg);
        assert_int_equal(msg.type, MSG_ACCEPT);
    }
    send_chunks(&ann, "one", 0, 14 * MEGABYTE);
    send_chunks(&ann, "two", 0, 14 * MEGABYTE);
    expect(&ann, MSG_FILE_FAILED, &msg);
    assert_string_equal(msg.code, "disk-full");
    expect(&bob, MSG_FILE_FAILED, &msg); /* everybody hears it */
    assert_string_equal(msg.code, "disk-full");
    uint64_t left = 0;
    assert_true(file_free_space("/data", &left) && left >= BLOB_SPARE - MEGABYTE);
    assert_true(told(&bob, "reserve", code) > 0); /* that did not touch what talk needs */
    fakedisk_set_room(1000);
    talk_until_refused(&bob, &msg);
    assert_string_equal(msg.code, "disk-full");
    assert_non_null(strstr(msg.text, "messages"));
    fakedisk_set_room(UINT64_MAX);
    for (int i = 0; i < 100 && told(&bob, "after", code) == 0; i++)
        assert_string_equal(code, "disk-full");
    assert_string_equal(code, "");
    msg_destroy(&msg);
    check_after_restart(ids, 3);
}

static void writes_that_fail(void **state)
{
    static const char *const ids[] = {"before", "after"};
    struct msg msg = {0};
    char code[WORD_MAX + 1] = "";
    (void)state;
    assert_true(told(&ann, "before", code) > 0);
    fakedisk_fail(true, false);
    begin_upload(&ann, "up", 1000);
    expect(&ann, MSG_ACCEPT, &msg);
    assert_int_equal(msg.type, MSG_ERROR);
    talk_until_refused(&ann, &msg);
    assert_string_equal(msg.code, "disk-full"); /* "takes no more messages" */
    fakedisk_fail(false, false);
    for (int i = 0; i < 100 && told(&bob, "after", code) == 0; i++)
        assert_string_equal(code, "disk-full");
    assert_string_equal(code, "");
    msg_destroy(&msg);
    check_after_restart(ids, 2);
}

/* A disk that does not bring what it took says yes the next time although it has lost it: nothing is
 * called stored any more, but people go on talking. */
static void syncs_that_fail(void **state)
{
    static const char *const ids[] = {"before"};
    struct msg msg = {0};
    char code[WORD_MAX + 1] = "";
    (void)state;
    assert_true(told(&ann, "before", code) > 0);
    fakedisk_fail(false, true);
    for (int i = 0; i < 2; i++) {
        say(&ann, "x", i == 0 ? "one" : "two");
        expect(&bob, MSG_SAID, &msg);
        assert_int_equal(msg.type, MSG_SAID);
        expect_none(&ann, MSG_STORED);
        fakedisk_fail(false, false); /* and not even when the disk is well again */
    }
    msg_destroy(&msg);
    check_after_restart(ids, 1);
}

static void a_clock_that_jumps(void **state)
{
    static const char *const ids[] = {"now", "ahead", "back", "little", "ancient", "then"};
    char code[WORD_MAX + 1] = "";
    (void)state;
    int64_t now = told(&ann, "now", code);
    assert_true(now > 0);
    fakeclock_set(3650 * DAY_MS);
    assert_true(told(&ann, "ahead", code) > now + 3649 * DAY_MS);
    fakeclock_set(0);
    int64_t back = told(&bob, "back", code); /* the wrong time does not stay */
    assert_true(back >= now && back < now + DAY_MS);
    fakeclock_set(-60000); /* a little: times stand still */
    assert_true(told(&bob, "little", code) >= back);
    fakeclock_set(-40000 * DAY_MS); /* before 1970 */
    talker_close(&bob);
    enter(&bob, "barbara"); /* somebody new */
    told(&bob, "ancient", code);
    assert_string_equal(code, "");
    fakeclock_set(0);
    assert_true(told(&ann, "then", code) >= back);
    check_after_restart(ids, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_full_disk, set_up, tear_down),
        cmocka_unit_test_setup_teardown(writes_that_fail, set_up, tear_down),
        cmocka_unit_test_setup_teardown(syncs_that_fail, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_clock_that_jumps, set_up, tear_down),
    };
    sock_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
