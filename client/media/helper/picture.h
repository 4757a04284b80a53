/* picture.h - every form of picture behind one table: a decoder tells the size and gives pictures at the size needed; all that is the same for
 * each (limits, what fits into a box, colours, standing upright) is here. */
#ifndef CONFAB_MEDIA_PICTURE_H
#define CONFAB_MEDIA_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "client/media/helper/colour.h"
#include "client/media/helper/exif.h"
#include "client/media/helper/input.h"
#include "client/media/helper/shrink.h"

#define PICTURE_SIDE_MAX 16384 /* px: larger originals stay a plain card (UX.md) */
#define PICTURE_PIXELS_MAX INT64_C(100000000)

/* What a decoder found, as it is stored: not yet upright. */
struct picture {
    int width, height;
    struct exif exif;     /* how it lies, whether it says where it was taken */
    bool moves;           /* more than one picture, to be shown one after the other */
    bool scalable;        /* drawn, not stored: may become larger than its size */
    struct colour colour; /* of what read() gives; the profile is freed with the picture */
};

/* What is wanted of it: this part, at this size (at most as large as the part, unless it is scalable). */
struct place {
    struct rect4 crop;
    int width, height;
};

struct decoder {
    bool (*probe)(const struct input *input); /* by its first bytes */
    /* Find out what it is; NULL with a sentence. The size must be checked with picture_check(). */
    void *(*open)(struct input *input, struct picture *picture, struct err *err);
    /* The (next) picture, width x height of `place`, RGBA or as picture->colour says, freed with mem_free(), and for how long it is shown.
     * NULL: with err->kind ERR_NONE there is no more. Called once, unless it moves. */
    uint8_t *(*read)(void *state, const struct place *place, int *delay_ms, struct err *err);
    void (*close)(void *state);
    bool all_frames; /* of what moves it gives all, else the first alone */
};

/* False with the one sentence, if it is larger than the limits. */
bool picture_check(int64_t width, int64_t height, struct err *err);
/* The largest w x h of that shape within the box; at least 1 x 1, never more than the original. */
void picture_fit(int width, int height, int box_width, int box_height, int *w, int *h);

/* An open picture, and upright from here on. */
struct view {
    const struct decoder *decoder;
    void *state;
    struct picture picture;
    int width, height;         /* of the original, upright */
    int out_width, out_height; /* of what view_read() gives */
    struct place place;
};
/* Open for a box; `crop` in px of the upright original, empty: the whole. */
bool view_open(struct view *view, const struct decoder *decoder, struct input *input,
               struct err *err);
void view_aim(struct view *view, struct rect4 crop, int box_width, int box_height);
/* RGBA8, straight alpha, sRGB, upright; as decoder->read(). */
uint8_t *view_read(struct view *view, int *delay_ms, struct err *err);
void view_close(struct view *view);

#endif
