/* events.h - the system's events to our inputs. Called by window.c only; the header is the seam for tests. UI thread. */
#ifndef CONFAB_PLATFORM_EVENTS_H
#define CONFAB_PLATFORM_EVENTS_H

#include <stdbool.h>
#include "client/ui/input.h"

/* State between events: what is being dragged, the pixel density. Plain. */
struct events {
    float px_per_point;   /* window px / the coordinates that pointer events come in */
    unsigned wake_type;   /* number of our own wake event */
    unsigned chosen_type; /* number of dialog.h's answer event */
    bool dropping;        /* between a drop's begin and end */
    int drop_x, drop_y;
    unsigned window_id;
};

/* event: an SDL_Event. Appends 0 or more inputs; texts are copied, SDL's own drop strings freed. */
void events_translate(struct events *events, const void *event, struct input_queue *queue);
/* Drag feedback that SDL does not give: start watching (after the window is there). Files linux/drag.c (X11) or sdl/ nothing. */
void events_watch_drags(struct events *events, void *native_window);
/* A system event (SDL_SysWMEvent *) seen by SDL: INPUT_DROP_OVER and _LEAVE come out of it. */
void events_on_system(struct events *events, const void *system_event, struct input_queue *queue);

#endif
