#include "client/ui/widgets/heights.h"

#include <assert.h>
#include <string.h>

#include "protocol/base/mem.h"

void heights_finish(struct heights *heights)
{
    mem_free(heights->rows);
    mem_free(heights->tree);
    *heights = (struct heights){0};
}

/* Node i stands for the rows (i - lowest bit of i, i]. */
static size_t low_bit(size_t i)
{
    return i & (~i + 1);
}

static void reserve(struct heights *heights, size_t count)
{
    if (count < heights->room)
        return;
    heights->room = (count + 1) * 3 / 2;
    heights->rows = mem_resize(heights->rows, heights->room, sizeof *heights->rows);
    heights->tree = mem_resize(heights->tree, heights->room, sizeof *heights->tree);
}

/* Each node behind `right` from its own row and the nodes below it, which are right by then. */
static void put_right(struct heights *heights)
{
    for (size_t i = heights->right + 1; i <= heights->count; i++) {
        int64_t sum = heights->rows[i - 1];
        for (size_t below = i - 1, first = i - low_bit(i); below > first; below -= low_bit(below))
            sum += heights->tree[below];
        heights->tree[i] = sum;
    }
    heights->right = heights->count;
}

void heights_reset(struct heights *heights, size_t count, int px)
{
    heights->count = heights->right = 0;
    heights_insert(heights, 0, count, px);
}

void heights_insert(struct heights *heights, size_t at, size_t count, int px)
{
    assert(at <= heights->count);
    reserve(heights, heights->count + count);
    memmove(heights->rows + at + count, heights->rows + at,
            (heights->count - at) * sizeof *heights->rows);
    for (size_t i = at; i < at + count; i++)
        heights->rows[i] = px;
    heights->count += count;
    heights->right = at < heights->right ? at : heights->right;
}

void heights_remove(struct heights *heights, size_t at, size_t count)
{
    assert(at + count <= heights->count);
    memmove(heights->rows + at, heights->rows + at + count,
            (heights->count - at - count) * sizeof *heights->rows);
    heights->count -= count;
    heights->right = at < heights->right ? at : heights->right;
}

void heights_set(struct heights *heights, size_t index, int px)
{
    assert(index < heights->count);
    const int delta = px - heights->rows[index];
    heights->rows[index] = px;
    for (size_t i = index + 1; i <= heights->right; i += low_bit(i))
        heights->tree[i] += delta;
}

int64_t heights_before(struct heights *heights, size_t index)
{
    int64_t sum = 0;
    put_right(heights);
    for (size_t i = index < heights->count ? index : heights->count; i > 0; i -= low_bit(i))
        sum += heights->tree[i];
    return sum;
}

size_t heights_at(struct heights *heights, int64_t y)
{
    size_t at = 0, step = 1;
    if (y < 0)
        return 0;
    put_right(heights);
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
