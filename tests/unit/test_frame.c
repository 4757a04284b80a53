/* Frames: every split and every truncation of a good stream, heads past each limit, the stranger's
 * cap. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "protocol/base/mem.h"
#include "protocol/wire/frame.h"

static const struct {
    const char *header, *payload;
} good[] = {
    {"{}", ""},
    {"{\"type\":\"ping\"}", ""},
    {"{\"type\":\"chunk\",\"id\":\"a\",\"offset\":0}", "\x01\x02\x03 bytes of a file"},
    {"{\"type\":\"say\",\"text\":\"\xC3\xA9\"}", "x"},
};
#define GOOD_COUNT (sizeof good / sizeof good[0])

static struct bytes bytes_of(const char *text)
{
    return (struct bytes){(const uint8_t *)text, strlen(text)};
}

static struct buf good_stream(void)
{
    struct buf stream;
    buf_init(&stream, 1 << 20);
    for (size_t i = 0; i < GOOD_COUNT; i++)
        assert_true(frame_append(&stream, bytes_of(good[i].header), bytes_of(good[i].payload)));
    return stream;
}

static void assert_is(const struct frame *frame, size_t i)
{
    assert_int_equal(frame->header.size, strlen(good[i].header));
    assert_memory_equal(frame->header.data, good[i].header, frame->header.size);
    assert_int_equal(frame->payload.size, strlen(good[i].payload));
    assert_memory_equal(frame->payload.data, good[i].payload, frame->payload.size);
}

/* Take what is whole from the front; how many frames there were is added to *count. */
static void drain(struct buf *in, size_t *count)
{
    struct frame frame;
    long used;
    while ((used = frame_next(buf_peek(in).data, in->size, FRAME_BODY_MAX, &frame, NULL)) > 0) {
        assert_true(*count < GOOD_COUNT);
        assert_is(&frame, (*count)++);
        buf_consume(in, (size_t)used);
    }
    assert_int_equal(used, 0);
}

static void layout_is_as_written(void **state)
{
    const uint8_t expected[] = {0, 0, 0, 2, 0, 0, 0, 3, '{', '}', 'a', 'b', 'c'};
    struct buf out;
    (void)state;
    buf_init(&out, 100);
    assert_true(frame_append(&out, bytes_of("{}"), bytes_of("abc")));
    assert_int_equal(out.size, sizeof expected);
    assert_memory_equal(buf_peek(&out).data, expected, sizeof expected);
    buf_finish(&out);
}

static void every_split(void **state)
{
    struct buf stream = good_stream();
    struct bytes all = buf_peek(&stream);
    (void)state;
    for (size_t a = 0; a <= all.size; a++) {
        for (size_t b = a; b <= all.size; b++) {
            struct buf in;
            size_t count = 0;
            buf_init(&in, all.size);
            buf_append(&in, all.data, a);
            drain(&in, &count);
            buf_append(&in, all.data + a, b - a);
            drain(&in, &count);
            buf_append(&in, all.data + b, all.size - b);
            drain(&in, &count);
            assert_int_equal(count, GOOD_COUNT);
            assert_int_equal(in.size, 0);
            buf_finish(&in);
        }
    }
    buf_finish(&stream);
}

static void byte_by_byte(void **state)
{
    struct buf stream = good_stream(), in;
    struct bytes all = buf_peek(&stream);
    size_t count = 0;
    (void)state;
    buf_init(&in, all.size);
    for (size_t i = 0; i < all.size; i++) {
        buf_append(&in, all.data + i, 1);
        drain(&in, &count);
    }
    assert_int_equal(count, GOOD_COUNT);
    buf_finish(&in);
    buf_finish(&stream);
}

/* Each truncation in a block of exactly its size, so that AddressSanitizer sees a look beyond it.
 */
static void every_truncation(void **state)
{
    struct buf stream = good_stream();
    struct bytes all = buf_peek(&stream);
    (void)state;
    for (size_t size = 0; size < all.size; size++) {
        uint8_t *cut = mem_copy(all.data, size);
        size_t at = 0, whole = 0, need = 99;
        struct frame frame;
        long used;
        while ((used = frame_next(cut + at, size - at, FRAME_BODY_MAX, &frame, &need)) > 0) {
            assert_is(&frame, whole++);
            at += (size_t)used;
        }
        assert_int_equal(used, 0);
        assert_true(whole < GOOD_COUNT);
        if (size - at >= FRAME_HEAD_SIZE)
            assert_int_equal(need, FRAME_HEAD_SIZE + strlen(good[whole].header) +
                                       strlen(good[whole].payload));
        else
            assert_int_equal(need, 0);
        mem_free(cut);
    }
    buf_finish(&stream);
}

