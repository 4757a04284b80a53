#include "client/ui/ui.h"

#include <assert.h>
#include <string.h>

#include "client/platform/window.h"
#include "client/ui/lang.h"
#include "client/ui/ui_inside.h"
#include "protocol/base/mem.h"

#define PASSES_MAX 8       /* of views that ask for another pass: then it is painted as it is */
#define THEME_ASK_MS 10000 /* the desktop is asked about dark and light at most this often */

struct ui *ui_create(struct window *window, struct draw *draw, struct text *text,
                     struct icons *icons)
{
    struct ui *ui = mem_alloc(1, sizeof *ui);
    ui->window = window;
    ui->draw = draw;
    ui->text = text;
    ui->icons = icons;
    ui->zoom = ui->own_scale = ui->scale = 1;
    ui->screen_x = ui->pointer_x = ui->pointer_y = ui->last_x = ui->last_y = -1;
    ui->has_keyboard = true;
    ui->dirty = true;
    ui_set_theme(ui, THEME_SYSTEM);
    return ui;
}

static void forget_input(struct ui *ui)
{
    mem_free(ui->typed);
    mem_free(ui->composition);
    ui->typed = ui->composition = NULL;
    ui->press = ui->release = ui->key_taken = false;
    ui->wheel_x = ui->wheel_y = 0;
    ui->key = KEY_NONE;
    ui->clicks = 0;
}

void ui_destroy(struct ui *ui)
{
    if (!ui)
        return;
    forget_input(ui);
    for (size_t i = 0; i < ui->state_buckets; i++) {
        while (ui->states[i]) {
            struct ui_state_node *node = ui->states[i];
            ui->states[i] = node->next;
            mem_free(node->data);
            mem_free(node);
        }
    }
    mem_free(ui->states);
    mem_free(ui->before.items);
    mem_free(ui->places.items);
    mem_free(ui->items);
    mem_free(ui->words);
    mem_free(ui);
}

void ui_set_handler(struct ui *ui, ui_on_input_fn *on_input, void *context)
{
    ui->on_input = on_input;
    ui->context = context;
}

void ui_set_theme(struct ui *ui, enum theme_mode mode)
{
    ui->mode = mode;
    ui->system_dark = mode != THEME_SYSTEM || window_system_is_dark();
    theme_init(&ui->theme, mode, ui->accent, ui->system_dark);
    ui->theme_asked_ms = ui->now;
    ui->dirty = true;
}

enum theme_mode ui_theme_mode(const struct ui *ui)
{
    return ui->mode;
}

void ui_set_accent(struct ui *ui, enum accent accent)
{
    ui->accent = accent;
    theme_init(&ui->theme, ui->mode, accent, ui->system_dark);
    ui->dirty = true;
}

enum accent ui_accent(const struct ui *ui)
{
    return ui->accent;
}

void ui_set_zoom(struct ui *ui, float zoom)
{
    ui->zoom = zoom < 0.8f ? 0.8f : zoom > 2.0f ? 2.0f : zoom;
    ui->dirty = true;
}

float ui_zoom(const struct ui *ui)
{
    return ui->zoom;
}

void ui_set_scale(struct ui *ui, float scale)
{
    ui->own_scale = scale;
    ui->scale = scale * ui->zoom;
    ui->dirty = true;
}

float ui_scale(const struct ui *ui)
{
    return ui->scale;
}

/* ---- input ---- */

static void give_to_app(struct ui *ui, const struct input *input)
{
    if (ui->on_input)
        ui->on_input(ui->context, input);
}

/* While someone writes, a plain letter's key says nothing that its text does not. */
static bool is_only_text(const struct ui *ui, const struct input *input)
{
    bool plain = !(input->mods & (MOD_CTRL | MOD_ALT | MOD_SUPER));
    return ui->text_on && plain && ((int)input->key > KEY_CHAR || input->key == KEY_SPACE);
}

static void add_typed(struct ui *ui, const char *text)
{
    size_t had = ui->typed ? strlen(ui->typed) : 0, size = strlen(text);
    ui->typed = mem_resize(ui->typed, had + size + 1, 1);
    memcpy(ui->typed + had, text, size + 1);
}

/* Places are laid out from left to right and stand mirrored where a language wants that. */
static void move_pointer(struct ui *ui, int x, int y)
{
    const bool outside = x < 0 && y < 0;
    ui->screen_x = x;
    ui->pointer_x = outside ? x : draw_place(ui->draw, (struct rect){x, y, 1, 1}).x;
    ui->pointer_y = y;
}

