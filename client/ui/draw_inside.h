/* draw_inside.h - what draw.c (the list), draw_shape.c and draw_image.c share. Nobody else includes
 * it. */
#ifndef CONFAB_UI_DRAW_INSIDE_H
#define CONFAB_UI_DRAW_INSIDE_H

#include <stdint.h>
#include "client/ui/draw.h"

struct SDL_Renderer;
struct SDL_Surface;
struct SDL_Texture;
struct SDL_Window;
struct draw_damage;

#define DRAW_CLIP_DEPTH 64
#define DRAW_MASKS_MAX 256 /* masks kept; one is a few kilobytes, shadows up to a few hundred */
#define DRAW_VARIANTS_MAX \
    4 /* sizes kept of one image: in the timeline, in the panel, in the viewer */

/* All shapes come down to two: a filled rectangle, or a part of a texture put somewhere. */
struct draw_command {
    struct SDL_Texture *texture; /* NULL: fill */
    uint64_t serial;             /* of the texture: no two ever have the same; 0: fill */
    struct rect src, dst, clip;
    struct color color;
    int layer;
    bool solid; /* that part of the texture is opaque */
};

enum draw_mask_kind { MASK_CORNERS, MASK_SHADOW, MASK_DASHES };

struct draw_mask {
    enum draw_mask_kind kind;
    float a, b, c; /* what it was computed from: radius, inner radius or sigma, dash */
    int w, h;      /* of the picture */
    int key_w, key_h;
    struct SDL_Texture *texture;
    uint64_t used;
};

struct draw_variant {
    int w, h;
    bool cover;
    struct corners corners;
    struct SDL_Texture *texture;
    uint64_t used;
};

/* What draw_image_part() made last. */
struct draw_part {
    struct draw_area area;
    int w, h;
    bool rough;
    struct SDL_Texture *texture;
    uint64_t used;
};

struct draw_image {
    int w, h;
    bool opaque;                 /* no pixel lets anything through */
    uint8_t *pixels;             /* NULL for a fixed one */
    struct SDL_Texture *texture; /* the whole image 1:1, once it is needed */
    struct draw_variant variants[DRAW_VARIANTS_MAX];
    struct draw_part part;
    int index; /* place in draw->images */
};

struct draw {
    struct SDL_Renderer *renderer;
    struct SDL_Surface *surface; /* off screen only */
    struct color background;
    struct draw_command *commands;
    size_t count, room;
    struct draw_damage *damage; /* against what is on the screen */
    struct SDL_Window *partly;  /* can be shown part by part (software on a window); NULL: cannot */
    struct SDL_Surface *window_surface; /* its pixels, last time */
    uint64_t serials;                   /* of textures, given so far */
    uint64_t painted;
    struct rect clips[DRAW_CLIP_DEPTH]; /* as they stand in the target */
    int clip_depth;
    float alphas[DRAW_CLIP_DEPTH];
    int alpha_depth;
    int layers[DRAW_CLIP_DEPTH];
    int layer_depth;
    struct draw_mask masks[DRAW_MASKS_MAX];
    int mask_count;
    struct draw_image **images;
    size_t image_count, image_room;
    struct draw_image **dying;
    size_t dying_count, dying_room;
    uint64_t frame;
    int target_w, target_h; /* as of the last draw_begin() */
    bool mirror_wish;       /* for the next draw_begin() */
    bool mirror, in_order;  /* between draw_begin_order() and its end */
    int order_shift;        /* then added to x in place of the mirroring */
};

/* The corners of what stands mirrored. */
struct corners draw_place_corners(const struct draw *draw, struct corners corners);
/* Append to the list, clipped; dst as it stands in the target; color tints a texture and carries the alpha. NULL: a filled dst. */
void draw_add(struct draw *draw, struct SDL_Texture *texture, struct rect src, struct rect dst,
              struct color color);
/* The same for a part of a texture that has no alpha of its own: painted without blending. */
void draw_add_solid(struct draw *draw, struct SDL_Texture *texture, struct rect src,
                    struct rect dst, struct color color);
/* RGBA8 pixels to a texture; dies if there is no memory for it. */
struct SDL_Texture *draw_texture(struct draw *draw, int w, int h, const uint8_t *rgba, int pitch);
void draw_texture_destroy(struct SDL_Texture *texture); /* NULL is fine */

/* How the four corners share a rectangle: w[i] x h[i] px each, never more than there is. */
struct quarters {
    float r[4];
    int w[4], h[4];
};
enum { QUARTER_TL, QUARTER_TR, QUARTER_BR, QUARTER_BL };
struct quarters draw_quarters(struct rect rect, struct corners corners);

#endif
