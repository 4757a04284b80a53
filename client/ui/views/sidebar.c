/* sidebar.c - the server, its rooms, the people one talks to alone, oneself. */
#include <stdlib.h>
#include <string.h>

#include "client/platform/clipboard.h"
#include "client/ui/lang.h"
#include "client/ui/views/views.h"
#include "client/ui/widgets/avatar.h"
#include "client/ui/widgets/button.h"
#include "client/ui/widgets/menu.h"
#include "client/ui/widgets/scroll.h"
#include "client/ui/widgets/tip.h"
#include "client/ui/widgets/toast.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

#define ROOM_STEP 36.3f /* from a row to the next */
#define DIRECT_STEP 40.0f
#define DIRECT_H 38.0f
#define DIRECT_AVATAR 24.0f
#define HEAD_TEXT_H 16.0f
#define AVATAR_SERVER 32.0f
#define ME_H 56.0f
#define MUTED_ALPHA 0.55f

/* ---- which rows, in which order ---- */

static int64_t last_said_ms(const struct room *room)
{
    return room->message_count ? room->messages[room->message_count - 1]->time_ms : 0;
}

/* Rooms of two: where something was said last comes first; the others by name. */
static int compare_direct(const void *left, const void *right)
{
    const struct room *a = *(struct room *const *)left, *b = *(struct room *const *)right;
    const int64_t said_a = last_said_ms(a), said_b = last_said_ms(b);
    char fold_a[NAME_FOLD_SIZE], fold_b[NAME_FOLD_SIZE];
    if (said_a != said_b)
        return said_a > said_b ? -1 : 1;
    name_fold(room_title(a), fold_a);
    name_fold(room_title(b), fold_b);
    const int order = strcmp(fold_a, fold_b);
    return order ? order : strcmp(a->name, b->name);
}

struct room **views_rooms(const struct views *views, size_t *count, size_t *direct)
{
    const struct model *model = views->model;
    struct room **rooms = mem_alloc(model->room_count + 1, sizeof *rooms);
    *count = 0;
    for (size_t i = 0; i < model->room_count; i++)
        if (model->rooms[i]->kind != ROOM_DIRECT)
            rooms[(*count)++] = model->rooms[i];
    *direct = *count;
    for (size_t i = 0; i < model->room_count; i++)
        if (model->rooms[i]->kind == ROOM_DIRECT)
            rooms[(*count)++] = model->rooms[i];
    if (*count - *direct > 1)
        qsort(rooms + *direct, *count - *direct, sizeof *rooms, compare_direct);
    return rooms;
}

/* ---- the server ---- */

static void copy_address(struct views *views)
{
    const struct model *model = views->model;
    char address[sizeof model->host + 16];
    const bool colons = strchr(model->host, ':') != NULL;
    str_format(address, sizeof address, colons ? "[%s]:%u" : "%s:%u", model->host,
               (unsigned)model->port);
    clipboard_set(address);
    ui_toast(views->ui, TOAST_OK, lang("Address copied"));
}

static void server_menu(struct views *views)
{
    struct ui *ui = views->ui;
    const struct menu_item items[] = {
        {.label = lang("Copy address"), .icon = ICON_COPY},
        {.label = NULL},
        {.label = lang("Leave the chat"), .icon = ICON_LEAVE},
    };
    const int taken = ui_menu(ui, ui_id_of(ui, "server menu"), items, 3);
    if (taken == 0)
        copy_address(views);
    else if (taken == 2)
        views->leaving = true;
}

