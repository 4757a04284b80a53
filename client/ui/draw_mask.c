#include "client/ui/draw_mask.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "protocol/base/mem.h"

#define SAMPLES 8
#define PI 3.14159265358979f

/* The part of pixel (x, y) that lies within `r` of (cx, cy), 0..1. */
static float disc_coverage(int x, int y, float cx, float cy, float r)
{
    if (r <= 0)
        return 0;
    float dx = (float)x + 0.5f - cx, dy = (float)y + 0.5f - cy;
    float distance = sqrtf(dx * dx + dy * dy);
    if (distance <= r - 0.75f)
        return 1;
    if (distance >= r + 0.75f)
        return 0;
    int hits = 0;
    for (int j = 0; j < SAMPLES; j++) {
        for (int i = 0; i < SAMPLES; i++) {
            float sx = (float)x + ((float)i + 0.5f) / SAMPLES - cx;
            float sy = (float)y + ((float)j + 0.5f) / SAMPLES - cy;
            hits += sx * sx + sy * sy <= r * r;
        }
    }
    return (float)hits / (SAMPLES * SAMPLES);
}

static uint8_t to_byte(float coverage)
{
    return (uint8_t)(coverage <= 0 ? 0 : coverage >= 1 ? 255 : coverage * 255.0f + 0.5f);
}

void mask_corners(uint8_t *out, int n, float r, float inner)
{
    int side = 2 * n;
    for (int y = 0; y < n; y++) {
        for (int x = 0; x < n; x++) {
            float c = disc_coverage(x, y, r, r, r);
            if (inner >= 0)
                c -= disc_coverage(x, y, r, r, inner);
            uint8_t a = to_byte(c);
            int right = side - 1 - x, below = side - 1 - y;
            out[y * side + x] = a;
            out[y * side + right] = a;
            out[below * side + x] = a;
            out[below * side + right] = a;
        }
    }
}

/* ---- shadows ---- */

static void blur_line(const float *in, float *out, int count, int stride, const float *kernel,
                      int reach)
{
    for (int i = 0; i < count; i++) {
        float sum = 0;
        int from = i - reach < 0 ? 0 : i - reach;
        int to = i + reach >= count ? count - 1 : i + reach;
        for (int k = from; k <= to; k++)
            sum += in[k * stride] * kernel[k - i < 0 ? i - k : k - i];
        out[i] = sum;
    }
}

static float rounded_coverage(int x, int y, int w, int h, float r)
{
    if (x < 0 || y < 0 || x >= w || y >= h)
        return 0;
    float px = (float)x + 0.5f, py = (float)y + 0.5f;
    float cx = fminf(fmaxf(px, r), (float)w - r), cy = fminf(fmaxf(py, r), (float)h - r);
    float d = sqrtf((px - cx) * (px - cx) + (py - cy) * (py - cy));
    return r <= 0 ? 1 : fminf(fmaxf(r - d + 0.5f, 0), 1); /* it is blurred: no need for samples */
}

void mask_shadow(uint8_t *out, int w, int h, int ext, float r, float sigma)
{
    int full_w = w + 2 * ext, full_h = h + 2 * ext;
    int reach = (int)ceilf(3 * sigma);
    float *kernel = mem_alloc((size_t)reach + 1, sizeof *kernel);
    float total = 0;
    for (int i = 0; i <= reach; i++) {
        kernel[i] = expf(-(float)(i * i) / (2 * sigma * sigma));
        total += i ? 2 * kernel[i] : kernel[i];
    }
    for (int i = 0; i <= reach; i++)
        kernel[i] /= total;
    float *plane = mem_alloc((size_t)full_w * (size_t)full_h, sizeof *plane);
    float *line = mem_alloc((size_t)(full_w > full_h ? full_w : full_h), sizeof *line);
    for (int y = 0; y < full_h; y++)
        for (int x = 0; x < full_w; x++)
            plane[y * full_w + x] = rounded_coverage(x - ext, y - ext, w, h, r);
    for (int y = 0; y < full_h; y++) {
        blur_line(plane + y * full_w, line, full_w, 1, kernel, reach);
        memcpy(plane + y * full_w, line, (size_t)full_w * sizeof *line);
    }
    for (int x = 0; x < full_w; x++) {
        blur_line(plane + x, line, full_h, full_w, kernel, reach);
        for (int y = 0; y < full_h; y++)
            out[y * full_w + x] = to_byte(line[y]);
    }
    mem_free(line);
    mem_free(plane);
    mem_free(kernel);
}

/* ---- dashes ---- */

void mask_dashed_corner(uint8_t *out, int n, float r, float width, float dash)
{
    float middle = r - width / 2;
    float arc = middle * PI / 2;
    int count = (int)(arc / (2 * dash) + 0.5f);
    float period = arc / (float)(count > 0 ? count : 1);
    for (int y = 0; y < n; y++) {
        for (int x = 0; x < n; x++) {
            float c = disc_coverage(x, y, r, r, r) - disc_coverage(x, y, r, r, r - width);
            /* how far along the arc this pixel is, from the left side up to the top */
            float angle = atan2f(r - (float)y - 0.5f, r - (float)x - 0.5f);
            float along = fmodf(angle * middle, period);
            float edge = period / 4; /* half a gap at each end of a period */
            float inside = fminf(along - edge, period - edge - along) + 0.5f;
            out[y * n + x] = to_byte(c * fminf(fmaxf(inside, 0), 1));
        }
    }
}
