/* jpeg_out.h - a picture as a JPEG: nothing else is in the file. */
#ifndef CONFAB_MEDIA_JPEG_OUT_H
#define CONFAB_MEDIA_JPEG_OUT_H

#include <stddef.h>
#include <stdint.h>

/* RGBA8, straight alpha, which lies on white. NULL: it cannot be made; else freed with mem_free(). */
uint8_t *jpeg_out(const uint8_t *pixels, int width, int height, int quality, size_t *size);

#endif
