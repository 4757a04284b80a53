#include "client/ui/widgets/menu.h"

#define MENU_LAYER 1
#define ITEM_H 34.0f
#define LINE_H 9.0f
#define MENU_MIN_W 160.0f
#define SHADOW_BLUR 28.0f
#define SHADOW_DOWN 8.0f

struct menu_state {
    ui_id open;
    int x, y;
    int at;     /* the item chosen by keyboard, -1: none */
    bool fresh; /* opened in this pass: the press that opened it must not close it */
};

static struct menu_state *state(const struct ui *ui)
{
    return ui_state((struct ui *)(uintptr_t)ui, 0x6d656e7500000000u, sizeof(struct menu_state));
}

void ui_menu_open(struct ui *ui, ui_id id, int x, int y)
{
    *state(ui) = (struct menu_state){id, x, y, -1, true};
    ui_again(ui);
}

bool ui_menu_is_open(const struct ui *ui, ui_id id)
{
    return state(ui)->open == id;
}

static bool can_take(const struct menu_item *item)
{
    return item->label && !item->disabled;
}

static int step(const struct menu_item *items, int count, int at, int by)
{
    for (int i = 0; i < count; i++) {
        at = ((at < 0 && by < 0 ? 0 : at) + by + count) % count;
        if (can_take(&items[at]))
            return at;
    }
    return -1;
}

static bool item_view(struct ui *ui, struct rect r, const struct menu_item *item, int index,
                      bool chosen)
{
    unsigned flags = UI_HAND | UI_KEEP_FOCUS | (item->disabled ? UI_DISABLED : 0u) |
                     (item->checked ? UI_CHECKED : 0u);
    struct ui_hit hit =
        ui_hit(ui, ui_id_num(ui, "item", (uint64_t)index), r, "menuitem", item->label, flags);
    if (hit.hovered || chosen)
        ui_round(ui, r, RADIUS_SM, ROLE_HOVER);
    draw_push_alpha(ui_draw(ui), item->disabled ? 0.45f : 1.0f);
    struct rect rest = rect_pad(r, dp(ui, SP_2), 0);
    enum role role = item->danger ? ROLE_ERR : ROLE_TEXT;
    ui_icon(ui, rect_cut_left(&rest, dp(ui, ICON_MD)), item->icon, ICON_MD,
            item->danger ? ROLE_ERR : ROLE_TEXT_2);
    rect_cut_left(&rest, dp(ui, SP_2));
    if (item->checked)
        ui_icon(ui, rect_cut_right(&rest, dp(ui, ICON_MD)), ICON_CHECK, ICON_SM, ROLE_ACCENT);
    ui_label(ui, rest, item->label, TEXT_MD, WEIGHT_REGULAR, role, ALIGN_LEFT);
    draw_pop_alpha(ui_draw(ui));
    return hit.clicked;
}

static struct rect menu_box(struct ui *ui, const struct menu_state *menu,
                            const struct menu_item *items, int count)
{
    int w = dp(ui, MENU_MIN_W), h = 2 * dp(ui, SP_1);
    for (int i = 0; i < count; i++) {
        h += dp(ui, items[i].label ? ITEM_H : LINE_H);
        if (!items[i].label)
            continue;
        int wants = ui_label_width(ui, items[i].label, TEXT_MD, WEIGHT_REGULAR) +
                    2 * dp(ui, ICON_MD) + 5 * dp(ui, SP_2);
        w = wants > w ? wants : w;
    }
    struct rect all = ui_rect(ui), box = {menu->x, menu->y, w, h};
    int edge = dp(ui, SP_1);
    if (box.x + box.w > all.w - edge)
        box.x = all.w - edge - box.w;
    if (box.y + box.h > all.h - edge)
        box.y = menu->y - box.h > edge ? menu->y - box.h : all.h - edge - box.h;
    box.x = box.x < edge ? edge : box.x;
    box.y = box.y < edge ? edge : box.y;
    return box;
}

int ui_menu(struct ui *ui, ui_id id, const struct menu_item *items, int count)
{
    struct menu_state *menu = state(ui);
    if (menu->open != id || count <= 0)
        return -1;
    struct draw *draw = ui_draw(ui);
    draw_push_layer(draw, MENU_LAYER);
    ui_push_id(ui, id);
    struct rect box = menu_box(ui, menu, items, count);
    ui_block(ui, ui_id_of(ui, "behind"), ui_rect(ui));
    ui_block(ui, ui_id_of(ui, "box"), box);
    draw_shadow(draw, box, dpf(ui, RADIUS_MD), dpf(ui, SHADOW_BLUR), dp(ui, SHADOW_DOWN),
                ui_color(ui, ROLE_SHADOW));
    ui_round(ui, box, RADIUS_MD, ROLE_RAISED);
    ui_border(ui, box, RADIUS_MD, ROLE_LINE);
    ui_note(ui, "menu", NULL, NULL, box, 0);

    int taken = -1;
    if (ui_take_key(ui, 0, KEY_DOWN, 0))
        menu->at = step(items, count, menu->at, 1);
    if (ui_take_key(ui, 0, KEY_UP, 0))
        menu->at = step(items, count, menu->at, -1);
    if (menu->at >= 0 && menu->at < count && can_take(&items[menu->at]) &&
        ui_take_key(ui, 0, KEY_ENTER, 0))
        taken = menu->at;
    struct rect rest = rect_pad(box, dp(ui, SP_1), dp(ui, SP_1));
    for (int i = 0; i < count; i++) {
        struct rect row = rect_cut_top(&rest, dp(ui, items[i].label ? ITEM_H : LINE_H));
        if (!items[i].label)
            ui_fill(ui, rect_pad(rect_middle(row, dp(ui, BORDER)), dp(ui, SP_2), 0), ROLE_LINE);
        else if (item_view(ui, row, &items[i], i, i == menu->at))
            taken = i;
    }
    bool close = taken >= 0 || ui_take_key(ui, 0, KEY_ESCAPE, 0) ||
                 (!menu->fresh && ui_pressed_outside(ui, box));
    menu->fresh = false;
    if (close) {
        menu->open = 0;
        ui_again(ui);
    }
    ui_pop_id(ui);
    draw_pop_layer(draw);
    return taken;
}
