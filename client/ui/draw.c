#include "client/ui/draw.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <SDL.h>

#include "client/platform/window.h"
#include "client/ui/draw_mask.h"
#include "client/ui/draw_scale.h"
#include "client/ui/image_file.h"
#include "protocol/base/mem.h"

#define CLIP_DEPTH 64
#define MASKS_MAX 256      /* masks kept; one is a few kilobytes, shadows up to a few hundred */
#define VARIANTS_MAX 4     /* sizes kept of one image: in the timeline, in the panel, in the viewer */
#define VARIANT_KEEP 120   /* frames that a size stays without being drawn */
#define IMAGE_SIDE_MAX 8192

/* All shapes come down to two: a filled rectangle, or a part of a texture put somewhere. */
struct command {
    SDL_Texture *texture; /* NULL: fill */
    struct rect src, dst, clip;
    struct color color;
    int layer;
};

enum mask_kind { MASK_CORNERS, MASK_SHADOW, MASK_DASHES };

struct mask {
    enum mask_kind kind;
    float a, b, c; /* what it was computed from: radius, inner radius or sigma, dash */
    int w, h;      /* of the picture */
    int key_w, key_h;
    SDL_Texture *texture;
    uint64_t used;
};

struct variant {
    int w, h;
    bool cover;
    struct corners corners;
    SDL_Texture *texture;
    uint64_t used;
};

struct draw_image {
    int w, h;
    uint8_t *pixels;      /* NULL for a fixed one */
    SDL_Texture *texture; /* the whole image 1:1, once it is needed */
    struct variant variants[VARIANTS_MAX];
    int index; /* place in draw->images */
};

struct draw {
    SDL_Renderer *renderer;
    SDL_Surface *surface; /* off screen only */
    struct color background;
    struct command *commands;
    size_t count, room;
    struct command *shown; /* the list that is on the screen */
    size_t shown_count, shown_room;
    struct color shown_background;
    bool stale; /* the screen is not what `shown` says: a texture came or went, or the system says so */
    uint64_t painted;
    struct rect clips[CLIP_DEPTH];
    int clip_depth;
    float alphas[CLIP_DEPTH];
    int alpha_depth;
    int layers[CLIP_DEPTH];
    int layer_depth;
    struct mask masks[MASKS_MAX];
    int mask_count;
    struct draw_image **images;
    size_t image_count, image_room;
    struct draw_image **dying;
    size_t dying_count, dying_room;
    uint64_t frame;
    int target_w, target_h; /* as of the last draw_begin() */
};

struct corners corners_all(float r)
{
    return (struct corners){r, r, r, r};
}

/* ---- making and ending ---- */

static struct draw *finish_create(SDL_Renderer *renderer, SDL_Surface *surface)
{
    struct draw *draw = mem_alloc(1, sizeof *draw);
    draw->renderer = renderer;
    draw->surface = surface;
    draw->stale = true;
    draw_begin(draw, (struct color){0, 0, 0, 255});
    return draw;
}

struct draw *draw_create(struct window *window, struct err *err)
{
    SDL_Window *native = window_native(window);
    const char *wish = getenv("CONFAB_RENDERER");
    SDL_Renderer *renderer = NULL;
    if (wish && strcmp(wish, "software") != 0) {
        SDL_SetHint(SDL_HINT_RENDER_DRIVER, wish);
        renderer = SDL_CreateRenderer(native, -1, SDL_RENDERER_ACCELERATED);
    }
    if (!renderer) {
        /* without this SDL hands the finished picture to OpenGL: 8.5 ms a frame in place of 2.4 */
        SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
        renderer = SDL_CreateRenderer(native, -1, SDL_RENDERER_SOFTWARE);
    }
    if (!renderer) {
        err_set(err, ERR_SYSTEM, "This computer's screen cannot be drawn on: %s", SDL_GetError());
        return NULL;
    }
    return finish_create(renderer, NULL);
}

struct draw *draw_create_offscreen(int w, int h, struct err *err)
{
    SDL_Surface *surface = SDL_CreateRGBSurfaceWithFormat(0, w, h, 32, SDL_PIXELFORMAT_ARGB8888);
    SDL_Renderer *renderer = surface ? SDL_CreateSoftwareRenderer(surface) : NULL;
    if (!renderer) {
        err_set(err, ERR_SYSTEM, "No picture of %d x %d can be drawn: %s", w, h, SDL_GetError());
        SDL_FreeSurface(surface);
        return NULL;
    }
    return finish_create(renderer, surface);
}

