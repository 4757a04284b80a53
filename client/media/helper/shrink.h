/* shrink.h - rows of a picture in, from the top; a smaller picture out. Only a row of it is held. Pure, any thread.
 *
 * Each target pixel is the average of the source pixels under it (box filter), transparent ones counting for as much as they are seen. */
#ifndef CONFAB_MEDIA_SHRINK_H
#define CONFAB_MEDIA_SHRINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rect4 {
    int x, y, w, h;
};

struct shrink {
    struct rect4 crop;
    int width, height; /* of what comes out */
    bool alpha;        /* the fourth byte is alpha; else four colours of their own */
    int row;           /* rows of the source that were seen */
    int out;           /* rows that are done */
    uint32_t filled;   /* of the row that is being made: source rows, in 1/height */
    uint16_t *across;  /* a source row, shrunk: width x 4 */
    uint32_t *sum;     /* and what they add up to */
    uint8_t *pixels;
};

/* The part `crop` of the source (inside of it) becomes width x height px: at least 1, at most as large as the part. */
void shrink_begin(struct shrink *shrink, struct rect4 crop, int width, int height, bool alpha);
/* The source's next row: four bytes a pixel. False: nothing more is needed. */
bool shrink_row(struct shrink *shrink, const uint8_t *row);
/* The picture, width x height x 4 bytes, freed with mem_free(); rows that never came are zero. */
uint8_t *shrink_finish(struct shrink *shrink);
/* All at once: a whole picture of `w` x `h`. */
uint8_t *shrink_pixels(const uint8_t *pixels, int w, struct rect4 crop, int width, int height,
                       bool alpha);

#endif