static long next_of(uint32_t header, uint32_t payload, size_t most)
{
    uint8_t head[FRAME_HEAD_SIZE];
    struct frame frame;
    for (int i = 0; i < 4; i++) {
        head[i] = (uint8_t)(header >> (24 - 8 * i));
        head[4 + i] = (uint8_t)(payload >> (24 - 8 * i));
    }
    return frame_next(head, sizeof head, most, &frame, NULL);
}

static void heads_at_and_past_each_limit(void **state)
{
    (void)state;
    assert_int_equal(next_of(FRAME_HEADER_MIN, 0, FRAME_BODY_MAX), 0);
    assert_int_equal(next_of(FRAME_HEADER_MIN - 1, 0, FRAME_BODY_MAX), -1);
    assert_int_equal(next_of(0, 0, FRAME_BODY_MAX), -1);
    assert_int_equal(next_of(FRAME_HEADER_MAX, 0, FRAME_BODY_MAX), 0);
    assert_int_equal(next_of(FRAME_HEADER_MAX + 1, 0, FRAME_BODY_MAX), -1);
    assert_int_equal(next_of(2, FRAME_PAYLOAD_MAX, FRAME_BODY_MAX), 0);
    assert_int_equal(next_of(2, FRAME_PAYLOAD_MAX + 1, FRAME_BODY_MAX), -1);
    assert_int_equal(next_of(FRAME_HEADER_MAX, FRAME_PAYLOAD_MAX, FRAME_BODY_MAX), 0);
    assert_int_equal(next_of(UINT32_MAX, 0, FRAME_BODY_MAX), -1);
    assert_int_equal(next_of(2, UINT32_MAX, FRAME_BODY_MAX), -1);
    assert_int_equal(next_of(UINT32_MAX, UINT32_MAX, FRAME_BODY_MAX), -1);
    assert_int_equal(next_of(0x80000000u, 0x80000000u, FRAME_BODY_MAX),
                     -1); /* sum is 0 in 32 bits */
    assert_int_equal(next_of(0x47455420u, 0x2F204854u, FRAME_BODY_MAX), -1); /* "GET / HT" */
}

static void strangers_have_a_small_mouth(void **state)
{
    (void)state;
    assert_int_equal(next_of(FRAME_STRANGER_MAX, 0, FRAME_STRANGER_MAX), 0);
    assert_int_equal(next_of(FRAME_STRANGER_MAX + 1, 0, FRAME_STRANGER_MAX), -1);
    assert_int_equal(next_of(2, FRAME_STRANGER_MAX - 2, FRAME_STRANGER_MAX), 0);
    assert_int_equal(next_of(2, FRAME_STRANGER_MAX - 1, FRAME_STRANGER_MAX), -1);
}

static void the_largest_frame_passes(void **state)
{
    uint8_t *header = mem_alloc(FRAME_HEADER_MAX, 1), *payload = mem_alloc(FRAME_PAYLOAD_MAX, 1);
    struct buf out;
    struct frame frame;
    (void)state;
    memset(header, ' ', FRAME_HEADER_MAX);
    payload[FRAME_PAYLOAD_MAX - 1] = 7;
    buf_init(&out, FRAME_SIZE_MAX);
    assert_true(frame_append(&out, (struct bytes){header, FRAME_HEADER_MAX},
                             (struct bytes){payload, FRAME_PAYLOAD_MAX}));
    assert_int_equal(frame_next(buf_peek(&out).data, out.size, FRAME_BODY_MAX, &frame, NULL),
                     FRAME_SIZE_MAX);
    assert_int_equal(frame.payload.data[FRAME_PAYLOAD_MAX - 1], 7);
    assert_int_equal(frame_next(buf_peek(&out).data, out.size - 1, FRAME_BODY_MAX, &frame, NULL),
                     0);
    buf_finish(&out);
    mem_free(header);
    mem_free(payload);
}

static void a_full_buffer_takes_nothing(void **state)
{
    struct buf out;
    (void)state;
    buf_init(&out, 12);
    assert_false(frame_append(&out, bytes_of("{}"), bytes_of("abc"))); /* 13 */
    assert_int_equal(out.size, 0);
    assert_true(frame_append(&out, bytes_of("{}"), bytes_of("ab")));
    assert_int_equal(out.size, 12);
    buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layout_is_as_written),
        cmocka_unit_test(every_split),
        cmocka_unit_test(byte_by_byte),
        cmocka_unit_test(every_truncation),
        cmocka_unit_test(heads_at_and_past_each_limit),
        cmocka_unit_test(strangers_have_a_small_mouth),
        cmocka_unit_test(the_largest_frame_passes),
        cmocka_unit_test(a_full_buffer_takes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
