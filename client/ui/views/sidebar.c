/* sidebar.c - the server, its rooms, oneself. */
#include <string.h>

#include "client/ui/lang.h"
#include "client/ui/views/views.h"
#include "client/ui/widgets/avatar.h"
#include "client/ui/widgets/button.h"
#include "client/ui/widgets/field.h"
#include "client/ui/widgets/menu.h"
#include "client/ui/widgets/scroll.h"
#include "client/ui/widgets/tip.h"
#include "protocol/base/str.h"

#define ROOM_ROW_H 36.3f /* a row and the margin around it */
#define HEAD_TEXT_H 16.0f
#define AVATAR_SERVER 32.0f
#define ME_H 56.0f

static void server_head(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    const struct model *model = views->model;
    char text[512];
    ui_fill(ui, rect_make(r.x, r.y + r.h - dp(ui, BORDER), r.w, dp(ui, BORDER)), ROLE_LINE);
    r = rect_pad(r, dp(ui, SP_4), 0);
    ui_avatar(ui, rect_cut_left(&r, dp(ui, AVATAR_SERVER)), model->server_name);
    rect_cut_left(&r, dp(ui, 10));
    struct rect lines = rect_middle(r, ui_line_height(ui, TEXT_MD) + ui_line_height(ui, TEXT_SM));
    ui_label(ui, rect_cut_top(&lines, ui_line_height(ui, TEXT_MD)), model->server_name, TEXT_MD,
             WEIGHT_SEMIBOLD, ROLE_TEXT, ALIGN_LEFT);
    bool online = model->link == LINK_ONLINE;
    ui_dot(ui, rect_cut_left(&lines, dp(ui, 8)), online ? ROLE_OK : ROLE_WARN);
    rect_cut_left(&lines, dp(ui, 6));
    const char *where = model->hosting ? lang("this computer") : model->host;
    if (!online)
        LANG_TEXT(text, sizeof text, "{1} · not connected", where);
    else if (model->encrypted)
        LANG_TEXT(text, sizeof text, "{1} · encrypted", where);
    else
        str_copy(text, sizeof text, where);
    ui_label(ui, lines, text, TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_LEFT);
    if (!online || !model->encrypted)
        return;
    const ui_id id = ui_id_of(ui, "server key");
    LANG_TEXT(text, sizeof text, "Key: {1}", model->key_words);
    ui_tip(ui, id, lines, text, ui_hit(ui, id, lines, "key", text, UI_QUIET).hovered);
}

static void room_row(struct views *views, struct rect r, struct room *room)
{
    struct ui *ui = views->ui;
    if (!rect_touches(r, draw_clip(ui_draw(ui))))
        return;
    const bool open = room == views->model->room;
    const int unread = (int)room_unread(room);
    const ui_id id = ui_id_of(ui, room->name);
    struct rect row = rect_pad(r, dp(ui, SP_2), dp(ui, 1));
    struct ui_hit hit =
        ui_row(ui, id, row, room->name, RADIUS_SM, UI_FOCUSABLE | (open ? UI_CHECKED : 0u));
    struct rect in = rect_pad(row, dp(ui, 10), 0);
    enum role role = open || unread ? ROLE_TEXT : ROLE_TEXT_2;
    ui_icon(ui, rect_cut_left(&in, dp(ui, ICON_MD)), ICON_HASH, ICON_MD, role);
    rect_cut_left(&in, dp(ui, 10));
    if (unread)
        rect_cut_right(&in, ui_badge(ui, in, unread) + dp(ui, SP_1));
    ui_label(ui, in, room->name, TEXT_MD,
             unread ? WEIGHT_SEMIBOLD
             : open ? WEIGHT_MEDIUM
                    : WEIGHT_REGULAR,
             role, ALIGN_LEFT);
    if (hit.clicked) {
        action_show_room(views->app, room);
        views->sidebar_open = false;
    }
    if (hit.right_clicked) {
        str_copy(views->menu_room, sizeof views->menu_room, room->name);
        ui_menu_open(ui, ui_id_of(ui, "room menu"), hit.x, hit.y);
    }
}

static void room_menu(struct views *views)
{
    struct room *room = model_find_room(views->model, views->menu_room);
    const bool lobby = str_equal(views->menu_room, "lobby");
    const struct menu_item items[] = {
        {.label = lang("Open"), .icon = ICON_HASH},
        {.label = lang("Leave room"),
         .icon = ICON_LEAVE,
         .disabled = lobby || !room || !room->joined},
    };
    int taken = ui_menu(views->ui, ui_id_of(views->ui, "room menu"), items, 2);
    if (room && taken == 0)
        action_show_room(views->app, room);
    else if (room && taken == 1)
        action_leave(views->app, room);
}

