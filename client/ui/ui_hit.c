/* ui_hit.c - what widgets ask of the pass: ids and what is kept by them, pointer, keyboard. */
#include <assert.h>
#include <string.h>

#include "client/ui/ui_inside.h"
#include "protocol/base/mem.h"

/* ---- ids and state ---- */

/* FNV-1a, 64 bits. */
static ui_id hash(ui_id seed, const void *bytes, size_t size)
{
    const unsigned char *p = bytes;
    for (size_t i = 0; i < size; i++)
        seed = (seed ^ p[i]) * 1099511628211u;
    return seed;
}

static ui_id seed_of(const struct ui *ui)
{
    return ui->id_depth ? ui->ids[ui->id_depth - 1] : 14695981039346656037u;
}

ui_id ui_id_of(const struct ui *ui, const char *name)
{
    ui_id id = hash(seed_of(ui), name, strlen(name));
    return id ? id : 1;
}

ui_id ui_id_num(const struct ui *ui, const char *name, uint64_t number)
{
    ui_id id = hash(hash(seed_of(ui), name, strlen(name)), &number, sizeof number);
    return id ? id : 1;
}

void ui_push_id(struct ui *ui, ui_id id)
{
    assert(ui->id_depth < UI_ID_DEPTH);
    ui->ids[ui->id_depth++] = id;
}

void ui_pop_id(struct ui *ui)
{
    assert(ui->id_depth > 0);
    ui->id_depth--;
}

/* Twice as many buckets, so that a lookup costs the same however much is remembered. */
static void grow_states(struct ui *ui)
{
    const size_t count = ui->state_buckets ? 2 * ui->state_buckets : UI_STATE_BUCKETS;
    struct ui_state_node **states = mem_alloc(count, sizeof(struct ui_state_node *));
    for (size_t i = 0; i < ui->state_buckets; i++) {
        while (ui->states[i]) {
            struct ui_state_node *node = ui->states[i];
            ui->states[i] = node->next;
            node->next = states[node->id % count];
            states[node->id % count] = node;
        }
    }
    mem_free(ui->states);
    ui->states = states;
    ui->state_buckets = count;
}

void *ui_state(struct ui *ui, ui_id id, size_t size)
{
    assert(size <= UI_STATE_MAX);
    for (struct ui_state_node *node = ui->state_buckets ? ui->states[id % ui->state_buckets] : NULL;
         node; node = node->next)
        if (node->id == id)
            return node->data;
    if (ui->state_count == ui->state_buckets)
        grow_states(ui);
    assert(ui->state_buckets > 0);
    struct ui_state_node **bucket = &ui->states[id % ui->state_buckets];
    struct ui_state_node *node = mem_alloc(1, sizeof *node);
    *node = (struct ui_state_node){*bucket, id, mem_alloc(1, size)};
    *bucket = node;
    ui->state_count++;
    return node->data;
}

/* ---- pointer ---- */

struct ui_hit ui_hit(struct ui *ui, ui_id id, struct rect r, const char *role, const char *label,
                     unsigned flags)
{
    ui_add_place(ui, (struct ui_place){
                         .id = id, .r = r, .flags = flags, .pointer = !(flags & UI_KEYS_ONLY)});
    if (!(flags & UI_QUIET)) {
        ui_note(ui, role, label, NULL, r, flags);
        if (ui->item_count)
            ui->items[ui->item_count - 1].id = id;
    }
    struct ui_hit hit = {.x = ui->pointer_x, .y = ui->pointer_y, .mods = ui->mods};
    if (flags & UI_DISABLED)
        return hit;
    bool on_top = ui->top == id;
    hit.hovered = ui->active == id || (on_top && !ui->active);
    hit.held = ui->active == id && !ui->release;
    hit.pressed = ui->press && ui->button == BUTTON_LEFT && on_top;
    hit.right_clicked = ui->press && ui->button == BUTTON_RIGHT && on_top;
    hit.middle_clicked = ui->press && ui->button == BUTTON_MIDDLE && on_top;
    hit.clicked = ui->release && ui->button == BUTTON_LEFT && ui->active == id && on_top;
    hit.dragged =
        hit.held && !hit.pressed && (ui->pointer_x != ui->last_x || ui->pointer_y != ui->last_y);
    hit.clicks = hit.pressed || hit.clicked ? ui->clicks : 0;
    hit.focused = (flags & UI_FOCUSABLE) && ui->focus == id;
    hit.focus_visible = hit.focused && ui->focus_visible && ui->has_keyboard;
    if (hit.focus_visible) {
        ui->focus_called = true;
        ui->focus_r = r;
    }
    if (hit.focused && !(flags & UI_IBEAM) &&
        (ui_take_key(ui, id, KEY_ENTER, 0) || ui_take_key(ui, id, KEY_SPACE, 0)))
        hit.clicked = true;
    return hit;
}

