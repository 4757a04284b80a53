/* viewer.c - one picture over everything: as large as it goes, put away by Escape or a click beside it. */
#include "client/ui/lang.h"
#include "client/ui/views/views.h"
#include "client/ui/widgets/avatar.h"
#include "client/ui/widgets/button.h"
#include "protocol/base/str.h"

#define HEAD_H 62.0f
#define NOTE_ALPHA 0.65f /* the second line, in either theme */
#define FIT 0.95f        /* UX.md: of the room there is */

static void step(struct views *views, const struct room *room, int by)
{
    size_t at = room->message_count;
    for (size_t i = 0; i < room->message_count; i++)
        if (room->messages[i]->seq == views->viewer_seq)
            at = i;
    for (size_t i = at + (size_t)(ptrdiff_t)by; i < room->message_count; i += (size_t)(ptrdiff_t)by)
        if (room->messages[i]->seq && picture_is_shown(room->messages[i])) {
            views->viewer_seq = room->messages[i]->seq;
            return;
        }
}

/* White, for what lies below is dark in either theme. */
static bool tool(struct ui *ui, ui_id id, struct rect *head, enum icon icon, const char *label)
{
    const int side = dp(ui, SP_6);
    struct rect r = rect_middle(rect_cut_right(head, side), side);
    const bool pressed = ui_icon_button(ui, id, r, ICON_NONE, label, 0);
    ui_icon(ui, r, icon, ICON_LG, ROLE_ON_MEDIA);
    return pressed;
}

static void head(struct views *views, struct rect r, struct room *room, struct message *message)
{
    struct ui *ui = views->ui;
    char size[LANG_SIZE_MAX], day[WHEN_SIZE], clock[WHEN_SIZE], text[LABEL_SIZE + 160];
    const int side = dp(ui, SP_6);
    rect_cut_left(&r, dp(ui, 20));
    rect_cut_right(&r, dp(ui, 14)); /* the icons are 6 smaller than their buttons on each side */
    if (tool(ui, ui_id_of(ui, "close"), &r, ICON_X, lang("Close")))
        views->viewer_seq = 0;
    if (message->file->state == FILE_COMPLETE && !message->file->transfer.saved_path &&
        tool(ui, ui_id_of(ui, "save"), &r, ICON_DOWN, lang("Save")))
        action_fetch(views->app, room, message, true);
    if (tool(ui, ui_id_of(ui, "viewer reply"), &r, ICON_REPLY, lang("Reply"))) {
        views_begin_reply(views, message);
        views->viewer_seq = 0;
    }
    ui_avatar(ui, rect_cut_left(&r, side), message->name);
    rect_cut_left(&r, dp(ui, SP_3));
    struct rect lines = rect_middle(r, ui_line_height(ui, TEXT_MD) + ui_line_height(ui, TEXT_SM));
    ui_label(ui, rect_cut_top(&lines, ui_line_height(ui, TEXT_MD)), message->name, TEXT_MD,
             WEIGHT_SEMIBOLD, ROLE_ON_MEDIA, ALIGN_LEFT);
    lang_size(message->file->size, size);
    when_day(message->time_ms, day);
    when_clock(message->time_ms, clock);
    str_format(text, sizeof text, "%s · %d×%d · %s · %s %s", message->file->label,
               message->file->width, message->file->height, size, day, clock);
    ui_label_color(ui, lines, text, TEXT_SM, WEIGHT_REGULAR,
                   color_alpha(ui_color(ui, ROLE_ON_MEDIA), NOTE_ALPHA), ALIGN_LEFT);
}

void viewer_view(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    struct room *room = views_room(views);
    struct message *message =
        room && views->viewer_seq ? room_find_seq(room, views->viewer_seq) : NULL;
    if (!message || !message->file || !message->file->picture) { /* deleted while one looks at it */
        views->viewer_seq = 0;
        ui_focus(ui, ui_id_of(ui, "message"));
        return;
    }
    draw_push_layer(ui_draw(ui), 1);
    ui_block(ui, ui_id_of(ui, "viewer"), r);
    ui_fill(ui, r, ROLE_VIEWER);
    const struct rect whole = r;
    head(views, rect_cut_top(&r, dp(ui, HEAD_H)), room, message);
    int w, h;
    rect_fit(message->file->width, message->file->height, (int)((float)r.w * FIT),
             (int)((float)r.h * FIT), &w, &h);
    struct rect box = rect_center(r, w, h);
    action_want_picture(views->app, room, message, w, h);
    draw_image_fit(ui_draw(ui), pictures_get(views->pictures, message->file->picture), box,
                   corners_all(dpf(ui, 6)));
    ui_note(ui, "viewer", message->file->label, NULL, box, 0);
    draw_pop_layer(ui_draw(ui));
    struct ui_hit hit =
        ui_hit(ui, ui_id_of(ui, "viewer"), whole, "viewer", message->file->label, UI_QUIET);
    if (ui_take_key(ui, 0, KEY_ESCAPE, 0) ||
        (hit.clicked && !rect_has(box, hit.x, hit.y) && hit.y >= r.y))
        views->viewer_seq = 0;
    if (ui_take_key(ui, 0, ui_key_back(ui), 0))
        step(views, room, -1);
    if (ui_take_key(ui, 0, ui_key_on(ui), 0))
        step(views, room, 1);
    if (!views->viewer_seq)
        ui_focus(ui, ui_id_of(ui, "message"));
}
