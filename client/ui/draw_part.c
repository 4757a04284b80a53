/* draw_part.c - a part of a picture, moved and zoomed: the viewer's. */
#include <math.h>
#include <string.h>

#include <SDL.h>

#include "client/ui/draw.h"
#include "client/ui/draw_inside.h"
#include "client/ui/draw_scale.h"
#include "protocol/base/mem.h"

/* Between two pixels, red and blue, green and alpha at once; `by` of 256. */
static uint32_t between(uint32_t a, uint32_t b, uint32_t by)
{
    const uint32_t low = 0x00ff00ffu;
    const uint32_t even = ((a & low) * (256 - by) + (b & low) * by) >> 8 & low;
    const uint32_t odd = (((a >> 8) & low) * (256 - by) + ((b >> 8) & low) * by) & ~low;
    return even | odd;
}

static uint32_t pixel(const uint8_t *rgba)
{
    return (uint32_t)rgba[3] << 24 | (uint32_t)rgba[0] << 16 | (uint32_t)rgba[1] << 8 | rgba[2];
}

static int64_t clamp(int64_t at, int64_t most)
{
    return at < 0 ? 0 : at > most ? most : at;
}

/* Linear, in 16.16: a megapixel takes a few milliseconds. */
static void sample(const struct draw_image *image, struct draw_area a, uint32_t *out, int w, int h)
{
    const int64_t one = 65536;
    const int64_t step_x = (int64_t)((double)a.w / w * 65536),
                  step_y = (int64_t)((double)a.h / h * 65536);
    const int64_t from_x = (int64_t)((double)a.x * 65536) + step_x / 2 - one / 2;
    int64_t y = (int64_t)((double)a.y * 65536) + step_y / 2 - one / 2;
    const int64_t right = image->w - 1, below = image->h - 1;
    for (int row = 0; row < h; row++, y += step_y) {
        const int64_t at_y = clamp(y, below * one);
        const uint8_t *upper = image->pixels + (at_y >> 16) * image->w * 4;
        const uint8_t *lower = image->pixels + clamp((at_y >> 16) + 1, below) * image->w * 4;
        const uint32_t by_y = (uint32_t)(at_y >> 8) & 255;
        int64_t x = from_x;
        for (int column = 0; column < w; column++, x += step_x) {
            const int64_t at_x = clamp(x, right * one);
            const int64_t left = (at_x >> 16) * 4, next = clamp((at_x >> 16) + 1, right) * 4;
            const uint32_t by_x = (uint32_t)(at_x >> 8) & 255;
            *out++ = between(between(pixel(upper + left), pixel(upper + next), by_x),
                             between(pixel(lower + left), pixel(lower + next), by_x), by_y);
        }
    }
}

/* Averaged, for it shrinks. */
static void average(const struct draw_image *image, struct draw_area a, uint32_t *out, int w, int h)
{
    uint8_t *rgba = mem_alloc((size_t)w * (size_t)h, 4);
    scale_pixels(image->pixels, image->w * 4, a.x, a.y, a.w, a.h, image->w, image->h, rgba, w, h);
    for (size_t i = 0; i < (size_t)w * (size_t)h; i++)
        out[i] = pixel(rgba + 4 * i);
    mem_free(rgba);
}

static bool is_made(const struct draw_part *part, struct draw_area a, struct rect r, bool rough)
{
    const struct draw_area *b = &part->area;
    return part->texture && part->w == r.w && part->h == r.h && part->rough == rough &&
           a.x == b->x && a.y == b->y && a.w == b->w && a.h == b->h;
}

void draw_image_part(struct draw *draw, struct draw_image *image, struct draw_area area,
                     struct rect r, bool moving)
{
    struct draw_part *part = &image->part;
    const struct color white = {255, 255, 255, 255};
    if (!image->pixels || rect_is_empty(r) || r.w > DRAW_STREAM_SIDE_MAX ||
        r.h > DRAW_STREAM_SIDE_MAX || !(area.w > 0) || !(area.h > 0))
        return;
    const bool rough = moving || (area.w <= (float)r.w && area.h <= (float)r.h);
    if (!is_made(part, area, r, rough)) {
        uint32_t *argb = mem_alloc((size_t)r.w * (size_t)r.h, sizeof *argb);
        if (rough)
            sample(image, area, argb, r.w, r.h);
        else
            average(image, area, argb, r.w, r.h);
        if (part->texture && (part->w != r.w || part->h != r.h)) {
            draw_texture_destroy(part->texture);
            part->texture = NULL;
        }
        if (!part->texture)
            part->texture = SDL_CreateTexture(draw->renderer, SDL_PIXELFORMAT_ARGB8888,
                                              SDL_TEXTUREACCESS_STREAMING, r.w, r.h);
        if (!part->texture)
            die("Out of memory for a picture of %d x %d: %s", r.w, r.h, SDL_GetError());
        SDL_SetTextureScaleMode(part->texture, SDL_ScaleModeNearest);
        SDL_UpdateTexture(part->texture, NULL, argb, r.w * 4);
        SDL_SetTextureUserData(part->texture, (void *)(uintptr_t)++draw->serials);
        mem_free(argb);
        part->area = area;
        part->w = r.w;
        part->h = r.h;
        part->rough = rough;
    }
    part->used = draw->frame;
    const struct rect src = {0, 0, r.w, r.h};
    if (image->opaque)
        draw_add_solid(draw, part->texture, src, draw_place(draw, r), white);
    else
        draw_add(draw, part->texture, src, draw_place(draw, r), white);
}
