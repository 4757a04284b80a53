/* conn.c and link_plain.c over real loopback sockets: splits, slow readers, caps, ends of every kind,
 * 2,000 peers past FD_SETSIZE. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/net/conn.h"
#include "protocol/os/clock.h"
#include "protocol/os/file.h"

#define PATIENCE_MS 20000
#define OUT_CAP 100000
#define MANY 2000

/* What the owner of a conn saw and shall do. */
struct owner {
    struct conn *conn;
    unsigned frames, flushes, closes, retires, bad;
    enum err_kind why;
    size_t last_payload;
    bool deaf_after_frame, close_in_frame, say_on_bad, answer;
    struct conn *close_other; /* on the first frame */
    const uint8_t *source;    /* on_flush writes this ... */
    size_t source_size, source_at;
    size_t frame_border; /* ... up to here it is inside a frame */
    os_file file;
    size_t file_size, file_at;
    unsigned *answered;
};

static void say(struct conn *conn, const char *text, bool expected)
{
    struct msg msg = {.type = MSG_ERROR};
    msg_set(&msg.code, "internal");
    msg_set(&msg.text, text);
    assert_int_equal(conn_send(conn, &msg), expected);
    msg_destroy(&msg);
}

static void on_frame(struct conn *conn, const struct frame *frame)
{
    struct owner *owner = conn->owner;
    owner->frames++;
    owner->last_payload = frame->payload.size;
    assert_true(frame->header.size >= FRAME_HEADER_MIN);
    if (owner->close_other)
        conn_close(owner->close_other, ERR_CANCELLED, "the other one was closed");
    owner->close_other = NULL;
    if (owner->deaf_after_frame)
        conn_set_deaf(conn, true);
    if (owner->close_in_frame)
        conn_close(conn, ERR_CANCELLED, "closed in its own callback");
    /* the frame must stay readable whatever was closed */
    assert_int_equal(frame->header.data[0], '{');
    if (owner->answer)
        say(conn, "here", true);
    if (owner->answered)
        (*owner->answered)++;
}

static void on_bad_frame(struct conn *conn)
{
    struct owner *owner = conn->owner;
    owner->bad++;
    if (owner->say_on_bad)
        say(conn, "that was too large", true);
}

static bool on_flush(struct conn *conn)
{
    struct owner *owner = conn->owner;
    owner->flushes++;
    while (owner->source_at < owner->source_size) {
        struct sock_piece pieces[2] = {
            {owner->source + owner->source_at, 1},
            {owner->source + owner->source_at + 1, owner->source_size - owner->source_at - 1}};
        size_t done = conn_write(conn, pieces, pieces[1].size > 0 ? 2 : 1);
        if (done == 0)
            break;
        owner->source_at += done;
    }
    while (owner->file_at < owner->file_size) {
        size_t done =
            conn_write_file(conn, owner->file, owner->file_at, owner->file_size - owner->file_at);
        if (done == 0)
            break;
        owner->file_at += done;
    }
    conn_set_mid_frame(conn, owner->source_at > 0 && owner->source_at < owner->frame_border);
    return owner->source_at < owner->source_size || owner->file_at < owner->file_size;
}

static void on_closed(struct conn *conn, const struct err *why)
{
    struct owner *owner = conn->owner;
    assert_int_equal(owner->closes, 0);
    assert_true(why->text[0] != '\0');
    owner->closes++;
    owner->why = why->kind;
}

static void on_retire(struct conn *conn)
{
    struct owner *owner = conn->owner;
    assert_int_equal(owner->closes, 1);
    owner->retires++;
    owner->conn = NULL;
}

static const struct conn_ops ops = {
    .on_frame = on_frame,
    .on_bad_frame = on_bad_frame,
    .on_flush = on_flush,
    .on_closed = on_closed,
    .on_retire = on_retire,
};

/* Two ends of one connection, both never blocking. */
static void join(os_sock *left, os_sock *right)
{
    struct err err = {0};
    struct sock_address address, from;
    os_sock listener = sock_listen("127.0.0.1", 0, &err);
    assert_true(listener != OS_SOCK_NONE);
    assert_true(sock_local_address(listener, &address));
    *left = sock_connect(&address, &err);
    assert_true(*left != OS_SOCK_NONE);
    struct sock_set *set = sock_set_create();
    sock_set_add(set, listener, SOCK_READ);
    assert_int_equal(sock_set_wait(set, PATIENCE_MS, &err), 1);
    sock_set_destroy(set);
    *right = sock_accept(listener, &from, &err);
    assert_true(*right != OS_SOCK_NONE);
    assert_int_equal(err.kind, ERR_NONE);
    assert_true(sock_connect_result(*left, &address, &err));
    sock_close(listener);
}

