/* look.h - what a file of ours looks like before it is sent: its kind, size and a picture, by way of a worker. UI thread. */
#ifndef CONFAB_APP_LOOK_H
#define CONFAB_APP_LOOK_H

#include "client/model/model.h"

struct app;

/* Read the fields; the model is touched when they come. */
struct look {
    bool done;               /* the answer is here */
    char kind[8];            /* "image", "audio", "video", "file" */
    int width, height;       /* of the original; 0 unknown */
    bool located;            /* it says where it was taken */
    struct picture *picture; /* NULL: none */
    bool ended;              /* look.c's own: nobody waits for it */
};

/* A picture that fits box_px x box_px. Without confab-media it is done at once, and a "file". */
struct look *look_begin(struct app *app, const char *path, int box_px);
void look_end(struct look *look); /* NULL is fine; at any time before the app is destroyed */

#endif