/* The small field under "ROOMS": a name, Enter; Escape puts it away. */
static void ask_room(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    const ui_id id = ui_id_of(ui, "room name");
    const struct field_spec spec = {.label = lang("Room name"),
                                    .placeholder = lang("Name of the room"),
                                    .size = TEXT_MD,
                                    .pad_x_dp = 10,
                                    .radius_dp = RADIUS_SM,
                                    .invalid = views->room_trouble[0] != '\0'};
    struct rect box = rect_pad(rect_cut_top(&r, dp(ui, 40)), dp(ui, SP_2), dp(ui, 2));
    unsigned did = ui_field(ui, id, box, &views->room_name, &spec);
    if (did & FIELD_CHANGED)
        views->room_trouble[0] = '\0';
    if (did & FIELD_SUBMIT) {
        struct err err = {0};
        if (action_join(views->app, views->room_name.text, &err)) {
            edit_set(&views->room_name, "");
            views->asking_room = false;
            ui_focus(ui, 0);
        } else {
            str_copy(views->room_trouble, sizeof views->room_trouble, lang(err.text));
        }
    }
    if (did & FIELD_CANCEL) {
        views->asking_room = false;
        views->room_trouble[0] = '\0';
    }
    if (views->room_trouble[0])
        ui_label(ui, rect_pad(r, dp(ui, SP_4), 0), views->room_trouble, TEXT_SM, WEIGHT_REGULAR,
                 ROLE_ERR, ALIGN_LEFT);
}

static void rooms(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    const struct model *model = views->model;
    struct rect head = rect_cut_top(&r, dp(ui, SP_4) + dp(ui, HEAD_TEXT_H) + dp(ui, SP_1));
    rect_cut_top(&head, dp(ui, SP_4) - dp(ui, SP_1));
    struct rect plus =
        rect_center(rect_make(head.x + head.w - dp(ui, 36), head.y, dp(ui, 24), head.h), dp(ui, 24),
                    dp(ui, 24));
    ui_section(ui, rect_pad(head, dp(ui, SP_4), 0), lang("ROOMS"));
    const bool pressed = ui_icon_button(ui, ui_id_of(ui, "new room"), plus, ICON_NONE,
                                        lang("Make or join a room"), 0);
    ui_icon(ui, plus, ICON_PLUS, ICON_SM, ROLE_TEXT_3);
    if (pressed) {
        views->asking_room = !views->asking_room;
        views->room_trouble[0] = '\0';
        ui_focus(ui, ui_id_of(ui, "room name"));
    }
    if (views->asking_room)
        ask_room(views, rect_cut_top(&r, dp(ui, views->room_trouble[0] ? 60 : 40)));
    const int row_h = dp(ui, ROW_H) + 2 * dp(ui, BORDER);
    struct rect area = ui_scroll_begin(ui, ui_id_of(ui, "rooms"), r,
                                       dp(ui, ROOM_ROW_H * (float)model->room_count));
    for (size_t i = 0; i < model->room_count; i++) {
        const int top = dp(ui, ROOM_ROW_H * (float)i); /* rounded each, so that they do not drift */
        room_row(views, rect_make(area.x, area.y + top, area.w, row_h), model->rooms[i]);
    }
    ui_scroll_end(ui);
    room_menu(views);
}

static void me(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    const struct model *model = views->model;
    static const char *const states[] = {LANG_KEY("Offline"), LANG_KEY("Connecting…"),
                                         LANG_KEY("Online"), LANG_KEY("Reconnecting…")};
    const bool dark = ui_theme(ui)->dark;
    ui_fill(ui, rect_cut_top(&r, dp(ui, BORDER)), ROLE_LINE);
    r = rect_pad(r, dp(ui, SP_3), 0);
    ui_avatar(ui, rect_cut_left(&r, dp(ui, AVATAR_SERVER)), model->my_name);
    rect_cut_left(&r, dp(ui, 10));
    struct rect leave = rect_middle(rect_cut_right(&r, dp(ui, 32)), dp(ui, 32));
    struct rect theme = rect_middle(rect_cut_right(&r, dp(ui, 32)), dp(ui, 32));
    if (ui_icon_button(ui, ui_id_of(ui, "leave"), leave, ICON_LEAVE, lang("Leave the chat"), 0))
        views->leaving = true;
    if (ui_icon_button(ui, ui_id_of(ui, "theme"), theme, dark ? ICON_SUN : ICON_MOON,
                       lang(dark ? LANG_KEY("Light theme") : LANG_KEY("Dark theme")), 0))
        action_set_theme(views->app, dark ? APP_THEME_LIGHT : APP_THEME_DARK);
    const int name_h = dp(ui, 17), state_h = dp(ui, 18);
    struct rect lines = rect_middle(r, name_h + state_h);
    ui_label(ui, rect_cut_top(&lines, name_h), model->my_name, TEXT_MD, WEIGHT_SEMIBOLD, ROLE_TEXT,
             ALIGN_LEFT);
    ui_label(ui, lines, lang(states[model->link]), TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2,
             ALIGN_LEFT);
}

void sidebar_view(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    ui_fill(ui, r, ROLE_SURFACE);
    ui_fill(ui, rect_cut_right(&r, dp(ui, BORDER)), ROLE_LINE);
    server_head(views, rect_cut_top(&r, dp(ui, HEADER_H)));
    me(views, rect_cut_bottom(&r, dp(ui, ME_H)));
    rooms(views, r);
}
