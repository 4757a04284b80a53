/* A queue of bytes with a cap, against the simplest model of it; and that it stays linear at its
 * cap. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "protocol/base/buf.h"

static void nothing_in_it(void **state)
{
    struct buf buf;
    (void)state;
    buf_init(&buf, 10);
    assert_int_equal(buf_peek(&buf).size, 0);
    assert_int_equal(buf_free(&buf), 10);
    assert_true(buf_append(&buf, NULL, 0));
    buf_consume(&buf, 0);
    buf_commit(&buf, 0);
    buf_clear(&buf);
    buf_finish(&buf);
    buf_finish(&buf);
}

static void the_cap_holds(void **state)
{
    struct buf buf;
    uint8_t *space;
    (void)state;
    buf_init(&buf, 1000);
    space = buf_reserve(&buf, 1000);
    assert_non_null(space);
    memset(space, 1, 1000);
    buf_commit(&buf, 999); /* less than reserved */
    assert_int_equal(buf_free(&buf), 1);
    assert_null(buf_reserve(&buf, 2));
    assert_false(buf_append(&buf, "ab", 2));
    assert_int_equal(buf.size, 999);
    assert_true(buf_append(&buf, "a", 1));
    assert_false(buf_append(&buf, "a", 1));
    assert_null(buf_reserve(&buf, SIZE_MAX));
    buf_consume(&buf, 1);
    assert_true(buf_append(&buf, "z", 1));
    assert_int_equal(buf_peek(&buf).data[999], 'z');
    buf_finish(&buf);
}

static void an_unbounded_cap_is_fine(void **state)
{
    struct buf buf;
    (void)state;
    buf_init(&buf, SIZE_MAX);
    for (int i = 0; i < 100000; i++)
        assert_true(buf_append(&buf, &i, sizeof i));
    assert_int_equal(buf.size, 100000 * sizeof(int));
    assert_null(buf_reserve(&buf, SIZE_MAX));
    buf_finish(&buf);
}

static void memory_is_given_back(void **state)
{
    static uint8_t block[BUF_KEEP * 3];
    struct buf buf;
    (void)state;
    buf_init(&buf, sizeof block);
    buf_append(&buf, "a", 1);
    buf_consume(&buf, 1);
    assert_non_null(buf.data); /* a small one is kept for the next time */
    buf_append(&buf, block, sizeof block);
    buf_consume(&buf, 1);
    assert_int_equal(buf.size, sizeof block - 1);
    buf_clear(&buf);
    assert_null(buf.data);
    assert_int_equal(buf.room, 0);
    buf_finish(&buf);
}

/* Random appends and consumes; the bytes are a counter, so order and content show any mistake. */
static void behaves_like_a_queue(void **state)
{
    unsigned random = 12345;
    (void)state;
    for (int round = 0; round < 50; round++) {
        size_t cap = 1 + (size_t)(round * round * 7);
        uint8_t in = 0, out = 0;
        size_t size = 0;
        struct buf buf;
        buf_init(&buf, cap);
        for (int step = 0; step < 2000; step++) {
            random = random * 1103515245u + 12345u;
            size_t amount = (random >> 8) % (cap / 2 + 2);
            if (random >> 31) {
                uint8_t *space = buf_reserve(&buf, amount);
                assert_int_equal(space != NULL, size + amount <= cap);
                for (size_t i = 0; space && i < amount; i++)
                    space[i] = in++;
                if (space) {
                    buf_commit(&buf, amount);
                    size += amount;
                }
            } else {
                amount = amount < size ? amount : size;
                for (size_t i = 0; i < amount; i++)
                    assert_int_equal(buf_peek(&buf).data[i], out++);
                buf_consume(&buf, amount);
                size -= amount;
            }
            assert_int_equal(buf.size, size);
            assert_true(buf.room <= cap + cap / 4 + 256);
        }
        buf_finish(&buf);
    }
}

/* A full megabyte queue that moves on by 1 KB at a time may slide only once per quarter. */
static void a_full_queue_slides_seldom(void **state)
{
    static uint8_t kilobyte[1024];
    struct buf buf;
    int slides = 0;
    (void)state;
    buf_init(&buf, 1 << 20);
    while (buf_append(&buf, kilobyte, sizeof kilobyte))
        continue;
    for (int i = 0; i < 4096; i++) {
        size_t before = buf.start;
        buf_consume(&buf, sizeof kilobyte);
        assert_true(buf_append(&buf, kilobyte, sizeof kilobyte));
        slides += buf.start < before;
    }
    assert_true(slides > 0 && slides <= 20);
    buf_finish(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_in_it),
        cmocka_unit_test(the_cap_holds),
        cmocka_unit_test(an_unbounded_cap_is_fine),
        cmocka_unit_test(memory_is_given_back),
        cmocka_unit_test(behaves_like_a_queue),
        cmocka_unit_test(a_full_queue_slides_seldom),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