static void destroy_texture(struct draw *draw, SDL_Texture *texture)
{
    if (!texture)
        return;
    SDL_DestroyTexture(texture);
    draw->stale = true; /* the next texture may get the same address, and look like this one in the list */
}

static void free_image(struct draw *draw, struct draw_image *image)
{
    struct draw_image *last = draw->images[--draw->image_count];
    draw->images[image->index] = last;
    last->index = image->index;
    destroy_texture(draw, image->texture);
    for (int i = 0; i < VARIANTS_MAX; i++)
        destroy_texture(draw, image->variants[i].texture);
    mem_free(image->pixels);
    mem_free(image);
}

void draw_destroy(struct draw *draw)
{
    if (!draw)
        return;
    while (draw->image_count > 0)
        free_image(draw, draw->images[draw->image_count - 1]);
    for (int i = 0; i < draw->mask_count; i++)
        destroy_texture(draw, draw->masks[i].texture);
    SDL_DestroyRenderer(draw->renderer);
    SDL_FreeSurface(draw->surface);
    mem_free(draw->images);
    mem_free(draw->dying);
    mem_free(draw->commands);
    mem_free(draw->shown);
    mem_free(draw);
}

void draw_size(const struct draw *draw, int *w, int *h)
{
    if (SDL_GetRendererOutputSize(draw->renderer, w, h) != 0)
        *w = *h = 1;
}

/* ---- the list ---- */

/* Textures may only go while no list names them: here. */
static void forget_unused(struct draw *draw)
{
    for (size_t i = 0; i < draw->dying_count; i++)
        free_image(draw, draw->dying[i]);
    draw->dying_count = 0;
    for (size_t i = 0; i < draw->image_count; i++) {
        for (int k = 0; k < VARIANTS_MAX; k++) {
            struct variant *v = &draw->images[i]->variants[k];
            if (v->texture && draw->frame - v->used > VARIANT_KEEP) {
                destroy_texture(draw, v->texture);
                v->texture = NULL;
            }
        }
    }
    while (draw->mask_count > MASKS_MAX * 3 / 4) {
        int oldest = 0;
        for (int i = 1; i < draw->mask_count; i++)
            if (draw->masks[i].used < draw->masks[oldest].used)
                oldest = i;
        destroy_texture(draw, draw->masks[oldest].texture);
        draw->masks[oldest] = draw->masks[--draw->mask_count];
    }
}

void draw_begin(struct draw *draw, struct color background)
{
    forget_unused(draw);
    draw->background = background;
    draw->count = 0;
    draw->clip_depth = draw->alpha_depth = draw->layer_depth = 0;
    draw->clips[0] = (struct rect){0, 0, 0, 0};
    draw_size(draw, &draw->clips[0].w, &draw->clips[0].h);
    if (draw->clips[0].w != draw->target_w || draw->clips[0].h != draw->target_h)
        draw->stale = true;
    draw->target_w = draw->clips[0].w;
    draw->target_h = draw->clips[0].h;
    draw->alphas[0] = 1;
    draw->layers[0] = 0;
}

struct rect draw_clip(const struct draw *draw)
{
    return draw->clips[draw->clip_depth];
}

void draw_push_clip(struct draw *draw, struct rect clip)
{
    assert(draw->clip_depth + 1 < CLIP_DEPTH);
    struct rect now = rect_intersect(draw_clip(draw), clip);
    draw->clips[++draw->clip_depth] = now;
}

void draw_pop_clip(struct draw *draw)
{
    assert(draw->clip_depth > 0);
    draw->clip_depth--;
}

void draw_push_alpha(struct draw *draw, float alpha)
{
    assert(draw->alpha_depth + 1 < CLIP_DEPTH);
    float now = draw->alphas[draw->alpha_depth] * alpha;
    draw->alphas[++draw->alpha_depth] = now;
}

void draw_pop_alpha(struct draw *draw)
{
    assert(draw->alpha_depth > 0);
    draw->alpha_depth--;
}

int draw_layer(const struct draw *draw)
{
    return draw->layers[draw->layer_depth];
}

