/* Which bytes of a file are there. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "client/net/ranges.h"

static void test_join_and_keep_apart(void **state)
{
    (void)state;
    struct ranges ranges = {0};
    assert_int_equal(ranges_missing(&ranges, 7), 7);
    assert_true(ranges_next(&ranges, 0) == UINT64_MAX);
    ranges_add(&ranges, 5, 5);
    assert_int_equal(ranges.count, 0);
    ranges_add(&ranges, 100, 200);
    ranges_add(&ranges, 0, 50);
    ranges_add(&ranges, 300, 400);
    assert_int_equal(ranges.count, 3);
    assert_int_equal(ranges_total(&ranges), 250);
    assert_int_equal(ranges_missing(&ranges, 0), 50);
    assert_int_equal(ranges_missing(&ranges, 199), 200);
    assert_int_equal(ranges_missing(&ranges, 200), 200);
    assert_int_equal(ranges_next(&ranges, 50), 100);
    assert_int_equal(ranges_next(&ranges, 150), 150);
    ranges_add(&ranges, 200, 300); /* touches both */
    assert_int_equal(ranges.count, 2);
    ranges_add(&ranges, 40, 500); /* over all */
    assert_int_equal(ranges.count, 1);
    assert_int_equal(ranges_missing(&ranges, 0), 500);
    ranges_add(&ranges, 100, 120); /* there already */
    assert_int_equal(ranges_total(&ranges), 500);
}

static void test_one_too_many(void **state)
{
    (void)state;
    struct ranges ranges = {0};
    ranges_add(&ranges, 0, 1); /* the shortest, but the beginning */
    for (uint64_t i = 1; i < RANGES_MAX; i++)
        ranges_add(&ranges, i * 1000, i * 1000 + 100 - i);
    assert_int_equal(ranges.count, RANGES_MAX);
    ranges_add(&ranges, 50000, 50002); /* shorter still, but the one that was wanted last */
    assert_int_equal(ranges.count, RANGES_MAX);
    assert_int_equal(ranges_missing(&ranges, 0), 1);
    assert_int_equal(ranges_missing(&ranges, 50000), 50002);
    assert_int_equal(ranges_missing(&ranges, 15000), 15000); /* the shortest of the others */
    assert_int_equal(ranges_missing(&ranges, 14000), 14086);
    for (size_t i = 1; i < ranges.count; i++)
        assert_true(ranges.at[i - 1].to < ranges.at[i].from);
}

/* Against a map of bytes, with steps that no one thought of. */
static void test_like_a_map(void **state)
{
    (void)state;
    enum { SIZE = 64 };
    uint32_t chance = 1;
    for (int round = 0; round < 200; round++) {
        struct ranges ranges = {0};
        char map[SIZE + 1] = {0};
        for (int step = 0; step < 12; step++) {
            chance = chance * 1664525u + 1013904223u;
            uint64_t from = (chance >> 8) % SIZE, to = from + (chance >> 20) % 9;
            to = to < SIZE ? to : SIZE;
            ranges_add(&ranges, from, to);
            memset(map + from, 1, (size_t)(to - from));
            uint64_t total = 0;
            for (uint64_t at = 0; at < SIZE; at++) {
                uint64_t missing = at, next = at;
                while (missing < SIZE && map[missing])
                    missing++;
                while (next < SIZE && !map[next])
                    next++;
                assert_int_equal(ranges_missing(&ranges, at), missing);
                assert_true(ranges_next(&ranges, at) == (next < SIZE ? next : UINT64_MAX));
                total += (uint64_t)map[at];
            }
            assert_int_equal(ranges_total(&ranges), total);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_join_and_keep_apart),
        cmocka_unit_test(test_one_too_many),
        cmocka_unit_test(test_like_a_map),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
