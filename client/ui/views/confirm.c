/* confirm.c - asks before something would be lost, and what all cards over the window have in common. */
#include <string.h>

#include "client/ui/lang.h"
#include "client/ui/views/views.h"
#include "client/ui/widgets/button.h"
#include "protocol/base/str.h"

#define CONFIRM_W 400.0f
#define TITLE_H 24.0f
#define CARD_BLUR 28.0f
#define CARD_DOWN 8.0f

struct rect card_begin(struct views *views, struct rect r, const char *name, float w_dp, int h)
{
    struct ui *ui = views->ui;
    const int margin = dp(ui, SP_3), most_w = r.w - 2 * margin, most_h = r.h - 2 * margin;
    const int w = dp(ui, w_dp) < most_w ? dp(ui, w_dp) : most_w;
    struct rect card = rect_center(r, w, h < most_h ? h : most_h);
    draw_push_layer(ui_draw(ui), 1);
    ui_block(ui, ui_id_of(ui, name), r);
    ui_fill(ui, r, ROLE_SCRIM);
    draw_shadow(ui_draw(ui), card, dpf(ui, RADIUS_LG), dpf(ui, CARD_BLUR), dp(ui, CARD_DOWN),
                ui_color(ui, ROLE_SHADOW));
    ui_round(ui, card, RADIUS_LG, ROLE_SURFACE);
    ui_border(ui, card, RADIUS_LG, ROLE_LINE);
    ui_note(ui, "card", name, NULL, card, 0);
    return card;
}

/* What belongs to the whole window, whatever lies over it. */
static bool is_global(int key, unsigned mods)
{
    if (key == KEY_TAB)
        return true;
    if (!(mods & MOD_CTRL))
        return false;
    return key == KEY_CHAR + '=' || key == KEY_CHAR + '+' || key == KEY_CHAR + '-' ||
           key == KEY_CHAR + '0' || key == KEY_CHAR + 'q' || key == KEY_CHAR + 'd';
}

void card_end(struct views *views)
{
    unsigned mods;
    const int key = ui_peek_key(views->ui, &mods);
    draw_pop_layer(ui_draw(views->ui));
    if (key != KEY_NONE && !is_global(key, mods))
        ui_take_key(views->ui, 0, key, mods);
}

void views_confirm(struct views *views, const char *title, const char *text, const char *yes,
                   confirm_fn *done, const struct room *room, const struct message *message)
{
    struct confirm *confirm = &views->confirm;
    *confirm = (struct confirm){
        .title = title, .text = text, .yes = yes, .done = done, .seq = message ? message->seq : 0};
    if (room)
        str_copy(confirm->room, sizeof confirm->room, room->name);
    if (message && message->id)
        str_copy(confirm->id, sizeof confirm->id, message->id);
    views->sidebar_open = views->panel_open = false; /* they lie as high */
    confirm->focus = ui_focused(views->ui);
    ui_focus(views->ui, ui_id_of(views->ui, "confirm no")); /* Enter by mistake loses nothing */
    ui_again(views->ui);
}

static void answer(struct views *views, bool yes)
{
    const struct confirm asked = views->confirm;
    views->confirm = (struct confirm){0};
    ui_focus(views->ui, asked.focus);
    if (yes)
        asked.done(views, &asked);
    ui_again(views->ui);
}

void confirm_view(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    const struct confirm *confirm = &views->confirm;
    if (!confirm->title)
        return;
    const char *no = lang("Cancel");
    const int pad = dp(ui, SP_5), button_h = ui_button_small_height(ui), gap = dp(ui, SP_2);
    const int room_w = r.w - 2 * dp(ui, SP_3),
              w = dp(ui, CONFIRM_W) < room_w ? dp(ui, CONFIRM_W) : room_w;
    const struct text_layout *layout = ui_layout(ui, confirm->text, strlen(confirm->text), TEXT_MD,
                                                 WEIGHT_REGULAR, w - 2 * pad, 0);
    const int text_h = text_layout_height(layout);
    /* whole, whatever is in it: it may be the place that a link leads to */
    const struct text_layout *title = ui_layout(ui, confirm->title, strlen(confirm->title), TEXT_LG,
                                                WEIGHT_SEMIBOLD, w - 2 * pad, 0);
    const int title_h =
        text_layout_height(title) > dp(ui, TITLE_H) ? text_layout_height(title) : dp(ui, TITLE_H);
    const int h = 2 * pad + title_h + gap + text_h + dp(ui, SP_5) + button_h;
    struct rect in = rect_grow(card_begin(views, r, "confirm", CONFIRM_W, h), -pad);
    struct rect buttons = rect_cut_bottom(&in, button_h);
    draw_push_clip(ui_draw(ui), in);
    const struct rect head = rect_middle(rect_cut_top(&in, title_h), text_layout_height(title));
    ui_paragraph(ui, 0, title, confirm->title, strlen(confirm->title), head.x, head.y,
                 ui_color(ui, ROLE_TEXT));
    rect_cut_top(&in, gap);
    ui_paragraph(ui, 0, layout, confirm->text, strlen(confirm->text), in.x, in.y,
                 ui_color(ui, ROLE_TEXT_2));
    draw_pop_clip(ui_draw(ui));
    struct rect yes_r = rect_cut_right(&buttons, ui_button_width(ui, confirm->yes, ICON_NONE));
    rect_cut_right(&buttons, gap);
    struct rect no_r = rect_cut_right(&buttons, ui_button_width(ui, no, ICON_NONE));
    const bool stays =
        ui_button(ui, ui_id_of(ui, "confirm no"), no_r, no, ICON_NONE, BUTTON_GHOST, 0);
    const bool goes = ui_button(ui, ui_id_of(ui, "confirm yes"), yes_r, confirm->yes, ICON_NONE,
                                confirm->harmless ? BUTTON_PRIMARY : BUTTON_DANGER, 0);
    const bool escaped = ui_take_key(ui, 0, KEY_ESCAPE, 0);
    card_end(views);
    if (stays || goes || escaped)
        answer(views, goes);
}
