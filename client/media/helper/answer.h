/* answer.h - what the helper says, as frames of the wire on standard output. */
#ifndef CONFAB_MEDIA_ANSWER_H
#define CONFAB_MEDIA_ANSWER_H

#include <stddef.h>
#include <stdint.h>
#include "protocol/base/err.h"

#define ANSWER_PIECE_MAX 1048576 /* bytes of pixels in a frame */

/* `facts`: kind ("image", "audio", "video", "file"), upright size in px, duration in ms; 0 unknown. */
void answer_facts(const char *kind, int width, int height, int64_t duration_ms);
/* RGBA rows in as many `pixels` frames as it takes. */
void answer_pixels(const uint8_t *pixels, int width, int height);
void answer_tiny(const uint8_t *jpeg, size_t size);
/* `error` with the sentence. */
void answer_error(const struct err *err);

#endif