static void server_head(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    const struct model *model = views->model;
    const bool online = model->link == LINK_ONLINE, secret = online && model->encrypted;
    char text[512], tip[MODEL_KEY_SIZE + 64];
    ui_fill(ui, rect_make(r.x, r.y + r.h - dp(ui, BORDER), r.w, dp(ui, BORDER)), ROLE_LINE);
    const ui_id id = ui_id_of(ui, "server");
    const struct rect whole = r;
    const struct ui_hit hit =
        ui_hit(ui, id, whole, "button", lang("Server"), UI_FOCUSABLE | UI_HAND);
    ui_note_value(ui, model->server_name);
    if (hit.hovered) {
        ui_fill(ui, rect_make(r.x, r.y, r.w, r.h - dp(ui, BORDER)), ROLE_HOVER);
        ui_icon(ui, rect_make(r.x + r.w - dp(ui, 36), r.y, dp(ui, ICON_LG), r.h), ICON_CHEVRON,
                ICON_MD, ROLE_TEXT_2);
    }
    if (hit.focus_visible)
        ui_focus_ring(ui, rect_grow(r, -2 * dp(ui, FOCUS_RING)), RADIUS_SM);
    r = rect_pad(r, dp(ui, SP_4), 0);
    if (hit.hovered) /* the sign at the right covers nothing */
        rect_cut_right(&r, dp(ui, SP_5));
    ui_avatar(ui, rect_cut_left(&r, dp(ui, AVATAR_SERVER)), model->server_name);
    rect_cut_left(&r, dp(ui, 10));
    struct rect lines = rect_middle(r, ui_line_height(ui, TEXT_MD) + ui_line_height(ui, TEXT_SM));
    ui_label(ui, rect_cut_top(&lines, ui_line_height(ui, TEXT_MD)), model->server_name, TEXT_MD,
             WEIGHT_SEMIBOLD, ROLE_TEXT, ALIGN_LEFT);
    ui_dot(ui, rect_cut_left(&lines, dp(ui, 8)), online ? ROLE_OK : ROLE_WARN);
    rect_cut_left(&lines, dp(ui, 6));
    const char *where = model->hosting ? lang("this computer") : model->host;
    if (!online)
        LANG_TEXT(text, sizeof text, "{1} · not connected", where);
    else if (secret)
        LANG_TEXT(text, sizeof text, "{1} · encrypted", where);
    else
        str_copy(text, sizeof text, where);
    ui_label(ui, lines, text, TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_LEFT);
    if (secret) {
        LANG_TEXT(tip, sizeof tip, "Key: {1}", model->key_words);
        ui_tip(ui, id, whole, tip, hit.hovered && !hit.held);
    }
    if (hit.clicked || hit.right_clicked)
        ui_menu_open(ui, ui_id_of(ui, "server menu"), whole.x + dp(ui, SP_4),
                     whole.y + whole.h - dp(ui, SP_1));
}

/* ---- a room ---- */

/* Rooms are called as people like, "message" too: their rows' ids are apart from all others. */
static ui_id row_id(struct ui *ui, const struct room *room)
{
    ui_push_id(ui, ui_id_of(ui, "room row"));
    const ui_id id = ui_id_of(ui, room->name);
    ui_pop_id(ui);
    return id;
}

static void open_menu(struct views *views, const struct room *room, int x, int y)
{
    str_copy(views->menu_room, sizeof views->menu_room, room->name);
    ui_menu_open(views->ui, ui_id_of(views->ui, "room menu"), x, y);
}

static void room_row(struct views *views, struct rect r, struct room *room)
{
    struct ui *ui = views->ui;
    if (!rect_touches(r, draw_clip(ui_draw(ui))))
        return;
    const bool open = room == views->model->room, direct = room->kind == ROOM_DIRECT;
    const int unread = (int)room_unread(room);
    const bool asks = unread > 0 && !room->muted, mentioned = room_unread_mentions(room) > 0;
    const ui_id id = row_id(ui, room);
    const char *title = room_title(room);
    struct rect row = rect_pad(r, dp(ui, SP_2), dp(ui, 1));
    const struct ui_hit hit =
        ui_row(ui, id, row, title, RADIUS_SM, UI_FOCUSABLE | (open ? UI_CHECKED : 0u));
    if (room->muted)
        ui_note_value(ui, "muted");
    struct rect in = rect_pad(row, dp(ui, 10), 0);
    const enum role role = open || asks ? ROLE_TEXT : ROLE_TEXT_2;
    draw_push_alpha(ui_draw(ui), room->muted && !open ? MUTED_ALPHA : 1.0f);
    if (direct) {
        const struct color surface = ui_color(ui, ROLE_SURFACE);
        struct color behind = surface;
        if (open)
            behind = color_mix(surface, ui_color(ui, ROLE_ACCENT),
                               (float)ui_color(ui, ROLE_SELECTED).a / 255.0f);
        else if (hit.hovered)
            behind = ui_color(ui, ROLE_HOVER);
        ui_avatar_here(ui, rect_cut_left(&in, dp(ui, DIRECT_AVATAR)), title,
                       model_is_online(views->model, room->peer), behind);
    } else {
        ui_icon(ui, rect_cut_left(&in, dp(ui, ICON_MD)),
                room->kind == ROOM_PRIVATE ? ICON_LOCK : ICON_HASH, ICON_MD, role);
    }
    rect_cut_left(&in, dp(ui, 10));
    if (unread)
        rect_cut_right(&in,
                       (room->muted ? ui_badge_quiet(ui, in, unread) : ui_badge(ui, in, unread)) +
                           dp(ui, SP_1));
    if (mentioned)
        rect_cut_right(&in, ui_badge_text(ui, in, "@", false) + dp(ui, SP_1));
    if (room->muted)
        ui_icon(ui, rect_cut_right(&in, dp(ui, ICON_SM)), ICON_BELL_OFF, ICON_SM, ROLE_TEXT_2);
    ui_label(ui, in, title, TEXT_MD,
             asks   ? WEIGHT_SEMIBOLD
             : open ? WEIGHT_MEDIUM
                    : WEIGHT_REGULAR,
             role, ALIGN_LEFT);
    draw_pop_alpha(ui_draw(ui));
    if (hit.clicked) {
        action_show_room(views->app, room);
        views->sidebar_open = false;
    }
    if (hit.right_clicked)
        open_menu(views, room, hit.x, hit.y);
    else if (hit.focused && ui_take_key(ui, id, KEY_F1 + 9, MOD_SHIFT)) /* as everywhere */
        open_menu(views, room, row.x + dp(ui, SP_5), row.y + row.h);
}

