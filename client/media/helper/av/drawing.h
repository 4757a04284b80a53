/* drawing.h - SVG without librsvg: SDL2_image's own reader, built in where FFmpeg has none (CONFAB_SVG_IMAGE). It draws shapes and
 * gradients, but no text. */
#ifndef CONFAB_MEDIA_DRAWING_H
#define CONFAB_MEDIA_DRAWING_H

#include <stddef.h>
#include <stdint.h>

struct AVFrame;

/* Draw it into w x h with its own proportions, w 0: as large as it says. The frame is the caller's; RGBA, straight alpha; it is
 * smaller than w x h if the drawing has other proportions. NULL: it cannot be drawn, or there is nothing here to draw with. */
struct AVFrame *drawing_draw(const uint8_t *bytes, size_t size, int w, int h);

#endif
