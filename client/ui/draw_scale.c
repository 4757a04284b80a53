#include "client/ui/draw_scale.h"

#include <math.h>
#include <stddef.h>

#include "protocol/base/mem.h"

/* Which source pixels make a target pixel, and how much each counts. */
struct taps {
    int first, count;
    float *weight; /* into the axis' block */
};

struct axis {
    struct taps *taps;
    float *weights;
};

static void axis_init(struct axis *axis, float from, float length, int dst_size)
{
    float step = length / (float)dst_size;
    float radius = fmaxf(step, 1.0f); /* of the triangle; of the box: half of it */
    int most = (int)ceilf(2 * radius) + 2;
    axis->taps = mem_alloc((size_t)dst_size, sizeof *axis->taps);
    axis->weights = mem_alloc((size_t)dst_size * (size_t)most, sizeof *axis->weights);
    for (int i = 0; i < dst_size; i++) {
        struct taps *t = &axis->taps[i];
        float low = from + (float)i * step, high = low + step;
        float center = (low + high) / 2;
        t->weight = axis->weights + (size_t)i * (size_t)most;
        t->first = (int)floorf(step > 1 ? low : center - 0.5f);
        float sum = 0;
        for (int k = 0; k < most; k++) {
            float at = (float)(t->first + k), w;
            if (step > 1)
                w = fmaxf(0, fminf(at + 1, high) - fmaxf(at, low));
            else
                w = fmaxf(0, 1 - fabsf(at + 0.5f - center));
            if (w <= 0 && k > 0)
                break;
            t->weight[k] = w;
            t->count = k + 1;
            sum += w;
        }
        for (int k = 0; k < t->count; k++)
            t->weight[k] /= sum > 0 ? sum : 1;
    }
}

static void axis_finish(struct axis *axis)
{
    mem_free(axis->taps);
    mem_free(axis->weights);
}

static int clamp_index(int i, int size)
{
    return i < 0 ? 0 : i >= size ? size - 1 : i;
}

void scale_pixels(const uint8_t *src, int src_pitch, float sx, float sy, float sw, float sh,
                  int src_w, int src_h, uint8_t *dst, int dw, int dh)
{
    struct axis ax, ay;
    axis_init(&ax, sx, sw, dw);
    axis_init(&ay, sy, sh, dh);
    /* rows first: premultiplied floats, one row of the target's width for each source row */
    int top = clamp_index((int)floorf(sy) - 1, src_h);
    int bottom = clamp_index((int)ceilf(sy + sh) + 1, src_h);
    float *rows = mem_alloc((size_t)(bottom - top + 1) * (size_t)dw * 4, sizeof *rows);
    for (int y = top; y <= bottom; y++) {
        const uint8_t *line = src + (ptrdiff_t)y * src_pitch;
        float *out = rows + (size_t)(y - top) * (size_t)dw * 4;
        for (int x = 0; x < dw; x++, out += 4) {
            const struct taps *t = &ax.taps[x];
            for (int k = 0; k < t->count; k++) {
                const uint8_t *p = line + (ptrdiff_t)clamp_index(t->first + k, src_w) * 4;
                float a = t->weight[k] * (float)p[3];
                out[0] += a * (float)p[0];
                out[1] += a * (float)p[1];
                out[2] += a * (float)p[2];
                out[3] += a;
            }
        }
    }
    for (int y = 0; y < dh; y++) {
        const struct taps *t = &ay.taps[y];
        for (int x = 0; x < dw; x++, dst += 4) {
            float sum[4] = {0};
            for (int k = 0; k < t->count; k++) {
                int from = clamp_index(t->first + k, src_h);
                from = from < top ? top : from > bottom ? bottom : from;
                const float *p = rows + ((size_t)(from - top) * (size_t)dw + (size_t)x) * 4;
                for (int c = 0; c < 4; c++)
                    sum[c] += t->weight[k] * p[c];
            }
            float a = sum[3];
            for (int c = 0; c < 3; c++)
                dst[c] = (uint8_t)(a > 0 ? fminf(sum[c] / a + 0.5f, 255) : 0);
            dst[3] = (uint8_t)fminf(a + 0.5f, 255);
        }
    }
    mem_free(rows);
    axis_finish(&ax);
    axis_finish(&ay);
}
