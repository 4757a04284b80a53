/* members.c - who is in the room, and the pictures that were shown in it. */
#include "client/ui/lang.h"
#include "client/ui/views/views.h"
#include "client/ui/widgets/avatar.h"
#include "client/ui/widgets/button.h"
#include "client/ui/widgets/scroll.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"

#define HEAD_TEXT_H 16.0f
#define MEMBER_ROW_H 39.0f
#define MEMBER_AVATAR 28.0f
#define OFFLINE_ALPHA 0.5f
#define SHARED_MAX 12 /* pictures in the grid: the newest */
#define GRID_COLUMNS 3

static void member_row(struct views *views, struct rect r, const struct member *member)
{
    struct ui *ui = views->ui;
    if (!rect_touches(r, draw_clip(ui_draw(ui))))
        return;
    const bool me = str_equal(member->uid, views->model->my_uid);
    const bool types = member->typing_until_ms > clock_now_ms();
    const char *note = me                ? lang("you")
                       : !member->online ? lang("offline")
                       : types           ? lang("typing…")
                                         : "";
    struct rect in = rect_pad(r, dp(ui, SP_2) + dp(ui, 10), 0);
    ui_note(ui, "member", member->name, note, r, 0);
    draw_push_alpha(ui_draw(ui), member->online ? 1.0f : OFFLINE_ALPHA);
    ui_avatar(ui, rect_cut_left(&in, dp(ui, MEMBER_AVATAR)), member->name);
    rect_cut_left(&in, dp(ui, 10));
    const int note_w = *note ? ui_label_width(ui, note, TEXT_SM, WEIGHT_REGULAR) + dp(ui, SP_1) : 0;
    struct rect name = in;
    name.w = in.w > note_w ? in.w - note_w : 0;
    int w = ui_label(ui, name, member->name, TEXT_MD, WEIGHT_REGULAR, ROLE_TEXT, ALIGN_LEFT);
    rect_cut_left(&in, w + dp(ui, SP_1));
    ui_label(ui, in, note, TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_LEFT);
    draw_pop_alpha(ui_draw(ui));
}

/* The newest pictures that are ready, newest first. */
static size_t shared(const struct room *room, const struct message *out[SHARED_MAX])
{
    size_t count = 0;
    for (size_t i = room->message_count; i-- > 0 && count < SHARED_MAX;)
        if (room->messages[i]->file && room->messages[i]->file->picture &&
            picture_is_shown(room->messages[i]))
            out[count++] = room->messages[i];
    return count;
}

static int grid_height(const struct ui *ui, int width, size_t count)
{
    const int gap = dp(ui, SP_1), lines = ((int)count + GRID_COLUMNS - 1) / GRID_COLUMNS;
    return lines * (width + gap) / GRID_COLUMNS - gap;
}

static void grid(struct views *views, struct rect r, const struct message **pictures, size_t count)
{
    struct ui *ui = views->ui;
    const int gap = dp(ui, SP_1), step = r.w + gap; /* columns times a cell with its gap */
    for (size_t i = 0; i < count; i++) {
        const int column = (int)i % GRID_COLUMNS, line = (int)i / GRID_COLUMNS;
        const int x = column * step / GRID_COLUMNS, y = line * step / GRID_COLUMNS;
        struct rect box = rect_make(r.x + x, r.y + y, (column + 1) * step / GRID_COLUMNS - gap - x,
                                    (line + 1) * step / GRID_COLUMNS - gap - y);
        struct ui_hit hit = ui_hit(ui, ui_id_num(ui, "shared", pictures[i]->seq), box, "image",
                                   pictures[i]->file->label, UI_FOCUSABLE | UI_HAND);
        draw_image_cover(ui_draw(ui), pictures_get(views->pictures, pictures[i]->file->picture),
                         box, corners_all(dpf(ui, RADIUS_SM)));
        if (hit.focus_visible)
            ui_focus_ring(ui, box, RADIUS_SM);
        if (hit.clicked)
            views->viewer_seq = pictures[i]->seq;
    }
}

void members_view(struct views *views, struct rect r, struct room *room)
{
    struct ui *ui = views->ui;
    const struct message *pictures[SHARED_MAX];
    const size_t picture_count = shared(room, pictures);
    const int head_h = dp(ui, SP_4) + dp(ui, HEAD_TEXT_H) + dp(ui, SP_1);
    char head[48];
    ui_fill(ui, r, ROLE_SURFACE);
    ui_fill(ui, rect_cut_left(&r, dp(ui, BORDER)), ROLE_LINE);

    const int row_h = dp(ui, MEMBER_ROW_H), pad = dp(ui, SP_3);
    int content_h = head_h + row_h * (int)room->member_count + pad;
    if (picture_count)
        content_h += head_h + 2 * dp(ui, 6) + grid_height(ui, r.w - 2 * pad, picture_count);
    struct rect in = ui_scroll_begin(ui, ui_id_of(ui, "members"), r, content_h);
    struct rect line = rect_cut_top(&in, head_h);
    rect_cut_top(&line, dp(ui, SP_4) - dp(ui, SP_1));
    lang_count(head, sizeof head, room_online(room), "MEMBERS · {1}", "MEMBERS · {1}");
    ui_section(ui, rect_pad(line, dp(ui, SP_4), 0), head);
    for (size_t i = 0; i < room->member_count; i++)
        member_row(views, rect_cut_top(&in, row_h), &room->members[i]);
    if (picture_count) {
        line = rect_cut_top(&in, head_h);
        rect_cut_top(&line, dp(ui, SP_4) - dp(ui, SP_1));
        ui_section(ui, rect_pad(line, dp(ui, SP_4), 0), lang("SHARED MEDIA"));
        rect_cut_top(&in, dp(ui, 6));
        grid(views, rect_pad(in, pad, 0), pictures, picture_count);
    }
    ui_scroll_end(ui);
}