/* Take one input. True: the pass must see it before the next one comes. */
static bool take_input(struct ui *ui, const struct input *input)
{
    const struct input *next = input_peek(ui->queue);
    switch (input->kind) {
    case INPUT_MOVE:
        move_pointer(ui, input->x, input->y);
        return ui->active != 0; /* a drag must be seen before it is let go */
    case INPUT_LEAVE:
        if (!ui->active)
            move_pointer(ui, -1, -1);
        return false;
    case INPUT_PRESS:
    case INPUT_RELEASE:
        move_pointer(ui, input->x, input->y);
        ui->press = input->kind == INPUT_PRESS;
        ui->release = !ui->press;
        ui->button = input->button;
        ui->clicks = input->clicks;
        ui->mods = input->mods;
        return true;
    case INPUT_WHEEL:
        move_pointer(ui, input->x, input->y);
        ui->wheel_x += draw_is_mirrored(ui->draw) ? -input->wheel_x : input->wheel_x;
        ui->wheel_y += input->wheel_y;
        ui->mods = input->mods;
        return true;
    case INPUT_KEY:
        if (is_only_text(ui, input) || input->key == KEY_NONE)
            return false;
        ui->key = (int)input->key;
        ui->key_mods = input->mods;
        ui_select_key(ui, input);
        return true;
    case INPUT_TEXT:
        add_typed(ui, input->text);
        return !next || next->kind != INPUT_TEXT;
    case INPUT_COMPOSE:
        mem_free(ui->composition);
        ui->composition = mem_string(input->text);
        ui->composition_caret = input->caret;
        return true;
    case INPUT_DROP_OVER:
        move_pointer(ui, input->x, input->y);
        ui->drop_over = true;
        return false;
    case INPUT_DROP_LEAVE:
        ui->drop_over = false;
        return false;
    case INPUT_DROP_FILE:
    case INPUT_DROP_TEXT:
        move_pointer(ui, input->x, input->y);
        give_to_app(ui, input);
        return false;
    case INPUT_DROP_END:
        ui->drop_over = false;
        give_to_app(ui, input);
        return false;
    case INPUT_RESIZE:
    case INPUT_EXPOSE:
        draw_invalidate(ui->draw);
        give_to_app(ui, input);
        return false;
    case INPUT_FOCUS:
        ui->has_keyboard = input->on;
        give_to_app(ui, input);
        return false;
    case INPUT_THEME:
        if (ui->mode == THEME_SYSTEM && (input->on || ui->now - ui->theme_asked_ms > THEME_ASK_MS))
            ui_set_theme(ui, THEME_SYSTEM);
        give_to_app(ui, input);
        return false;
    case INPUT_NOTICE:
    case INPUT_CHOSEN:
    case INPUT_LINK:
    case INPUT_WAKE:
    case INPUT_CLOSE:
        give_to_app(ui, input);
        return false;
    }
    return false;
}

/* ---- who is under the pointer ---- */

enum want { WANT_POINTER, WANT_WHEEL, WANT_RIGHT };

static bool wants(const struct ui_place *place, enum want what)
{
    return what == WANT_POINTER ? place->pointer : what == WANT_WHEEL ? place->wheel : place->right;
}

/* Topmost of `places` at the pointer: the highest layer, in it the last. */
static const struct ui_place *find_top(const struct ui *ui, const struct ui_places *places,
                                       enum want what)
{
    const struct ui_place *top = NULL;
    for (size_t i = 0; i < places->count; i++) {
        const struct ui_place *p = &places->items[i];
        if (wants(p, what) && rect_has(p->r, ui->pointer_x, ui->pointer_y) &&
            (!top || p->layer >= top->layer))
            top = p;
    }
    return top;
}

static ui_id top_id(const struct ui *ui, const struct ui_places *places, enum want what)
{
    const struct ui_place *top = find_top(ui, places, what);
    return top ? top->id : 0;
}

void ui_add_place(struct ui *ui, struct ui_place place)
{
    struct ui_places *places = &ui->places;
    place.r = rect_intersect(place.r, draw_clip(ui->draw));
    place.layer = draw_layer(ui->draw);
    place.region = ui->region;
    if (rect_is_empty(place.r) && !(place.flags & UI_FOCUSABLE))
        return; /* what is scrolled away can still be reached with Tab */
    if (places->count == places->room) {
        places->room = places->room ? places->room * 2 : 128;
        places->items = mem_resize(places->items, places->room, sizeof *places->items);
    }
    places->items[places->count++] = place;
}

