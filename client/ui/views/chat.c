/* chat.c - the chat screen: sidebar, the room with its head, members; and how they give way on narrow windows. */
#include "client/ui/lang.h"
#include "client/ui/views/playing.h"
#include "client/ui/widgets/avatar.h"
#include "client/ui/widgets/button.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"

#define BAR_H 48.0f
#define TYPING_H 22.0f
#define HEAD_AVATAR 28.0f

bool views_is_narrow(const struct views *views, float below_dp)
{
    return (float)ui_rect(views->ui).w < dpf(views->ui, below_dp);
}

static bool has_panel(const struct views *views)
{
    return views_is_narrow(views, PANEL_MIN_WINDOW_W) ? views->panel_open : !views->panel_hidden;
}

static void toggle_panel(struct views *views)
{
    if (views_is_narrow(views, PANEL_MIN_WINDOW_W))
        views->panel_open = !views->panel_open;
    else
        views->panel_hidden = !views->panel_hidden;
    ui_again(views->ui);
}

static struct rect head_button(struct ui *ui, struct rect *r, bool right)
{
    const int side = dp(ui, SP_6);
    return rect_middle(right ? rect_cut_right(r, side) : rect_cut_left(r, side), side);
}

/* "5 members", and of a room of two whether the other is here. */
static void head_note(const struct views *views, const struct room *room, char *out, size_t size)
{
    if (room->kind != ROOM_DIRECT)
        lang_count(out, size, room_online(room), "{1} member", "{1} members");
    else
        str_copy(out, size,
                 model_is_online(views->model, room->peer) ? lang("Online") : lang("Offline"));
}

static void head(struct views *views, struct rect r, struct room *room)
{
    struct ui *ui = views->ui;
    char text[64];
    ui_fill(ui, r, ROLE_SURFACE);
    ui_fill(ui, rect_make(r.x, r.y + r.h - dp(ui, BORDER), r.w, dp(ui, BORDER)), ROLE_LINE);
    r = rect_pad(r, dp(ui, 10), 0); /* the icons are 6 smaller than their buttons on each side */
    if (views_is_narrow(views, SIDEBAR_MIN_WINDOW_W) &&
        ui_icon_button(ui, ui_id_of(ui, "menu"), head_button(ui, &r, false), ICON_MENU,
                       lang("Rooms"), 0))
        views->sidebar_open = true;
    /* cut from the right, but the keyboard goes through them as one reads */
    const struct rect panel = head_button(ui, &r, true), bell = head_button(ui, &r, true),
                      search = head_button(ui, &r, true);
    if (ui_icon_button(ui, ui_id_of(ui, "search button"), search, ICON_SEARCH,
                       lang("Search in this room"), UI_KEEP_FOCUS)) {
        if (search_bar_is_open(views))
            search_bar_close(views);
        else
            search_bar_open(views);
    }
    if (ui_icon_button(ui, ui_id_of(ui, "bell"), bell, room->muted ? ICON_BELL_OFF : ICON_BELL,
                       room->muted ? lang("Unmute") : lang("Mute"), UI_KEEP_FOCUS))
        action_set_muted(views->app, room, !room->muted);
    if (ui_icon_button(ui, ui_id_of(ui, "panel"), panel, ICON_PANEL, lang("Members"),
                       UI_KEEP_FOCUS))
        toggle_panel(views);
    struct rect sign = head_button(ui, &r, false);
    if (room->kind == ROOM_DIRECT)
        ui_avatar_here(ui, rect_middle(sign, dp(ui, HEAD_AVATAR)), room_title(room),
                       model_is_online(views->model, room->peer), ui_color(ui, ROLE_SURFACE));
    else
        ui_icon(ui, sign, room->kind == ROOM_PRIVATE ? ICON_LOCK : ICON_HASH, ICON_LG, ROLE_TEXT_2);
    rect_cut_left(&r, dp(ui, 6));
    head_note(views, room, text, sizeof text);
    const int note_w = ui_label_width(ui, text, TEXT_SM, WEIGHT_REGULAR) + dp(ui, SP_3);
    struct rect name = r;
    name.w = r.w > note_w ? r.w - note_w : 0;
    const int w =
        ui_label(ui, name, room_title(room), TEXT_LG, WEIGHT_SEMIBOLD, ROLE_TEXT, ALIGN_LEFT);
    rect_cut_left(&r, w + dp(ui, SP_3));
    ui_label(ui, r, text, TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_LEFT);
}

/* "Connection lost. Trying again in 4 s." and, below, why. */
static void lost_bar(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    const struct model *model = views->model;
    char text[128];
    const int64_t left_ms = model->retry_at_ms - clock_now_ms();
    ui_fill(ui, r, ROLE_RAISED);
    ui_fill(ui, rect_cut_bottom(&r, dp(ui, BORDER)), ROLE_LINE);
    r = rect_pad(r, dp(ui, SP_4), 0);
    if (left_ms > 0) {
        lang_count(text, sizeof text, (uint64_t)((left_ms + 999) / 1000),
                   "Connection lost. Trying again in {1} s.",
                   "Connection lost. Trying again in {1} s.");
        ui_wake_in(ui, (int)(left_ms % 1000) + 1);
    } else {
        str_copy(text, sizeof text, lang("Connection lost. Connecting…"));
    }
    const char *retry = lang("Retry now");
    struct rect button = rect_middle(rect_cut_right(&r, ui_button_width(ui, retry, ICON_NONE)),
                                     ui_button_small_height(ui));
    if (ui_button(ui, ui_id_of(ui, "retry"), button, retry, ICON_NONE, BUTTON_PLAIN,
                  UI_KEEP_FOCUS | (left_ms > 0 ? 0u : UI_DISABLED)))
        action_retry_now(views->app);
    ui_icon(ui, rect_cut_left(&r, dp(ui, ICON_LG)), ICON_WARNING, ICON_MD, ROLE_WARN);
    rect_cut_left(&r, dp(ui, SP_3));
    const int line_h = ui_line_height(ui, TEXT_SM);
    r = rect_middle(r, model->trouble ? 2 * line_h : line_h);
    ui_label(ui, rect_cut_top(&r, line_h), text, TEXT_SM, WEIGHT_MEDIUM, ROLE_TEXT, ALIGN_LEFT);
    if (model->trouble)
        ui_label(ui, r, lang(model->trouble), TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_LEFT);
}

