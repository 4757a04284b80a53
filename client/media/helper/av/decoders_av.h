/* decoders_av.h - the pictures that are rarer, and FFmpeg as the last to be asked. */
#ifndef CONFAB_MEDIA_DECODERS_AV_H
#define CONFAB_MEDIA_DECODERS_AV_H

#include "client/media/helper/picture.h"

extern const struct decoder decoder_heif, decoder_tiff, decoder_svg, decoder_pam, decoder_tga;

/* Before the sandbox: libraries that load their parts then. */
void heif_prepare(void);
/* Draw this page for nothing but what it makes librsvg load. */
void svg_draw_once(char *page);
/* By the first bytes; NULL: none of these. */
const struct decoder *decoders_av_find(const struct input *input);
/* TGA has no mark: asked only when nobody else knows the file. */
const struct decoder *decoders_av_guess(const struct input *input);

#endif
