/* look.h - look into a file: confab-media look WIDTH HEIGHT [tiny] [wave] [frames] [crop X Y WIDTH HEIGHT] */
#ifndef CONFAB_MEDIA_LOOK_H
#define CONFAB_MEDIA_LOOK_H

#include <stdbool.h>
#include "client/media/helper/shrink.h"
#include "protocol/os/file.h"

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
/* Answer for a picture of every day; RUN_PASS: it is none. */
int look_run(int argc, char **argv, os_file input);

#endif
