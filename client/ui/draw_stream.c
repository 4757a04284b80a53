#include "client/ui/draw.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include <SDL.h>

#include "client/ui/draw_inside.h"
#include "client/ui/draw_mask.h"
#include "protocol/base/mem.h"

struct draw_stream {
    struct SDL_Texture *texture; /* opaque, in the screen's own form: shown by copying rows */
    int w, h;
    uint32_t serial;             /* of the picture in it */
    struct SDL_Texture *corners; /* the four round ones, n x n each, two by two; NULL: none yet */
    uint8_t *mask, *cut;         /* [2n][2n] coverage, and [2n][2n] BGRA */
    int n;
    float radius;
    struct rect cut_for; /* the size that they were cut out of */
    uint32_t cut_serial;
};

struct draw_stream *draw_stream_create(void)
{
    return mem_alloc(1, sizeof(struct draw_stream));
}

static void forget_corners(struct draw_stream *stream)
{
    draw_texture_destroy(stream->corners);
    mem_free(stream->mask);
    mem_free(stream->cut);
    stream->corners = NULL;
    stream->mask = stream->cut = NULL;
    stream->n = 0;
}

void draw_stream_clear(struct draw_stream *stream)
{
    draw_texture_destroy(stream->texture);
    forget_corners(stream);
    *stream = (struct draw_stream){0};
}

void draw_stream_destroy(struct draw_stream *stream)
{
    if (!stream)
        return;
    draw_stream_clear(stream);
    mem_free(stream);
}

static struct SDL_Texture *new_texture(struct draw *draw, uint32_t format, int w, int h)
{
    struct SDL_Texture *texture =
        SDL_CreateTexture(draw->renderer, format, SDL_TEXTUREACCESS_STREAMING, w, h);
    if (!texture)
        die("Out of memory for a picture of %d x %d: %s", w, h, SDL_GetError());
    SDL_SetTextureScaleMode(texture, SDL_ScaleModeNearest);
    return texture;
}

/* Another number for what is in it now: by it what is on the screen is known to be old. */
static void renew(struct draw *draw, struct SDL_Texture *texture)
{
    SDL_SetTextureUserData(texture, (void *)(uintptr_t)++draw->serials);
}

static void update(struct draw *draw, struct draw_stream *stream, uint32_t serial, int w, int h,
                   const uint8_t *bgrx)
{
    if (stream->texture && (stream->w != w || stream->h != h)) {
        draw_texture_destroy(stream->texture);
        stream->texture = NULL;
    }
    if (!stream->texture)
        stream->texture = new_texture(draw, SDL_PIXELFORMAT_RGB888, w, h);
    stream->w = w;
    stream->h = h;
    stream->serial = serial;
    SDL_UpdateTexture(stream->texture, NULL, bgrx, w * 4);
    renew(draw, stream->texture);
}

/* The pixels under the round corners, with the corners' coverage as alpha: the only ones that are blended. */
static void cut_corners(struct draw *draw, struct draw_stream *stream, const uint8_t *bgrx,
                        float radius, struct rect r)
{
    const int n = (int)ceilf(radius), side = 2 * n;
    if (stream->radius != radius || stream->n != n) {
        forget_corners(stream);
        stream->n = n;
        stream->radius = radius;
        stream->mask = mem_alloc((size_t)side * (size_t)side, 1);
        stream->cut = mem_alloc((size_t)side * (size_t)side, 4);
        stream->corners = new_texture(draw, SDL_PIXELFORMAT_ARGB8888, side, side);
        mask_corners(stream->mask, n, radius, -1);
        stream->cut_serial = stream->serial + 1;
    }
    if (stream->cut_serial == stream->serial && stream->cut_for.w == r.w &&
        stream->cut_for.h == r.h)
        return;
    for (int y = 0; y < side; y++) {
        const int at_y = y < n ? y : r.h - side + y;
        const uint8_t *row = bgrx + (ptrdiff_t)(at_y * stream->h / r.h) * stream->w * 4;
        for (int x = 0; x < side; x++) {
            const int at_x = x < n ? x : r.w - side + x;
            uint8_t *to = stream->cut + ((ptrdiff_t)y * side + x) * 4;
            memcpy(to, row + (ptrdiff_t)(at_x * stream->w / r.w) * 4, 3);
            to[3] = stream->mask[(ptrdiff_t)y * side + x];
        }
    }
    stream->cut_for = r;
    stream->cut_serial = stream->serial;
    SDL_UpdateTexture(stream->corners, NULL, stream->cut, side * 4);
    renew(draw, stream->corners);
}

/* The part of it that stands at `part` of r. */
static void add_part(struct draw *draw, const struct draw_stream *stream, struct rect r,
                     struct rect part)
{
    const int x = part.x * stream->w / r.w, y = part.y * stream->h / r.h;
    const struct rect src = {x, y, (part.x + part.w) * stream->w / r.w - x,
                             (part.y + part.h) * stream->h / r.h - y};
    if (!rect_is_empty(src) && !rect_is_empty(part))
        draw_add_solid(draw, stream->texture, src, rect_shift(part, r.x, r.y),
                       (struct color){255, 255, 255, 255});
}

void draw_stream(struct draw *draw, struct draw_stream *stream, uint32_t serial, int w, int h,
                 const uint8_t *bgrx, struct rect r, float radius)
{
    assert(w > 0 && h > 0 && w <= DRAW_STREAM_SIDE_MAX && h <= DRAW_STREAM_SIDE_MAX);
    if (rect_is_empty(r) || !rect_touches(r, draw_clip(draw)))
        return;
    r = draw_place(draw, r);
    if (!stream->texture || stream->serial != serial || stream->w != w || stream->h != h)
        update(draw, stream, serial, w, h, bgrx);
    const int most = (r.w < r.h ? r.w : r.h) / 2;
    if (radius > (float)most)
        radius = (float)most;
    const int n = (int)ceilf(radius), side = 2 * n;
    if (n == 0) {
        add_part(draw, stream, r, (struct rect){0, 0, r.w, r.h});
        return;
    }
    cut_corners(draw, stream, bgrx, radius, r);
    add_part(draw, stream, r, (struct rect){n, 0, r.w - side, n});
    add_part(draw, stream, r, (struct rect){0, n, r.w, r.h - side});
    add_part(draw, stream, r, (struct rect){n, r.h - n, r.w - side, n});
    for (int i = 0; i < 4; i++) {
        const int right = i & 1, below = i >> 1;
        draw_add(draw, stream->corners, (struct rect){right * n, below * n, n, n},
                 (struct rect){r.x + right * (r.w - n), r.y + below * (r.h - n), n, n},
                 (struct color){255, 255, 255, 255});
    }
}
