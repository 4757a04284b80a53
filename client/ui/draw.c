#include "client/ui/draw.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <SDL.h>

#include "client/platform/window.h"
#include "client/ui/draw_damage.h"
#include "client/ui/draw_inside.h"
#include "client/ui/image_file.h"
#include "protocol/base/mem.h"

#define VARIANT_KEEP 240 /* lists that a size of an image stays without being drawn */

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
    draw->damage = draw_damage_create();
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
    struct draw *draw = finish_create(renderer, NULL);
    SDL_RendererInfo info;
    if (SDL_GetRendererInfo(renderer, &info) == 0 && (info.flags & SDL_RENDERER_SOFTWARE) != 0)
        draw->partly = native;
    return draw;
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

void draw_texture_destroy(SDL_Texture *texture)
{
    if (texture)
        SDL_DestroyTexture(texture);
}

static void free_image(struct draw *draw, struct draw_image *image)
{
    struct draw_image *last = draw->images[--draw->image_count];
    draw->images[image->index] = last;
    last->index = image->index;
    draw_texture_destroy(image->texture);
    for (int i = 0; i < DRAW_VARIANTS_MAX; i++)
        draw_texture_destroy(image->variants[i].texture);
    draw_texture_destroy(image->part.texture);
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
        draw_texture_destroy(draw->masks[i].texture);
    SDL_DestroyRenderer(draw->renderer);
    SDL_FreeSurface(draw->surface);
    mem_free(draw->images);
    mem_free(draw->dying);
    mem_free(draw->commands);
    draw_damage_destroy(draw->damage);
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
        for (int k = 0; k < DRAW_VARIANTS_MAX; k++) {
            struct draw_variant *v = &draw->images[i]->variants[k];
            if (v->texture && draw->frame - v->used > VARIANT_KEEP) {
                draw_texture_destroy(v->texture);
                v->texture = NULL;
            }
        }
        struct draw_part *part = &draw->images[i]->part;
        if (part->texture && draw->frame - part->used > VARIANT_KEEP) {
            draw_texture_destroy(part->texture);
            part->texture = NULL;
        }
    }
    while (draw->mask_count > DRAW_MASKS_MAX * 3 / 4) {
        int oldest = 0;
        for (int i = 1; i < draw->mask_count; i++)
            if (draw->masks[i].used < draw->masks[oldest].used)
                oldest = i;
        draw_texture_destroy(draw->masks[oldest].texture);
        draw->masks[oldest] = draw->masks[--draw->mask_count];
    }
}

void draw_begin(struct draw *draw, struct color background)
{
    draw->frame++; /* here: a list that was begun anew before it was painted holds nothing */
    forget_unused(draw);
    draw->background = background;
    draw->count = 0;
    draw->clip_depth = draw->alpha_depth = draw->layer_depth = 0;
    draw->mirror = draw->mirror_wish;
    draw->in_order = false;
    draw->clips[0] = (struct rect){0, 0, 0, 0};
    draw_size(draw, &draw->clips[0].w, &draw->clips[0].h);
    draw->target_w = draw->clips[0].w;
    draw->target_h = draw->clips[0].h;
    draw->alphas[0] = 1;
    draw->layers[0] = 0;
}

/* ---- right-to-left ---- */

void draw_set_mirror(struct draw *draw, bool on)
{
    draw->mirror_wish = on;
}

bool draw_is_mirrored(const struct draw *draw)
{
    return draw->mirror;
}

struct rect draw_place(const struct draw *draw, struct rect r)
{
    if (draw->in_order)
        return rect_shift(r, draw->order_shift, 0);
    if (draw->mirror)
        r.x = draw->target_w - r.x - r.w;
    return r;
}

struct corners draw_place_corners(const struct draw *draw, struct corners c)
{
    if (!draw->mirror || draw->in_order)
        return c;
    return (struct corners){.tl = c.tr, .tr = c.tl, .br = c.bl, .bl = c.br};
}

void draw_begin_order(struct draw *draw, struct rect box)
{
    assert(!draw->in_order);
    draw->order_shift = draw_place(draw, box).x - box.x;
    draw->in_order = true;
}

void draw_end_order(struct draw *draw)
{
    draw->in_order = false;
}

