/* events.h - the system's events to our inputs. Called by window.c; the header is the seam for
 * tests. UI thread. */
#ifndef CONFAB_PLATFORM_EVENTS_H
#define CONFAB_PLATFORM_EVENTS_H

#include <stdbool.h>
#include <stdint.h>
#include "client/ui/input.h"

/* What must be known from one event to the next. Plain. */
struct events {
    float px_per_point;   /* window px / the coordinates that pointer events come in */
    uint32_t wake_type;   /* number of our own wake event */
    uint32_t chosen_type; /* number of dialog.h's answer event: user.code = token, user.data1 = path
                             (mem) or NULL */
    uint32_t notice_type; /* of notify.h: user.data1 = tag (mem) */
    uint32_t theme_type;  /* the desktop's look has changed */
    bool shortcut;        /* a key is down that was pressed with Ctrl: it types nothing */
    bool dropping;        /* between a drop's begin and end */
    int drop_x, drop_y;   /* where the dragged thing was last seen, px; -1: not seen */
};

/* event: an SDL_Event. Appends 0 or more inputs; texts are copied, what SDL allocated is freed. */
void events_translate(struct events *events, const void *event, struct input_queue *queue);

#endif
