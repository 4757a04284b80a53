/* still.h - one upright picture out of a file, at the size needed. */
#ifndef CONFAB_MEDIA_STILL_H
#define CONFAB_MEDIA_STILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "protocol/base/err.h"

struct AVFormatContext;

#define STILL_SIDE_MAX 16384 /* px: larger originals stay a plain card (UX.md) */
#define STILL_PIXELS_MAX INT64_C(100000000)

struct still {
    int width, height; /* of the original, upright */
    int picture_width, picture_height;
    uint8_t *pixels; /* RGBA8, straight alpha, rows packed; freed with still_finish() */
};

/* Decode the first frame of the stream `index`, turn it upright as its orientation says, and scale it to fit box_width x box_height (never enlarged).
 * JPEG is decoded at a fraction of its size where that is enough. False with a sentence: damaged, or past the limits. */
bool still_decode(struct AVFormatContext *format, int index, int box_width, int box_height,
                  struct still *still, struct err *err);
void still_finish(struct still *still);
/* The largest w x h of that shape within the box; at least 1 x 1, never more than the original. */
void still_fit(int width, int height, int box_width, int box_height, int *w, int *h);
/* A small JPEG of the picture, at most `cap` bytes, or false (the picture has to go without one). Alpha lies on white.
 * *jpeg is freed with av_free(). */
bool still_to_jpeg(const struct still *still, size_t cap, uint8_t **jpeg, size_t *size);

#endif
