/* answer.h - what the helper says, as frames of the wire on standard output. */
#ifndef CONFAB_MEDIA_ANSWER_H
#define CONFAB_MEDIA_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "protocol/base/err.h"
#include "protocol/wire/limits.h"

#define ANSWER_PIECE_MAX 1048576 /* bytes of pixels in a frame */
#define ANSWER_RESULT_MAX 262144 /* and of a file that is made */

struct facts {
    const char *kind;    /* "image", "audio", "video", "file" */
    int width, height;   /* px, upright; 0 unknown */
    int64_t duration_ms; /* 0 unknown */
    const char *title;   /* NULL: none */
    bool located;        /* the file says where it was taken */
    bool silent;         /* a film without sound */
};
void answer_facts(const struct facts *facts);
/* RGBA rows in as many `pixels` frames as it takes; of a picture that moves the number of the frame, from 0, and for how long it is shown
 * (0: it does not move). */
void answer_pixels(const uint8_t *pixels, int width, int height, int number, int delay_ms);
/* Bytes of the file that is made, from `offset` on, in as many `result` frames as it takes. */
void answer_result(const uint8_t *bytes, size_t size, uint64_t offset);
void answer_wave(const uint8_t bars[WAVE_BARS]);
void answer_tiny(const uint8_t *jpeg, size_t size);
/* `error` with the sentence. */
void answer_error(const struct err *err);

#endif
