/* smaller.h - a picture as it is sent when it need not be the original: confab-media smaller SIDE QUALITY */
#ifndef CONFAB_MEDIA_SMALLER_H
#define CONFAB_MEDIA_SMALLER_H

#include "protocol/os/file.h"

struct decoder;
struct input;

/* SIDE and QUALITY; false: they make no sense. */
bool smaller_parse(char **words, int *side, int *quality);
/* Facts of the smaller one and its bytes: an upright JPEG of at most `side` px a side, without anything but the picture. */
void smaller_picture(const struct decoder *decoder, struct input *input, int side, int quality);
/* For a picture of every day; RUN_PASS: it is none. */
int smaller_run(int argc, char **argv, os_file file);

#endif