static void room_menu(struct views *views)
{
    enum { OPEN, MUTE, READ, INVITE, LEAVE, COUNT };
    struct ui *ui = views->ui;
    const ui_id id = ui_id_of(ui, "room menu");
    struct room *room = model_find_room(views->model, views->menu_room);
    if (!room || !ui_menu_is_open(ui, id))
        return;
    const bool online = views->model->link == LINK_ONLINE;
    struct menu_item items[COUNT + 1];
    int meaning[COUNT + 1], count = 0;
    items[count] = (struct menu_item){.label = lang("Open"), .icon = ICON_CHAT};
    meaning[count++] = OPEN;
    items[count] = (struct menu_item){
        .label = lang("Mark as read"), .icon = ICON_CHECK, .disabled = room_unread(room) == 0};
    meaning[count++] = READ;
    items[count] = (struct menu_item){.label = room->muted ? lang("Unmute") : lang("Mute"),
                                      .icon = room->muted ? ICON_BELL : ICON_BELL_OFF};
    meaning[count++] = MUTE;
    if (room->kind == ROOM_PRIVATE) {
        items[count] = (struct menu_item){.label = lang("Invite people…"),
                                          .icon = ICON_INVITE,
                                          .disabled = !online || !room->joined};
        meaning[count++] = INVITE;
    }
    if (room->kind != ROOM_DIRECT) { /* those are of the two for good */
        items[count] = (struct menu_item){.label = NULL};
        meaning[count++] = COUNT;
        items[count] =
            (struct menu_item){.label = lang("Leave room"),
                               .icon = ICON_LEAVE,
                               .disabled = !room->joined || str_equal(room->name, "lobby")};
        meaning[count++] = LEAVE;
    }
    const int taken = ui_menu(ui, id, items, count);
    if (taken < 0)
        return;
    switch (meaning[taken]) {
    case OPEN:
        action_show_room(views->app, room);
        views->sidebar_open = false;
        break;
    case MUTE:
        action_set_muted(views->app, room, !room->muted);
        break;
    case READ:
        action_mark_read(views->app, room, room->newest_seq);
        break;
    case INVITE:
        views_pick(views, PICK_INVITE, room);
        break;
    case LEAVE:
        action_leave(views->app, room);
        break;
    default:
        break;
    }
}

/* ---- the two lists ---- */

/* The head of a list with the sign that adds to it; true when that was pressed. */
static bool section(struct views *views, struct rect head, const char *text, const char *add)
{
    struct ui *ui = views->ui;
    rect_cut_top(&head, dp(ui, SP_4) - dp(ui, SP_1));
    struct rect plus =
        rect_center(rect_make(head.x + head.w - dp(ui, 36), head.y, dp(ui, 24), head.h), dp(ui, 24),
                    dp(ui, 24));
    ui_section(ui, rect_pad(head, dp(ui, SP_4), 0), text);
    const bool pressed = ui_icon_button(ui, ui_id_of(ui, add), plus, ICON_NONE, add, 0);
    ui_icon(ui, plus, ICON_PLUS, ICON_SM, ROLE_TEXT_3);
    return pressed;
}

/* Where each row stands; rounded each, so that they do not drift. */
static struct rect row_rect(const struct ui *ui, struct rect area, size_t i, size_t direct)
{
    const float head = SP_4 + HEAD_TEXT_H + SP_1;
    float top = head + ROOM_STEP * (float)(i < direct ? i : direct), h = ROW_H + 2 * BORDER;
    if (i >= direct) {
        top += head + DIRECT_STEP * (float)(i - direct);
        h = DIRECT_H + 2 * BORDER;
    }
    return rect_make(area.x, area.y + dp(ui, top), area.w, dp(ui, h));
}

/* The arrows go from row to row. */
static void step_rows(struct views *views, struct room *const *rooms, size_t count)
{
    struct ui *ui = views->ui;
    for (size_t i = 0; i < count; i++) {
        const ui_id id = row_id(ui, rooms[i]);
        if (ui_focused(ui) != id)
            continue;
        if (i + 1 < count && ui_take_key(ui, id, KEY_DOWN, 0))
            ui_focus(ui, row_id(ui, rooms[i + 1]));
        else if (i > 0 && ui_take_key(ui, id, KEY_UP, 0))
            ui_focus(ui, row_id(ui, rooms[i - 1]));
        return;
    }
}

