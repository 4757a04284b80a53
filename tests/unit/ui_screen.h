/* ui_screen.h - for tests of the screens: the views over a model that the test fills, drawn into memory, and what then stands where.
 * No server, no window. CONFAB_GALLERY=DIR saves a picture of every screen there. */
#ifndef CONFAB_TESTS_UI_SCREEN_H
#define CONFAB_TESTS_UI_SCREEN_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/ui/icons.h"
#include "client/ui/views/root.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/os/file.h"

#define NEAR 2 /* px that a place may differ from the design */
#define ME "0000000000000001"

static struct screen {
    struct draw *draw;
    struct text *text;
    struct icons *icons;
    struct ui *ui;
    struct app *app;
    struct model *model;
    struct views *views;
    struct input_queue queue;
    uint64_t now_ms, seq;
    float scale;
    char *dump; /* of the last frame: one item a line */
} screen;

/* ---- the program around the views ---- */

static inline void open_screen(int w, int h, float scale, enum app_theme theme)
{
    const struct app_config config = {
        .name = "Sanjay", .observe = views_observe, .observe_context = &screen.views};
    struct err err = {0};
    screen = (struct screen){.now_ms = 1000, .scale = scale};
    screen.draw = draw_create_offscreen((int)((float)w * scale), (int)((float)h * scale), &err);
    assert_non_null(screen.draw);
    screen.text = text_create(screen.draw, &err);
    assert_non_null(screen.text);
    screen.icons = icons_create(screen.draw);
    screen.ui = ui_create(NULL, screen.draw, screen.text, screen.icons);
    ui_set_scale(screen.ui, scale);
    screen.app = app_create(&config, &err);
    assert_non_null(screen.app);
    action_set_theme(screen.app, theme);
    screen.model = (struct model *)(uintptr_t)app_model(screen.app); /* played by this test */
    screen.views = views_create(screen.app, screen.ui);
    ui_set_handler(screen.ui, views_on_input, screen.views);
    input_queue_init(&screen.queue);
    input_push(&screen.queue, &(struct input){.kind = INPUT_FOCUS, .on = true}, NULL);
}

static inline void close_screen(void)
{
    views_destroy(screen.views);
    screen.views = NULL;
    screen.model->link = LINK_OFFLINE;
    model_forget_server(screen.model);
    app_destroy(screen.app);
    ui_destroy(screen.ui);
    icons_destroy(screen.icons);
    text_destroy(screen.text);
    draw_destroy(screen.draw);
    input_queue_finish(&screen.queue);
    free(screen.dump);
}

static inline void read_dump(void)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_true(ui_dump(screen.ui, file));
    const long size = ftell(file);
    rewind(file);
    free(screen.dump);
    screen.dump = calloc(1, (size_t)size + 1);
    assert_non_null(screen.dump);
    assert_int_equal(fread(screen.dump, 1, (size_t)size, file), size);
    fclose(file);
}

static inline void frame(void)
{
    do {
        ui_begin(screen.ui, &screen.queue, screen.now_ms);
        root_view(screen.views);
    } while (ui_end(screen.ui));
    draw_flush(screen.draw);
    text_end_frame(screen.text);
}

/* Two frames: pictures and the list's place have settled. */
static inline void show(const char *name)
{
    const char *folder = getenv("CONFAB_GALLERY");
    char path[OS_PATH_MAX];
    struct err err = {0};
    frame();
    screen.now_ms += 1100; /* what fades in is there, the caret is lit */
    frame();
    read_dump();
    if (!folder)
        return;
    str_format(path, sizeof path, "%s/%s.png", folder, name);
    if (!draw_save_png(screen.draw, path, &err))
        fail_msg("%s", err.text);
}

/* ---- what is on the screen ---- */

