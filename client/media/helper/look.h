/* look.h - look into a file: confab-media look WIDTH HEIGHT [tiny] [wave] [frames] [crop X Y WIDTH HEIGHT] */
#ifndef CONFAB_MEDIA_LOOK_H
#define CONFAB_MEDIA_LOOK_H

#include <stdbool.h>
#include "client/media/helper/shrink.h"
#include "protocol/os/file.h"

#define TINY_SIDE 320 /* px, and at most PREVIEW_MAX bytes: UX.md, "thumbnail sent" */

struct ask {
    int box_width, box_height; /* px that the picture must fit in; 0, 0: facts only */
    bool tiny;                 /* a small JPEG to send along */
    bool wave;                 /* of a sound: how loud it is */
    bool frames;               /* of a picture that moves: all of it */
    struct rect4
        crop; /* px of the upright original: only this part of it, scaled to fit the box; w, h 0: the whole */
};

/* The words of argv (ended with NULL) behind "look"; false: they make no sense. */
bool look_parse(char **words, struct ask *ask);
struct decoder;
struct input;

/* Answer for a picture that `decoder` knows; RUN_PASS: it moves, and that is wanted, but this decoder gives it standing still. */
int look_picture(const struct decoder *decoder, struct input *input, const struct ask *ask);
/* `tiny`: RGBA shrunk to TINY_SIDE, as small a JPEG as it takes. */
void look_answer_tiny(const uint8_t *pixels, int width, int height);
/* Answer for a picture of every day; RUN_PASS: it is none. */
int look_run(int argc, char **argv, os_file file);

#endif
