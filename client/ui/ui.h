/* ui.h - the immediate-mode core: ids, hover, focus, keys, timers, and the dump. UI thread.
 *
 * Each frame the views are run over the model and call widgets; there is no widget tree. What must
 * be remembered (focus, hover, scroll, a selection) is small and keyed by id here. One turn of the
 * window is:
 *
 *     window_wait(window, queue, ui_next_due_ms(ui));         the one sleep
 *     if (ui_is_dirty(ui) || queue not empty || the model changed) {
 *         do {
 *             ui_begin(ui, queue, now_ms);                    takes inputs up to the next key or
 * click root_view(ui, ...);                             views: draw and react } while (ui_end(ui));
 * true: more inputs wait, or a view asked for another pass draw_flush(ui_draw(ui)); painted once
 *     }
 *
 * So every key and click meets widgets that have already seen the one before, however many came at
 * once. Hit-testing: the widget under the pointer is the topmost one of the pass before (layer,
 * then call order), clipped as it was drawn. */
#ifndef CONFAB_UI_UI_H
#define CONFAB_UI_UI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "client/ui/draw.h"
#include "client/ui/icons.h"
#include "client/ui/input.h"
#include "client/ui/layout.h"
#include "client/ui/text.h"
#include "client/ui/theme.h"

struct ui;
struct window;
typedef void ui_on_input_fn(void *context, const struct input *input);

/* `window` may be NULL (tests draw into memory). Everything handed in must outlive the ui. */
struct ui *ui_create(struct window *window, struct draw *draw, struct text *text,
                     struct icons *icons);
void ui_destroy(struct ui *ui);

/* Called from ui_begin(), in order, for what is not a widget's matter: INPUT_DROP_FILE/TEXT/END,
 * RESIZE, FOCUS, THEME, CHOSEN, WAKE, CLOSE. (Drop positions: the pointer is moved there first, so
 * ui_pointer() and hover tell the place.) */
void ui_set_handler(struct ui *ui, ui_on_input_fn *on_input, void *context);

void ui_set_theme(struct ui *ui,
                  enum theme_mode mode); /* system's own choice followed by itself on INPUT_THEME */
enum theme_mode ui_theme_mode(const struct ui *ui);
void ui_set_accent(struct ui *ui, enum accent accent);
enum accent ui_accent(const struct ui *ui);
void ui_set_zoom(struct ui *ui, float zoom); /* the person's text size, clamped to 0.8 .. 2.0 */
float ui_zoom(const struct ui *ui);
void ui_set_scale(struct ui *ui,
                  float scale);      /* only without a window; else the window's is used */
float ui_scale(const struct ui *ui); /* window scale times zoom */

/* ---- the frame ---- */
void ui_begin(struct ui *ui, struct input_queue *queue, uint64_t now_ms);
bool ui_end(struct ui *ui);
bool ui_is_dirty(const struct ui *ui);   /* a pass is due now: a change, or a timer has run out */
int ui_next_due_ms(const struct ui *ui); /* sleep at most this long; -1: until something happens */
void ui_redraw(
    struct ui *ui); /* something changed that no input tells (mail came, a picture is ready) */
void ui_wake_in(
    struct ui *ui,
    int ms); /* a pass is wanted in `ms` (an animation, a clock); asked anew each pass */
void ui_again(
    struct ui *ui); /* this pass changed what it had already drawn: run once more before painting */
uint64_t ui_now_ms(const struct ui *ui); /* as given to ui_begin() */

struct draw *ui_draw(const struct ui *ui);
struct text *ui_texts(const struct ui *ui);
struct icons *ui_icons(const struct ui *ui);
const struct theme *ui_theme(const struct ui *ui);
struct window *ui_window(const struct ui *ui);
struct color ui_color(const struct ui *ui, enum role role);
struct rect ui_rect(const struct ui *ui); /* the whole window */

/* Logical to device pixels, rounded; anything above 0 is at least 1. */
int dp(const struct ui *ui, float logical);
float dpf(const struct ui *ui, float logical); /* not rounded: radii, font sizes */
/* The style of one of the theme's text sizes at the current scale. */
struct text_style ui_style(const struct ui *ui, enum text_size size, enum text_weight weight);

/* ---- ids ---- */
/* 64-bit FNV-1a of what is given and of the ids pushed around it; 0 means "no id". */
typedef uint64_t ui_id;
ui_id ui_id_of(const struct ui *ui, const char *name);
ui_id ui_id_num(const struct ui *ui, const char *name, uint64_t number); /* rows: name and key */
void ui_push_id(struct ui *ui, ui_id id);
void ui_pop_id(struct ui *ui);
/* `size` bytes (<= 4096) that live as long as the ui under this id, zeroed at first. */
void *ui_state(struct ui *ui, ui_id id, size_t size);

