#include "client/ui/draw.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "client/ui/draw_inside.h"
#include "client/ui/draw_mask.h"
#include "client/ui/draw_scale.h"
#include "protocol/base/mem.h"

#define IMAGE_SIDE_MAX 8192

static struct draw_image *new_image(struct draw *draw, int w, int h)
{
    assert(w > 0 && h > 0 && w <= IMAGE_SIDE_MAX && h <= IMAGE_SIDE_MAX);
    struct draw_image *image = mem_alloc(1, sizeof *image);
    image->w = w;
    image->h = h;
    if (draw->image_count == draw->image_room) {
        draw->image_room = draw->image_room ? draw->image_room * 2 : 64;
        draw->images = mem_resize(draw->images, draw->image_room, sizeof(struct draw_image *));
    }
    image->index = (int)draw->image_count;
    draw->images[draw->image_count++] = image;
    return image;
}

static bool is_opaque(const uint8_t *rgba, int w, int h, int pitch)
{
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            if (rgba[(ptrdiff_t)y * pitch + x * 4 + 3] != 255)
                return false;
    return true;
}

struct draw_image *draw_image_create(struct draw *draw, int w, int h, const uint8_t *rgba,
                                     int pitch_bytes)
{
    struct draw_image *image = new_image(draw, w, h);
    image->opaque = is_opaque(rgba, w, h, pitch_bytes);
    image->pixels = mem_alloc((size_t)w * (size_t)h, 4);
    for (int y = 0; y < h; y++)
        memcpy(image->pixels + (ptrdiff_t)y * w * 4, rgba + (ptrdiff_t)y * pitch_bytes,
               (size_t)w * 4);
    return image;
}

struct draw_image *draw_image_create_fixed(struct draw *draw, int w, int h, const uint8_t *rgba,
                                           int pitch_bytes)
{
    struct draw_image *image = new_image(draw, w, h);
    image->texture = draw_texture(draw, w, h, rgba, pitch_bytes);
    return image;
}

void draw_image_destroy(struct draw *draw, struct draw_image *image)
{
    if (!image)
        return;
    if (draw->dying_count == draw->dying_room) {
        draw->dying_room = draw->dying_room ? draw->dying_room * 2 : 64;
        draw->dying = mem_resize(draw->dying, draw->dying_room, sizeof(struct draw_image *));
    }
    draw->dying[draw->dying_count++] = image;
}

void draw_image_size(const struct draw_image *image, int *w, int *h)
{
    *w = image->w;
    *h = image->h;
}

void draw_image_at(struct draw *draw, struct draw_image *image, int x, int y, struct color tint)
{
    if (!image->texture)
        image->texture = draw_texture(draw, image->w, image->h, image->pixels, image->w * 4);
    draw_add(draw, image->texture, (struct rect){0, 0, image->w, image->h},
             draw_place(draw, (struct rect){x, y, image->w, image->h}), tint);
}

/* Corners are cut into the scaled copy itself: a software renderer has no other way to clip by a
 * curve. */
static void cut_corners(uint8_t *pixels, int w, int h, struct corners corners)
{
    struct quarters q = draw_quarters((struct rect){0, 0, w, h}, corners);
    for (int i = 0; i < 4; i++) {
        if (q.r[i] <= 0)
            continue;
        int n = (int)ceilf(q.r[i]);
        uint8_t *mask = mem_alloc((size_t)(4 * n * n), 1);
        mask_corners(mask, n, q.r[i], -1);
        bool right = i == QUARTER_TR || i == QUARTER_BR, below = i == QUARTER_BR || i == QUARTER_BL;
        for (int y = 0; y < q.h[i]; y++) {
            for (int x = 0; x < q.w[i]; x++) {
                int px = right ? w - 1 - x : x, py = below ? h - 1 - y : y;
                uint8_t *a = &pixels[((ptrdiff_t)py * w + px) * 4 + 3];
                *a = (uint8_t)(*a * mask[y * 2 * n + x] / 255);
            }
        }
        mem_free(mask);
    }
}

