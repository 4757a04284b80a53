/* ui_kit.h - a ui without a window, and a person in front of it: for the tests of the core and of the widgets. */
#ifndef CONFAB_TESTS_UI_KIT_H
#define CONFAB_TESTS_UI_KIT_H

#include "client/ui/ui.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/ui/edit.h"
#include "client/ui/widgets/avatar.h"
#include "client/ui/widgets/button.h"
#include "client/ui/widgets/field.h"
#include "client/ui/widgets/menu.h"
#include "client/ui/widgets/scroll.h"
#include "client/ui/widgets/tip.h"
#include "client/ui/widgets/toast.h"
#include "protocol/base/mem.h"

static struct draw *draw;
static struct text *text;
static struct icons *icons;
static struct ui *ui;
static struct input_queue queue;
static uint64_t now;
static void (*view)(void);
static int passes;

static inline int begin(void **state)
{
    (void)state;
    struct err err = {0};
    draw = draw_create_offscreen(600, 400, &err);
    text = draw ? text_create(draw, &err) : NULL;
    if (!text) {
        print_error("%s\n", err.text);
        return -1;
    }
    icons = icons_create(draw);
    ui = ui_create(NULL, draw, text, icons);
    ui_set_theme(ui, THEME_DARK);
    input_queue_init(&queue);
    now = 1000;
    return 0;
}

static inline int end(void **state)
{
    (void)state;
    input_queue_finish(&queue);
    ui_destroy(ui);
    icons_destroy(icons);
    text_destroy(text);
    draw_destroy(draw);
    return 0;
}

static inline void frame(void)
{
    do {
        ui_begin(ui, &queue, now);
        view();
        passes++;
        assert_true(passes < 1000);
    } while (ui_end(ui));
    draw_flush(draw);
    passes = 0;
}

/* ---- a person ---- */

static inline void push(struct input input, const char *string)
{
    input_push(&queue, &input, string);
}

static inline void move(int x, int y)
{
    push((struct input){.kind = INPUT_MOVE, .x = x, .y = y}, NULL);
}

static inline void press(int x, int y, int clicks)
{
    push(
        (struct input){
            .kind = INPUT_PRESS, .x = x, .y = y, .button = BUTTON_LEFT, .clicks = clicks},
        NULL);
}

static inline void release(int x, int y)
{
    push((struct input){.kind = INPUT_RELEASE, .x = x, .y = y, .button = BUTTON_LEFT, .clicks = 1},
         NULL);
}

static inline void click(int x, int y)
{
    press(x, y, 1);
    release(x, y);
}

static inline void key(int code, unsigned mods)
{
    push((struct input){.kind = INPUT_KEY, .key = (enum input_key)code, .mods = mods}, NULL);
}

static inline void type(const char *string)
{
    push((struct input){.kind = INPUT_TEXT}, string);
}

static inline char *dump(void)
{
    char *out = NULL;
    size_t size;
    FILE *file = open_memstream(&out, &size);
    assert_true(ui_dump(ui, file));
    fclose(file);
    return out;
}

static inline bool dump_has(const char *part)
{
    char *all = dump();
    bool found = strstr(all, part) != NULL;
    if (!found)
        print_message("not found: %s\nin: %s\n", part, all);
    free(all);
    return found;
}

static inline bool dump_lacks(const char *part)
{
    char *all = dump();
    bool found = strstr(all, part) != NULL;
    free(all);
    return !found;
}

#endif