void draw_push_layer(struct draw *draw, int layer)
{
    assert(draw->layer_depth + 1 < CLIP_DEPTH && layer >= 0 && layer < DRAW_LAYERS);
    assert(draw->clip_depth + 1 < CLIP_DEPTH);
    draw->layers[++draw->layer_depth] = layer;
    draw->clips[++draw->clip_depth] = draw->clips[0];
}

void draw_pop_layer(struct draw *draw)
{
    assert(draw->layer_depth > 0);
    draw->layer_depth--;
    draw_pop_clip(draw);
}

static void add(struct draw *draw, SDL_Texture *texture, struct rect src, struct rect dst,
                struct color color)
{
    color = color_alpha(color, draw->alphas[draw->alpha_depth]);
    struct rect clip = draw_clip(draw);
    if (color.a == 0 || !rect_touches(dst, clip))
        return;
    if (draw->count == draw->room) {
        draw->room = draw->room ? draw->room * 2 : 512;
        draw->commands = mem_resize(draw->commands, draw->room, sizeof *draw->commands);
    }
    draw->commands[draw->count++] =
        (struct command){texture, src, dst, clip, color, draw_layer(draw)};
}

static SDL_Rect to_sdl(struct rect r)
{
    return (SDL_Rect){r.x, r.y, r.w, r.h};
}

static void paint_command(SDL_Renderer *renderer, const struct command *c)
{
    SDL_Rect dst = to_sdl(c->dst), src = to_sdl(c->src);
    if (!c->texture) {
        SDL_SetRenderDrawBlendMode(renderer,
                                   c->color.a == 255 ? SDL_BLENDMODE_NONE : SDL_BLENDMODE_BLEND);
        SDL_SetRenderDrawColor(renderer, c->color.r, c->color.g, c->color.b, c->color.a);
        SDL_RenderFillRect(renderer, &dst);
        return;
    }
    SDL_SetTextureColorMod(c->texture, c->color.r, c->color.g, c->color.b);
    SDL_SetTextureAlphaMod(c->texture, c->color.a);
    SDL_RenderCopy(renderer, c->texture, &src, &dst);
}

static bool same_rect(struct rect a, struct rect b)
{
    return a.x == b.x && a.y == b.y && a.w == b.w && a.h == b.h;
}

static void paint(struct draw *draw)
{
    SDL_Renderer *renderer = draw->renderer;
    struct color bg = draw->background;
    SDL_RenderSetClipRect(renderer, NULL);
    SDL_SetRenderDrawColor(renderer, bg.r, bg.g, bg.b, 255);
    SDL_RenderClear(renderer);
    struct rect clip = {0, 0, -1, -1};
    for (int layer = 0; layer < DRAW_LAYERS; layer++) {
        for (size_t i = 0; i < draw->count; i++) {
            const struct command *c = &draw->commands[i];
            if (c->layer != layer)
                continue;
            if (!same_rect(clip, c->clip)) {
                clip = c->clip;
                SDL_Rect to = to_sdl(clip);
                SDL_RenderSetClipRect(renderer, &to);
            }
            paint_command(renderer, c);
        }
    }
}

void draw_invalidate(struct draw *draw)
{
    draw->stale = true;
}

uint64_t draw_painted(const struct draw *draw)
{
    return draw->painted;
}

static bool is_shown(const struct draw *draw)
{
    return !draw->stale && draw->count == draw->shown_count &&
           memcmp(&draw->background, &draw->shown_background, sizeof draw->background) == 0 &&
           (draw->count == 0 ||
            memcmp(draw->commands, draw->shown, draw->count * sizeof *draw->commands) == 0);
}

void draw_flush(struct draw *draw)
{
    assert(draw->clip_depth == 0 && draw->alpha_depth == 0 && draw->layer_depth == 0);
    draw->frame++;
    if (is_shown(draw))
        return;
    paint(draw);
    SDL_RenderPresent(draw->renderer);
    draw->painted++;
    draw->stale = false;
    if (draw->shown_room < draw->count) {
        draw->shown_room = draw->room;
        draw->shown = mem_resize(draw->shown, draw->shown_room, sizeof *draw->shown);
    }
    if (draw->count)
        memcpy(draw->shown, draw->commands, draw->count * sizeof *draw->commands);
    draw->shown_count = draw->count;
    draw->shown_background = draw->background;
}

