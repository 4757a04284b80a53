/* layout.h - rectangles cut out of rectangles. Pure. All numbers are device pixels, so edges are
 * always crisp. */
#ifndef CONFAB_UI_LAYOUT_H
#define CONFAB_UI_LAYOUT_H

#include <stdbool.h>

/* Half open: x <= px < x + w. w and h are never negative. */
struct rect {
    int x, y, w, h;
};

struct rect rect_make(int x, int y, int w, int h); /* negative sizes become 0 */
/* Cut a strip of `size` (clamped to what is there) off one side of *rest and return it; *rest
 * shrinks by it. */
struct rect rect_cut_left(struct rect *rest, int size);
struct rect rect_cut_right(struct rect *rest, int size);
struct rect rect_cut_top(struct rect *rest, int size);
struct rect rect_cut_bottom(struct rect *rest, int size);
struct rect rect_pad(struct rect r, int x, int y); /* x off left and right, y off top and bottom */
struct rect rect_grow(struct rect r, int by);      /* all four sides; negative shrinks */
struct rect rect_center(struct rect outer, int w,
                        int h); /* w x h in the middle of outer (may stick out) */
struct rect rect_middle(struct rect outer,
                        int h); /* the full width, h high, in the vertical middle */
struct rect rect_shift(struct rect r, int dx, int dy);
struct rect rect_intersect(struct rect a, struct rect b); /* nothing in common: w or h is 0 */
bool rect_is_empty(struct rect r);
bool rect_has(struct rect r, int x, int y);
bool rect_touches(struct rect a, struct rect b);
/* The largest w x h with the shape src_w : src_h that fits max_w x max_h and does not enlarge (at
 * least 1 x 1). For pictures and films. Zero or negative source sizes give max_w x max_h. */
void rect_fit(int src_w, int src_h, int max_w, int max_h, int *w, int *h);

#endif
