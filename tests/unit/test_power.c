/* The power is cut at a random moment of a server's work, often once more while it mends what the
 * first cut left. Whatever was reported stored is there then, with nothing missing in between,
 * nothing stands there that nobody said, no number means two things, and the server goes on. CONFAB_CUTS: how many cuts;
 * CONFAB_CUT_SEED: the first of them. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "protocol/base/hash.h"
#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/name.h"
#include "protocol/base/str.h"
#include "protocol/os/sock.h"
#include "protocol/os/thread.h"
#include "server/server.h"
#include "tests/fakes/disk/fakedisk.h"
#include "tests/fakes/talker.h"

#define ROOMS 3
#define TALKERS 2
#define EVENTS_MAX 2000
#define PATIENCE_MS 30000
#define FILE_MAX 200000

/* The server, on a thread of its own. */
static struct server *server;
static struct thread *thread;

/* What was said, seen and promised in one round. */
struct event {
    enum msg_type type;
    uint64_t seq;
    char id[FILE_DIGITS + 1]; /* its id, or the file's */
};
static struct log_seen {
    struct event events[EVENTS_MAX];
    size_t count;
    uint64_t promised;
} seen[ROOMS];
static struct said {
    char id[FILE_DIGITS + 1];
    char text[64];
} said[EVENTS_MAX];
static size_t said_count;
static struct upload { /* content and all follows from its number */
    char id[FILE_DIGITS + 1];
    char file[FILE_DIGITS + 1]; /* "" until accepted */
    size_t size;
} uploads[EVENTS_MAX];
static size_t upload_count;
static const char *const room_names[ROOMS] = {"lobby", "green", "blue"};
static const char *const names[TALKERS] = {"ann", "bob"};
static bool was_promised[TALKERS]; /* something was called stored to this one */

/* xorshift64 (Marsaglia 2003) */
static uint64_t random_state;
static size_t below(size_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (size_t)(random_state % limit);
}

static void run_server(void *arg)
{
    struct err err = {0};
    if (!server_run(arg, &err))
        fprintf(stderr, "%s\n", err.text);
}

static bool start(struct err *err)
{
    struct server_config config = {.host = "127.0.0.1",
                                   .data_dir = "/data/confab",
                                   .name = "test",
                                   .plain = true,
                                   .quiet = true,
                                   .sync = SYNC_ALWAYS};
    server = server_create(&config, err);
    return server != NULL;
}

static void start_thread(void)
{
    struct err err = {0};
    thread = thread_start(run_server, server, &err);
    assert_non_null(thread);
}

static void stop(void)
{
    if (thread != NULL) {
        server_stop(server);
        thread_join(thread);
    }
    server_destroy(server);
    server = NULL;
    thread = NULL;
}

/* Work */

static int room_of(const struct msg *msg)
{
    for (int i = 0; i < ROOMS; i++) {
        if (str_equal(msg->room, room_names[i]))
            return i;
    }
    return -1;
}

static uint8_t *content_of(const struct upload *upload)
{
    uint8_t *bytes = mem_alloc(upload->size, 1);
    for (size_t i = 0; i < upload->size; i++)
        bytes[i] = (uint8_t)((size_t)upload->id[i % 7] + i * i / 251);
    return bytes;
}

static struct upload *find_upload(const char *id)
{
    for (size_t i = 0; i < upload_count; i++) {
        if (strcmp(uploads[i].id, id) == 0 || strcmp(uploads[i].file, id) == 0)
            return &uploads[i];
    }
    return NULL;
}

static void send_content(struct talker *talker, struct upload *upload, uint64_t offset)
{
    uint8_t *bytes = content_of(upload);
    char sha256[SHA256_HEX_SIZE];
    size_t at = (size_t)offset;
    while (at < upload->size) {
        size_t size = 1 + below(60000);
        size = size < upload->size - at ? size : upload->size - at;
        struct msg chunk = {
            .type = MSG_CHUNK, .id = upload->id, .offset = at, .payload = {bytes + at, size}};
        talker_send(talker, &chunk);
        at += size;
    }
    sha256_hex(bytes, upload->size, sha256);
    struct msg finish = {.type = MSG_FINISH, .id = upload->id, .sha256 = sha256};
    talker_send(talker, &finish);
    mem_free(bytes);
}

