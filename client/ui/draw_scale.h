/* draw_scale.h - pictures to another size. Pure: no SDL, any thread. Used by draw.c and text.c. */
#ifndef CONFAB_UI_DRAW_SCALE_H
#define CONFAB_UI_DRAW_SCALE_H

#include <stdint.h>

/* Resample the part (sx, sy, sw, sh) of src (RGBA8, straight alpha, rows src_pitch bytes apart) to
 * dw x dh packed RGBA8. All sizes >= 1. Each axis: the average over the pixels that a target pixel
 * covers when it shrinks, linear when it grows; colours are weighted by their alpha, so that
 * transparent pixels lend no colour. Any channel order with alpha last. Source: separable box and
 * triangle filters. */
void scale_pixels(const uint8_t *src, int src_pitch, float sx, float sy, float sw, float sh,
                  int src_w, int src_h, uint8_t *dst, int dw, int dh);

#endif