/* "Ann is typing…" · "Ann and Bob are typing…" · "Several people are typing…" */
static void typing_line(struct views *views, struct rect r, const struct room *room)
{
    struct ui *ui = views->ui;
    const int64_t now_ms = clock_now_ms();
    const struct member *who[2] = {0};
    size_t count = 0;
    char text[2 * NAME_SIZE + 64];
    for (size_t i = 0; i < room->member_count; i++) {
        const struct member *member = &room->members[i];
        if (member->typing_until_ms <= now_ms || str_equal(member->uid, views->model->my_uid))
            continue;
        if (count < 2)
            who[count] = member;
        count++;
        ui_wake_in(ui, (int)(member->typing_until_ms - now_ms) + 1);
    }
    if (count == 0)
        return;
    if (count == 1)
        LANG_TEXT(text, sizeof text, "{1} is typing…", who[0]->name);
    else if (count == 2)
        LANG_TEXT(text, sizeof text, "{1} and {2} are typing…", who[0]->name, who[1]->name);
    else
        str_copy(text, sizeof text, lang("Several people are typing…"));
    ui_label(ui, rect_pad(rect_cut_top(&r, ui_line_height(ui, TEXT_SM)), dp(ui, SP_5), 0), text,
             TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_LEFT);
}

static void room_view(struct views *views, struct rect r, struct room *room)
{
    struct ui *ui = views->ui;
    const struct rect whole = r;
    ui_set_region(ui, REGION_HEAD);
    head(views, rect_cut_top(&r, dp(ui, HEADER_H)), room);
    if (views->model->link == LINK_LOST)
        lost_bar(views, rect_cut_top(&r, dp(ui, BAR_H)));
    playing_begin(views);
    playing_bar(views, rect_cut_top(&r, playing_bar_height(views)));
    if (search_bar_is_open(views))
        search_bar_view(views, rect_cut_top(&r, search_bar_height(views)), room);
    ui_set_region(ui, REGION_COMPOSER);
    bubble_menu(views, room); /* before the composer, whose field takes Enter and Escape */
    composer_view(views, rect_cut_bottom(&r, composer_height(views, r.w)), room);
    typing_line(views, rect_cut_bottom(&r, dp(ui, TYPING_H)), room);
    ui_set_region(ui, REGION_TIMELINE);
    timeline_view(views, r, room);
    playing_end(views, views_place(views, room)->list);
    ui_set_region(ui, REGION_NONE);
    if (ui_is_drop_over(ui))
        drop_view(views, whole);
}

/* A side that lies over a narrow chat, until something beside it is pressed. */
static void over(struct views *views, struct rect whole, struct rect r, bool *open,
                 void (*view)(struct views *views, struct rect r))
{
    struct ui *ui = views->ui;
    draw_push_layer(ui_draw(ui), 1);
    ui_block(ui, ui_id_of(ui, "behind"), whole);
    ui_fill(ui, whole, ROLE_SCRIM);
    ui_block(ui, ui_id_of(ui, "over"), r);
    view(views, r);
    draw_pop_layer(ui_draw(ui));
    if (ui_pressed_outside(ui, r)) {
        *open = false;
        ui_again(ui);
    }
}

static void members_of_room(struct views *views, struct rect r)
{
    members_view(views, r, views_room(views));
}

void chat_view(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    struct room *room = views_room(views);
    const struct rect whole = r;
    if ((views->sidebar_open || views->panel_open) && ui_take_key(ui, 0, KEY_ESCAPE, 0))
        views->sidebar_open = views->panel_open = false; /* before the composer sees the key */
    const bool side_over = views_is_narrow(views, SIDEBAR_MIN_WINDOW_W);
    const bool panel_over = views_is_narrow(views, PANEL_MIN_WINDOW_W);
    ui_set_region(ui, REGION_SIDEBAR);
    if (!side_over)
        sidebar_view(views, rect_cut_left(&r, dp(ui, SIDEBAR_W)));
    ui_set_region(ui, REGION_PANEL);
    if (room && has_panel(views) && !panel_over)
        members_view(views, rect_cut_right(&r, dp(ui, PANEL_W)), room);
    ui_set_region(ui, REGION_NONE);
    if (room)
        room_view(views, r, room);
    if (side_over && views->sidebar_open)
        over(views, whole, rect_make(whole.x, whole.y, dp(ui, SIDEBAR_W), whole.h),
             &views->sidebar_open, sidebar_view);
    if (room && panel_over && views->panel_open)
        over(views, whole,
             rect_make(whole.x + whole.w - dp(ui, PANEL_W), whole.y, dp(ui, PANEL_W), whole.h),
             &views->panel_open, members_of_room);
}