static void attach(struct loop *loop, struct owner *owner, os_sock sock)
{
    owner->conn = conn_create(loop, link_plain_create(sock), OUT_CAP, &ops, owner);
}

/* Turn until *counter >= goal. */
static void turn_until(struct loop *loop, const unsigned *counter, unsigned goal)
{
    struct err err = {0};
    int64_t until = clock_now_ms() + PATIENCE_MS;
    while (*counter < goal) {
        assert_true(clock_now_ms() < until);
        assert_true(loop_turn(loop, until, &err));
    }
}

/* Turn while there is something to do at once. */
static void turn_idle(struct loop *loop)
{
    struct err err = {0};
    for (int i = 0; i < 5; i++)
        assert_true(loop_turn(loop, clock_now_ms() + 2, &err));
}

/* Send all of it by hand, turning the loop that reads it. */
static void push(struct loop *loop, os_sock sock, const void *bytes, size_t size)
{
    struct err err = {0};
    int64_t until = clock_now_ms() + PATIENCE_MS;
    for (size_t at = 0; at < size;) {
        size_t moved;
        enum sock_status status = sock_send(sock, (const uint8_t *)bytes + at, size - at, &moved);
        assert_true(status == SOCK_OK || status == SOCK_AGAIN);
        at += moved;
        if (loop)
            assert_true(loop_turn(loop, clock_now_ms(), &err));
        assert_true(clock_now_ms() < until);
    }
}

/* Receive until `size` bytes are here or the end; returns how many. */
static size_t pull(struct loop *loop, os_sock sock, uint8_t *bytes, size_t size,
                   enum sock_status *end)
{
    struct err err = {0};
    int64_t until = clock_now_ms() + PATIENCE_MS;
    size_t at = 0;
    *end = SOCK_AGAIN;
    while (at < size) {
        size_t moved;
        *end = sock_receive(sock, bytes + at, size - at, &moved);
        if (*end == SOCK_CLOSED || *end == SOCK_FAILED)
            break;
        at += moved;
        if (loop)
            assert_true(loop_turn(loop, clock_now_ms() + (moved == 0), &err));
        assert_true(clock_now_ms() < until);
    }
    return at;
}

static void append_frame(struct buf *buf, const char *header, size_t payload_size)
{
    uint8_t *payload = mem_alloc(payload_size + 1, 1);
    for (size_t i = 0; i < payload_size; i++)
        payload[i] = (uint8_t)(i * 7);
    assert_true(frame_append(buf, (struct bytes){(const uint8_t *)header, strlen(header)},
                             (struct bytes){payload, payload_size}));
    mem_free(payload);
}

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

static void test_slow_reader(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct owner owner = {0};
    os_sock peer, ours;
    size_t size = 16 << 20;
    uint8_t *source = mem_alloc(size, 1), *got = mem_alloc(size, 1);
    enum sock_status end;
    struct err err = {0};
    for (size_t i = 0; i < size; i++)
        source[i] = (uint8_t)(i * 2654435761u >> 13);
    join(&peer, &ours);
    attach(loop, &owner, ours);
    owner.source = source;
    owner.source_size = size;
    turn_idle(loop);
    turn_idle(loop);
    assert_true(owner.conn->blocked);
    assert_true(owner.source_at < size);
    /* blocked means asleep: no flush call and no turn until the peer reads */
    unsigned flushes = owner.flushes;
    int64_t began = clock_now_ms();
    assert_true(loop_turn(loop, began + 60, &err));
    assert_true(clock_now_ms() - began >= 50);
    assert_int_equal(owner.flushes, flushes);
    assert_int_equal(pull(loop, peer, got, size, &end), size);
    assert_memory_equal(source, got, size);
    assert_int_equal(owner.conn->bytes_out, size);
    sock_close(peer);
    turn_until(loop, &owner.retires, 1);
    mem_free(source);
    mem_free(got);
    loop_destroy(loop);
}