static void note(struct talker *talker, const struct msg *msg, size_t who)
{
    int room = room_of(msg);
    if (msg->type == MSG_ACCEPT) {
        struct upload *upload = find_upload(msg->id);
        assert_non_null(upload);
        str_copy(upload->file, sizeof upload->file, msg->file);
        send_content(talker, upload, msg->offset);
    } else if (msg->type == MSG_STORED && room >= 0) {
        if (fakedisk_is_dark())
            return; /* it may have been said after the cut */
        if (msg->seq > seen[room].promised)
            seen[room].promised = msg->seq;
        was_promised[who] = true;
    } else if (msg_types[msg->type].event && room >= 0) {
        struct log_seen *log = &seen[room];
        if (fakedisk_is_dark())
            return; /* nobody sees what comes after the cut */
        for (size_t i = log->count; i > 0; i--) {
            if (log->events[i - 1].seq == msg->seq)
                return; /* the other one has seen it, too */
        }
        assert_true(log->count < EVENTS_MAX);
        struct event *event = &log->events[log->count++];
        *event = (struct event){.type = msg->type, .seq = msg->seq};
        const char *id = msg->id != NULL ? msg->id : msg->file;
        str_copy(event->id, sizeof event->id, id != NULL ? id : msg->from);
    }
}

/* Take what has come; wait up to timeout_ms for the first. */
static void listen_to(struct talker *talker, int timeout_ms, size_t who)
{
    struct msg msg = {0};
    while (talker_next(talker, &msg, timeout_ms)) {
        note(talker, &msg, who);
        msg_destroy(&msg);
        timeout_ms = 0;
    }
    msg_destroy(&msg);
}

static void say(struct talker *talker, const char *room)
{
    struct said *line = &said[said_count++];
    char name[NAME_SIZE], text[2000];
    assert_true(said_count < EVENTS_MAX);
    random_hex(FILE_DIGITS / 2, line->id);
    str_format(line->text, sizeof line->text, "line %zu", said_count);
    str_format(text, sizeof text, "%s %0*d", line->text, 1 + (int)below(1900), 7);
    str_copy(name, sizeof name, room);
    struct msg msg = {.type = MSG_SAY, .room = name, .id = line->id, .text = text};
    talker_send(talker, &msg);
}

static void send_file(struct talker *talker, const char *room)
{
    struct upload *upload = &uploads[upload_count++];
    char name[NAME_SIZE], label[] = "file.bin", kind[] = "file";
    assert_true(upload_count < EVENTS_MAX);
    *upload = (struct upload){.size = below(8) == 0 ? 0 : below(FILE_MAX)};
    random_hex(FILE_DIGITS / 2, upload->id);
    str_copy(name, sizeof name, room);
    struct msg msg = {.type = MSG_UPLOAD,
                      .room = name,
                      .id = upload->id,
                      .label = label,
                      .kind = kind,
                      .size = upload->size};
    talker_send(talker, &msg);
}

static void join(struct talker *talker, const char *room, uint64_t seq)
{
    char name[NAME_SIZE];
    str_copy(name, sizeof name, room);
    struct msg msg = {.type = MSG_JOIN, .room = name, .seq = seq};
    talker_send(talker, &msg);
}

