/* conn.c and link_plain.c over real loopback sockets: what comes in, however it is split; fairness, and
 * 2,000 peers past FD_SETSIZE. */
#include "tests/unit/conn_peer.h"

#include <sys/select.h>

#include "protocol/base/mem.h"
#include "protocol/net/conn.h"
#include "protocol/os/clock.h"

#define MANY 2000

static void test_byte_at_a_time(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct owner owner = {0};
    struct buf stream;
    os_sock peer, ours;
    join(&peer, &ours);
    attach(loop, &owner, ours);
    buf_init(&stream, 1 << 20);
    append_frame(&stream, "{\"type\":\"ping\"}", 0);
    append_frame(&stream, "{}", 300);
    append_frame(&stream, "{\"type\":\"x\"}", 1);
    struct bytes all = buf_peek(&stream);
    for (size_t i = 0; i < all.size; i++) {
        push(loop, peer, all.data + i, 1);
        turn_until(loop, &owner.frames, 0);
    }
    turn_until(loop, &owner.frames, 3);
    assert_int_equal(owner.last_payload, 1);
    assert_int_equal(owner.conn->bytes_in, all.size);
    /* idle again: not a byte of buffer is kept */
    assert_int_equal(owner.conn->in.room, 0);
    assert_int_equal(owner.conn->out.room, 0);
    buf_finish(&stream);
    sock_close(peer);
    turn_until(loop, &owner.retires, 1);
    assert_int_equal(owner.why, ERR_CLOSED);
    assert_int_equal(loop_count(loop), 0);
    loop_destroy(loop);
}

static void test_every_split_of_two_frames(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct buf stream;
    buf_init(&stream, 1 << 20);
    append_frame(&stream, "{\"a\":1}", 5);
    append_frame(&stream, "{\"b\":2}", 3);
    struct bytes all = buf_peek(&stream);
    for (size_t cut = 1; cut < all.size; cut++) {
        struct owner owner = {0};
        os_sock peer, ours;
        join(&peer, &ours);
        attach(loop, &owner, ours);
        push(NULL, peer, all.data, cut);
        turn_idle(loop);
        push(NULL, peer, all.data + cut, all.size - cut);
        turn_until(loop, &owner.frames, 2);
        assert_int_equal(owner.last_payload, 3);
        sock_close(peer);
        turn_until(loop, &owner.retires, 1);
    }
    buf_finish(&stream);
    loop_destroy(loop);
}

static void test_both_sides_on_one_loop(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct owner ann = {0}, bob = {0};
    os_sock left, right;
    bob.answer = true;
    join(&left, &right);
    attach(loop, &ann, left);
    attach(loop, &bob, right);
    for (int i = 0; i < 100; i++)
        say(ann.conn, "hello", true);
    turn_until(loop, &ann.frames, 100);
    assert_int_equal(bob.frames, 100);
    assert_int_equal(ann.conn->bytes_out, bob.conn->bytes_in);
    conn_close(ann.conn, ERR_CANCELLED, "enough");
    conn_close(ann.conn, ERR_SYSTEM, "twice is fine");
    turn_until(loop, &bob.retires, 1);
    assert_int_equal(ann.why, ERR_CANCELLED);
    assert_int_equal(ann.retires, 1);
    loop_destroy(loop);
}

static void test_largest_frame_and_one_more(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct owner owner = {0};
    os_sock peer, ours;
    struct buf stream;
    uint8_t head[FRAME_HEAD_SIZE] = {0};
    join(&peer, &ours);
    attach(loop, &owner, ours);
    buf_init(&stream, 4 << 20);
    append_frame(&stream, "{\"type\":\"chunk\"}", FRAME_PAYLOAD_MAX);
    append_frame(&stream, "{}", 0);
    push(loop, peer, buf_peek(&stream).data, stream.size);
    turn_until(loop, &owner.frames, 2);
    assert_int_equal(owner.last_payload, 0);
    assert_int_equal(owner.conn->in.room, 0);
    /* the head alone must not make us keep room for what it announces */
    push(loop, peer, buf_peek(&stream).data, FRAME_HEAD_SIZE);
    turn_idle(loop);
    assert_true(owner.conn->in.room <= BUF_KEEP);
    push(loop, peer, buf_peek(&stream).data + FRAME_HEAD_SIZE, stream.size - FRAME_HEAD_SIZE);
    turn_until(loop, &owner.frames, 4);

    frame_head(head, 2, FRAME_PAYLOAD_MAX);
    head[7]++; /* FRAME_PAYLOAD_MAX ends in zero bits */
    push(loop, peer, head, sizeof head);
    turn_until(loop, &owner.bad, 1);
    sock_close(peer);
    turn_until(loop, &owner.retires, 1);
    assert_int_equal(owner.why, ERR_PROTOCOL);
    buf_finish(&stream);
    loop_destroy(loop);
}

static void test_stranger_has_a_small_mouth(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct owner owner = {0};
    os_sock peer, ours;
    uint8_t head[FRAME_HEAD_SIZE];
    join(&peer, &ours);
    attach(loop, &owner, ours);
    owner.conn->frame_most = FRAME_STRANGER_MAX;
    frame_head(head, 2, FRAME_STRANGER_MAX - 1);
    push(NULL, peer, head, sizeof head);
    turn_until(loop, &owner.bad, 1);
    sock_close(peer);
    turn_until(loop, &owner.retires, 1);
    loop_destroy(loop);
}

