/* conn_peer.h - for tests of conn.c: a conn whose owner counts what it sees, and the other end of its
 * connection in the test's own hand. */
#ifndef CONFAB_TESTS_CONN_PEER_H
#define CONFAB_TESTS_CONN_PEER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/base/mem.h"
#include "protocol/net/conn.h"
#include "protocol/os/clock.h"
#include "protocol/os/file.h"

#define PATIENCE_MS 20000
#define OUT_CAP 100000

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

static inline void say(struct conn *conn, const char *text, bool expected)
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
static inline void join(os_sock *left, os_sock *right)
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

static inline void attach(struct loop *loop, struct owner *owner, os_sock sock)
{
    owner->conn = conn_create(loop, link_plain_create(sock), OUT_CAP, &ops, owner);
}

/* Turn until *counter >= goal. */
static inline void turn_until(struct loop *loop, const unsigned *counter, unsigned goal)
{
    struct err err = {0};
    int64_t until = clock_now_ms() + PATIENCE_MS;
    while (*counter < goal) {
        assert_true(clock_now_ms() < until);
        assert_true(loop_turn(loop, until, &err));
    }
}

/* Turn while there is something to do at once. */
static inline void turn_idle(struct loop *loop)
{
    struct err err = {0};
    for (int i = 0; i < 5; i++)
        assert_true(loop_turn(loop, clock_now_ms() + 2, &err));
}

/* Send all of it by hand, turning the loop that reads it. */
static inline void push(struct loop *loop, os_sock sock, const void *bytes, size_t size)
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
static inline size_t pull(struct loop *loop, os_sock sock, uint8_t *bytes, size_t size,
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

static inline void append_frame(struct buf *buf, const char *header, size_t payload_size)
{
    uint8_t *payload = mem_alloc(payload_size + 1, 1);
    for (size_t i = 0; i < payload_size; i++)
        payload[i] = (uint8_t)(i * 7);
    assert_true(frame_append(buf, (struct bytes){(const uint8_t *)header, strlen(header)},
                             (struct bytes){payload, payload_size}));
    mem_free(payload);
}

#endif
