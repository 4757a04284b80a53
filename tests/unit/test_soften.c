/* The blur of what stands in for a picture: smooth, and it leaves the whole as bright as it was. */
#include "client/app/soften.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <string.h>

static void test_an_edge_becomes_soft(void **state)
{
    (void)state;
    enum { W = 32, H = 8 };
    uint8_t pixels[W * H * 4];
    for (int i = 0; i < W * H; i++)
        memset(pixels + 4 * (size_t)i, i % W < W / 2 ? 0 : 240, 4);
    soften(pixels, W, H);
    for (int x = 1; x < W; x++) {
        const int step = pixels[4 * x] - pixels[4 * (x - 1)];
        assert_in_range(step, 0, 60); /* it was 240 */
    }
    assert_in_range(pixels[0], 0, 2);
    assert_in_range(pixels[4 * (W - 1)], 236, 240);
}

static void test_any_size(void **state)
{
    (void)state;
    static const int sizes[][2] = {{1, 1}, {1, 9}, {9, 1}, {2, 2}, {64, 3}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const int w = sizes[i][0], h = sizes[i][1];
        const size_t size = 4 * (size_t)w * (size_t)h;
        uint8_t *pixels = malloc(size);
        assert_non_null(pixels);
        memset(pixels, 99, size);
        soften(pixels, w, h);
        for (size_t k = 0; k < size; k++)
            assert_int_equal(pixels[k], 99);
        free(pixels);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_an_edge_becomes_soft),
                                       cmocka_unit_test(test_any_size)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