uint8_t *draw_read_pixels(struct draw *draw, int *w, int *h)
{
    draw_size(draw, w, h);
    paint(draw); /* after a present a GPU's buffer holds anything */
    SDL_RenderSetClipRect(draw->renderer, NULL);
    uint8_t *pixels = mem_alloc((size_t)*w * (size_t)*h, 4);
    if (SDL_RenderReadPixels(draw->renderer, NULL, SDL_PIXELFORMAT_RGBA32, pixels, *w * 4) == 0)
        return pixels;
    mem_free(pixels);
    return NULL;
}

bool draw_save_png(struct draw *draw, const char *path, struct err *err)
{
    int w, h;
    uint8_t *pixels = draw_read_pixels(draw, &w, &h);
    if (!pixels)
        return err_set(err, ERR_SYSTEM, "The window's picture could not be read: %s",
                       SDL_GetError());
    bool ok = image_save_png(path, pixels, w, h, err);
    mem_free(pixels);
    return ok;
}

/* ---- textures ---- */

static SDL_Texture *texture_of(struct draw *draw, int w, int h, const uint8_t *rgba, int pitch)
{
    /* ARGB8888 is the form that SDL's blitters are fastest with */
    SDL_Texture *texture = SDL_CreateTexture(draw->renderer, SDL_PIXELFORMAT_ARGB8888,
                                             SDL_TEXTUREACCESS_STATIC, w, h);
    if (!texture)
        die("Out of memory for a picture of %d x %d: %s", w, h, SDL_GetError());
    uint32_t *argb = mem_alloc((size_t)w * (size_t)h, sizeof *argb);
    for (int y = 0; y < h; y++) {
        const uint8_t *p = rgba + (ptrdiff_t)y * pitch;
        for (int x = 0; x < w; x++, p += 4)
            argb[(ptrdiff_t)y * w + x] = (uint32_t)p[3] << 24 | (uint32_t)p[0] << 16 |
                                         (uint32_t)p[1] << 8 | p[2];
    }
    SDL_UpdateTexture(texture, NULL, argb, w * 4);
    mem_free(argb);
    SDL_SetTextureBlendMode(texture, SDL_BLENDMODE_BLEND);
    SDL_SetTextureScaleMode(texture, SDL_ScaleModeNearest); /* only shadows are ever stretched */
    return texture;
}

static SDL_Texture *texture_of_mask(struct draw *draw, int w, int h, const uint8_t *alpha)
{
    uint8_t *rgba = mem_alloc((size_t)w * (size_t)h, 4);
    for (size_t i = 0; i < (size_t)w * (size_t)h; i++) {
        memset(rgba + i * 4, 255, 3);
        rgba[i * 4 + 3] = alpha[i];
    }
    SDL_Texture *texture = texture_of(draw, w, h, rgba, w * 4);
    mem_free(rgba);
    return texture;
}

/* A mask made before, or a slot to make it in (texture NULL). */
static struct mask *find_mask(struct draw *draw, enum mask_kind kind, float a, float b, float c,
                              int key_w, int key_h)
{
    for (int i = 0; i < draw->mask_count; i++) {
        struct mask *m = &draw->masks[i];
        if (m->kind == kind && m->a == a && m->b == b && m->c == c && m->key_w == key_w &&
            m->key_h == key_h) {
            m->used = draw->frame;
            return m;
        }
    }
    if (draw->mask_count == MASKS_MAX)
        return NULL; /* 64 new ones within one frame: more than any screen has */
    struct mask *m = &draw->masks[draw->mask_count++];
    *m = (struct mask){.kind = kind, .a = a, .b = b, .c = c, .key_w = key_w, .key_h = key_h,
                       .used = draw->frame};
    return m;
}

static struct mask *corner_mask(struct draw *draw, float r, float inner)
{
    struct mask *m = find_mask(draw, MASK_CORNERS, r, inner, 0, 0, 0);
    if (m && !m->texture) {
        int n = (int)ceilf(r);
        uint8_t *alpha = mem_alloc((size_t)(4 * n * n), 1);
        mask_corners(alpha, n, r, inner);
        m->w = m->h = 2 * n;
        m->texture = texture_of_mask(draw, m->w, m->h, alpha);
        mem_free(alpha);
    }
    return m;
}

/* ---- shapes ---- */

void draw_fill(struct draw *draw, struct rect r, struct color color)
{
    if (!rect_is_empty(r))
        add(draw, NULL, r, r, color);
}

/* How the four corners share a rectangle: w[i] x h[i] px each, never more than there is. */
struct quarters {
    float r[4];
    int w[4], h[4];
};

