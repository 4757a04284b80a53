/* viewer_strip.c - all pictures and films of the room, in the order in which they were sent. */
#include "client/ui/views/film.h"
#include "client/ui/views/viewer_inside.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

#define THUMB_W 58.0f
#define THUMB_GAP 6.0f
#define THUMB_RADIUS 6.0f
#define OTHER_ALPHA 0.55f
#define OUTLINE 2.0f
#define LOOK_AGAIN_MS 300 /* while much happens in the room, it is looked through so often */

static void add(struct viewer *viewer, uint64_t seq)
{
    if (viewer->count == viewer->room_for) {
        viewer->room_for = viewer->room_for ? 2 * viewer->room_for : 64;
        viewer->seqs = mem_resize(viewer->seqs, viewer->room_for, sizeof *viewer->seqs);
    }
    viewer->seqs[viewer->count++] = seq;
}

void viewer_gather(struct views *views, const struct room *room)
{
    struct viewer *viewer = views->viewer;
    const uint64_t now_ms = ui_now_ms(views->ui);
    const bool other = !str_equal(viewer->room, room->name) || viewer->seq == 0,
               changed = viewer->change_count != room->change_count ||
                         viewer->room_version != room->version;
    if (other || (changed && now_ms - viewer->looked_ms >= LOOK_AGAIN_MS)) {
        viewer->count = 0;
        for (size_t i = 0; i < room->message_count; i++)
            if (room->messages[i]->seq && media_is_shown(room->messages[i]))
                add(viewer, room->messages[i]->seq);
        str_copy(viewer->room, sizeof viewer->room, room->name);
        viewer->room_version = room->version;
        viewer->change_count = room->change_count;
        viewer->looked_ms = now_ms;
    } else if (changed) {
        ui_wake_in(views->ui, (int)(LOOK_AGAIN_MS - (now_ms - viewer->looked_ms)));
    }
    size_t low = 0, high = viewer->count; /* by number: in order */
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (viewer->seqs[middle] < views->viewer_seq)
            low = middle + 1;
        else
            high = middle;
    }
    viewer->at = low;
}

uint64_t viewer_neighbour(const struct viewer *viewer, int by)
{
    const bool back = by < 0;
    const size_t way = (size_t)(back ? -by : by);
    if (back ? viewer->at < way : viewer->count - viewer->at <= way)
        return 0;
    return viewer->seqs[back ? viewer->at - way : viewer->at + way];
}

static void thumb(struct views *views, struct room *room, struct rect r, uint64_t seq)
{
    struct ui *ui = views->ui;
    struct message *message = room_find_seq(room, seq);
    const bool here = seq == views->viewer_seq;
    if (!message || !message->file)
        return;
    const float radius = dpf(ui, THUMB_RADIUS);
    const struct ui_hit hit =
        ui_hit(ui, ui_id_num(ui, "thumb", seq), r, "thumb", message->file->label,
               UI_FOCUSABLE | UI_HAND | (here ? UI_CHECKED : 0u));
    action_want_picture(views->app, room, message, r.w, r.h);
    draw_push_alpha(ui_draw(ui), here || hit.hovered ? 1 : OTHER_ALPHA);
    if (message->file->picture) {
        draw_image_cover(ui_draw(ui), pictures_get(views->pictures, message->file->picture), r,
                         corners_all(radius));
    } else {
        draw_round(ui_draw(ui), r, corners_all(radius),
                   color_alpha(ui_color(ui, ROLE_ON_MEDIA), 0.12f));
        ui_icon(ui, r, picture_is_shown(message) ? ICON_IMAGE : ICON_FILM, ICON_SM, ROLE_ON_MEDIA);
    }
    if (message->file->picture && !picture_is_shown(message)) {
        const struct rect sign = rect_center(r, dp(ui, 22), dp(ui, 22));
        draw_circle(ui_draw(ui), sign, ui_color(ui, ROLE_OVER_MEDIA));
        ui_icon(ui, sign, ICON_PLAY, 14, ROLE_ON_MEDIA);
    }
    draw_pop_alpha(ui_draw(ui));
    const int line = dp(ui, OUTLINE);
    if (here)
        draw_border(ui_draw(ui), rect_grow(r, line), corners_all(radius + (float)line), (float)line,
                    ui_color(ui, ROLE_ON_MEDIA));
    if (hit.focus_visible)
        ui_focus_ring(ui, r, THUMB_RADIUS);
    if (hit.clicked)
        views->viewer_seq = seq;
}

void viewer_strip(struct views *views, struct rect r, struct room *room)
{
    struct ui *ui = views->ui;
    const struct viewer *viewer = views->viewer;
    const int w = dp(ui, THUMB_W), step = w + dp(ui, THUMB_GAP);
    const int all = (int)viewer->count * step - dp(ui, THUMB_GAP);
    if (viewer->count < 2)
        return;
    /* all of them in the middle, or the one that is looked at */
    int x = r.x + (r.w - all) / 2;
    if (all > r.w) {
        x = r.x + r.w / 2 - (int)viewer->at * step - w / 2;
        x = x > r.x ? r.x : x;
        x = x < r.x + r.w - all ? r.x + r.w - all : x;
    }
    draw_push_clip(ui_draw(ui), rect_grow(r, dp(ui, OUTLINE)));
    const int first = x < r.x ? (r.x - x) / step : 0;
    for (size_t i = (size_t)first; i < viewer->count; i++) {
        const int left = x + (int)i * step;
        if (left >= r.x + r.w)
            break;
        thumb(views, room, rect_make(left, r.y, w, r.h), viewer->seqs[i]);
    }
    draw_pop_clip(ui_draw(ui));
}
