/* still.h - the pictures that FFmpeg opens, behind the table of decoders (picture.h): GIF, APNG, BMP, QOI, ICO, JPEG XL, ... */
#ifndef CONFAB_MEDIA_STILL_H
#define CONFAB_MEDIA_STILL_H

#include "client/media/helper/picture.h"

struct AVFormatContext;
struct AVFrame;

/* Of a file that source_open() has opened: input->opened, which stays the caller's. It is not probed for. */
extern const struct decoder decoder_still;

/* Is the file opened as a picture, or one of those that look like a film (AVIF that moves)? */
bool still_is_picture(const struct input *input, const struct AVFormatContext *format);
/* A decoded picture's part as RGBA, as it lies. NULL: its colours are in a form that cannot be shown. */
uint8_t *still_scale(struct AVFrame *frame, const struct place *place, struct err *err);

#endif