enum { TL, TR, BR, BL };

static struct quarters share(struct rect rect, struct corners corners)
{
    struct quarters q = {{corners.tl, corners.tr, corners.br, corners.bl}, {0}, {0}};
    float most = (float)(rect.w < rect.h ? rect.w : rect.h) / 2;
    for (int i = 0; i < 4; i++) {
        q.r[i] = q.r[i] > most ? most : q.r[i] < 0.5f ? 0 : q.r[i];
        q.w[i] = q.h[i] = (int)ceilf(q.r[i]);
    }
    /* an odd side and two half radii: the middle pixel goes to the first */
    if (q.w[TL] + q.w[TR] > rect.w)
        q.w[TR] = rect.w - q.w[TL];
    if (q.w[BL] + q.w[BR] > rect.w)
        q.w[BR] = rect.w - q.w[BL];
    if (q.h[TL] + q.h[BL] > rect.h)
        q.h[BL] = rect.h - q.h[TL];
    if (q.h[TR] + q.h[BR] > rect.h)
        q.h[BR] = rect.h - q.h[TR];
    return q;
}

static void add_corners(struct draw *draw, struct rect r, const struct quarters *q, float width,
                        struct color color)
{
    for (int i = 0; i < 4; i++) {
        if (q->r[i] <= 0)
            continue;
        struct mask *m = corner_mask(draw, q->r[i], width > 0 ? fmaxf(q->r[i] - width, 0) : -1);
        if (!m)
            continue;
        bool right = i == TR || i == BR, below = i == BR || i == BL;
        struct rect src = {right ? m->w - q->w[i] : 0, below ? m->h - q->h[i] : 0, q->w[i], q->h[i]};
        struct rect dst = {right ? r.x + r.w - q->w[i] : r.x, below ? r.y + r.h - q->h[i] : r.y,
                           q->w[i], q->h[i]};
        add(draw, m->texture, src, dst, color);
    }
}

static void fill_box(struct draw *draw, int x, int y, int right, int bottom, struct color color)
{
    if (right > x && bottom > y)
        draw_fill(draw, (struct rect){x, y, right - x, bottom - y}, color);
}

static int max_int(int a, int b)
{
    return a > b ? a : b;
}

void draw_round(struct draw *draw, struct rect r, struct corners corners, struct color color)
{
    if (rect_is_empty(r))
        return;
    struct quarters q = share(r, corners);
    int right = r.x + r.w, bottom = r.y + r.h;
    int top_h = max_int(q.h[TL], q.h[TR]), bottom_h = max_int(q.h[BL], q.h[BR]);
    if (top_h + bottom_h > r.h) { /* unlike radii on a low box: make do with like ones */
        float least = fminf(fminf(q.r[TL], q.r[TR]), fminf(q.r[BL], q.r[BR]));
        draw_round(draw, r, corners_all(least), color);
        return;
    }
    add_corners(draw, r, &q, 0, color);
    /* what is left: between the corners, beside a smaller corner, and the middle; no pixel twice */
    fill_box(draw, r.x + q.w[TL], r.y, right - q.w[TR], r.y + top_h, color);
    fill_box(draw, r.x, r.y + q.h[TL], r.x + q.w[TL], r.y + top_h, color);
    fill_box(draw, right - q.w[TR], r.y + q.h[TR], right, r.y + top_h, color);
    fill_box(draw, r.x, r.y + top_h, right, bottom - bottom_h, color);
    fill_box(draw, r.x + q.w[BL], bottom - bottom_h, right - q.w[BR], bottom, color);
    fill_box(draw, r.x, bottom - bottom_h, r.x + q.w[BL], bottom - q.h[BL], color);
    fill_box(draw, right - q.w[BR], bottom - bottom_h, right, bottom - q.h[BR], color);
}

void draw_border(struct draw *draw, struct rect r, struct corners corners, float width,
                 struct color color)
{
    int thick = max_int(1, (int)(width + 0.5f));
    if (r.w <= 2 * thick || r.h <= 2 * thick) {
        draw_round(draw, r, corners, color);
        return;
    }
    struct quarters q = share(r, corners);
    int right = r.x + r.w, bottom = r.y + r.h;
    add_corners(draw, r, &q, (float)thick, color);
    fill_box(draw, r.x + q.w[TL], r.y, right - q.w[TR], r.y + thick, color);
    fill_box(draw, r.x + q.w[BL], bottom - thick, right - q.w[BR], bottom, color);
    int under_tl = max_int(q.h[TL], q.w[TL] ? 0 : thick), over_bl = max_int(q.h[BL], q.w[BL] ? 0 : thick);
    int under_tr = max_int(q.h[TR], q.w[TR] ? 0 : thick), over_br = max_int(q.h[BR], q.w[BR] ? 0 : thick);
    fill_box(draw, r.x, r.y + under_tl, r.x + thick, bottom - over_bl, color);
    fill_box(draw, right - thick, r.y + under_tr, right, bottom - over_br, color);
}

