/* desktop.h - what SDL does not tell about the desktop: for window.c and events.c only. Bodies in
 * linux/, win32/, mac/. UI thread. */
#ifndef CONFAB_PLATFORM_DESKTOP_H
#define CONFAB_PLATFORM_DESKTOP_H

#include <stdbool.h>

/* Before SDL starts. */
void desktop_prepare(void);
/* How large the person wants things, where SDL's own pixel density does not say it (X11: Xft.dpi /
 * 96); else 1. `native`: SDL_Window *. */
float desktop_scale(void *native);
/* A place that SDL is told at the start is where the window's frame goes (X11), not what is in it. */
bool desktop_places_frames(void);
/* Look at a system's event (a SDL_SysWMmsg *): has desktop_scale() another answer now? */
bool desktop_is_rescaled(const void *message);
/* The desktop prefers dark. True where nobody can tell: the dark look is the program's own. */
bool desktop_is_dark(void);
/* False if the desktop is set to less motion. */
bool desktop_has_motion(void);

/* What SDL leaves out of a title: on X11 it gives up on what the locale cannot say, and few have set one. */
void desktop_set_title(void *native, const char *title);

/* Things dragged over the window: SDL says so only when they are dropped. X11 tells more. */
enum desktop_drag { DRAG_NONE, DRAG_OVER, DRAG_LEFT };
/* Have SDL hand us the system's events, if there is something in them. */
void desktop_watch_drags(void *native);
/* Look at one (a SDL_SysWMmsg *); x, y: window coordinates for DRAG_OVER. */
enum desktop_drag desktop_drag(const void *message, int *x, int *y);

#endif