static void test_queue_is_capped_and_never_half(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct owner owner = {0};
    os_sock peer, ours;
    struct buf one;
    join(&peer, &ours);
    attach(loop, &owner, ours);
    buf_init(&one, OUT_CAP);
    append_frame(&one, "{}", 999 - FRAME_HEAD_SIZE - 2);
    size_t fitted = 0;
    while (conn_send_bytes(owner.conn, buf_peek(&one)))
        fitted++;
    assert_int_equal(fitted, OUT_CAP / 999);
    assert_int_equal(owner.conn->out.size, fitted * 999);
    say(owner.conn, "a short one still fits, all of it", true);
    size_t queued = owner.conn->out.size;
    uint8_t *got = mem_alloc(queued, 1);
    enum sock_status end;
    assert_int_equal(pull(loop, peer, got, queued, &end), queued);
    for (size_t at = 0; at < queued;) {
        struct frame frame;
        long length = frame_next(got + at, queued - at, FRAME_BODY_MAX, &frame, NULL);
        assert_true(length > 0);
        at += (size_t)length;
    }
    mem_free(got);
    buf_finish(&one);
    sock_close(peer);
    turn_until(loop, &owner.retires, 1);
    loop_destroy(loop);
}

static void test_queue_waits_for_the_frame_under_way(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct owner owner = {0};
    os_sock peer, ours;
    struct buf stream;
    enum sock_status end;
    size_t size;
    join(&peer, &ours);
    attach(loop, &owner, ours);
    buf_init(&stream, 40 << 20);
    for (int i = 0; i < 16; i++)
        append_frame(&stream, "{\"type\":\"chunk\"}", FRAME_PAYLOAD_MAX);
    size = stream.size;
    owner.source = buf_peek(&stream).data;
    owner.source_size = owner.frame_border = size;
    turn_idle(loop);
    assert_true(owner.conn->blocked && owner.conn->mid_frame);
    say(owner.conn, "behind it", true);
    size_t queued = owner.conn->out.size;
    uint8_t *got = mem_alloc(size + queued + 1, 1);
    assert_int_equal(pull(loop, peer, got, size + queued, &end), size + queued);
    assert_memory_equal(got, owner.source, size);
    assert_non_null(strstr((char *)got + size + FRAME_HEAD_SIZE, "behind it"));
    mem_free(got);
    buf_finish(&stream);
    sock_close(peer);
    turn_until(loop, &owner.retires, 1);
    loop_destroy(loop);
}

static void test_file_goes_out(void **state)
{
    (void)state;
    struct loop *loop = loop_create();
    struct owner owner = {0};
    struct err err = {0};
    os_sock peer, ours;
    enum sock_status end;
    size_t size = 5 << 20;
    uint8_t *bytes = mem_alloc(size, 1), *got = mem_alloc(size, 1);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(i * 2654435761u >> 11);
    os_file file = file_open("sent.bin", FILE_WRITE, &err);
    assert_true(file != OS_FILE_NONE);
    assert_true(file_write_at(file, 0, bytes, size, &err));
    join(&peer, &ours);
    attach(loop, &owner, ours);
    owner.file = file;
    owner.file_size = size;
    assert_int_equal(pull(loop, peer, got, size, &end), size);
    assert_memory_equal(bytes, got, size);
    /* a file that is shorter than promised ends the connection, it does not hang it */
    owner.file_size = size + 10;
    conn_touch(owner.conn);
    turn_until(loop, &owner.retires, 1);
    assert_int_equal(owner.closes, 1);
    file_close(file);
    assert_true(file_remove("sent.bin", &err));
    sock_close(peer);
    mem_free(bytes);
    mem_free(got);
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
        cmocka_unit_test(test_bad_frame_is_told_before_the_close),
        cmocka_unit_test(test_close_after_sends_the_queue),
        cmocka_unit_test(test_close_after_with_a_peer_that_has_ended),
        cmocka_unit_test(test_linger_has_an_end),
        cmocka_unit_test(test_slow_reader),
        cmocka_unit_test(test_queue_is_capped_and_never_half),
        cmocka_unit_test(test_queue_waits_for_the_frame_under_way),
        cmocka_unit_test(test_file_goes_out),
        cmocka_unit_test(test_pending_frames_keep_the_loop_awake),
        cmocka_unit_test(test_turn_is_fair),
        cmocka_unit_test(test_deaf),
        cmocka_unit_test(test_peer_resets),
        cmocka_unit_test(test_last_words_survive_a_failed_send),
        cmocka_unit_test(test_cut_inside_a_frame),
        cmocka_unit_test(test_closing_in_callbacks),
        cmocka_unit_test(test_two_thousand_peers),
    };
    sock_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