static void test_pending_frames_keep_the_loop_awake(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct owner owner = {0};
    struct buf stream;
    struct err err = {0};
    os_sock peer, ours;
    join(&peer, &ours);
    attach(loop, &owner, ours);
    buf_init(&stream, 1 << 20);
    for (int i = 0; i < 5 * CONN_FRAMES_MAX + 1; i++)
        append_frame(&stream, "{}", 2);
    push(NULL, peer, buf_peek(&stream).data, stream.size);
    for (unsigned turn = 1; turn <= 5; turn++) {
        assert_true(loop_turn(loop, INT64_MAX, &err));
        assert_int_equal(owner.frames, turn * CONN_FRAMES_MAX);
        assert_true(owner.conn->pending);
    }
    assert_true(loop_turn(loop, INT64_MAX, &err));
    assert_int_equal(owner.frames, 5 * CONN_FRAMES_MAX + 1);
    assert_false(owner.conn->pending);
    assert_int_equal(owner.conn->in.room, 0);
    buf_finish(&stream);
    sock_close(peer);
    turn_until(loop, &owner.retires, 1);
    loop_destroy(loop);
}

static void test_turn_is_fair(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct owner greedy = {0}, modest = {0};
    struct buf stream;
    struct err err = {0};
    os_sock peer[2], ours[2];
    uint8_t *much = mem_alloc(1 << 20, 1);
    size_t moved;
    join(&peer[0], &ours[0]);
    join(&peer[1], &ours[1]);
    attach(loop, &greedy, ours[0]);
    attach(loop, &modest, ours[1]);
    buf_init(&stream, 4 << 20);
    append_frame(&stream, "{}", FRAME_PAYLOAD_MAX);
    assert_int_equal(sock_send(peer[0], buf_peek(&stream).data, stream.size, &moved), SOCK_OK);
    assert_true(moved > CONN_READ_MAX);
    buf_clear(&stream);
    append_frame(&stream, "{}", 0);
    push(NULL, peer[1], buf_peek(&stream).data, stream.size);
    assert_true(loop_turn(loop, INT64_MAX, &err));
    assert_int_equal(greedy.conn->bytes_in, CONN_READ_MAX);
    assert_int_equal(modest.frames, 1);
    buf_finish(&stream);
    mem_free(much);
    sock_close(peer[0]);
    sock_close(peer[1]);
    turn_until(loop, &greedy.retires, 1);
    turn_until(loop, &modest.retires, 1);
    loop_destroy(loop);
}

static void test_deaf(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct owner owner = {.deaf_after_frame = true};
    struct buf stream;
    os_sock peer, ours;
    join(&peer, &ours);
    attach(loop, &owner, ours);
    buf_init(&stream, 1 << 20);
    for (int i = 0; i < 3; i++)
        append_frame(&stream, "{}", 10);
    push(NULL, peer, buf_peek(&stream).data, stream.size);
    for (unsigned frames = 1; frames <= 3; frames++) {
        turn_until(loop, &owner.frames, frames);
        turn_idle(loop);
        assert_int_equal(owner.frames, frames);
        conn_set_deaf(owner.conn, false);
    }
    buf_finish(&stream);
    sock_close(peer);
    turn_until(loop, &owner.retires, 1);
    loop_destroy(loop);
}

static void test_two_thousand_peers(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct owner *owners = mem_alloc(MANY, sizeof *owners);
    os_sock *peers = mem_alloc(MANY, sizeof *peers);
    struct sock_address address, from;
    struct err err = {0};
    unsigned answered = 0;
    struct buf stream;
    assert_true(sock_raise_limit(2 * MANY + 200) >= 2 * MANY + 200);
    os_sock listener = sock_listen("127.0.0.1", 0, &err);
    assert_true(listener != OS_SOCK_NONE);
    assert_true(sock_local_address(listener, &address));
    os_sock largest = 0;
    for (size_t i = 0; i < MANY; i++) {
        peers[i] = sock_connect(&address, &err);
        assert_true(peers[i] != OS_SOCK_NONE);
        os_sock sock;
        while ((sock = sock_accept(listener, &from, &err)) == OS_SOCK_NONE)
            assert_int_equal(err.kind, ERR_NONE);
        attach(loop, &owners[i], sock);
        owners[i].answer = true;
        owners[i].answered = &answered;
        largest = sock > largest ? sock : largest;
    }
    assert_true(largest > 3 * FD_SETSIZE);
    assert_int_equal(loop_count(loop), MANY);
    buf_init(&stream, 1000);
    append_frame(&stream, "{}", 30);
    for (size_t i = 0; i < MANY; i++)
        push(NULL, peers[i], buf_peek(&stream).data, stream.size);
    turn_until(loop, &answered, MANY);
    turn_idle(loop);
    for (size_t i = 0; i < MANY; i++) {
        uint8_t head[FRAME_HEAD_SIZE];
        enum sock_status end;
        assert_int_equal(pull(NULL, peers[i], head, sizeof head, &end), sizeof head);
        assert_int_equal(owners[i].frames, 1);
        assert_int_equal(owners[i].conn->in.room + owners[i].conn->out.room, 0);
        sock_close(peers[i]);
    }
    for (size_t i = 0; i < MANY; i++)
        turn_until(loop, &owners[i].retires, 1);
    assert_int_equal(loop_count(loop), 0);
    sock_close(listener);
    buf_finish(&stream);
    mem_free(owners);
    mem_free(peers);
    loop_destroy(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_byte_at_a_time),
        cmocka_unit_test(test_every_split_of_two_frames),
        cmocka_unit_test(test_both_sides_on_one_loop),
        cmocka_unit_test(test_largest_frame_and_one_more),
        cmocka_unit_test(test_stranger_has_a_small_mouth),
        cmocka_unit_test(test_pending_frames_keep_the_loop_awake),
        cmocka_unit_test(test_turn_is_fair),
        cmocka_unit_test(test_deaf),
        cmocka_unit_test(test_two_thousand_peers),
    };
    sock_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
