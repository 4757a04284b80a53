#include "client/media/helper/shrink.h"

#include <assert.h>
#include <string.h>

#include "protocol/base/mem.h"

/* A colour is worth up to ONE between the passes: 255 steps of colour times 255 of alpha. */
#define ONE (255u * 255u)

void shrink_begin(struct shrink *shrink, struct rect4 crop, int width, int height, bool alpha)
{
    assert(width >= 1 && height >= 1 && width <= crop.w && height <= crop.h);
    *shrink = (struct shrink){.crop = crop, .width = width, .height = height, .alpha = alpha};
    shrink->across = mem_alloc((size_t)width, 4 * sizeof *shrink->across);
    shrink->sum = mem_alloc((size_t)width, 4 * sizeof *shrink->sum);
    shrink->pixels = mem_alloc((size_t)width * (size_t)height, 4);
}

static void add_pixel(uint32_t sum[4], const uint8_t *p, uint32_t weight, bool alpha)
{
    if (alpha) {
        const uint32_t seen = weight * p[3];
        sum[0] += seen * p[0];
        sum[1] += seen * p[1];
        sum[2] += seen * p[2];
        sum[3] += seen * 255;
    } else {
        for (int c = 0; c < 4; c++)
            sum[c] += weight * p[c];
    }
}

/* Whole pixels: the loop that the time goes into. */
static void add_pixels(uint32_t sum[4], const uint8_t *p, int count, bool alpha)
{
    uint32_t a = 0, b = 0, c = 0, d = 0;
    for (int i = 0; i < count; i++, p += 4) {
        const uint32_t seen = alpha ? p[3] : 1;
        a += seen * p[0];
        b += seen * p[1];
        c += seen * p[2];
        d += alpha ? seen * 255 : p[3];
    }
    sum[0] += a;
    sum[1] += b;
    sum[2] += c;
    sum[3] += d;
}

/* Target pixel i lies over [i * w, (i + 1) * w) of the source, counted in parts of a source pixel of which each has `width`. */
static void shrink_across(const struct shrink *shrink, const uint8_t *row)
{
    const uint32_t w = (uint32_t)shrink->crop.w, width = (uint32_t)shrink->width;
    const bool alpha = shrink->alpha;
    row += 4 * (size_t)shrink->crop.x;
    if (w == width) {
        for (uint32_t i = 0; i < width; i++) {
            uint32_t sum[4] = {0};
            add_pixel(sum, row + 4 * (size_t)i, alpha ? 1 : 255, alpha);
            for (int c = 0; c < 4; c++)
                shrink->across[4 * i + (uint32_t)c] = (uint16_t)sum[c];
        }
        return;
    }
    const uint32_t scale = alpha ? 1 : 255;
    for (uint32_t i = 0; i < width; i++) {
        const uint32_t from = i * w, to = from + w;
        uint32_t first = from / width, last = to / width; /* whole ones lie between */
        const uint32_t before = from % width, after = to % width;
        uint32_t sum[4] = {0}, edges[4] = {0};
        if (before > 0) {
            add_pixel(edges, row + 4 * (size_t)first, width - before, alpha);
            first++;
        }
        if (after > 0)
            add_pixel(edges, row + 4 * (size_t)last, after, alpha);
        add_pixels(sum, row + 4 * (size_t)first, (int)last - (int)first, alpha);
        for (int c = 0; c < 4; c++) {
            uint64_t all = (uint64_t)sum[c] * width + edges[c];
            shrink->across[4 * i + (uint32_t)c] = (uint16_t)((all * scale + w / 2) / w);
        }
    }
}

static void add_row(struct shrink *shrink, uint32_t weight)
{
    const size_t count = 4 * (size_t)shrink->width;
    for (size_t i = 0; i < count; i++)
        shrink->sum[i] += weight * shrink->across[i];
    shrink->filled += weight;
}

static void put_row(struct shrink *shrink)
{
    const uint64_t full = ONE * (uint64_t)shrink->filled;
    assert(full > 0);
    const size_t width = (size_t)shrink->width;
    uint8_t *out = shrink->pixels + 4 * width * (size_t)shrink->out;
    for (size_t i = 0; i < width; i++, out += 4) {
        const uint32_t *sum = shrink->sum + 4 * i;
        const uint64_t all = shrink->alpha ? sum[3] : full;
        for (int c = 0; c < 3; c++)
            out[c] = (uint8_t)(all ? (255 * (uint64_t)sum[c] + all / 2) / all : 0);
        out[3] = (uint8_t)((255 * (uint64_t)sum[3] + full / 2) / full);
    }
    memset(shrink->sum, 0, 4 * width * sizeof *shrink->sum);
    shrink->filled = 0;
    shrink->out++;
}

bool shrink_row(struct shrink *shrink, const uint8_t *row)
{
    const int at = shrink->row++ - shrink->crop.y;
    if (at < 0)
        return true;
    if (at >= shrink->crop.h)
        return false;
    shrink_across(shrink, row);
    uint32_t weight = (uint32_t)shrink->height; /* of this row, to be handed out */
    const uint32_t h = (uint32_t)shrink->crop.h;
    while (weight > 0 && shrink->out < shrink->height) {
        const uint32_t missing = h - shrink->filled;
        add_row(shrink, weight < missing ? weight : missing);
        weight -= weight < missing ? weight : missing;
        if (shrink->filled == h)
            put_row(shrink);
    }
    return at + 1 < shrink->crop.h;
}

uint8_t *shrink_finish(struct shrink *shrink)
{
    if (shrink->filled > 0 && shrink->out < shrink->height)
        put_row(shrink);
    mem_free(shrink->across);
    mem_free(shrink->sum);
    return shrink->pixels;
}

uint8_t *shrink_pixels(const uint8_t *pixels, int w, struct rect4 crop, int width, int height,
                       bool alpha)
{
    struct shrink shrink;
    shrink_begin(&shrink, crop, width, height, alpha);
    shrink.row = crop.y;
    for (int y = crop.y; shrink_row(&shrink, pixels + 4 * (size_t)w * (size_t)y);)
        y++;
    return shrink_finish(&shrink);
}