void ui_block(struct ui *ui, ui_id id, struct rect r)
{
    ui_add_place(
        ui, (struct ui_place){.id = id, .r = r, .pointer = true, .wheel = true, .right = true});
}

void ui_pointer(const struct ui *ui, int *x, int *y)
{
    *x = ui->pointer_x;
    *y = ui->pointer_y;
}

bool ui_is_pointing(const struct ui *ui, struct rect r)
{
    return rect_has(rect_intersect(r, draw_clip(ui->draw)), ui->pointer_x, ui->pointer_y);
}

bool ui_take_wheel(struct ui *ui, ui_id id, struct rect r, float *notches_x, float *notches_y)
{
    ui_add_place(ui, (struct ui_place){.id = id, .r = r, .wheel = true});
    *notches_x = ui->wheel_x;
    *notches_y = ui->wheel_y;
    if (ui->top_wheel != id || (ui->wheel_x == 0 && ui->wheel_y == 0))
        return false;
    ui->wheel_x = ui->wheel_y = 0;
    return true;
}

bool ui_take_right_click(struct ui *ui, ui_id id, struct rect r)
{
    ui_add_place(ui, (struct ui_place){.id = id, .r = r, .right = true});
    return ui->press && ui->button == BUTTON_RIGHT && ui->top_right == id;
}

bool ui_is_drop_over(const struct ui *ui)
{
    return ui->drop_over;
}

bool ui_pressed_outside(const struct ui *ui, struct rect r)
{
    return ui->press && !rect_has(r, ui->pointer_x, ui->pointer_y);
}

/* ---- keyboard ---- */

void ui_set_region(struct ui *ui, enum ui_region region)
{
    ui->region = (int)region;
}

void ui_focus(struct ui *ui, ui_id id)
{
    if (ui->focus == id)
        return;
    ui->focus = id;
    ui->focus_visible = false;
    ui->again = true;
}

ui_id ui_focused(const struct ui *ui)
{
    return ui->focus;
}

bool ui_focus_place(const struct ui *ui, struct rect *r)
{
    *r = ui->focus_r;
    return ui->focus_called;
}

bool ui_has_keyboard(const struct ui *ui)
{
    return ui->has_keyboard;
}

bool ui_take_key(struct ui *ui, ui_id id, int key, unsigned mods)
{
    if (ui->key_taken || ui->key != key || key == KEY_NONE || ui->key_mods != mods ||
        (id && ui->focus != id))
        return false;
    ui->key_taken = true;
    return true;
}

int ui_key_back(const struct ui *ui)
{
    return draw_is_mirrored(ui->draw) ? KEY_RIGHT : KEY_LEFT;
}

int ui_key_on(const struct ui *ui)
{
    return draw_is_mirrored(ui->draw) ? KEY_LEFT : KEY_RIGHT;
}

int ui_peek_key(const struct ui *ui, unsigned *mods)
{
    if (mods)
        *mods = ui->key_mods;
    return ui->key_taken ? KEY_NONE : ui->key;
}

const char *ui_take_typed(struct ui *ui, ui_id id)
{
    return ui->focus == id ? ui->typed : NULL;
}

const char *ui_take_composition(struct ui *ui, ui_id id, size_t *caret)
{
    if (ui->focus != id || !ui->composition)
        return NULL;
    *caret = ui->composition_caret;
    return ui->composition;
}

void ui_caret_at(struct ui *ui, struct rect caret)
{
    ui->caret_set = true;
    ui->caret = caret;
}
