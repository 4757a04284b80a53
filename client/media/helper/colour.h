/* colour.h - from what a file calls its colours to sRGB. */
#ifndef CONFAB_MEDIA_COLOUR_H
#define CONFAB_MEDIA_COLOUR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COLOUR_PROFILE_MAX (4 << 20) /* bytes: larger ones are passed over */

enum colour_kind {
    COLOUR_RGB,  /* red, green, blue, alpha */
    COLOUR_GRAY, /* three times the same, alpha */
    COLOUR_CMYK, /* 0: no ink */
};
struct colour {
    enum colour_kind kind;
    uint8_t *profile; /* ICC; NULL: sRGB, or inks as they come. Owned */
    size_t profile_size;
    void *transform; /* made when it is first needed */
};

/* Keep a copy of a profile that is worth anything. */
void colour_set_profile(struct colour *colour, const uint8_t *profile, size_t size);
/* `count` pixels in place. A profile that makes no sense, or is of another kind, is passed over. */
void colour_to_srgb(struct colour *colour, uint8_t *pixels, size_t count);
void colour_finish(struct colour *colour);

#endif