/* The row that was just opened, or that the keyboard has come to, is in sight. */
static void follow_rows(struct views *views, struct rect area, struct room *const *rooms,
                        size_t count, size_t direct)
{
    struct ui *ui = views->ui;
    const ui_id id = ui_id_of(ui, "rooms");
    struct seen {
        const struct room *room;
        ui_id focus;
    } *seen = ui_state(ui, ui_id_of(ui, "rooms seen"), sizeof *seen);
    for (size_t i = 0; i < count; i++) {
        const ui_id row = row_id(ui, rooms[i]);
        const bool opened = rooms[i] == views->model->room && seen->room != rooms[i];
        if (!opened && !(ui_focused(ui) == row && seen->focus != row))
            continue;
        const struct rect r = row_rect(ui, area, i, direct);
        ui_scroll_show(ui, id, r.y - area.y, r.h);
    }
    seen->room = views->model->room;
    seen->focus = ui_focused(ui);
}

static void rooms_view(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    size_t count, direct;
    struct room **rooms = views_rooms(views, &count, &direct);
    const bool directs = count > direct || model_has_feature(views->model, "direct");
    const int head_h = dp(ui, SP_4) + dp(ui, HEAD_TEXT_H) + dp(ui, SP_1);
    struct rect end = row_rect(ui, rect_make(0, 0, r.w, 0), count, direct);
    if (!directs)
        end = row_rect(ui, rect_make(0, 0, r.w, 0), count, count + 1);
    struct rect area = ui_scroll_begin(ui, ui_id_of(ui, "rooms"), r, end.y + dp(ui, SP_2));
    step_rows(views, rooms, count);
    follow_rows(views, area, rooms, count, direct);
    if (section(views, rect_make(area.x, area.y, area.w, head_h), lang("ROOMS"),
                lang("Make or join a room")))
        views_ask_room(views);
    for (size_t i = 0; i < count; i++)
        room_row(views, row_rect(ui, area, i, direct), rooms[i]);
    if (directs) {
        struct rect head = row_rect(ui, area, direct, direct);
        head = rect_make(area.x, head.y - head_h, area.w, head_h);
        if (section(views, head, lang("DIRECT"), lang("New direct message")))
            views_pick(views, PICK_DIRECT, NULL);
    }
    ui_scroll_end(ui);
    mem_free(rooms);
    room_menu(views);
}

/* ---- oneself ---- */

static void me(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    const struct model *model = views->model;
    const char *const states[] = {[LINK_OFFLINE] = lang("Offline"),
                                  [LINK_CONNECTING] = lang("Connecting…"),
                                  [LINK_ONLINE] = lang("Online"),
                                  [LINK_LOST] = lang("Reconnecting…")};
    ui_fill(ui, rect_cut_top(&r, dp(ui, BORDER)), ROLE_LINE);
    r = rect_pad(r, dp(ui, SP_3), 0);
    ui_avatar(ui, rect_cut_left(&r, dp(ui, AVATAR_SERVER)), model->my_name);
    rect_cut_left(&r, dp(ui, 10));
    /* the icon is 6 smaller than its button on each side */
    const int side = dp(ui, SP_6);
    struct rect gear = rect_middle(r, side);
    gear.x = r.x + r.w + dp(ui, 6) - side;
    gear.w = side;
    rect_cut_right(&r, side);
    if (ui_icon_button(ui, ui_id_of(ui, "settings"), gear, ICON_GEAR, lang("Settings"), 0)) {
        views->settings_open = true;
        views->sidebar_open = false;
        ui_again(ui);
    }
    const int name_h = dp(ui, 17), state_h = dp(ui, 18);
    struct rect lines = rect_middle(r, name_h + state_h);
    ui_label(ui, rect_cut_top(&lines, name_h), model->my_name, TEXT_MD, WEIGHT_SEMIBOLD, ROLE_TEXT,
             ALIGN_LEFT);
    lines.y += dp(ui, 1);
    ui_label(ui, lines, states[model->link], TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_LEFT);
}

void sidebar_view(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    ui_fill(ui, r, ROLE_SURFACE);
    ui_fill(ui, rect_cut_right(&r, dp(ui, BORDER)), ROLE_LINE);
    server_head(views, rect_cut_top(&r, dp(ui, HEADER_H)));
    me(views, rect_cut_bottom(&r, dp(ui, ME_H)));
    rooms_view(views, r);
    server_menu(views);
}
