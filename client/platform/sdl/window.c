#include "client/platform/window.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <SDL.h>

#include "client/platform/desktop.h"
#include "client/platform/events.h"
#include "client/platform/sdl/window_inside.h"
#include "protocol/base/mem.h"

#define GRAB 64 /* px of it that must be on a screen to be pulled back by */

struct window {
    SDL_Window *native;
    int min_w, min_h; /* logical px */
    struct events events;
    float wanted_scale; /* the desktop's or CONFAB_SCALE, on top of the density that SDL reports */
    bool scale_is_fixed;
    atomic_bool waking; /* a wake event is on its way */
    SDL_Cursor *cursors[CURSOR_COUNT];
    enum window_cursor cursor;
    bool text_input;
    SDL_Rect text_rect;
};

/* For dialog.c and notify.c, which may speak from another thread; 0: there is no window. */
static uint32_t chosen_event, notice_event, theme_event;

/* Before SDL starts: each of these is read once. */
static void set_hints(void)
{
    SDL_SetHint(SDL_HINT_IME_SHOW_UI, "1"); /* else Windows shows no list of candidates */
    SDL_SetHint(SDL_HINT_IME_SUPPORT_EXTENDED_TEXT, "1");
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1");
    SDL_SetHint(SDL_HINT_WINDOWS_DPI_AWARENESS, "permonitorv2");
    SDL_SetHint(SDL_HINT_MOUSE_FOCUS_CLICKTHROUGH, "1");
    SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
    SDL_SetHint(SDL_HINT_APP_NAME, "Confab");
    SDL_SetHint(SDL_HINT_MOUSE_DOUBLE_CLICK_RADIUS, "6");
}

