/* decoders.h - the pictures of every day, in the order in which they are tried. */
#ifndef CONFAB_MEDIA_DECODERS_H
#define CONFAB_MEDIA_DECODERS_H

#include "client/media/helper/picture.h"

extern const struct decoder decoder_jpeg, decoder_png, decoder_webp, decoder_bmp, decoder_pnm;

/* By the first bytes; NULL: none of these. */
const struct decoder *decoders_find(const struct input *input);

#endif