/* ---- pointer ---- */
enum {
    UI_FOCUSABLE = 1, /* takes part in Tab order; Enter and Space click it */
    UI_DISABLED = 2,
    UI_CHECKED = 4, /* chosen or on: told in the dump */
    UI_QUIET = 8,   /* no line in the dump (an inner part of a widget) */
    UI_IBEAM = 16,  /* pointer shapes while over it */
    UI_HAND = 32,
    UI_KEEP_FOCUS = 64,  /* a click does not take the keyboard away from who has it */
    UI_KEYS_ONLY = 128,  /* the pointer goes to what lies under it */
    UI_NO_POINTER = 256, /* no pointer is seen over it */
};

struct ui_hit {
    bool hovered; /* topmost under the pointer (or held) */
    bool held;    /* pressed here, not yet let go */
    bool pressed; /* went down in this pass */
    bool clicked; /* let go over it, or Enter/Space with the focus */
    bool right_clicked;
    bool middle_clicked; /* went down, as right_clicked */
    bool dragged;        /* held and moved since the last pass */
    bool focused;
    bool focus_visible; /* focused, and by the keyboard: draw the ring */
    int clicks;         /* 2 = double, with pressed or clicked */
    int x, y;           /* the pointer */
    unsigned mods;      /* MOD_, with pressed */
};
/* Register `r` as a place to point at and tell what happened to it. role and label go into the dump
 * ("button", "row", "field" ...). */
struct ui_hit ui_hit(struct ui *ui, ui_id id, struct rect r, const char *role, const char *label,
                     unsigned flags);
/* r takes clicks, right clicks and the wheel away from what lies under it (a menu's or a card's background). */
void ui_block(struct ui *ui, ui_id id, struct rect r);
void ui_pointer(const struct ui *ui, int *x, int *y); /* -1, -1 when it is outside */
bool ui_is_pointing(const struct ui *ui,
                    struct rect r); /* inside r and the clip, whatever is above */
/* Wheel notches for the topmost scrollable under the pointer: true once, for the id that gets them.
 */
bool ui_take_wheel(struct ui *ui, ui_id id, struct rect r, float *notches_x, float *notches_y);
/* A right click anywhere in r, also on what lies in it (a link in a message): true for the topmost
 * that asks. The pointer is where it was. */
bool ui_take_right_click(struct ui *ui, ui_id id, struct rect r);
bool ui_is_drop_over(const struct ui *ui); /* something is being dragged over the window */
bool ui_pressed_outside(const struct ui *ui,
                        struct rect r); /* a press in this pass, outside r (menus close) */

/* ---- keyboard ---- */
/* Tab goes through what can have the focus region by region, in each in the order of the calls; F6
 * and Shift+F6 go from region to region, to who had it there last, else to its field or what is
 * chosen in it. While a menu or a card is open, Tab goes through that alone. */
enum ui_region {
    REGION_NONE,
    REGION_SIDEBAR,
    REGION_HEAD,
    REGION_TIMELINE,
    REGION_COMPOSER,
    REGION_PANEL,
    UI_REGION_COUNT,
};
/* What is drawn from now on in this pass belongs there. */
void ui_set_region(struct ui *ui, enum ui_region region);
void ui_focus(struct ui *ui, ui_id id); /* 0: nobody */
ui_id ui_focused(const struct ui *ui);
/* Where the item is that has the focus by the keyboard, as it was called in this pass; also if it is clipped away. */
bool ui_focus_place(const struct ui *ui, struct rect *r);
bool ui_has_keyboard(const struct ui *ui); /* the window has it */
/* The key of this pass if `id` has the focus (0: whoever has it) and the modifiers are exactly
 * these; taken: nobody else gets it. */
bool ui_take_key(struct ui *ui, ui_id id, int key, unsigned mods);
/* The arrow keys that go back and on in what is laid out from left to right: the other way round
 * where it stands mirrored. */
int ui_key_back(const struct ui *ui);
int ui_key_on(const struct ui *ui);
/* Look without taking: the key of this pass that nobody took, KEY_NONE if none. */
int ui_peek_key(const struct ui *ui, unsigned *mods);
/* Text typed in this pass, for whoever has the focus; NULL if none or taken. Good until ui_end().
 */
const char *ui_take_typed(struct ui *ui, ui_id id);
/* The input method's composition changed in this pass: its text ("" ended) and caret in characters;
 * NULL if not. */
const char *ui_take_composition(struct ui *ui, ui_id id, size_t *caret);
/* The focused editor says where its caret is (for the input method's window). Without a call in a
 * pass, text input is off. */
void ui_caret_at(struct ui *ui, struct rect caret);

