/* roomform.c - the card that makes a room or goes into one by its name. */
#include <string.h>

#include "client/ui/lang.h"
#include "client/ui/views/views.h"
#include "client/ui/widgets/button.h"
#include "client/ui/widgets/choice.h"
#include "client/ui/widgets/field.h"
#include "protocol/base/str.h"

#define FORM_W 400.0f
#define TITLE_H 24.0f
#define FIELD_H 44.0f
#define TROUBLE_H 22.0f

void views_ask_room(struct views *views)
{
    edit_set(&views->room_name, "");
    views->room_trouble[0] = '\0';
    views->room_private = false;
    views->asking_room = true;
    views->sidebar_open = false;
    ui_focus(views->ui, ui_id_of(views->ui, "room name"));
    ui_again(views->ui);
}

static void close_form(struct views *views)
{
    views->asking_room = false;
    views->compose = true;
    ui_again(views->ui);
}

static void make(struct views *views)
{
    struct err err = {0};
    if (action_make_room(views->app, views->room_name.text, views->room_private, &err))
        close_form(views);
    else
        str_copy(views->room_trouble, sizeof views->room_trouble, lang(err.text));
}

static void private_line(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    const char *name = lang("Private");
    if (ui_switch(ui, ui_id_of(ui, "private"), r, name, views->room_private)) {
        views->room_private = !views->room_private;
        ui_again(ui);
    }
    rect_cut_right(&r, dp(ui, SWITCH_W + SP_3));
    ui_label(ui, rect_cut_top(&r, ui_line_height(ui, TEXT_MD)), name, TEXT_MD, WEIGHT_MEDIUM,
             ROLE_TEXT, ALIGN_LEFT);
    ui_label(ui, r, lang("Only who is invited sees it and comes in."), TEXT_SM, WEIGHT_REGULAR,
             ROLE_TEXT_2, ALIGN_LEFT);
}

void roomform_view(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    if (!views->asking_room)
        return;
    const bool can_hide = model_has_feature(views->model, "private");
    const int pad = dp(ui, SP_5), gap = dp(ui, SP_3), button_h = ui_button_small_height(ui),
              line_h = ui_line_height(ui, TEXT_MD) + ui_line_height(ui, TEXT_SM);
    const int h = 2 * pad + dp(ui, TITLE_H) + gap + dp(ui, FIELD_H) + dp(ui, TROUBLE_H) +
                  (can_hide ? line_h + gap : 0) + dp(ui, SP_2) + button_h;
    struct rect in = rect_grow(card_begin(views, r, "new room", FORM_W, h), -pad);
    struct rect buttons = rect_cut_bottom(&in, button_h);
    ui_label(ui, rect_cut_top(&in, dp(ui, TITLE_H)), lang("New room"), TEXT_LG, WEIGHT_SEMIBOLD,
             ROLE_TEXT, ALIGN_LEFT);
    rect_cut_top(&in, gap);
    const struct field_spec spec = {.label = lang("Room name"),
                                    .placeholder = lang("Name of the room"),
                                    .size = TEXT_MD,
                                    .invalid = views->room_trouble[0] != '\0'};
    const unsigned did = ui_field(ui, ui_id_of(ui, "room name"), rect_cut_top(&in, dp(ui, FIELD_H)),
                                  &views->room_name, &spec);
    if (did & FIELD_CHANGED)
        views->room_trouble[0] = '\0';
    struct rect trouble = rect_cut_top(&in, dp(ui, TROUBLE_H));
    if (views->room_trouble[0])
        ui_label(ui, trouble, views->room_trouble, TEXT_SM, WEIGHT_REGULAR, ROLE_ERR, ALIGN_LEFT);
    if (can_hide)
        private_line(views, rect_cut_top(&in, line_h));
    const char *yes = lang("Open the room"), *no = lang("Cancel");
    struct rect yes_r = rect_cut_right(&buttons, ui_button_width(ui, yes, ICON_NONE));
    rect_cut_right(&buttons, dp(ui, SP_2));
    struct rect no_r = rect_cut_right(&buttons, ui_button_width(ui, no, ICON_NONE));
    const bool gone = ui_button(ui, ui_id_of(ui, "room no"), no_r, no, ICON_NONE, BUTTON_GHOST, 0);
    const bool done = ui_button(ui, ui_id_of(ui, "room yes"), yes_r, yes, ICON_NONE, BUTTON_PRIMARY,
                                views->room_name.size == 0 ? UI_DISABLED : 0);
    const bool escaped = did & FIELD_CANCEL || ui_take_key(ui, 0, KEY_ESCAPE, 0);
    card_end(views);
    if (gone || escaped)
        close_form(views);
    else if (done || (did & FIELD_SUBMIT && views->room_name.size > 0))
        make(views);
}
