/* screen.h - a decoded picture of a film, as it is to be seen: upright, as large as it is shown, 8 bits of red, green and blue. */
#ifndef CONFAB_MEDIA_SCREEN_H
#define CONFAB_MEDIA_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "client/media/helper/av/turn.h"

struct AVFrame;
struct AVStream;
struct SwsContext;
struct tone;

struct screen_form {                              /* what a scaler was made for */
    int width, height, format, space, full_range; /* of the frame, or of one field of it */
    int out_width, out_height;                    /* before turning */
};
struct screen {
    int box_width, box_height; /* px to fit in; 0, 0: nobody looks */
    bool rgba;                 /* instead of BGRX */
    struct SwsContext *sws;
    struct screen_form form;
    struct tone *tone; /* tables for high dynamic range, made when needed */
    int tone_of;       /* the transfer curve that they are for */
    uint8_t *pixels;   /* what screen_paint() made: width x height, rows packed */
    int width, height;
    uint8_t *scaled; /* before turning */
    size_t room;     /* bytes of pixels and of scaled */
};

void screen_finish(struct screen *screen);
/* How large a film is, upright, with square pixels; before anything of it is decoded, as its file says. */
void screen_size(const struct AVStream *stream, int *width, int *height);
/* Fill screen->pixels. False if pictures of this kind cannot be shown. */
bool screen_paint(struct screen *screen, const struct AVFrame *frame,
                  const struct AVStream *stream);

#endif
