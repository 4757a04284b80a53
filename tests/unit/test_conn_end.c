/* conn.c: ends of every kind: after a bad frame, with a queue, cut, reset, in callbacks. */
#include "tests/unit/conn_peer.h"

#include <sys/socket.h>

#include "protocol/base/mem.h"
#include "protocol/net/conn.h"
#include "protocol/os/clock.h"

static void test_bad_frame_is_told_before_the_close(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct owner owner = {.say_on_bad = true};
    os_sock peer, ours;
    static const uint8_t bad[FRAME_HEAD_SIZE] = {0xff, 0xff, 0xff, 0xff};
    uint8_t *junk = mem_alloc(200000, 1);
    uint8_t answer[1000] = {0};
    enum sock_status end;
    join(&peer, &ours);
    attach(loop, &owner, ours);
    push(NULL, peer, bad, sizeof bad);
    push(loop, peer, junk, 200000); /* unread bytes would turn the close into a reset */
    turn_until(loop, &owner.bad, 1);
    size_t got = pull(loop, peer, answer, sizeof answer, &end);
    assert_int_equal(end, SOCK_CLOSED);
    struct frame frame;
    assert_true(frame_next(answer, got, FRAME_BODY_MAX, &frame, NULL) == (long)got);
    assert_non_null(strstr((char *)answer + FRAME_HEAD_SIZE, "too large"));
    /* while it lingers, whole frames are not handed out */
    struct buf good;
    buf_init(&good, 1000);
    append_frame(&good, "{}", 0);
    push(loop, peer, good.data + good.start, good.size);
    buf_finish(&good);
    sock_close(peer);
    turn_until(loop, &owner.retires, 1);
    assert_int_equal(owner.frames, 0);
    assert_int_equal(owner.bad, 1);
    assert_int_equal(owner.why, ERR_PROTOCOL);
    mem_free(junk);
    loop_destroy(loop);
}

static void test_close_after_sends_the_queue(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct owner owner = {0};
    os_sock peer, ours;
    uint8_t answer[OUT_CAP];
    enum sock_status end;
    join(&peer, &ours);
    attach(loop, &owner, ours);
    for (int i = 0; i < 50; i++)
        say(owner.conn, "goodbye", true);
    size_t queued = owner.conn->out.size;
    conn_close_after(owner.conn);
    say(owner.conn, "dropped, and nobody is told", true);
    assert_int_equal(owner.conn->out.size, queued);
    assert_int_equal(pull(loop, peer, answer, sizeof answer, &end), queued);
    assert_int_equal(end, SOCK_CLOSED);
    sock_close(peer);
    turn_until(loop, &owner.retires, 1);
    assert_int_equal(owner.why, ERR_CANCELLED);
    loop_destroy(loop);
}

static void test_close_after_with_a_peer_that_has_ended(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct owner owner = {0};
    os_sock peer, ours;
    enum sock_status end;
    size_t size = 16 << 20; /* more than the kernel keeps */
    uint8_t *source = mem_alloc(size, 1), *got = mem_alloc(size + 1000, 1);
    join(&peer, &ours);
    attach(loop, &owner, ours);
    owner.source = source;
    owner.source_size = owner.frame_border = size;
    turn_idle(loop);
    assert_true(owner.source_at > 0 && owner.source_at < size);
    say(owner.conn, "last words", true);
    conn_close_after(owner.conn);
    sock_end_sending(peer); /* it will not speak again, but it listens */
    turn_idle(loop);
    size_t all = pull(loop, peer, got, size + 1000, &end);
    assert_int_equal(end, SOCK_CLOSED);
    assert_true(all > size); /* the frame under way was finished, then the queue */
    turn_until(loop, &owner.retires, 1);
    sock_close(peer);
    mem_free(source);
    mem_free(got);
    loop_destroy(loop);
}