static struct SDL_Texture *make_variant(struct draw *draw, const struct draw_image *image, int w,
                                        int h, bool cover, struct corners corners)
{
    float sx = 0, sy = 0, sw = (float)image->w, sh = (float)image->h;
    if (cover) {
        float shape = (float)w / (float)h;
        if (sw > sh * shape) {
            sx = (sw - sh * shape) / 2;
            sw = sh * shape;
        } else {
            sy = (sh - sw / shape) / 2;
            sh = sw / shape;
        }
    }
    uint8_t *scaled = mem_alloc((size_t)w * (size_t)h, 4);
    if (sw == (float)w && sh == (float)h) /* it was made for this place */
        for (int y = 0; y < h; y++)
            memcpy(scaled + (ptrdiff_t)y * w * 4,
                   image->pixels + 4 * ((ptrdiff_t)(y + (int)sy) * image->w + (int)sx),
                   (size_t)w * 4);
    else
        scale_pixels(image->pixels, image->w * 4, sx, sy, sw, sh, image->w, image->h, scaled, w, h);
    cut_corners(scaled, w, h, corners);
    struct SDL_Texture *texture = draw_texture(draw, w, h, scaled, w * 4);
    mem_free(scaled);
    return texture;
}

static bool same_corners(struct corners a, struct corners b)
{
    return a.tl == b.tl && a.tr == b.tr && a.br == b.br && a.bl == b.bl;
}

/* Only the bands that the round corners are in are blended: a large picture is mostly copied. */
static void add_variant(struct draw *draw, const struct draw_image *image,
                        const struct draw_variant *v, struct rect r)
{
    const struct quarters q = draw_quarters((struct rect){0, 0, r.w, r.h}, v->corners);
    const int top = q.h[QUARTER_TL] > q.h[QUARTER_TR] ? q.h[QUARTER_TL] : q.h[QUARTER_TR];
    const int below = q.h[QUARTER_BL] > q.h[QUARTER_BR] ? q.h[QUARTER_BL] : q.h[QUARTER_BR];
    const struct color white = {255, 255, 255, 255};
    struct rect src = {0, 0, r.w, r.h};
    if (!image->opaque) {
        draw_add(draw, v->texture, src, r, white);
        return;
    }
    struct rect upper = rect_cut_top(&src, top), lower = rect_cut_bottom(&src, below);
    struct rect upper_to = rect_cut_top(&r, top), lower_to = rect_cut_bottom(&r, below);
    draw_add(draw, v->texture, upper, upper_to, white);
    draw_add_solid(draw, v->texture, src, r, white);
    draw_add(draw, v->texture, lower, lower_to, white);
}

static void draw_scaled(struct draw *draw, struct draw_image *image, struct rect r, bool cover,
                        struct corners corners)
{
    assert(image->pixels);
    if (rect_is_empty(r) || !rect_touches(r, draw_clip(draw)))
        return;
    r.w = r.w > IMAGE_SIDE_MAX ? IMAGE_SIDE_MAX : r.w;
    r.h = r.h > IMAGE_SIDE_MAX ? IMAGE_SIDE_MAX : r.h;
    r = draw_place(draw, r);
    corners = draw_place_corners(draw, corners);
    struct draw_variant *slot = NULL, *oldest = &image->variants[0];
    for (int i = 0; i < DRAW_VARIANTS_MAX && !slot; i++) {
        struct draw_variant *v = &image->variants[i];
        if (v->texture && v->w == r.w && v->h == r.h && v->cover == cover &&
            same_corners(v->corners, corners))
            slot = v;
        else if (!v->texture || (oldest->texture && v->used < oldest->used))
            oldest = v;
    }
    if (!slot) {
        slot = oldest;
        if (slot->texture && slot->used == draw->frame)
            return; /* the list already names all four */
        draw_texture_destroy(slot->texture);
        *slot = (struct draw_variant){
            r.w, r.h, cover, corners, make_variant(draw, image, r.w, r.h, cover, corners), 0};
    }
    slot->used = draw->frame;
    add_variant(draw, image, slot, r);
}

void draw_image_fit(struct draw *draw, struct draw_image *image, struct rect r,
                    struct corners corners)
{
    draw_scaled(draw, image, r, false, corners);
}

void draw_image_cover(struct draw *draw, struct draw_image *image, struct rect r,
                      struct corners corners)
{
    draw_scaled(draw, image, r, true, corners);
}
