/* Downloads that somebody waits for: bytes come in the order in which they are needed, and the file is
 * right all the same. A server that a test wrote says what was asked for. ctest labels: threads */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "client/app/app_state.h"
#include "client/net/net.h"
#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "tests/fakes/scene.h"

#define SIZE ((uint64_t)CHUNK_MAX * 24 + 4321)
#define ASKED_MAX 400

static struct scene scene;
static struct script *script;
static uint8_t *bytes; /* of the film */
static char hash[SHA256_HEX_SIZE];

static atomic_ullong asked[ASKED_MAX]; /* the offsets of all `fetch`es of file 1, in order */
static atomic_uint ask_count, stop_count, other_count;
static atomic_ullong sent; /* bytes of the film */

static int set_up(void **state)
{
    (void)state;
    scene_open(&scene);
    bytes = mem_alloc(SIZE, 1);
    for (uint64_t i = 0; i < SIZE; i++)
        bytes[i] = (uint8_t)(i * 7 + i / 251 + (i >> 16));
    sha256_hex(bytes, SIZE, hash);
    atomic_store(&ask_count, 0);
    atomic_store(&stop_count, 0);
    atomic_store(&other_count, 0);
    atomic_store(&sent, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scene_close(&scene);
    if (script != NULL)
        script_destroy(script);
    script = NULL;
    mem_free(bytes);
    return 0;
}

static const char *file_id(unsigned number)
{
    static const char *const ids[] = {/* both threads read them */
                                      "00000000000000f0", "00000000000000f1", "00000000000000f2",
                                      "00000000000000f3", "00000000000000f4", "00000000000000f5",
                                      "00000000000000f6", "00000000000000f7"};
    return ids[number];
}

static void offer(struct script *server, unsigned number, bool whole)
{
    char label[32];
    str_format(label, sizeof label, "film%u.bin", number);
    struct msg file = {.type = MSG_FILE,
                       .seq = number * 2,
                       .time = 1,
                       .room = "lobby",
                       .from = "b0b0b0b0b0b0b0b0",
                       .name = "Bob",
                       .id = label,
                       .file = (char *)file_id(number),
                       .label = label,
                       .size = SIZE,
                       .kind = "file"};
    struct msg done = {.type = MSG_FILE_DONE,
                       .seq = number * 2 + 1,
                       .time = 1,
                       .room = "lobby",
                       .from = "b0b0b0b0b0b0b0b0",
                       .file = (char *)file_id(number),
                       .sha256 = hash,
                       .size = SIZE};
    script_send(server, &file);
    if (whole)
        script_send(server, &done);
}

static void send_chunk(struct script *server, uint64_t from, const uint8_t *data, uint64_t size)
{
    struct msg chunk = {.type = MSG_CHUNK,
                        .file = (char *)file_id(1),
                        .offset = from,
                        .payload = {data, (size_t)size}};
    script_send(server, &chunk);
    atomic_fetch_add(&sent, size);
}

/* From there on, at most so many chunks. */
static void send_some(struct script *server, uint64_t from, unsigned count)
{
    for (; count > 0 && from < SIZE; count--) {
        const uint64_t size = SIZE - from < CHUNK_MAX ? SIZE - from : CHUNK_MAX;
        send_chunk(server, from, bytes + from, size);
        from += size;
    }
}

/* True, with which one it is, if the message is a `fetch` of the film. */
static bool is_asked(struct script *server, const struct msg *msg, bool whole, unsigned *number)
{
    script_greet(server, msg);
    if (msg->type == MSG_JOIN)
        offer(server, 1, whole);
    if (msg->type == MSG_STOP)
        atomic_fetch_add(&stop_count, 1);
    if (msg->type != MSG_FETCH)
        return false;
    if (strcmp(msg->file, file_id(1)) != 0) {
        atomic_fetch_add(&other_count, 1);
        return false;
    }
    *number = atomic_load(&ask_count);
    assert_true(*number < ASKED_MAX);
    atomic_store(&asked[*number], msg->offset);
    atomic_store(&ask_count, *number + 1);
    return true;
}

static struct person *enter(script_on on)
{
    script = script_create(on);
    struct person *ann = scene_add(&scene, "Ann", NULL);
    person_enter(ann, script_port(script));
    return ann;
}

static struct transfer *transfer_of(const struct person *person)
{
    return &person_room(person, "lobby")->messages[0]->file->transfer;
}

static void fetch(struct person *person)
{
    struct room *lobby = person_room(person, "lobby");
    action_fetch(person->app, lobby, lobby->messages[0], false);
}

static bool is_here(const struct transfer *transfer, uint64_t from, uint64_t to)
{
    for (size_t i = 0; i < transfer->have_count; i++) {
        if (transfer->have[i].from <= from && to <= transfer->have[i].to)
            return true;
    }
    return false;
}

static uint64_t wanted_from, wanted_to;
static bool wanted_is_here(void *context)
{
    return is_here(transfer_of(context), wanted_from, wanted_to);
}

static void want(struct person *person, uint64_t from, uint64_t size)
{
    net_want(person->app->net, file_id(1), from, size);
    wanted_from = from;
    wanted_to = from + size;
}

static bool begun(void *context)
{
    return transfer_of(context)->done > 0;
}

static bool asked_so_often(void *context)
{
    return atomic_load(&ask_count) >= *(unsigned *)context;
}

static void await_asked(unsigned times)
{
    scene_until(&scene, asked_so_often, &times);
}

static void expect_whole(struct person *person)
{
    char got[SHA256_HEX_SIZE];
    person_expect(person, "received film1.bin", 1);
    file_hash(transfer_of(person)->path, got);
    assert_string_equal(got, hash);
    assert_int_equal(transfer_of(person)->have_count, 0);
    assert_null(transfer_of(person)->part);
}

/* The end is wanted while the beginning comes */

static void sends_all_from_there(struct script *server, const struct msg *msg)
{
    unsigned number;
    if (is_asked(server, msg, true, &number))
        send_some(server, msg->offset, number == 0 ? 1 : 100);
}

static void test_what_is_wanted_comes_first(void **state)
{
    (void)state;
    struct person *ann = enter(sends_all_from_there);
    person_expect(ann, "whole film1.bin", 1);
    fetch(ann);
    scene_until(&scene, begun, ann);
    assert_non_null(transfer_of(ann)->part);
    assert_true(is_here(transfer_of(ann), 0, CHUNK_MAX));
    want(ann, SIZE - 400000, 1000);
    await_asked(2);
    assert_int_equal(atomic_load(&asked[1]), SIZE - 400000);
    expect_whole(ann); /* what came before the hole was filled is not asked for again */
    assert_int_equal(atomic_load(&ask_count), 3);
    assert_int_equal(atomic_load(&asked[2]), CHUNK_MAX);
    assert_int_equal(atomic_load(&stop_count), 1); /* it had the rest */
}

/* The hole is never filled: what is wanted is told at once, though nothing else moves. */
static void sends_one_each(struct script *server, const struct msg *msg)
{
    unsigned number;
    if (is_asked(server, msg, true, &number) && number < 2)
        send_some(server, msg->offset, 1);
}

static void test_what_is_wanted_is_told(void **state)
{
    (void)state;
    struct person *ann = enter(sends_one_each);
    person_expect(ann, "whole film1.bin", 1);
    fetch(ann);
    scene_until(&scene, begun, ann);
    want(ann, 10 * CHUNK_MAX + 5, 2000);
    scene_until(&scene, wanted_is_here, ann);
    assert_int_equal(transfer_of(ann)->have_count, 2);
    assert_int_equal(transfer_of(ann)->done, 2 * CHUNK_MAX);
    size_t told = person_saw(ann, "progress film1.bin");
    want(ann, 100, 50); /* here already: said so at once, and nothing is asked for */
    person_expect(ann, "progress film1.bin", told + 1);
    assert_int_equal(atomic_load(&ask_count), 2);
    want(ann, SIZE + 1, 50); /* no such place */
    scene_idle(&scene, 100);
    assert_int_equal(atomic_load(&ask_count), 2);
}

/* A film that grows: what is not sent yet is not waited for alone */

static void has_the_first_half(struct script *server, const struct msg *msg)
{
    unsigned number;
    if (msg->type == MSG_SAY) { /* the test's word: its sender has sent all */
        struct msg done = {.type = MSG_FILE_DONE,
                           .seq = 9,
                           .time = 1,
                           .room = "lobby",
                           .from = "b0b0b0b0b0b0b0b0",
                           .file = (char *)file_id(1),
                           .sha256 = hash,
                           .size = SIZE};
        script_send(server, &done);
    } else if (is_asked(server, msg, false, &number)) {
        if (number == 0)
            send_some(server, 0, 1);
        else if (number > 2)
            send_some(server, msg->offset, 100);
        else if (msg->offset < 4 * CHUNK_MAX)
            send_some(server, msg->offset, 3);
    }
}

static bool has_a_million(void *context)
{
    return transfer_of(context)->done == 4 * CHUNK_MAX;
}

static void test_what_is_not_sent_yet(void **state)
{
    (void)state;
    struct person *ann = enter(has_the_first_half);
    person_expect(ann, "file Bob: film1.bin", 1);
    fetch(ann);
    scene_until(&scene, begun, ann);
    want(ann, SIZE - 100, 100);
    scene_until(&scene, has_a_million, ann);
    assert_int_equal(atomic_load(&asked[1]), SIZE - 100);
    assert_int_equal(atomic_load(&asked[2]), CHUNK_MAX); /* back to where bytes come */
    person_say(ann, "done");
    expect_whole(ann);
    assert_int_equal(atomic_load(&asked[3]), SIZE - 100); /* at once */
}

/* The connection breaks: what is here is not fetched again */

static void hangs_up_once(struct script *server, const struct msg *msg)
{
    unsigned number;
    if (!is_asked(server, msg, true, &number))
        return;
    send_some(server, msg->offset, number < 2 ? 2 : 100);
    if (number == 1)
        script_hang_up(server);
}

static void test_ranges_outlive_the_connection(void **state)
{
    (void)state;
    struct person *ann = enter(hangs_up_once);
    person_expect(ann, "whole film1.bin", 1);
    fetch(ann);
    scene_until(&scene, begun, ann);
    want(ann, 12 * CHUNK_MAX, 10);
    person_expect(ann, "lost", 1);
    action_retry_now(ann->app);
    expect_whole(ann);
    assert_int_equal(atomic_load(&asked[1]), 12 * CHUNK_MAX);
    assert_int_equal(atomic_load(&asked[2]) % CHUNK_MAX, 0);
    assert_int_not_equal(atomic_load(&asked[2]), 0);
    assert_int_not_equal(atomic_load(&asked[2]), 12 * CHUNK_MAX);
}

/* Wants that jump about move the download once for each run, and the ranges stay few */

static void sends_single_chunks(struct script *server, const struct msg *msg)
{
    unsigned number;
    if (is_asked(server, msg, true, &number))
        send_some(server, msg->offset, number < 200 ? 1 : 100);
}

static void test_many_wants(void **state)
{
    (void)state;
    struct person *ann = enter(sends_single_chunks);
    uint32_t chance = 7;
    person_expect(ann, "whole film1.bin", 1);
    fetch(ann);
    while (person_saw(ann, "received film1.bin") == 0) {
        for (int i = 0; i < 20; i++) {
            chance = chance * 1664525u + 1013904223u;
            want(ann, (chance >> 4) % SIZE, 1 + (chance >> 24));
        }
        scene_turn(&scene, 50);
        assert_true(transfer_of(ann)->have_count <= TRANSFER_RANGES_MAX);
    }
    expect_whole(ann);
    assert_true(atomic_load(&ask_count) < 150);
}

/* Somebody waits for the one that stands in line */

static void is_silent(struct script *server, const struct msg *msg)
{
    unsigned number;
    if (msg->type == MSG_JOIN) {
        script_greet(server, msg);
        for (unsigned i = 2; i < 5; i++)
            offer(server, i, true);
        offer(server, 1, true);
        return;
    }
    if (is_asked(server, msg, true, &number))
        send_some(server, msg->offset, 100);
}

static bool three_are_asked_for(void *context)
{
    (void)context;
    return atomic_load(&other_count) == NET_DOWNLOADS_MAX;
}

static void test_in_line(void **state)
{
    (void)state;
    struct person *ann = enter(is_silent);
    struct room *lobby = person_room(ann, "lobby");
    person_expect(ann, "whole film1.bin", 1);
    for (size_t i = 1; i < 4; i++)
        action_fetch(ann->app, lobby, lobby->messages[i], false);
    scene_until(&scene, three_are_asked_for, NULL);
    fetch(ann);
    scene_idle(&scene, 100);
    assert_int_equal(atomic_load(&ask_count), 0);
    want(ann, 0, 1);
    expect_whole(ann);
    assert_int_equal(atomic_load(&stop_count), 1);
    while (atomic_load(&other_count) < 4) /* and that one goes on */
        scene_turn(&scene, 20);
}

/* Lies */

static void lies_when_moved(struct script *server, const struct msg *msg)
{
    static const uint8_t lies[1000];
    unsigned number;
    if (!is_asked(server, msg, true, &number))
        return;
    if (number == 0) {
        send_some(server, 0, 1);
    } else if (number == 1) {
        send_chunk(server, 500, lies, sizeof lies); /* over what is here: it stays as it was */
        send_some(server, msg->offset, 100);
    } else if (number == 2) {
        send_some(server, msg->offset, 100);
    }
}

static void test_what_is_here_is_not_written_again(void **state)
{
    (void)state;
    struct person *ann = enter(lies_when_moved);
    person_expect(ann, "whole film1.bin", 1);
    fetch(ann);
    scene_until(&scene, begun, ann);
    want(ann, 9 * CHUNK_MAX, 10);
    expect_whole(ann);
}

static void sends_past_the_end(struct script *server, const struct msg *msg)
{
    unsigned number;
    if (!is_asked(server, msg, true, &number))
        return;
    if (number == 0)
        send_some(server, 0, 1);
    else
        send_chunk(server, SIZE - 10, bytes, 11);
}

static void test_past_the_end(void **state)
{
    (void)state;
    struct person *ann = enter(sends_past_the_end);
    char part[OS_PATH_MAX];
    person_expect(ann, "whole film1.bin", 1);
    fetch(ann);
    scene_until(&scene, begun, ann);
    str_copy(part, sizeof part, transfer_of(ann)->part);
    assert_true(file_info(part).exists);
    want(ann, SIZE - 10, 10);
    person_expect(ann, "failed film1.bin: The server sent the wrong part", 1);
    assert_false(file_info(part).exists);
}

/* With a real server, which sends from wherever it was last asked */

static void test_with_a_server(void **state)
{
    (void)state;
    char path[OS_PATH_MAX], want_hash[SHA256_HEX_SIZE], got[SHA256_HEX_SIZE];
    const uint64_t size = (40 << 20) + 77;
    uint32_t chance = 3;
    struct err err = {0};
    scene_start_server(&scene);
    struct person *ann = scene_add(&scene, "Ann", NULL), *bob = scene_add(&scene, "Bob", NULL);
    person_enter(ann, 0);
    person_enter(bob, 0);
    scene_make_file(&scene, "film1.bin", size, path);
    file_hash(path, want_hash);
    assert_true(action_send_file(ann->app, person_room(ann, "lobby"), path, true, &err));
    person_expect(bob, "file Ann: film1.bin", 1);
    struct room *lobby = person_room(bob, "lobby");
    struct message *message = lobby->messages[lobby->message_count - 1];
    action_fetch(bob->app, lobby, message, false); /* while it is still being sent */
    for (int i = 0; person_saw(bob, "received film1.bin") == 0; i++) {
        chance = chance * 1664525u + 1013904223u;
        if (i % 4 == 0)
            net_want(bob->app->net, message->file->id, chance % size, 1 + (chance >> 12));
        scene_turn(&scene, 20);
        assert_true(message->file->transfer.have_count <= TRANSFER_RANGES_MAX);
    }
    file_hash(message->file->transfer.path, got);
    assert_string_equal(got, want_hash);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_what_is_wanted_comes_first),
        CASE(test_what_is_wanted_is_told),
        CASE(test_what_is_not_sent_yet),
        CASE(test_ranges_outlive_the_connection),
        CASE(test_many_wants),
        CASE(test_in_line),
        CASE(test_what_is_here_is_not_written_again),
        CASE(test_past_the_end),
        CASE(test_with_a_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
