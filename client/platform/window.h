/* window.h - the one window and the one sleep. UI thread, except window_wake(). */
#ifndef CONFAB_PLATFORM_WINDOW_H
#define CONFAB_PLATFORM_WINDOW_H

#include <stdbool.h>
#include <stdint.h>
#include "client/ui/input.h"
#include "protocol/base/err.h"

struct window;

struct window_options {
    const char *title;
    int w, h; /* logical px; less if the screen is smaller */
    int min_w, min_h;
    int x, y;    /* of the screen, as window_place() told; used if `placed` and still on a screen */
    bool placed; /* else in the middle */
    bool maximized;
};

/* One text for the person where there is no window: on standard output or error, in a box of the
 * system if that goes nowhere. UI thread; waits for the box. */
void window_say(const char *text, bool is_failure);
/* Starts the platform's video and event parts too. One window a process. The environment's
 * CONFAB_SCALE (0.5 .. 4) overrides the display's scale (tests, screenshots). */
struct window *window_open(const struct window_options *options, struct err *err);
void window_close(struct window *window);
void window_set_title(struct window *window, const char *title);
/* rgba: size * size * 4 bytes, copied. */
void window_set_icon(struct window *window, const uint8_t *rgba, int size);
void window_size_px(const struct window *window, int *w, int *h);
/* Device pixels per logical one: the display's (and the desktop's setting where it tells), or
 * CONFAB_SCALE. */
float window_scale(const struct window *window);
/* Logical size, and place, for remembering them. False while it is minimised, when nobody can tell. */
bool window_place(const struct window *window, int *x, int *y, int *w, int *h, bool *maximized);
/* What the key is called that MOD_CTRL stands for. */
const char *window_command_key(void);
bool window_has_focus(const struct window *window);
bool window_is_visible(const struct window *window); /* neither minimised nor hidden */
void window_raise(struct window *window);
/* Over the whole screen, without a frame; and back to where it was. */
void window_set_fullscreen(struct window *window, bool on);
bool window_is_fullscreen(const struct window *window);
/* Ask for attention in the task bar (until focused). */
void window_flash(struct window *window);
/* The person has not asked for less of it: in the system's settings, or by CONFAB_REDUCED_MOTION=1. */
bool window_system_has_motion(void);
bool window_system_is_dark(void); /* the desktop prefers dark; true where nobody can tell */

/* THE one sleep: until something happened, window_wake() was called or timeout_ms have passed (0:
 * only look; -1: no limit). Appends all that has come to the queue. */
void window_wait(struct window *window, struct input_queue *queue, int timeout_ms);
/* Any thread, also before window_wait: the wait returns soon with INPUT_WAKE. Many calls make one.
 */
void window_wake(struct window *window);
/* Milliseconds that only go forward. */
uint64_t window_now_ms(void);

enum window_cursor {
    CURSOR_ARROW,
    CURSOR_HAND,
    CURSOR_IBEAM,
    CURSOR_SIZE_WE,
    CURSOR_NONE,
    CURSOR_COUNT
};
void window_set_cursor(struct window *window, enum window_cursor cursor);
/* Text input (and the input method) on or off; x, y, w, h: the caret in device px, where the input
 * method shows its window. */
void window_text_input(struct window *window, bool on, int x, int y, int w, int h);
/* The system's handle (an SDL_Window *): for draw.c and the platform's own files. */
void *window_native(const struct window *window);

#endif