static void test_linger_has_an_end(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct owner owner = {0};
    os_sock peer, ours;
    join(&peer, &ours);
    attach(loop, &owner, ours);
    conn_close_after(owner.conn);
    int64_t began = clock_now_ms();
    struct err err = {0};
    unsigned turns = 0;
    while (owner.retires == 0) { /* the loop itself must know when: nobody gives it a deadline */
        assert_true(loop_turn(loop, INT64_MAX, &err));
        turns++;
    }
    assert_in_range(clock_now_ms() - began, CONN_LINGER_MS - 50, CONN_LINGER_MS + 5000);
    assert_true(turns < 20);
    sock_close(peer);
    loop_destroy(loop);
}

static void test_peer_resets(void **state)
{
    (void)state;
    for (int deaf = 0; deaf < 2; deaf++) {
        struct loop *loop = loop_create();
        struct owner owner = {0};
        struct linger now = {.l_onoff = 1, .l_linger = 0};
        os_sock peer, ours;
        join(&peer, &ours);
        attach(loop, &owner, ours);
        turn_idle(loop);
        conn_set_deaf(owner.conn, deaf);
        assert_int_equal(setsockopt((int)peer, SOL_SOCKET, SO_LINGER, &now, sizeof now), 0);
        sock_close(peer);
        say(owner.conn, "into the void", true);
        turn_until(loop, &owner.retires, 1);
        assert_int_equal(owner.why, ERR_CLOSED);
        loop_destroy(loop);
    }
}

static void test_last_words_survive_a_failed_send(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct owner owner = {.deaf_after_frame = false};
    struct buf stream;
    os_sock peer, ours;
    join(&peer, &ours);
    attach(loop, &owner, ours);
    buf_init(&stream, 1000);
    append_frame(&stream, "{\"type\":\"bye\"}", 0);
    /* frame by frame it says something and is gone, while we are sending to it */
    push(NULL, peer, buf_peek(&stream).data, stream.size);
    sock_close(peer);
    say(owner.conn, "first: answered with a reset", true);
    turn_until(loop, &owner.retires, 1);
    assert_int_equal(owner.frames, 1);
    buf_finish(&stream);
    loop_destroy(loop);
}

static void test_cut_inside_a_frame(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct owner owner = {0};
    os_sock peer, ours;
    join(&peer, &ours);
    attach(loop, &owner, ours);
    push(loop, peer, "\0\0\0\2\0\0\0\0{", 9);
    sock_close(peer);
    turn_until(loop, &owner.retires, 1);
    assert_int_equal(owner.why, ERR_CLOSED);
    assert_int_equal(owner.frames, 0);
    loop_destroy(loop);
}

static void test_closing_in_callbacks(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct owner owners[3] = {0};
    struct buf stream;
    os_sock peer[3], ours[3];
    buf_init(&stream, 100000);
    for (int i = 0; i < 10; i++)
        append_frame(&stream, "{}", 5000);
    for (int i = 0; i < 3; i++) {
        join(&peer[i], &ours[i]);
        attach(loop, &owners[i], ours[i]);
    }
    owners[0].close_other = owners[1].conn; /* which is ready in the same turn */
    owners[2].close_in_frame = true;
    for (int i = 0; i < 3; i++)
        push(NULL, peer[i], buf_peek(&stream).data, stream.size);
    turn_until(loop, &owners[1].retires, 1);
    turn_until(loop, &owners[2].retires, 1);
    turn_until(loop, &owners[0].frames, 10);
    assert_int_equal(owners[1].frames, 0);
    assert_int_equal(owners[2].frames, 1);
    assert_int_equal(loop_count(loop), 1);
    loop_destroy(loop); /* takes the last one along, with on_closed */
    assert_int_equal(owners[0].closes, 1);
    assert_int_equal(owners[0].retires, 1);
    buf_finish(&stream);
    for (int i = 0; i < 3; i++)
        sock_close(peer[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_frame_is_told_before_the_close),
        cmocka_unit_test(test_close_after_sends_the_queue),
        cmocka_unit_test(test_close_after_with_a_peer_that_has_ended),
        cmocka_unit_test(test_linger_has_an_end),
        cmocka_unit_test(test_peer_resets),
        cmocka_unit_test(test_last_words_survive_a_failed_send),
        cmocka_unit_test(test_cut_inside_a_frame),
        cmocka_unit_test(test_closing_in_callbacks),
    };
    sock_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
