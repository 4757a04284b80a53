#include "client/app/soften.h"

#include <string.h>

#include "protocol/base/mem.h"

#define REACH 2 /* px to either side */
#define PASSES 2

/* A row or a column: `step` bytes from one pixel to the next. */
static void soften_line(uint8_t *line, int count, long step, uint8_t *scratch)
{
    for (int i = 0; i < count; i++)
        memcpy(scratch + 4 * (long)i, line + i * step, 4);
    for (int i = 0; i < count; i++)
        for (int c = 0; c < 4; c++) {
            int sum = 0;
            for (int k = -REACH; k <= REACH; k++) {
                const int at = i + k < 0 ? 0 : i + k >= count ? count - 1 : i + k;
                sum += scratch[4 * (long)at + c] * (REACH + 1 - (k < 0 ? -k : k));
            }
            line[i * step + c] = (uint8_t)(sum / ((REACH + 1) * (REACH + 1)));
        }
}

void soften(uint8_t *pixels, int w, int h)
{
    uint8_t *scratch = mem_alloc((size_t)(w > h ? w : h), 4);
    for (int pass = 0; pass < PASSES; pass++) {
        for (int y = 0; y < h; y++)
            soften_line(pixels + 4 * (long)y * w, w, 4, scratch);
        for (int x = 0; x < w; x++)
            soften_line(pixels + 4 * (long)x, h, 4 * (long)w, scratch);
    }
    mem_free(scratch);
}