static void work(size_t steps)
{
    struct talker talkers[TALKERS];
    bool in[TALKERS][ROOMS] = {{false}};
    for (size_t i = 0; i < TALKERS; i++) {
        assert_true(talker_open(&talkers[i], server_port(server)));
        assert_true(talker_hello(&talkers[i], names[i], ""));
        join(&talkers[i], "lobby", 0);
        in[i][0] = true;
    }
    for (size_t step = 0, dark = 0; step < steps && dark < 5; step++) {
        size_t who = below(TALKERS), room = below(ROOMS);
        struct talker *talker = &talkers[who];
        if (!in[who][room] && below(3) == 0) {
            join(talker, room_names[room], 0);
            in[who][room] = true;
        } else if (in[who][room] && below(6) == 0) {
            send_file(talker, room_names[room]);
        } else if (in[who][room]) {
            say(talker, room_names[room]);
        }
        listen_to(talker, below(4) == 0 ? 5 : 0, who);
        dark += fakedisk_is_dark();
    }
    for (size_t i = 0; i < TALKERS; i++) {
        listen_to(&talkers[i], 5, i);
        talker_close(&talkers[i]);
    }
}

/* Checks */

static struct talker reader;

static void next(struct msg *msg)
{
    msg_destroy(msg);
    if (!talker_next(&reader, msg, PATIENCE_MS))
        fail_msg("the server says nothing");
}

static void expect(struct msg *msg, enum msg_type type)
{
    do
        next(msg);
    while (msg->type != type && msg->type != MSG_ERROR);
    if (msg->type != type)
        fail_msg("%s: %s", msg->code, msg->text);
}

static void check_file(const char *file, uint64_t size)
{
    const struct upload *upload = find_upload(file);
    assert_non_null(upload);
    assert_int_equal(upload->size, size);
    char id[FILE_DIGITS + 1];
    uint8_t *bytes = content_of(upload);
    str_copy(id, sizeof id, file);
    struct msg fetch = {.type = MSG_FETCH, .file = id}, msg = {0};
    talker_send(&reader, &fetch);
    for (size_t at = 0; at < size || size == 0;) {
        expect(&msg, MSG_CHUNK);
        assert_string_equal(msg.file, file);
        assert_int_equal(msg.offset, at);
        assert_memory_equal(msg.payload.data, bytes + at, msg.payload.size);
        at += msg.payload.size;
        if (size == 0)
            break;
    }
    msg_destroy(&msg);
    mem_free(bytes);
}

static void check_said(const struct msg *event)
{
    for (size_t i = 0; i < said_count; i++) {
        if (strcmp(said[i].id, event->id) == 0) {
            assert_true(str_starts(event->text, said[i].text));
            return;
        }
    }
    fail_msg("%s: event %llu was never said", event->room, (unsigned long long)event->seq);
}

static struct whole { /* a file-done that the log has */
    char file[FILE_DIGITS + 1];
    uint64_t size;
} wholes[EVENTS_MAX];

static void check_room(size_t room)
{
    static bool there[EVENTS_MAX];
    struct log_seen *log = &seen[room];
    struct msg msg = {0};
    size_t whole_count = 0;
    uint64_t last = 0;
    memset(there, 0, sizeof there);
    join(&reader, room_names[room], 1); /* all but the first event */
    expect(&msg, MSG_ROOM);
    char name[NAME_SIZE];
    str_copy(name, sizeof name, room_names[room]);
    struct msg first = {.type = MSG_HISTORY, .room = name, .before = 2, .count = 1};
    talker_send(&reader, &first);
    for (bool ended = false, all = false; !ended || !all;) {
        next(&msg);
        if (msg.type == MSG_ERROR)
            fail_msg("%s: %s", msg.code, msg.text);
        ended |= msg.type == MSG_HISTORY_END;
        if (!msg_types[msg.type].event)
            continue;
        if (msg.seq < EVENTS_MAX) {
            assert_true(msg.seq > 0 && !there[msg.seq]);
            there[msg.seq] = true;
        }
        if (msg.seq > 1) {
            assert_true(msg.seq > last);
            last = msg.seq;
        }
        all |= msg.type == MSG_JOINED && str_equal(msg.name, "reader"); /* the newest of all */
        if (msg.type == MSG_SAID)
            check_said(&msg);
        if (msg.type == MSG_FILE_DONE) {
            str_copy(wholes[whole_count].file, sizeof wholes[0].file, msg.file);
            wholes[whole_count++].size = msg.size;
        }
        for (size_t i = 0; i < log->count; i++) {
            struct event *event = &log->events[i];
            if (event->seq != msg.seq)
                continue; /* a number means one thing for ever, also if it was not promised */
            const char *id = msg.id != NULL ? msg.id : msg.file;
            assert_int_equal(event->type, msg.type);
            assert_string_equal(event->id, id != NULL ? id : msg.from);
        }
    }
    msg_destroy(&msg);
    for (uint64_t seq = 1; seq <= log->promised; seq++) {
        if (!there[seq])
            fail_msg("%s: event %llu is lost, up to %llu was promised", room_names[room],
                     (unsigned long long)seq, (unsigned long long)log->promised);
    }
    for (size_t i = 0; i < whole_count; i++)
        check_file(wholes[i].file, wholes[i].size);
}

