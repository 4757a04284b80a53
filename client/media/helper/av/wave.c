#include "client/media/helper/av/wave.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/base/mem.h"

#define BLOCKS_MAX (1 << 22) /* a day; longer than that the end is not looked at */
#define SILENT_DB (-60.0)    /* nothing to be seen */
#define RANGE_LEAST_DB 14.0  /* between the foot and the top of the bars */
#define RANGE_MOST_DB 40.0
#define SOFT_PART 10 /* the softest tenth is left low */
#define SECOND_US 1000000

struct wave_block {
    float sum, peak; /* of squares */
    uint32_t count;
};

void wave_finish(struct wave *wave)
{
    mem_free(wave->blocks);
    *wave = (struct wave){0};
}

static struct wave_block *block_at(struct wave *wave, int64_t time_us)
{
    const int64_t index = time_us / WAVE_BLOCK_US;
    if (index < 0 || index >= BLOCKS_MAX)
        return NULL;
    const size_t need = (size_t)index + 1;
    if (need > wave->room) {
        const size_t room = need + need / 2 + 256;
        wave->blocks = mem_resize(wave->blocks, room, sizeof *wave->blocks);
        memset(wave->blocks + wave->room, 0, (room - wave->room) * sizeof *wave->blocks);
        wave->room = room;
    }
    if (need > wave->count)
        wave->count = need;
    return &wave->blocks[index];
}

void wave_put(struct wave *wave, int64_t time_us, const float *samples, size_t count, int rate)
{
    if (time_us < 0)
        time_us = 0;
    for (size_t at = 0; at < count;) {
        const int64_t now_us = time_us + (int64_t)at * SECOND_US / rate;
        const int64_t left_us = WAVE_BLOCK_US - now_us % WAVE_BLOCK_US;
        size_t until = at + (size_t)(left_us * rate / SECOND_US) + 1;
        if (until > count)
            until = count;
        struct wave_block *block = block_at(wave, now_us);
        if (!block)
            return;
        for (; at < until; at++) {
            const float sample = samples[at], square = sample * sample;
            if (!(square < 16.0F)) /* not a number, or far beyond full */
                continue;
            block->sum += square;
            if (square > block->peak)
                block->peak = square;
            block->count++;
        }
    }
}

/* Mean and peak together: what is heard, and what is seen in an editor. Decibels below full. */
static double loudness_db(const struct wave *wave, size_t from, size_t until)
{
    double sum = 0, peak = 0, count = 0;
    for (size_t i = from; i < until && i < wave->count; i++) {
        sum += (double)wave->blocks[i].sum;
        count += wave->blocks[i].count;
        if ((double)wave->blocks[i].peak > peak)
            peak = (double)wave->blocks[i].peak;
    }
    const double square = count > 0 ? 0.75 * sum / count + 0.25 * peak / 2 : 0;
    return square > 0 ? 10 * log10(square) : -200;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void wave_bars(const struct wave *wave, int64_t duration_us, uint8_t bars[WAVE_BARS])
{
    double db[WAVE_BARS], sorted[WAVE_BARS];
    if (duration_us < 1)
        duration_us = (int64_t)wave->count * WAVE_BLOCK_US;
    for (int64_t i = 0; i < WAVE_BARS; i++) {
        const size_t from = (size_t)(duration_us / WAVE_BLOCK_US * i / WAVE_BARS);
        const size_t until = (size_t)(duration_us / WAVE_BLOCK_US * (i + 1) / WAVE_BARS);
        db[i] = loudness_db(wave, from, until > from ? until : from + 1);
    }
    memcpy(sorted, db, sizeof db);
    qsort(sorted, WAVE_BARS, sizeof *sorted, by_value);
    const double top = sorted[WAVE_BARS - 1];
    double range = (top - sorted[WAVE_BARS / SOFT_PART]) * 1.1;
    range = range < RANGE_LEAST_DB ? RANGE_LEAST_DB : range > RANGE_MOST_DB ? RANGE_MOST_DB : range;
    for (size_t i = 0; i < WAVE_BARS; i++) {
        const double part = (db[i] - (top - range)) / range;
        bars[i] = (uint8_t)(top < SILENT_DB || part <= 0 ? 0 : lrint(255 * part));
    }
}