void draw_circle(struct draw *draw, struct rect r, struct color color)
{
    int side = r.w < r.h ? r.w : r.h;
    draw_round(draw, rect_center(r, side, side), corners_all((float)side / 2), color);
}

/* One straight side of dashes, which begins and ends with half a gap. */
static void dash_side(struct draw *draw, int x, int y, int length, bool across, int thick,
                      float dash, struct color color)
{
    int count = (int)((float)length / (2 * dash) + 0.5f);
    if (length <= 0 || count <= 0)
        return;
    float period = (float)length / (float)count;
    for (int i = 0; i < count; i++) {
        int from = (int)(((float)i + 0.25f) * period + 0.5f);
        int to = (int)(((float)i + 0.75f) * period + 0.5f);
        struct rect r = across ? (struct rect){x + from, y, to - from, thick}
                               : (struct rect){x, y + from, thick, to - from};
        draw_fill(draw, r, color);
    }
}

void draw_dashes(struct draw *draw, struct rect r, float radius, float width, float dash,
                 struct color color)
{
    struct quarters q = share(r, corners_all(radius));
    int n = q.w[TL], thick = max_int(1, (int)(width + 0.5f));
    int right = r.x + r.w, bottom = r.y + r.h;
    dash_side(draw, r.x + n, r.y, r.w - 2 * n, true, thick, dash, color);
    dash_side(draw, r.x + n, bottom - thick, r.w - 2 * n, true, thick, dash, color);
    dash_side(draw, r.x, r.y + n, r.h - 2 * n, false, thick, dash, color);
    dash_side(draw, right - thick, r.y + n, r.h - 2 * n, false, thick, dash, color);
    if (n == 0)
        return;
    struct mask *m = find_mask(draw, MASK_DASHES, q.r[TL], (float)thick, dash, 0, 0);
    if (!m)
        return;
    if (!m->texture) {
        uint8_t *quarter = mem_alloc((size_t)(n * n), 1), *all = mem_alloc((size_t)(4 * n * n), 1);
        mask_dashed_corner(quarter, n, q.r[TL], (float)thick, dash);
        for (int y = 0; y < 2 * n; y++)
            for (int x = 0; x < 2 * n; x++)
                all[y * 2 * n + x] =
                    quarter[(y < n ? y : 2 * n - 1 - y) * n + (x < n ? x : 2 * n - 1 - x)];
        m->w = m->h = 2 * n;
        m->texture = texture_of_mask(draw, m->w, m->h, all);
        mem_free(quarter);
        mem_free(all);
    }
    add(draw, m->texture, (struct rect){0, 0, n, n}, (struct rect){r.x, r.y, n, n}, color);
    add(draw, m->texture, (struct rect){n, 0, n, n}, (struct rect){right - n, r.y, n, n}, color);
    add(draw, m->texture, (struct rect){0, n, n, n}, (struct rect){r.x, bottom - n, n, n}, color);
    add(draw, m->texture, (struct rect){n, n, n, n}, (struct rect){right - n, bottom - n, n, n},
        color);
}

