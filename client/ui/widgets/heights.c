#include "client/ui/widgets/heights.h"

#include <assert.h>

#include "protocol/base/mem.h"

void heights_finish(struct heights *heights)
{
    mem_free(heights->rows);
    mem_free(heights->tree);
    *heights = (struct heights){0};
}

void heights_reset(struct heights *heights, int *rows, size_t count)
{
    mem_free(heights->rows);
    heights->rows = rows;
    heights->count = count;
    if (count + 1 > heights->room) {
        heights->room = (count + 1) * 3 / 2;
        heights->tree = mem_resize(heights->tree, heights->room, sizeof *heights->tree);
    }
    heights->tree[0] = 0;
    for (size_t i = 1; i <= count; i++)
        heights->tree[i] = rows[i - 1];
    for (size_t i = 1; i <= count; i++) {
        size_t parent = i + (i & (~i + 1));
        if (parent <= count)
            heights->tree[parent] += heights->tree[i];
    }
}

void heights_set(struct heights *heights, size_t index, int px)
{
    assert(index < heights->count);
    int delta = px - heights->rows[index];
    heights->rows[index] = px;
    for (size_t i = index + 1; i <= heights->count; i += i & (~i + 1))
        heights->tree[i] += delta;
}

int64_t heights_before(const struct heights *heights, size_t index)
{
    int64_t sum = 0;
    for (size_t i = index < heights->count ? index : heights->count; i > 0; i -= i & (~i + 1))
        sum += heights->tree[i];
    return sum;
}

size_t heights_at(const struct heights *heights, int64_t y)
{
    size_t at = 0, step = 1;
    if (y < 0)
        return 0;
    while (step * 2 <= heights->count)
        step *= 2;
    for (; step > 0; step /= 2) {
        if (at + step <= heights->count && heights->tree[at + step] <= y) {
            at += step;
            y -= heights->tree[at];
        }
    }
    return at;
}
