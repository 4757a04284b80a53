/* conn.c: long payloads that are handed over in pieces, however the bytes come. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "protocol/base/mem.h"
#include "protocol/net/conn.h"
#include "protocol/os/clock.h"

#define PATIENCE_MS 20000
#define PAYLOAD 100000

struct owner {
    struct conn *conn;
    bool takes; /* on_pieces says yes */
    unsigned asked, pieces, ends, frames, closes;
    struct buf got; /* what came in pieces */
    size_t last_left, frame_payload;
    char why[ERR_TEXT_MAX];
};

static bool on_pieces(struct conn *conn, const struct frame *frame)
{
    struct owner *owner = conn->owner;
    owner->asked++;
    assert_int_equal(frame->payload.size, PAYLOAD);
    assert_null(frame->payload.data);
    assert_memory_equal(frame->header.data, "{\"type\":\"long\"}", frame->header.size);
    owner->last_left = frame->payload.size;
    return owner->takes;
}

static void on_piece(struct conn *conn, struct bytes piece, size_t left)
{
    struct owner *owner = conn->owner;
    owner->pieces++;
    assert_int_equal(owner->last_left - piece.size, left);
    assert_true(buf_append(&owner->got, piece.data, piece.size));
    owner->last_left = left;
    owner->ends += left == 0;
}

static void on_frame(struct conn *conn, const struct frame *frame)
{
    struct owner *owner = conn->owner;
    owner->frames++;
    owner->frame_payload = frame->payload.size;
}

static void on_closed(struct conn *conn, const struct err *why)
{
    struct owner *owner = conn->owner;
    owner->closes++;
    memcpy(owner->why, why->text, sizeof owner->why);
}

static const struct conn_ops ops = {
    .on_frame = on_frame,
    .on_pieces = on_pieces,
    .on_piece = on_piece,
    .on_closed = on_closed,
};

struct scene {
    struct loop *loop;
    os_sock peer;
    struct owner owner;
    struct buf sent; /* a short frame, the long one, a short one */
    uint8_t payload[PAYLOAD];
};

static void begin(struct scene *scene, bool takes)
{
    static const char brief[] = "{\"type\":\"brief\"}", full[] = "{\"type\":\"long\"}";
    struct err err = {0};
    struct sock_address address, from;
    os_sock listener = sock_listen("127.0.0.1", 0, &err), ours = OS_SOCK_NONE;
    int64_t until_ms = clock_now_ms() + PATIENCE_MS;
    memset(scene, 0, sizeof *scene);
    assert_true(listener != OS_SOCK_NONE && sock_local_address(listener, &address));
    scene->peer = sock_connect(&address, &err);
    while (ours == OS_SOCK_NONE && clock_now_ms() < until_ms)
        ours = sock_accept(listener, &from, &err);
    assert_true(ours != OS_SOCK_NONE);
    sock_close(listener);
    scene->loop = loop_create();
    scene->owner.takes = takes;
    buf_init(&scene->owner.got, PAYLOAD);
    scene->owner.conn =
        conn_create(scene->loop, link_plain_create(ours), 1000, &ops, &scene->owner);
    for (size_t i = 0; i < PAYLOAD; i++)
        scene->payload[i] = (uint8_t)(i * 7 + i / 256);
    struct bytes small = {(const uint8_t *)brief, sizeof brief - 1},
                 large = {(const uint8_t *)full, sizeof full - 1}, none = {0};
    buf_init(&scene->sent, PAYLOAD * 2);
    assert_true(frame_append(&scene->sent, small, none));
    assert_true(frame_append(&scene->sent, large, (struct bytes){scene->payload, PAYLOAD}));
    assert_true(frame_append(&scene->sent, small, none));
}

static void end(struct scene *scene)
{
    loop_destroy(scene->loop);
    sock_close(scene->peer);
    buf_finish(&scene->owner.got);
    buf_finish(&scene->sent);
}

/* Send bytes [from, to) in steps, and let the other end read each. */
static void push(struct scene *scene, size_t from, size_t to, size_t step)
{
    struct err err = {0};
    struct bytes bytes = buf_peek(&scene->sent);
    while (from < to) {
        size_t moved = 0, size = to - from < step ? to - from : step;
        enum sock_status status = sock_send(scene->peer, bytes.data + from, size, &moved);
        assert_true(status == SOCK_OK || status == SOCK_AGAIN);
        from += moved;
        assert_true(loop_turn(scene->loop, clock_now_ms() + (step > 100), &err));
    }
    for (int i = 0; i < 20; i++)
        assert_true(loop_turn(scene->loop, clock_now_ms() + 1, &err));
}

static void test_any_step(void **state)
{
    static const size_t steps[] = {7, 1000, 16384, 65536, PAYLOAD * 2};
    static struct scene scene;
    (void)state;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        begin(&scene, true);
        push(&scene, 0, scene.sent.size, steps[i]);
        assert_int_equal(scene.owner.asked, 1);
        assert_int_equal(scene.owner.frames, 2);
        assert_int_equal(scene.owner.ends, 1);
        assert_true(scene.owner.pieces > 1);
        assert_int_equal(scene.owner.got.size, PAYLOAD);
        assert_memory_equal(buf_peek(&scene.owner.got).data, scene.payload, PAYLOAD);
        assert_int_equal(scene.owner.conn->in.room, 0); /* nothing of it was kept */
        end(&scene);
    }
}

static void test_who_declines_gets_it_whole(void **state)
{
    static struct scene scene;
    (void)state;
    begin(&scene, false);
    push(&scene, 0, scene.sent.size, 5000);
    assert_int_equal(scene.owner.asked, 1); /* not with each step */
    assert_int_equal(scene.owner.pieces, 0);
    assert_int_equal(scene.owner.frames, 3);
    end(&scene);
}

static void test_an_end_inside(void **state)
{
    static struct scene scene;
    (void)state;
    begin(&scene, true);
    push(&scene, 0, scene.sent.size / 2, 4000);
    sock_close(scene.peer);
    scene.peer = OS_SOCK_NONE;
    push(&scene, 0, 0, 1);
    assert_int_equal(scene.owner.closes, 1);
    assert_non_null(strstr(scene.owner.why, "in the middle of a message"));
    assert_int_equal(scene.owner.ends, 0);
    end(&scene);
}

static void test_deaf_inside(void **state)
{
    static struct scene scene;
    (void)state;
    begin(&scene, true);
    push(&scene, 0, 50000, 4000);
    unsigned pieces = scene.owner.pieces;
    assert_true(pieces > 0);
    conn_set_deaf(scene.owner.conn, true);
    push(&scene, 50000, 60000, 10000);
    assert_int_equal(scene.owner.pieces, pieces);
    conn_set_deaf(scene.owner.conn, false);
    push(&scene, 60000, scene.sent.size, 10000);
    assert_int_equal(scene.owner.ends, 1);
    assert_memory_equal(buf_peek(&scene.owner.got).data, scene.payload, PAYLOAD);
    end(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_step),
        cmocka_unit_test(test_who_declines_gets_it_whole),
        cmocka_unit_test(test_an_end_inside),
        cmocka_unit_test(test_deaf_inside),
    };
    sock_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