/* ---- clips, alpha, layers ---- */

struct rect draw_clip(const struct draw *draw)
{
    struct rect clip = draw->clips[draw->clip_depth];
    return draw->in_order ? rect_shift(clip, -draw->order_shift, 0) : draw_place(draw, clip);
}

void draw_push_clip(struct draw *draw, struct rect clip)
{
    assert(draw->clip_depth + 1 < DRAW_CLIP_DEPTH);
    struct rect now = rect_intersect(draw->clips[draw->clip_depth], draw_place(draw, clip));
    draw->clips[++draw->clip_depth] = now;
}

void draw_pop_clip(struct draw *draw)
{
    assert(draw->clip_depth > 0);
    draw->clip_depth--;
}

void draw_push_alpha(struct draw *draw, float alpha)
{
    assert(draw->alpha_depth + 1 < DRAW_CLIP_DEPTH);
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
    assert(draw->layer_depth + 1 < DRAW_CLIP_DEPTH && layer >= 0 && layer < DRAW_LAYERS);
    assert(draw->clip_depth + 1 < DRAW_CLIP_DEPTH);
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
                struct color color, bool solid)
{
    color = color_alpha(color, draw->alphas[draw->alpha_depth]);
    struct rect clip = draw->clips[draw->clip_depth];
    if (color.a == 0 || !rect_touches(dst, clip))
        return;
    if (draw->count == draw->room) {
        draw->room = draw->room ? draw->room * 2 : 512;
        draw->commands = mem_resize(draw->commands, draw->room, sizeof *draw->commands);
    }
    draw->commands[draw->count++] = (struct draw_command){
        .texture = texture,
        .serial = texture ? (uint64_t)(uintptr_t)SDL_GetTextureUserData(texture) : 0,
        .src = src,
        .dst = dst,
        .clip = clip,
        .color = color,
        .layer = draw_layer(draw),
        .solid = solid && color.a == 255,
    };
}

void draw_add(struct draw *draw, SDL_Texture *texture, struct rect src, struct rect dst,
              struct color color)
{
    add(draw, texture, src, dst, color, texture == NULL);
}

void draw_add_solid(struct draw *draw, SDL_Texture *texture, struct rect src, struct rect dst,
                    struct color color)
{
    add(draw, texture, src, dst, color, true);
}

static SDL_Rect to_sdl(struct rect r)
{
    return (SDL_Rect){r.x, r.y, r.w, r.h};
}

static void paint_command(SDL_Renderer *renderer, const struct draw_command *c)
{
    const SDL_BlendMode mode = c->solid ? SDL_BLENDMODE_NONE : SDL_BLENDMODE_BLEND;
    SDL_Rect dst = to_sdl(c->dst), src = to_sdl(c->src);
    if (!c->texture) {
        SDL_SetRenderDrawBlendMode(renderer, mode);
        SDL_SetRenderDrawColor(renderer, c->color.r, c->color.g, c->color.b, c->color.a);
        SDL_RenderFillRect(renderer, &dst);
        return;
    }
    SDL_SetTextureBlendMode(c->texture, mode);
    SDL_SetTextureColorMod(c->texture, c->color.r, c->color.g, c->color.b);
    SDL_SetTextureAlphaMod(c->texture, c->color.a);
    SDL_RenderCopy(renderer, c->texture, &src, &dst);
}

static bool same_rect(struct rect a, struct rect b)
{
    return a.x == b.x && a.y == b.y && a.w == b.w && a.h == b.h;
}

/* Whether it leaves nothing to be seen of what was painted in `part` before it. */
static bool covers(const struct draw_command *c, struct rect part)
{
    return c->solid && same_rect(rect_intersect(rect_intersect(c->dst, c->clip), part), part);
}

/* The command that all of `part` is to be painted from, for what comes before is covered by it; layer -1: the background. */
static void find_ground(const struct draw *draw, struct rect part, int *layer, size_t *at)
{
    *layer = -1;
    for (size_t i = 0; i < draw->count; i++) {
        const struct draw_command *c = &draw->commands[i];
        if (c->layer >= *layer && covers(c, part)) {
            *layer = c->layer;
            *at = i;
        }
    }
}

