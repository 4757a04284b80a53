/* image_file.h - the interface's use of SDL_image: our own SVG files in, PNG pictures of the screen
 * out. What arrives from others is decoded by confab-media only. Any thread. */
#ifndef CONFAB_UI_IMAGE_FILE_H
#define CONFAB_UI_IMAGE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "protocol/base/err.h"

/* The SVG file rasterised to size x size RGBA8 (straight alpha, packed); mem_free() it. NULL if it
 * cannot be read. */
uint8_t *image_load_svg(const char *path, int size);
/* rgba: w * h * 4 bytes, packed. Replaces an existing file. */
bool image_save_png(const char *path, const uint8_t *rgba, int w, int h, struct err *err);
/* The same into memory, for mem_free(); NULL: it could not be made. */
uint8_t *image_png(const uint8_t *rgba, int w, int h, size_t *size);

#endif
