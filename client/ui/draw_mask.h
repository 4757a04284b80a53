/* draw_mask.h - coverage of curved shapes as 8-bit alpha, computed. Pure: no SDL. Used by draw.c
 * alone. */
#ifndef CONFAB_UI_DRAW_MASK_H
#define CONFAB_UI_DRAW_MASK_H

#include <stdint.h>

/* The four quarter discs of radius r (> 0), as one 2n x 2n picture, n = ceil(r): the top left
 * quarter has its centre at (r, r), the others mirror it. inner >= 0: only what lies outside the
 * concentric radius `inner` (a ring). Coverage is sampled 8 x 8 at the edge. */
void mask_corners(uint8_t *out, int n, float r, float inner);

/* A w x h rounded rectangle of radius r, `ext` px away from the edges of the (w + 2 ext) x (h + 2
 * ext) picture, blurred by a Gaussian of `sigma` px (> 0), cut at 3 sigma. */
void mask_shadow(uint8_t *out, int w, int h, int ext, float r, float sigma);

/* A quarter ring as in mask_corners (n x n, top left), cut into dashes of `dash` px along its
 * middle line with equal gaps; the arc begins and ends with half a gap, so that it joins straight
 * sides that do the same. */
void mask_dashed_corner(uint8_t *out, int n, float r, float width, float dash);

#endif
