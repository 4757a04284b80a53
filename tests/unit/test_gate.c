/* The token bucket, at its edges. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "server/gate.h"

static void a_burst_and_then_one_by_one(void **state)
{
    struct bucket bucket = {0};
    uint32_t wait_ms = 0;
    (void)state;
    for (int i = 0; i < 10; i++)
        assert_true(bucket_take(&bucket, 1000, 3, 10, &wait_ms));
    assert_false(bucket_take(&bucket, 1000, 3, 10, &wait_ms));
    assert_int_equal(wait_ms, 334); /* a third of a second, rounded up */
    assert_false(bucket_take(&bucket, 1333, 3, 10, &wait_ms));
    assert_int_equal(wait_ms, 1);
    assert_true(bucket_take(&bucket, 1334, 3, 10, &wait_ms));
    assert_false(bucket_take(&bucket, 1334, 3, 10, &wait_ms));
}

static void it_is_never_fuller_than_full(void **state)
{
    struct bucket bucket = {0};
    uint32_t wait_ms = 0;
    (void)state;
    assert_true(bucket_take(&bucket, 0, 3, 2, &wait_ms));
    for (int i = 0; i < 2; i++) /* a long time later, as long as the clock can tell */
        assert_true(bucket_take(&bucket, INT64_MAX, 3, 2, &wait_ms));
    assert_false(bucket_take(&bucket, INT64_MAX, 3, 2, &wait_ms));
}

static void a_clock_that_goes_back_gives_nothing(void **state)
{
    struct bucket bucket = {0};
    uint32_t wait_ms = 0;
    (void)state;
    assert_true(bucket_take(&bucket, 5000, 1, 1, &wait_ms));
    assert_false(bucket_take(&bucket, 1000, 1, 1, &wait_ms));
    assert_int_equal(wait_ms, 1000);
    assert_false(bucket_take(&bucket, 1999, 1, 1, &wait_ms));
    assert_true(bucket_take(&bucket, 2000, 1, 1, &wait_ms));
}

static void the_highest_rate_and_burst(void **state)
{
    struct bucket bucket = {0};
    uint32_t wait_ms = 0;
    (void)state;
    for (int i = 0; i < 1000; i++)
        assert_true(bucket_take(&bucket, i, GATE_RATE_MAX, GATE_BURST(GATE_RATE_MAX), &wait_ms));
    bucket.used = INT64_C(1000) * GATE_BURST(GATE_RATE_MAX); /* empty */
    assert_false(bucket_take(&bucket, 999, GATE_RATE_MAX, GATE_BURST(GATE_RATE_MAX), &wait_ms));
    assert_int_equal(wait_ms, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_and_then_one_by_one),
        cmocka_unit_test(it_is_never_fuller_than_full),
        cmocka_unit_test(a_clock_that_goes_back_gives_nothing),
        cmocka_unit_test(the_highest_rate_and_burst),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