/* ---- drawing by role ---- */
enum ui_align { ALIGN_LEFT, ALIGN_CENTER, ALIGN_RIGHT };
void ui_fill(struct ui *ui, struct rect r, enum role role);
void ui_round(struct ui *ui, struct rect r, float radius_dp, enum role role);
void ui_border(struct ui *ui, struct rect r, float radius_dp, enum role role); /* BORDER wide */
void ui_focus_ring(struct ui *ui, struct rect r, float radius_dp); /* around r, outside */
void ui_icon(struct ui *ui, struct rect r, enum icon icon, float size_dp, enum role role);
/* One line in the vertical middle of r, ellipsis if too long; in the dump as "text". Returns its
 * width. */
int ui_label(struct ui *ui, struct rect r, const char *text, enum text_size size,
             enum text_weight weight, enum role role, enum ui_align align);
int ui_label_color(struct ui *ui, struct rect r, const char *text, enum text_size size,
                   enum text_weight weight, struct color color, enum ui_align align);
/* The width and height one line would have. */
int ui_label_width(struct ui *ui, const char *text, enum text_size size, enum text_weight weight);
int ui_line_height(const struct ui *ui, enum text_size size);
/* SECTION HEADS as in the mock: extra small, semi-bold, spaced letters (the caller writes
 * capitals). */
int ui_section(struct ui *ui, struct rect r, const char *text);
/* A wrapped layout at the current scale; see text_layout() for its life. */
const struct text_layout *ui_layout(struct ui *ui, const char *text, size_t size_bytes,
                                    enum text_size size, enum text_weight weight, int width_px,
                                    int max_lines);
/* Paint a layout of `text`; in the dump as "text" with the whole text. With an id the text can be
 * selected with the mouse and copied with Ctrl+C. */
void ui_paragraph(struct ui *ui, ui_id id, const struct text_layout *layout, const char *text,
                  size_t size_bytes, int x, int y, struct color color);

/* Whether things move on their own (slides, fades, smooth scrolling): off, they are at once where they go. */
void ui_set_motion(struct ui *ui, bool motion);
bool ui_motion(const struct ui *ui);
/* ---- text that can be selected ---- */
/* There is one selection in the window outside of fields. Texts that stand one below the other (a
 * room's messages) are a group: a selection may go from one into others, also over those that are
 * out of sight. Who owns the texts copies them. */
struct ui_point {
    uint64_t order; /* which text of the group: grows as one reads, and stays with the text */
    size_t at;      /* byte of it */
};
/* A laid out part of a text: all of it, or a block. */
struct ui_part {
    ui_id id, group;
    struct ui_point begin;            /* what the layout's first byte is */
    const struct text_layout *layout; /* of text[0..size) */
    const char *text;
    size_t size;
    int x, y;
    struct rect reach; /* the pointer points at it in here: at least the layout's box */
    bool hand;         /* the pointer stands on a link */
};
/* Take the pointer and paint what is selected of the part; the text is the caller's to paint. Parts
 * of a group are called in reading order. With `at` not NULL: where the pointer points. */
struct ui_hit ui_select_part(struct ui *ui, const struct ui_part *part, size_t *at);
/* What is selected in a group, from < to; false: nothing. */
bool ui_selection(const struct ui *ui, ui_id group, struct ui_point *from, struct ui_point *to);
/* Something is being selected with the mouse just now, outside of fields. */
bool ui_is_selecting(const struct ui *ui);
void ui_select_none(struct ui *ui);
/* A text of the group has another place now (a message that was sent has its number). */
void ui_select_renumber(struct ui *ui, ui_id group, uint64_t old_order, uint64_t new_order);
/* While a selection that began in r is dragged out of it above or below: px to scroll by in this
 * pass, negative up; asks for the next. */
float ui_select_scroll(struct ui *ui, struct rect r);

/* 0 .. 1, moving to `on` within MOTION_MS (eased); asks for the frames it needs. */
float ui_animate(struct ui *ui, ui_id id, bool on);

/* ---- the dump: what is on the screen, for tests and bug reports ---- */
/* Add an item that is not a hit. label and value may be NULL; both are copied. */
void ui_note(struct ui *ui, const char *role, const char *label, const char *value, struct rect r,
             unsigned flags);
/* Give the last item registered a value (a field's text, a bar's per cent). */
void ui_note_value(struct ui *ui, const char *value);
/* Write the items of the last pass as JSON:
 * {"window":{"w","h","scale","theme"},"items":[{"role","label","value","x","y","w","h" (logical),
 * "px":[x,y,w,h] (device), "focused","disabled","checked" (only when true)}]}, one item a line, in
 * painting order, only what is inside the clip. */
bool ui_dump(const struct ui *ui, FILE *out);

#endif