/* The `nth` item of this role whose label begins so, in logical px; false if there is none. */
static inline bool find(const char *role, const char *label, int nth, struct rect *r)
{
    *r = (struct rect){0};
    char start[256];
    str_format(start, sizeof start, "{\"role\":\"%s\",\"label\":\"%s", role, label);
    const char *at = screen.dump;
    for (; (at = strstr(at, start)) != NULL; at++)
        if (nth-- == 0) {
            const char *px = strstr(at, "\"px\":[");
            int v[4];
            assert_non_null(px);
            assert_int_equal(sscanf(px, "\"px\":[%d,%d,%d,%d]", &v[0], &v[1], &v[2], &v[3]), 4);
            for (int i = 0; i < 4; i++)
                v[i] = (int)lroundf((float)v[i] / screen.scale);
            *r = (struct rect){v[0], v[1], v[2], v[3]};
            return true;
        }
    return false;
}

static inline bool has(const char *role, const char *label)
{
    struct rect r = {0};
    return find(role, label, 0, &r);
}

/* The keyboard is there; reads the screen. */
static inline bool focused(const char *role, const char *label)
{
    char start_of[256];
    read_dump();
    str_format(start_of, sizeof start_of, "{\"role\":\"%s\",\"label\":\"%s", role, label);
    for (const char *at = screen.dump; (at = strstr(at, start_of)) != NULL; at++) {
        const char *flag = strstr(at, "\"focused\":true"), *end = strchr(at, '\n');
        if (flag && (!end || flag < end))
            return true;
    }
    return false;
}

static inline bool near(int a, int b)
{
    return a - b <= NEAR && b - a <= NEAR;
}

static inline void stands_nth(const char *role, const char *label, int nth, int x, int y, int w,
                              int h)
{
    struct rect r = {0};
    if (!find(role, label, nth, &r))
        fail_msg("no %s \"%s\" on the screen:\n%s", role, label, screen.dump);
    if (!near(r.x, x) || !near(r.y, y) || (w && !near(r.w, w)) || (h && !near(r.h, h)))
        fail_msg("%s \"%s\" stands at %d,%d %dx%d; the design has %d,%d %dx%d", role, label, r.x,
                 r.y, r.w, r.h, x, y, w, h);
}

static inline void stands(const char *role, const char *label, int x, int y, int w, int h)
{
    stands_nth(role, label, 0, x, y, w, h);
}

/* ---- a person ---- */

static inline void click(const char *role, const char *label)
{
    struct rect r = {0};
    read_dump();
    if (!find(role, label, 0, &r))
        fail_msg("no %s \"%s\" to click:\n%s", role, label, screen.dump);
    const int x = (int)((float)(r.x + r.w / 2) * screen.scale),
              y = (int)((float)(r.y + r.h / 2) * screen.scale);
    input_push(&screen.queue, &(struct input){.kind = INPUT_MOVE, .x = x, .y = y}, NULL);
    input_push(
        &screen.queue,
        &(struct input){.kind = INPUT_PRESS, .x = x, .y = y, .button = BUTTON_LEFT, .clicks = 1},
        NULL);
    input_push(&screen.queue,
               &(struct input){.kind = INPUT_RELEASE, .x = x, .y = y, .button = BUTTON_LEFT}, NULL);
    frame();
}

static inline void right_click(const char *role, const char *label)
{
    struct rect r = {0};
    assert_true(find(role, label, 0, &r));
    const struct input at = {.kind = INPUT_MOVE, .x = r.x + r.w / 2, .y = r.y + r.h / 2};
    struct input press = at;
    press.kind = INPUT_PRESS;
    press.button = BUTTON_RIGHT;
    press.clicks = 1;
    input_push(&screen.queue, &at, NULL);
    input_push(&screen.queue, &press, NULL);
    press.kind = INPUT_RELEASE;
    input_push(&screen.queue, &press, NULL);
}

static inline void press_key(int key, unsigned mods)
{
    input_push(&screen.queue,
               &(struct input){.kind = INPUT_KEY, .key = (enum input_key)key, .mods = mods}, NULL);
}

static inline void type_text(const char *text)
{
    input_push(&screen.queue, &(struct input){.kind = INPUT_TEXT}, text);
}

#endif
