/* conn.c: what goes out: to slow readers, out of a capped queue, behind a frame under way, from files. */
#include "tests/unit/conn_peer.h"

#include "protocol/base/mem.h"
#include "protocol/net/conn.h"
#include "protocol/os/clock.h"
#include "protocol/os/file.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slow_reader),
        cmocka_unit_test(test_queue_is_capped_and_never_half),
        cmocka_unit_test(test_queue_waits_for_the_frame_under_way),
        cmocka_unit_test(test_file_goes_out),
    };
    sock_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