static void press(struct ui *ui)
{
    const struct ui_place *top = find_top(ui, &ui->before, WANT_POINTER);
    ui_select_press(ui);
    if (!top || (top->flags & UI_DISABLED) || ui->button != BUTTON_LEFT)
        return;
    ui->active = top->id;
    if ((top->flags & UI_FOCUSABLE) && !(top->flags & UI_KEEP_FOCUS)) {
        ui->focus = top->id;
        ui->focus_visible = false;
    }
}

/* ---- the frame ---- */

void ui_begin(struct ui *ui, struct input_queue *queue, uint64_t now_ms)
{
    ui->now = now_ms;
    ui->queue = queue;
    ui->dirty = ui->again = false;
    ui->wake_at = 0;
    ui->last_x = ui->pointer_x;
    ui->last_y = ui->pointer_y;
    struct input input;
    bool ready = false;
    while (!ready && input_take(queue, &input)) {
        ready = take_input(ui, &input);
        mem_free(input.text);
    }
    ui->dirty = false; /* what the handlers changed is drawn in this very pass */
    if (ui->window)
        ui->own_scale = window_scale(ui->window);
    ui->scale = ui->own_scale * ui->zoom;

    struct ui_places old = ui->before;
    ui->before = ui->places;
    ui->places = old;
    ui->places.count = 0;
    ui->top = top_id(ui, &ui->before, WANT_POINTER);
    ui->top_wheel = top_id(ui, &ui->before, WANT_WHEEL);
    ui->top_right = top_id(ui, &ui->before, WANT_RIGHT);
    if (ui->press)
        press(ui);
    ui->id_depth = 0;
    ui->region = REGION_NONE;
    ui->item_count = 0;
    ui->words_size = 0;
    ui->caret_set = ui->focus_called = false;
    draw_set_mirror(ui->draw, lang_is_rtl());
    draw_begin(ui->draw, theme_color(&ui->theme, ROLE_BG));
    move_pointer(ui, ui->screen_x, ui->pointer_y); /* the size or the language may be new */
}

/* ---- the keyboard's way through the window ---- */

static bool can_focus(const struct ui_place *place, int layer)
{
    return (place->flags & UI_FOCUSABLE) && !(place->flags & UI_DISABLED) && place->layer == layer;
}

/* While a menu or a card is open, nothing below it can be reached. */
static int focus_layer(const struct ui *ui)
{
    for (size_t i = 0; i < ui->places.count; i++)
        if (can_focus(&ui->places.items[i], 1))
            return 1;
    return 0;
}

/* Of two places, which Tab comes to first: by region, then by the order of the calls. */
static bool is_before(const struct ui_place *a, const struct ui_place *b)
{
    return a->region != b->region ? a->region < b->region : a < b;
}

static void focus_on(struct ui *ui, ui_id id)
{
    ui->focus = id;
    ui->focus_visible = true;
    ui->again = true;
}

static void move_focus(struct ui *ui, bool back)
{
    const struct ui_places *places = &ui->places;
    const int layer = focus_layer(ui);
    const struct ui_place *here = NULL, *near = NULL, *far = NULL;
    for (size_t i = 0; i < places->count && !here; i++)
        if (places->items[i].id == ui->focus && can_focus(&places->items[i], layer))
            here = &places->items[i];
    for (size_t i = 0; i < places->count; i++) {
        const struct ui_place *p = &places->items[i];
        if (!can_focus(p, layer) || p->id == ui->focus)
            continue;
        /* near: the next one that way; far: the first one from the other end, to begin anew */
        if (!far || is_before(p, far) != back)
            far = p;
        if (here && is_before(here, p) != back && (!near || is_before(p, near) != back))
            near = p;
    }
    if (near || far)
        focus_on(ui, near ? near->id : far->id);
}

