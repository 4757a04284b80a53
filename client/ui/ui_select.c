/* ui_select.c - selecting text with the mouse, in one text or across many. */
#include <string.h>

#include "client/ui/ui_inside.h"

#define BOXES_MAX 512
#define SCROLL_STEP_MS 16
#define SCROLL_LEAST_DP 2.0f
#define SCROLL_OF_DISTANCE 0.2f /* of the distance between pointer and edge, each step */

static bool is_before(struct ui_point a, struct ui_point b)
{
    return a.order < b.order || (a.order == b.order && a.at < b.at);
}

void ui_select_none(struct ui *ui)
{
    ui->select_group = ui->selecting = 0;
}

void ui_select_press(struct ui *ui)
{
    if (ui->button != BUTTON_LEFT)
        return; /* the menu may be about what is selected */
    if (!(ui->mods & MOD_SHIFT))
        ui->select_group = 0; /* the text under the pointer begins anew */
    ui->select_x = ui->pointer_x;
    ui->select_y = ui->pointer_y;
}

/* One selection is what Ctrl+C copies: where the keyboard selects in a field, that is it. */
void ui_select_key(struct ui *ui, const struct input *input)
{
    const int key = (int)input->key;
    const bool moves = key == KEY_LEFT || key == KEY_RIGHT || key == KEY_UP || key == KEY_DOWN ||
                       key == KEY_HOME || key == KEY_END;
    if (ui->text_on && ((moves && (input->mods & MOD_SHIFT)) ||
                        (key == KEY_CHAR + 'a' && input->mods == MOD_CTRL)))
        ui_select_none(ui);
}

void ui_select_end(struct ui *ui)
{
    if (ui->selecting && ui->select_has_reached &&
        memcmp(&ui->select_reached, &ui->select_to, sizeof ui->select_to) != 0) {
        ui->select_to = ui->select_reached;
        ui->again = true; /* what was painted before shows the old one */
    }
    ui->select_has_reached = false;
    if (ui->release && ui->button == BUTTON_LEFT)
        ui->selecting = 0;
}

bool ui_selection(const struct ui *ui, ui_id group, struct ui_point *from, struct ui_point *to)
{
    if (!group || ui->select_group != group)
        return false;
    struct ui_point a = ui->select_from, b = ui->select_to;
    if (ui->select_words && is_before(a, b) && is_before(b, ui->select_word_end))
        b = ui->select_word_end;
    if (ui->select_words && is_before(b, a))
        a = ui->select_word_end;
    *from = is_before(a, b) ? a : b;
    *to = is_before(a, b) ? b : a;
    return is_before(*from, *to);
}

bool ui_is_selecting(const struct ui *ui)
{
    struct ui_point from, to;
    return ui_selection(ui, ui->selecting, &from, &to);
}

void ui_select_renumber(struct ui *ui, ui_id group, uint64_t old_order, uint64_t new_order)
{
    if (ui->select_group != group)
        return;
    struct ui_point *points[] = {&ui->select_from, &ui->select_to, &ui->select_word_end};
    for (int i = 0; i < 3; i++)
        if (points[i]->order == old_order)
            points[i]->order = new_order;
}

static void begin(struct ui *ui, const struct ui_part *part, const struct ui_hit *hit, size_t at)
{
    const struct ui_point point = {part->begin.order, part->begin.at + at};
    size_t from = 0, to = part->size;
    ui->selecting = part->group;
    if ((hit->mods & MOD_SHIFT) && ui->select_group == part->group) {
        ui->select_to = point;
        return;
    }
    ui->select_group = part->group;
    ui->select_from = ui->select_to = ui->select_word_end = point;
    ui->select_words = hit->clicks == 2;
    if (hit->clicks == 2)
        text_word(part->text, part->size, at, &from, &to);
    if (hit->clicks == 2 || hit->clicks == 3) {
        ui->select_from.at = part->begin.at + from;
        ui->select_to.at = ui->select_word_end.at = part->begin.at + to;
        if (hit->clicks == 3)
            ui->selecting = 0; /* all of it: a hand that trembles leaves it so */
    }
}

/* The last part that begins above the pointer has it; above the first one, the first. */
static void reach(struct ui *ui, const struct ui_part *part, size_t at)
{
    const int y = ui->pointer_y, bottom = part->y + text_layout_height(part->layout);
    if (y < part->reach.y && ui->select_has_reached)
        return;
    at = y < part->reach.y ? 0 : y >= bottom ? part->size : at;
    if (ui->select_words) {
        size_t from, to;
        text_word(part->text, part->size, at, &from, &to);
        const struct ui_point end = {part->begin.order, part->begin.at + to};
        at = is_before(ui->select_from, end) ? to : from;
    }
    ui->select_reached = (struct ui_point){part->begin.order, part->begin.at + at};
    ui->select_has_reached = true;
}

static void paint(struct ui *ui, const struct ui_part *part)
{
    struct ui_point from, to;
    if (!ui_selection(ui, part->group, &from, &to))
        return;
    const struct ui_point first = part->begin, end = {first.order, first.at + part->size};
    if (!is_before(from, end) || !is_before(first, to))
        return;
    const size_t a = is_before(first, from) ? from.at - first.at : 0;
    const size_t b = is_before(to, end) ? to.at - first.at : part->size;
    struct rect boxes[BOXES_MAX];
    int count = text_selection(ui->text, part->layout, a, b, boxes, BOXES_MAX);
    for (int i = 0; i < count; i++)
        ui_fill(ui, rect_shift(boxes[i], part->x, part->y), ROLE_SELECTION);
}

struct ui_hit ui_select_part(struct ui *ui, const struct ui_part *part, size_t *at_out)
{
    const unsigned shape = part->hand ? UI_HAND : UI_IBEAM;
    struct ui_hit hit =
        ui_hit(ui, part->id, part->reach, "paragraph", NULL, UI_QUIET | UI_KEEP_FOCUS | shape);
    if (hit.hovered || hit.clicked || ui->selecting == part->group) {
        size_t at = text_hit(ui->text, part->layout, hit.x - part->x, hit.y - part->y);
        if (hit.pressed)
            begin(ui, part, &hit, at);
        else if (ui->selecting == part->group &&
                 (ui->pointer_x != ui->select_x || ui->pointer_y != ui->select_y))
            reach(ui, part, at);
        if (at_out)
            *at_out = at;
    }
    paint(ui, part);
    return hit;
}

float ui_select_scroll(struct ui *ui, struct rect r)
{
    if (!ui->selecting || !rect_has(r, ui->select_x, ui->select_y))
        return 0;
    const int above = r.y - ui->pointer_y, below = ui->pointer_y - (r.y + r.h - 1);
    if (above <= 0 && below <= 0)
        return 0;
    ui_wake_in(ui, SCROLL_STEP_MS);
    const float far = (float)(above > 0 ? above : below);
    const float step = dpf(ui, SCROLL_LEAST_DP) + far * SCROLL_OF_DISTANCE;
    return above > 0 ? -step : step;
}
