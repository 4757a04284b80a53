/* turn.h - how a picture must be turned to stand upright. Pure. */
#ifndef CONFAB_MEDIA_TURN_H
#define CONFAB_MEDIA_TURN_H

#include <stdbool.h>
#include <stdint.h>

struct AVFrame;
struct AVStream;

struct turn {
    bool transpose; /* first: rows become columns */
    bool mirror_x, mirror_y;
};

/* As the decoded frame says, else the stream; `frame` may be NULL. */
struct turn turn_of(const struct AVFrame *frame, const struct AVStream *stream);
bool turn_is_none(struct turn turn);
/* w x h pixels of 4 bytes into as many others (h x w of them when transposed), rows packed. */
void turn_pixels(const uint8_t *pixels, int w, int h, struct turn turn, uint8_t *out);

#endif
