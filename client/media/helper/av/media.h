/* media.h - what a look at a sound or a film answers. */
#ifndef CONFAB_MEDIA_MEDIA_H
#define CONFAB_MEDIA_MEDIA_H

#include "client/media/helper/look.h"

struct AVFormatContext;

/* Answer if it is a tracker module or MIDI, of which nothing is decoded; false: it is something else. */
bool media_answer_tune(os_file input);
/* Facts of an open file that is no picture, and what else was asked for. */
void media_answer(struct AVFormatContext *format, const struct ask *ask);

#endif