/* Who gets the keyboard when one comes to a region; 0: nobody can have it there. */
static ui_id region_target(const struct ui *ui, int region, int layer)
{
    const struct ui_place *best = NULL;
    int best_worth = 0;
    for (size_t i = 0; i < ui->places.count; i++) {
        const struct ui_place *p = &ui->places.items[i];
        if (p->region != region || !can_focus(p, layer))
            continue;
        const int worth = p->id == ui->region_focus[region] ? 4
                          : p->flags & UI_IBEAM             ? 3
                          : p->flags & UI_CHECKED           ? 2
                                                            : 1;
        if (worth > best_worth) {
            best_worth = worth;
            best = p;
        }
    }
    return best ? best->id : 0;
}

static void remember_region(struct ui *ui)
{
    for (size_t i = 0; i < ui->places.count; i++)
        if (ui->places.items[i].id == ui->focus && can_focus(&ui->places.items[i], 0))
            ui->region_focus[ui->places.items[i].region] = ui->focus;
}

static void move_region(struct ui *ui, bool back)
{
    const int layer = focus_layer(ui);
    int here = REGION_NONE;
    for (size_t i = 0; i < ui->places.count; i++)
        if (ui->places.items[i].id == ui->focus && can_focus(&ui->places.items[i], layer))
            here = ui->places.items[i].region;
    for (int i = 1; i < UI_REGION_COUNT; i++) {
        const int by = back ? UI_REGION_COUNT - i : i;
        const int region = (here + by) % UI_REGION_COUNT;
        const ui_id to = region == REGION_NONE ? 0 : region_target(ui, region, layer);
        if (to) {
            focus_on(ui, to);
            return;
        }
    }
}

static void walk(struct ui *ui)
{
    const bool back = (ui->key_mods & MOD_SHIFT) != 0;
    if (ui->key_taken || (ui->key_mods & ~(unsigned)MOD_SHIFT))
        return;
    if (ui->key == KEY_TAB)
        move_focus(ui, back);
    else if (ui->key == KEY_F1 + 5)
        move_region(ui, back);
}

static void set_cursor(struct ui *ui)
{
    const struct ui_place *top = find_top(ui, &ui->places, WANT_POINTER);
    unsigned flags = top && !(top->flags & UI_DISABLED) ? top->flags : 0;
    window_set_cursor(ui->window, flags & UI_NO_POINTER ? CURSOR_NONE
                                  : flags & UI_IBEAM    ? CURSOR_IBEAM
                                  : flags & UI_HAND     ? CURSOR_HAND
                                                        : CURSOR_ARROW);
}

bool ui_end(struct ui *ui)
{
    assert(ui->id_depth == 0);
    walk(ui);
    remember_region(ui);
    ui_select_end(ui);
    if (ui->release && ui->button == BUTTON_LEFT)
        ui->active = 0;
    if (ui->press || ui->release || ui->key != KEY_NONE || ui->typed)
        ui->again = true; /* what came later in this pass may have changed what was drawn before */
    /* things moved under a pointer that stood still */
    if (top_id(ui, &ui->places, WANT_POINTER) != ui->top)
        ui->again = true;
    ui->text_on = ui->caret_set;
    if (ui->window) {
        set_cursor(ui);
        const struct rect caret = draw_place(ui->draw, ui->caret);
        window_text_input(ui->window, ui->caret_set, caret.x, caret.y, caret.w, caret.h);
    }
    forget_input(ui);
    ui->last_x = ui->pointer_x;
    ui->last_y = ui->pointer_y;
    if (ui->queue->count > 0)
        return true;
    if (ui->again && ++ui->passes < PASSES_MAX)
        return true;
    ui->passes = 0;
    text_end_frame(ui->text);
    return false;
}

static uint64_t time_now(const struct ui *ui)
{
    return ui->window ? window_now_ms() : ui->now;
}

bool ui_is_dirty(const struct ui *ui)
{
    return ui->dirty || (ui->wake_at && time_now(ui) >= ui->wake_at);
}

int ui_next_due_ms(const struct ui *ui)
{
    if (ui->dirty)
        return 0;
    if (!ui->wake_at)
        return -1;
    uint64_t now = time_now(ui);
    return now >= ui->wake_at ? 0 : (int)(ui->wake_at - now);
}

void ui_redraw(struct ui *ui)
{
    ui->dirty = true;
}

void ui_wake_in(struct ui *ui, int ms)
{
    uint64_t at = ui->now + (uint64_t)(ms > 1 ? ms : 1);
    if (!ui->wake_at || at < ui->wake_at)
        ui->wake_at = at;
}

void ui_again(struct ui *ui)
{
    ui->again = true;
}
