/* look.h - what a look at a file is asked for: confab-media look WIDTH HEIGHT [tiny] [wave] [frames] [crop X Y WIDTH HEIGHT] */
#ifndef CONFAB_MEDIA_LOOK_H
#define CONFAB_MEDIA_LOOK_H

#include <stdbool.h>
#include "protocol/os/file.h"

struct ask {
    int box_width, box_height; /* px that the picture must fit in; 0, 0: facts only */
    bool tiny;                 /* a small JPEG to send along */
    bool wave;                 /* of a sound: how loud it is */
    bool frames;               /* of a picture that moves: all of it */
    int crop_x, crop_y;        /* px of the upright original: only this part of it, ... */
    int crop_width, crop_height; /* ... scaled to fit the box; 0, 0: the whole */
};

/* Answer for the file `input`, in the sandbox. argv[0] is the word "look". 0, or 2 if the words make no sense. */
int look_run(int argc, char **argv, os_file input);

#endif
