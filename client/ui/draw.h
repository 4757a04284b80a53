/* draw.h - the draw list and the only home of SDL_Renderer. UI thread.
 *
 * A frame is: draw_begin(), shapes in painting order, draw_flush(). Nothing reaches the screen
 * before the flush, so a pass over the views that turns out to be superfluous costs no pixels:
 * draw_begin() again drops it. All coordinates are device pixels. Curved edges are anti-aliased
 * from coverage masks computed here, so the software renderer (the default: it was measured faster
 * than llvmpipe, starts at once and leaves the GPU alone) and GPU renderers look the same. Layers:
 * shapes of a higher layer are painted later whatever the order of calls; within a layer order is
 * kept. */
#ifndef CONFAB_UI_DRAW_H
#define CONFAB_UI_DRAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "client/ui/layout.h"
#include "client/ui/theme.h"
#include "protocol/base/err.h"

struct draw;
struct window;

/* Corner radii in px: top left, top right, bottom right, bottom left; each clamped to half the
 * shorter side. */
struct corners {
    float tl, tr, br, bl;
};
struct corners corners_all(float r);

/* A renderer for `window` (which must outlive it), or for a w x h surface in memory (tests,
 * pictures of the screen). CONFAB_RENDERER=opengl|software|... overrides the choice. */
struct draw *draw_create(struct window *window, struct err *err);
struct draw *draw_create_offscreen(int w, int h, struct err *err);
void draw_destroy(struct draw *draw);

/* Start a list; `background` fills the target. Sizes follow the window. */
void draw_begin(struct draw *draw, struct color background);
/* Paint the list and show it, unless it is the list that is on the screen already. It stays until
 * the next draw_begin(), for pictures of the screen. */
void draw_flush(struct draw *draw);
/* The screen has lost what was painted (uncovered, resized): the next flush paints in any case. */
void draw_invalidate(struct draw *draw);
/* Flushes that painted, since the start: tests prove with it that an idle window draws nothing. */
uint64_t draw_painted(const struct draw *draw);
/* The target's size in px. */
void draw_size(const struct draw *draw, int *w, int *h);
/* Save what the last flush painted as PNG (CONFAB's own screenshots and tests). */
bool draw_save_png(struct draw *draw, const char *path, struct err *err);
/* The last painted frame as RGBA8, w * h * 4 bytes, rows packed; the caller frees it with
 * mem_free(). NULL on failure. */
uint8_t *draw_read_pixels(struct draw *draw, int *w, int *h);

/* Clips nest: the new one is the intersection. Each push has its pop before the flush (asserted).
 */
void draw_push_clip(struct draw *draw, struct rect clip);
void draw_pop_clip(struct draw *draw);
struct rect draw_clip(const struct draw *draw); /* the current one; the whole target at first */
/* Everything until the pop is painted with its alpha times `alpha` (0..1); nests. */
void draw_push_alpha(struct draw *draw, float alpha);
void draw_pop_alpha(struct draw *draw);
/* Layers 0 (the page), 1 (menus, drop overlay), 2 (toasts, tips); a push starts with no clip.
 * Nests. */
#define DRAW_LAYERS 4
void draw_push_layer(struct draw *draw, int layer);
void draw_pop_layer(struct draw *draw);
int draw_layer(const struct draw *draw);

/* Right-to-left: from the next draw_begin() on everything stands mirrored in the target, its x
 * counted from the right edge: shapes, corners, clips and the places of pictures; what is in a
 * picture stays as it is. So callers lay out from left to right in any language. */
void draw_set_mirror(struct draw *draw, bool on);
bool draw_is_mirrored(const struct draw *draw);
/* Until the end, what is drawn keeps its order from left to right inside `box`, which itself stands
 * mirrored: for glyphs in a line. Does not nest. */
void draw_begin_order(struct draw *draw, struct rect box);
void draw_end_order(struct draw *draw);
/* Where r comes to stand in the target; and back, for it is its own inverse. */
struct rect draw_place(const struct draw *draw, struct rect r);

void draw_fill(struct draw *draw, struct rect r, struct color color);
void draw_round(struct draw *draw, struct rect r, struct corners corners, struct color color);
/* A border of `width` px inside r's edge. */
void draw_border(struct draw *draw, struct rect r, struct corners corners, float width,
                 struct color color);
/* A border of dashes inside r's edge, the dash as long as the gap, fitted to the sides. */
void draw_dashes(struct draw *draw, struct rect r, float radius, float width, float dash,
                 struct color color);
/* Filled circle that fills the square in the middle of r. */
void draw_circle(struct draw *draw, struct rect r, struct color color);
/* A soft shadow of r moved down by `down` px; blur as in CSS (the Gaussian's sigma is half of it).
 */
void draw_shadow(struct draw *draw, struct rect r, float radius, float blur, int down,
                 struct color color);

/* Pictures. Created from straight-alpha RGBA8 pixels, which are copied. */
struct draw_image;
struct draw_image *draw_image_create(struct draw *draw, int w, int h, const uint8_t *rgba,
                                     int pitch_bytes);
/* The same for a picture that is only ever drawn with draw_image_at() (glyphs, icons): its pixels
 * are not kept beside the texture. */
struct draw_image *draw_image_create_fixed(struct draw *draw, int w, int h, const uint8_t *rgba,
                                           int pitch_bytes);
/* NULL is fine. Safe while the current list still names it: it goes at the next draw_begin(). */
void draw_image_destroy(struct draw *draw, struct draw_image *image);
void draw_image_size(const struct draw_image *image, int *w, int *h);
/* The whole image scaled into r (averaged when it shrinks, bilinear when it grows) with rounded
 * corners. The scaled copy is kept while it is drawn, so drawing the same size again costs one
 * blit. */
void draw_image_fit(struct draw *draw, struct draw_image *image, struct rect r,
                    struct corners corners);
/* As draw_image_fit, but cropped to r's shape so that it is covered without distortion (grids,
 * thumbnails). */
void draw_image_cover(struct draw *draw, struct draw_image *image, struct rect r,
                      struct corners corners);
/* An area of the image, in its own pixels, scaled into r: for one picture that is moved and zoomed. The copy is made
 * anew whenever any of that changes; `moving`: quickly, for it will change again soon. */
struct draw_area {
    float x, y, w, h;
};
void draw_image_part(struct draw *draw, struct draw_image *image, struct draw_area area,
                     struct rect r, bool moving);
/* The image 1:1 at x,y, its colour times `tint` (white leaves it as it is): glyphs and icons. */
void draw_image_at(struct draw *draw, struct draw_image *image, int x, int y, struct color tint);

/* A picture that is another one many times a second (a film): opaque, shown by copying rows, one texture for all of them. */
#define DRAW_STREAM_SIDE_MAX 8192
struct draw_stream;
struct draw_stream *draw_stream_create(void);
void draw_stream_destroy(struct draw_stream *stream); /* NULL is fine; before the draw */
void draw_stream_clear(struct draw_stream *stream);   /* outside of lists that name it */
/* Draw the picture called `serial` (w x h, BGRX, rows packed; looked at only if it is another than before) at r: as it is, or
 * roughly scaled. Corners of `radius` px are round. In one list always the same one, and one radius. */
void draw_stream(struct draw *draw, struct draw_stream *stream, uint32_t serial, int w, int h,
                 const uint8_t *bgrx, struct rect r, float radius);

#endif