static void measure(struct window *window)
{
    int w, h, w_px, h_px;
    SDL_GetWindowSize(window->native, &w, &h);
    SDL_GetWindowSizeInPixels(window->native, &w_px, &h_px);
    window->events.px_per_point = w > 0 ? (float)w_px / (float)w : 1.0f;
    if (!window->scale_is_fixed)
        window->wanted_scale = desktop_scale(window->native);
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Where it was, if one can still get hold of it there; else in the middle of the first screen. */
static SDL_Rect place_of(const struct window_options *options, float scale)
{
    SDL_Rect r = {options->x, options->y, (int)((float)options->w * scale),
                  (int)((float)options->h * scale)};
    SDL_Rect area, common;
    bool there = false;
    for (int i = 0; options->placed && !there && i < SDL_GetNumVideoDisplays(); i++)
        there = SDL_GetDisplayUsableBounds(i, &area) == 0 &&
                SDL_IntersectRect(&r, &area, &common) && common.w >= least(GRAB, r.w) &&
                r.y >= area.y && common.h >= least(GRAB, r.h);
    if (!there && SDL_GetDisplayUsableBounds(0, &area) != 0)
        area = r;
    r.w = least(r.w, area.w);
    r.h = least(r.h, area.h);
    if (!there) {
        r.x = area.x + (area.w - r.w) / 2;
        r.y = area.y + (area.h - r.h) / 2;
    }
    return r;
}

/* At 300 % the smallest window may be larger than the screen. */
static void set_least_size(struct window *window)
{
    const int display = SDL_GetWindowDisplayIndex(window->native);
    int w = (int)((float)window->min_w * window->wanted_scale);
    int h = (int)((float)window->min_h * window->wanted_scale);
    SDL_Rect area;
    if (display >= 0 && SDL_GetDisplayUsableBounds(display, &area) == 0) {
        w = least(w, area.w);
        h = least(h, area.h);
    }
    SDL_SetWindowMinimumSize(window->native, w > 0 ? w : 1, h > 0 ? h : 1);
}

/* Things are to be larger or smaller from now on: the window keeps its place and what fits into it. */
static void rescale(struct window *window)
{
    const float before = window->wanted_scale;
    int w, h;
    SDL_GetWindowSize(window->native, &w, &h); /* before SDL makes it as large as the least one */
    measure(window);
    if (window->wanted_scale == before)
        return;
    set_least_size(window);
    if (SDL_GetWindowFlags(window->native) & (SDL_WINDOW_MAXIMIZED | SDL_WINDOW_FULLSCREEN))
        return;
    const float by = window->wanted_scale / before;
    const int display = SDL_GetWindowDisplayIndex(window->native);
    SDL_Rect area;
    w = (int)((float)w * by + 0.5f);
    h = (int)((float)h * by + 0.5f);
    if (display >= 0 && SDL_GetDisplayUsableBounds(display, &area) == 0) {
        w = least(w, area.w);
        h = least(h, area.h);
    }
    SDL_SetWindowSize(window->native, w, h);
}

struct window *window_open(const struct window_options *options, struct err *err)
{
    desktop_prepare();
    set_hints();
    SDL_SetMainReady(); /* main() is ours, on Windows too: program_start() */
    if (SDL_Init(SDL_INIT_VIDEO | SDL_INIT_EVENTS) != 0) {
        err_set(err, ERR_SYSTEM, "No window can be opened here: %s", SDL_GetError());
        return NULL;
    }
    struct window *window = mem_alloc(1, sizeof *window);
    const char *fixed = getenv("CONFAB_SCALE");
    double scale = fixed ? strtod(fixed, NULL) : 0;
    window->scale_is_fixed = scale >= 0.5 && scale <= 4.0;
    window->wanted_scale = window->scale_is_fixed ? (float)scale : desktop_scale(NULL);
    float s = window->wanted_scale;
    uint32_t flags = SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI;
    if (options->maximized)
        flags |= SDL_WINDOW_MAXIMIZED;
    const SDL_Rect r = place_of(options, s);
    window->native = SDL_CreateWindow(options->title, r.x, r.y, r.w, r.h, flags);
    if (!window->native) {
        err_set(err, ERR_SYSTEM, "No window can be opened here: %s", SDL_GetError());
        mem_free(window);
        SDL_Quit();
        return NULL;
    }
    window->min_w = options->min_w;
    window->min_h = options->min_h;
    set_least_size(window);
    uint32_t first = SDL_RegisterEvents(4);
    window->events.wake_type = first;
    window->events.chosen_type = chosen_event = first + 1;
    window->events.notice_type = notice_event = first + 2;
    window->events.theme_type = theme_event = first + 3;
    window->events.drop_x = window->events.drop_y = -1;
    SDL_StopTextInput(); /* SDL starts with it on; a field turns it on */
    desktop_watch_drags(window->native);
    rescale(window); /* another screen may have been guessed before it was there */
    return window;
}

void window_close(struct window *window)
{
    if (!window)
        return;
    chosen_event = notice_event = theme_event = 0;
    for (int i = 0; i < CURSOR_COUNT; i++)
        if (window->cursors[i])
            SDL_FreeCursor(window->cursors[i]);
    SDL_DestroyWindow(window->native);
    SDL_QuitSubSystem(SDL_INIT_VIDEO | SDL_INIT_EVENTS);
    SDL_Quit();
    mem_free(window);
}

void window_set_title(struct window *window, const char *title)
{
    SDL_SetWindowTitle(window->native, title);
    desktop_set_title(window->native, title);
}

void window_set_icon(struct window *window, const uint8_t *rgba, int size)
{
    SDL_Surface *icon = SDL_CreateRGBSurfaceWithFormatFrom((void *)(uintptr_t)rgba, size, size, 32,
                                                           size * 4, SDL_PIXELFORMAT_RGBA32);
    if (icon)
        SDL_SetWindowIcon(window->native, icon);
    SDL_FreeSurface(icon);
}

void window_size_px(const struct window *window, int *w, int *h)
{
    SDL_GetWindowSizeInPixels(window->native, w, h);
}

float window_scale(const struct window *window)
{
    return window->wanted_scale * window->events.px_per_point;
}

bool window_place(const struct window *window, int *x, int *y, int *w, int *h, bool *maximized)
{
    int top = 0, left = 0;
    SDL_GetWindowPosition(window->native, x, y);
    SDL_GetWindowSize(window->native, w, h);
    *w = (int)((float)*w / window->wanted_scale + 0.5f);
    *h = (int)((float)*h / window->wanted_scale + 0.5f);
    *maximized = (SDL_GetWindowFlags(window->native) & SDL_WINDOW_MAXIMIZED) != 0;
    if (desktop_places_frames() &&
        SDL_GetWindowBordersSize(window->native, &top, &left, NULL, NULL) == 0) {
        *x -= left;
        *y -= top;
    }
    return window_is_visible(window) && !window_is_fullscreen(window);
}

const char *window_command_key(void)
{
#ifdef __APPLE__
    return "⌘";
#else
    return "Ctrl";
#endif
}

bool window_has_focus(const struct window *window)
{
    return (SDL_GetWindowFlags(window->native) & SDL_WINDOW_INPUT_FOCUS) != 0;
}

bool window_is_visible(const struct window *window)
{
    return !(SDL_GetWindowFlags(window->native) & (SDL_WINDOW_MINIMIZED | SDL_WINDOW_HIDDEN));
}

void window_raise(struct window *window)
{
    if (SDL_GetWindowFlags(window->native) & SDL_WINDOW_MINIMIZED)
        SDL_RestoreWindow(window->native); /* a maximised one would become small */
    SDL_RaiseWindow(window->native);
}

void window_set_fullscreen(struct window *window, bool on)
{
    if (on != window_is_fullscreen(window))
        SDL_SetWindowFullscreen(window->native, on ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0);
}

bool window_is_fullscreen(const struct window *window)
{
    return (SDL_GetWindowFlags(window->native) & SDL_WINDOW_FULLSCREEN_DESKTOP) != 0;
}

void window_flash(struct window *window)
{
    SDL_FlashWindow(window->native, SDL_FLASH_UNTIL_FOCUSED);
}

bool window_system_is_dark(void)
{
    return desktop_is_dark();
}

bool window_system_has_motion(void)
{
    const char *reduced = getenv("CONFAB_REDUCED_MOTION");
    return !(reduced && reduced[0] && strcmp(reduced, "0") != 0) && desktop_has_motion();
}

static void take(struct window *window, const SDL_Event *event, struct input_queue *queue)
{
    if (event->type == window->events.wake_type)
        atomic_store(&window->waking, false);
    if (event->type == SDL_WINDOWEVENT && (event->window.event == SDL_WINDOWEVENT_SIZE_CHANGED ||
                                           event->window.event == SDL_WINDOWEVENT_DISPLAY_CHANGED))
        measure(window);
    if (event->type == SDL_SYSWMEVENT && !window->scale_is_fixed &&
        desktop_is_rescaled(event->syswm.msg)) {
        rescale(window);
        input_push(queue, &(struct input){.kind = INPUT_RESIZE}, NULL);
    }
    events_translate(&window->events, event, queue);
}

void window_wait(struct window *window, struct input_queue *queue, int timeout_ms)
{
    SDL_Event event;
    int got = timeout_ms == 0 ? SDL_PollEvent(&event) : SDL_WaitEventTimeout(&event, timeout_ms);
    while (got) {
        take(window, &event, queue);
        got = SDL_PollEvent(&event);
    }
}

void window_wake(struct window *window)
{
    if (atomic_exchange(&window->waking, true))
        return;
    SDL_Event event = {.type = window->events.wake_type};
    if (SDL_PushEvent(&event) != 1)
        atomic_store(&window->waking, false); /* the queue is full: it is awake anyhow */
}

uint64_t window_now_ms(void)
{
    return SDL_GetTicks64();
}

void window_set_cursor(struct window *window, enum window_cursor cursor)
{
    static const SDL_SystemCursor shapes[CURSOR_COUNT] = {
        [CURSOR_ARROW] = SDL_SYSTEM_CURSOR_ARROW,
        [CURSOR_HAND] = SDL_SYSTEM_CURSOR_HAND,
        [CURSOR_IBEAM] = SDL_SYSTEM_CURSOR_IBEAM,
        [CURSOR_SIZE_WE] = SDL_SYSTEM_CURSOR_SIZEWE,
    };
    if (window->cursor == cursor)
        return;
    if (cursor == CURSOR_NONE || window->cursor == CURSOR_NONE)
        SDL_ShowCursor(cursor == CURSOR_NONE ? SDL_DISABLE : SDL_ENABLE);
    if (cursor == CURSOR_NONE) {
        window->cursor = cursor;
        return;
    }
    if (!window->cursors[cursor])
        window->cursors[cursor] = SDL_CreateSystemCursor(shapes[cursor]);
    if (window->cursors[cursor])
        SDL_SetCursor(window->cursors[cursor]);
    window->cursor = cursor;
}

void window_text_input(struct window *window, bool on, int x, int y, int w, int h)
{
    if (on != window->text_input) {
        window->text_input = on;
        if (on)
            SDL_StartTextInput();
        else
            SDL_StopTextInput();
    }
    float f = window->events.px_per_point;
    SDL_Rect rect = {(int)((float)x / f), (int)((float)y / f), (int)((float)w / f) + 1,
                     (int)((float)h / f)};
    if (on && !SDL_RectEquals(&rect, &window->text_rect)) {
        window->text_rect = rect;
        SDL_SetTextInputRect(&rect);
    }
}

void *window_native(const struct window *window)
{
    return window->native;
}

static bool post(uint32_t type, int32_t code, char *text)
{
    SDL_Event event = {.type = type};
    event.user.code = code;
    event.user.data1 = text;
    if (type && SDL_PushEvent(&event) == 1)
        return true;
    mem_free(text);
    return false;
}

bool window_post_choice(unsigned token, char *path)
{
    return post(chosen_event, (int32_t)token, path);
}

bool window_post_notice(char *tag)
{
    return post(notice_event, 0, tag);
}

bool window_post_theme(void)
{
    return post(theme_event, 0, NULL);
}