/* Who was promised something is known: nobody else gets the name. */
static void check_names(void)
{
    for (size_t i = 0; i < TALKERS; i++) {
        struct talker thief;
        struct msg msg = {0};
        assert_true(talker_open(&thief, server_port(server)));
        assert_true(talker_hello(&thief, names[i], "that is not theirs"));
        assert_true(talker_next(&thief, &msg, PATIENCE_MS));
        if (was_promised[i] && msg.type != MSG_ERROR)
            fail_msg("%s is forgotten", names[i]);
        msg_destroy(&msg);
        talker_close(&thief);
    }
}

static void check_all(void)
{
    struct msg msg = {0};
    check_names();
    assert_true(talker_open(&reader, server_port(server)));
    assert_true(talker_hello(&reader, "reader", ""));
    expect(&msg, MSG_WELCOME);
    for (size_t i = 0; i < ROOMS; i++) {
        if (seen[i].promised > 0 || i == 0)
            check_room(i);
    }
    say(&reader, "lobby"); /* and on it goes */
    expect(&msg, MSG_SAID);
    expect(&msg, MSG_STORED);
    msg_destroy(&msg);
    talker_close(&reader);
}

static size_t promises;

static void cut_once(uint64_t seed)
{
    struct err err = {0};
    random_state = seed * 0x9e3779b97f4a7c15u + 1;
    memset(seen, 0, sizeof seen);
    said_count = upload_count = 0;
    memset(was_promised, 0, sizeof was_promised);
    fakedisk_open();
    fakedisk_cut(1 + below(below(2) == 0 ? 60 : 600));
    if (start(&err)) {
        start_thread();
        work(150);
    }
    stop();
    fakedisk_power(seed);
    for (size_t again = below(3); again > 0; again--) { /* while it mends */
        fakedisk_cut(1 + below(30));
        if (start(&err))
            start_thread();
        stop();
        fakedisk_power(seed + again);
    }
    if (!start(&err))
        fail_msg("%s", err.text);
    start_thread();
    check_all();
    stop();
    fakedisk_close();
    for (size_t i = 0; i < ROOMS; i++)
        promises += seen[i].promised;
}

static size_t number_from(const char *variable, size_t otherwise)
{
    const char *text = getenv(variable);
    uint64_t value;
    return text != NULL && str_to_u64(text, 1000000, &value) ? (size_t)value : otherwise;
}

static void power_cuts(void **state)
{
    size_t cuts = number_from("CONFAB_CUTS", 150), first = number_from("CONFAB_CUT_SEED", 1);
    (void)state;
    promises = 0;
    for (size_t i = 0; i < cuts; i++) {
        fprintf(stderr, "\rcut %zu ", first + i); /* for who looks for the one that fails */
        cut_once(first + i);
    }
    fprintf(stderr, "\r%zu cuts, %zu events were promised\n", cuts, promises);
    assert_true(cuts < 50 || promises > cuts * 5); /* else the test is weak */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(power_cuts)};
    sock_start();
    if (getenv("CONFAB_CUT_LOG") == NULL)
        log_set_level(LOG_ERROR); /* the findings are expected */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
