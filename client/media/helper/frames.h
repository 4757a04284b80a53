/* frames.h - a picture that moves, within bounds: if it is too long, every other frame is left out, again and again, so that what is kept always
 * covers all of it. Pure. */
#ifndef CONFAB_MEDIA_FRAMES_H
#define CONFAB_MEDIA_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAMES_DELAY_MIN_MS 20      /* of shorter ones every browser makes ... */
#define FRAMES_DELAY_DEFAULT_MS 100 /* ... this */

struct frames {
    size_t size;             /* bytes of each */
    size_t most, most_bytes; /* how many may be kept */
    size_t step;             /* one of so many is kept */
    size_t seen, count;
    struct frames_one {
        uint8_t *pixels;
        int64_t delay_ms;
    } * list;
};

void frames_init(struct frames *frames, size_t size, size_t most, size_t most_bytes);
/* `pixels` is taken. */
void frames_add(struct frames *frames, uint8_t *pixels, int delay_ms);
void frames_finish(struct frames *frames);

#endif