void draw_shadow(struct draw *draw, struct rect r, float radius, float blur, int down,
                 struct color color)
{
    if (rect_is_empty(r))
        return;
    float sigma = fmaxf(blur / 2, 0.3f);
    int ext = (int)ceilf(3 * sigma);
    radius = fminf(radius, (float)(r.w < r.h ? r.w : r.h) / 2);
    /* the picture of a smaller box, whose middle row and column are stretched */
    int core = 2 * (ext + (int)ceilf(radius)) + 1;
    int core_w = r.w < core ? r.w : core, core_h = r.h < core ? r.h : core;
    struct mask *m = find_mask(draw, MASK_SHADOW, radius, sigma, 0, core_w, core_h);
    if (!m)
        return;
    if (!m->texture) {
        m->w = core_w + 2 * ext;
        m->h = core_h + 2 * ext;
        uint8_t *alpha = mem_alloc((size_t)(m->w * m->h), 1);
        mask_shadow(alpha, core_w, core_h, ext, radius, sigma);
        m->texture = texture_of_mask(draw, m->w, m->h, alpha);
        mem_free(alpha);
    }
    struct rect to = rect_shift(rect_grow(r, ext), 0, down);
    int bx = m->w / 2, by = m->h / 2; /* the borders that are not stretched */
    int sx[4] = {0, bx, m->w - bx, m->w}, sy[4] = {0, by, m->h - by, m->h};
    int dx[4] = {to.x, to.x + bx, to.x + to.w - bx, to.x + to.w};
    int dy[4] = {to.y, to.y + by, to.y + to.h - by, to.y + to.h};
    for (int j = 0; j < 3; j++) {
        for (int i = 0; i < 3; i++) {
            struct rect src = {sx[i], sy[j], sx[i + 1] - sx[i], sy[j + 1] - sy[j]};
            struct rect dst = {dx[i], dy[j], dx[i + 1] - dx[i], dy[j + 1] - dy[j]};
            if (!rect_is_empty(src) && !rect_is_empty(dst))
                add(draw, m->texture, src, dst, color);
        }
    }
}

/* ---- pictures ---- */

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

struct draw_image *draw_image_create(struct draw *draw, int w, int h, const uint8_t *rgba,
                                     int pitch_bytes)
{
    struct draw_image *image = new_image(draw, w, h);
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
    image->texture = texture_of(draw, w, h, rgba, pitch_bytes);
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
        image->texture = texture_of(draw, image->w, image->h, image->pixels, image->w * 4);
    add(draw, image->texture, (struct rect){0, 0, image->w, image->h},
        (struct rect){x, y, image->w, image->h}, tint);
}

/* Corners are cut into the scaled copy itself: a software renderer has no other way to clip by a curve. */
static void cut_corners(uint8_t *pixels, int w, int h, struct corners corners)
{
    struct quarters q = share((struct rect){0, 0, w, h}, corners);
    for (int i = 0; i < 4; i++) {
        if (q.r[i] <= 0)
            continue;
        int n = (int)ceilf(q.r[i]);
        uint8_t *mask = mem_alloc((size_t)(4 * n * n), 1);
        mask_corners(mask, n, q.r[i], -1);
        bool right = i == TR || i == BR, below = i == BR || i == BL;
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

static SDL_Texture *make_variant(struct draw *draw, const struct draw_image *image, int w, int h,
                                 bool cover, struct corners corners)
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
    scale_pixels(image->pixels, image->w * 4, sx, sy, sw, sh, image->w, image->h, scaled, w, h);
    cut_corners(scaled, w, h, corners);
    SDL_Texture *texture = texture_of(draw, w, h, scaled, w * 4);
    mem_free(scaled);
    return texture;
}

static void draw_scaled(struct draw *draw, struct draw_image *image, struct rect r, bool cover,
                        struct corners corners)
{
    assert(image->pixels);
    if (rect_is_empty(r) || !rect_touches(r, draw_clip(draw)))
        return;
    r.w = r.w > IMAGE_SIDE_MAX ? IMAGE_SIDE_MAX : r.w;
    r.h = r.h > IMAGE_SIDE_MAX ? IMAGE_SIDE_MAX : r.h;
    struct variant *slot = NULL, *oldest = &image->variants[0];
    for (int i = 0; i < VARIANTS_MAX && !slot; i++) {
        struct variant *v = &image->variants[i];
        if (v->texture && v->w == r.w && v->h == r.h && v->cover == cover &&
            memcmp(&v->corners, &corners, sizeof corners) == 0)
            slot = v;
        else if (!v->texture || (oldest->texture && v->used < oldest->used))
            oldest = v;
    }
    if (!slot) {
        slot = oldest;
        if (slot->texture && slot->used == draw->frame)
            return; /* the list already names all four */
        destroy_texture(draw, slot->texture);
        *slot = (struct variant){r.w, r.h, cover, corners,
                                 make_variant(draw, image, r.w, r.h, cover, corners), 0};
    }
    slot->used = draw->frame;
    add(draw, slot->texture, (struct rect){0, 0, r.w, r.h}, r, (struct color){255, 255, 255, 255});
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
