/* poster.h - a picture out of a film, to show before it plays. */
#ifndef CONFAB_MEDIA_POSTER_H
#define CONFAB_MEDIA_POSTER_H

#include <stdbool.h>
#include <stdint.h>

struct AVFormatContext;
struct screen;

/* Paint on `screen` (with its box, RGBA) a picture of the stream `index` from around its second 1, or a tenth of it if that is
 * sooner; if there is next to nothing to see there, the best of a few later ones. False: there is none. */
bool poster_paint(struct AVFormatContext *format, int index, int64_t duration_ms,
                  struct screen *screen);
/* The same for a stream that is one picture, the cover of a record. */
bool poster_paint_cover(struct AVFormatContext *format, int index, struct screen *screen);

#endif