/* What of the list lies in `part` of the target. */
static void paint(struct draw *draw, struct rect part)
{
    SDL_Renderer *renderer = draw->renderer;
    const SDL_Rect whole = to_sdl(part);
    struct rect clip = part;
    int ground;
    size_t first = 0;
    SDL_RenderSetClipRect(renderer, &whole);
    find_ground(draw, part, &ground, &first);
    if (ground < 0)
        paint_command(renderer, &(struct draw_command){
                                    .dst = part, .color = draw->background, .solid = true});
    for (int layer = ground < 0 ? 0 : ground; layer < DRAW_LAYERS; layer++) {
        for (size_t i = layer == ground ? first : 0; i < draw->count; i++) {
            const struct draw_command *c = &draw->commands[i];
            if (c->layer != layer || !rect_touches(c->dst, part))
                continue;
            const struct rect seen = rect_intersect(c->clip, part);
            if (rect_is_empty(seen))
                continue;
            if (!same_rect(clip, seen)) {
                clip = seen;
                const SDL_Rect to = to_sdl(clip);
                SDL_RenderSetClipRect(renderer, &to);
            }
            paint_command(renderer, c);
        }
    }
}

void draw_invalidate(struct draw *draw)
{
    draw_damage_all(draw->damage);
}

uint64_t draw_painted(const struct draw *draw)
{
    return draw->painted;
}

/* The system may have given the window new memory, which holds nothing of the frame before. */
static void look_for_new_surface(struct draw *draw)
{
    SDL_Surface *surface = draw->partly ? SDL_GetWindowSurface(draw->partly) : NULL;
    if (surface != draw->window_surface)
        draw_damage_all(draw->damage);
    draw->window_surface = surface;
}

void draw_flush(struct draw *draw)
{
    assert(draw->clip_depth == 0 && draw->alpha_depth == 0 && draw->layer_depth == 0);
    struct rect parts[DRAW_DAMAGE_MAX];
    SDL_Rect shown[DRAW_DAMAGE_MAX];
    look_for_new_surface(draw);
    int count = draw_damage_find(draw->damage, draw->commands, draw->count, draw->background,
                                 draw->target_w, draw->target_h, parts);
    if (count == 0)
        return;
    if (!draw->partly && !draw->surface) { /* a GPU's buffer does not hold the frame before */
        parts[0] = draw->clips[0];
        count = 1;
    }
    for (int i = 0; i < count; i++) {
        paint(draw, parts[i]);
        shown[i] = to_sdl(parts[i]);
    }
    /* The software renderer paints on the window's surface; showing all of it costs more than
     * painting the little that mostly changes. */
    if (!draw->partly || SDL_RenderFlush(draw->renderer) != 0 ||
        SDL_UpdateWindowSurfaceRects(draw->partly, shown, count) != 0)
        SDL_RenderPresent(draw->renderer);
    draw->painted++;
}

uint8_t *draw_read_pixels(struct draw *draw, int *w, int *h)
{
    draw_size(draw, w, h);
    paint(draw, draw->clips[0]); /* after a present a GPU's buffer holds anything */
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

SDL_Texture *draw_texture(struct draw *draw, int w, int h, const uint8_t *rgba, int pitch)
{
    /* ARGB8888 is the form that SDL's blitters are fastest with */
    SDL_Texture *texture =
        SDL_CreateTexture(draw->renderer, SDL_PIXELFORMAT_ARGB8888, SDL_TEXTUREACCESS_STATIC, w, h);
    if (!texture)
        die("Out of memory for a picture of %d x %d: %s", w, h, SDL_GetError());
    uint32_t *argb = mem_alloc((size_t)w * (size_t)h, sizeof *argb);
    for (int y = 0; y < h; y++) {
        const uint8_t *p = rgba + (ptrdiff_t)y * pitch;
        for (int x = 0; x < w; x++, p += 4)
            argb[(ptrdiff_t)y * w + x] =
                (uint32_t)p[3] << 24 | (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
    }
    SDL_UpdateTexture(texture, NULL, argb, w * 4);
    mem_free(argb);
    SDL_SetTextureUserData(texture, (void *)(uintptr_t)++draw->serials);
    SDL_SetTextureScaleMode(texture, SDL_ScaleModeNearest); /* only shadows are ever stretched */
    return texture;
}
