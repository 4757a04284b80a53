/* members.c - who is in the room, and the pictures and files that were shown in it. */
#include <string.h>

#include "client/ui/lang.h"
#include "client/ui/views/film.h"
#include "client/ui/views/views.h"
#include "client/ui/widgets/avatar.h"
#include "client/ui/widgets/button.h"
#include "client/ui/widgets/menu.h"
#include "client/ui/widgets/scroll.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"

#define HEAD_TEXT_H 16.0f
#define MEMBER_ROW_H 39.0f
#define MEMBER_AVATAR 28.0f
#define NOTE_DOWN 0.73f /* the small letters stand on the line of the large ones */
#define OFFLINE_ALPHA 0.5f
#define GRID_COLUMNS 3
#define GRID_FEW 12 /* pictures in the grid until more are asked for */
#define FILES_FEW 5
#define SHARED_MAX 200 /* of each, when all are asked for */
#define FILE_ROW_H 46.0f
#define FILE_SIGN 32.0f
#define LINK_H 28.0f
#define LOOK_AGAIN_MS 500 /* while much is said, the shared things are gathered so often */

/* ---- people ---- */

static void open_menu(struct views *views, const struct member *member, int x, int y)
{
    str_copy(views->menu_uid, sizeof views->menu_uid, member->uid);
    ui_menu_open(views->ui, ui_id_of(views->ui, "member menu"), x, y);
}

static void write_to(struct views *views, const char *uid)
{
    action_open_direct(views->app, uid);
    views->panel_open = false;
    views->compose = true;
    ui_again(views->ui);
}

static void member_row(struct views *views, struct rect r, const struct member *member)
{
    struct ui *ui = views->ui;
    if (!rect_touches(r, draw_clip(ui_draw(ui))))
        return;
    const bool me = str_equal(member->uid, views->model->my_uid);
    const bool types = member->typing_until_ms > clock_now_ms();
    const bool here = member->online;
    const char *note = me ? lang("you") : !here ? lang("offline") : types ? lang("typing…") : "";
    ui_push_id(ui, ui_id_of(ui, member->uid));
    const ui_id id = ui_id_of(ui, "member");
    const struct ui_hit hit =
        ui_hit(ui, id, r, "member", member->name, UI_FOCUSABLE | (me ? 0u : UI_HAND));
    ui_note_value(ui, note);
    const struct rect row = rect_pad(r, dp(ui, SP_2), dp(ui, BORDER));
    if (hit.hovered && !me)
        ui_round(ui, row, RADIUS_SM, ROLE_HOVER);
    if (hit.focus_visible)
        ui_focus_ring(ui, rect_grow(row, -dp(ui, FOCUS_RING)), RADIUS_SM);
    struct rect in = rect_pad(r, dp(ui, SP_2) + dp(ui, 10), 0);
    draw_push_alpha(ui_draw(ui), here ? 1.0f : OFFLINE_ALPHA);
    ui_avatar_here(ui, rect_cut_left(&in, dp(ui, MEMBER_AVATAR)), member->name, here,
                   ui_color(ui, hit.hovered && !me ? ROLE_HOVER : ROLE_SURFACE));
    rect_cut_left(&in, dp(ui, 10));
    const int note_w = *note ? ui_label_width(ui, note, TEXT_SM, WEIGHT_REGULAR) + dp(ui, SP_1) : 0;
    struct rect name = in;
    name.w = in.w > note_w ? in.w - note_w : 0;
    const int w = ui_label(ui, name, member->name, TEXT_MD, WEIGHT_REGULAR, ROLE_TEXT, ALIGN_LEFT);
    rect_cut_left(&in, w + dp(ui, SP_1));
    in.y += dp(ui, NOTE_DOWN);
    ui_label(ui, in, note, TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_LEFT);
    draw_pop_alpha(ui_draw(ui));
    ui_pop_id(ui);
    if (me)
        return;
    if (hit.right_clicked)
        open_menu(views, member, hit.x, hit.y);
    else if (hit.focused && ui_take_key(ui, id, KEY_F1 + 9, MOD_SHIFT)) /* as everywhere */
        open_menu(views, member, row.x + dp(ui, SP_5), row.y + row.h);
    else if (hit.clicked && model_has_feature(views->model, "direct"))
        write_to(views, member->uid);
    else if (hit.clicked)
        open_menu(views, member, hit.x, hit.y);
}

/* The composer gets "@Name ". */
static void mention(struct views *views, const struct member *member)
{
    char text[NAME_SIZE + 4];
    const struct edit *edit = &views->message;
    const bool apart = edit->caret > 0 && edit->text[edit->caret - 1] != ' ' &&
                       edit->text[edit->caret - 1] != '\n';
    str_format(text, sizeof text, "%s@%s ", apart ? " " : "", member->name);
    edit_insert(&views->message, text, strlen(text));
    views->panel_open = false;
    views->compose = true;
    ui_again(views->ui);
}

static void member_menu(struct views *views, const struct room *room)
{
    struct ui *ui = views->ui;
    const ui_id id = ui_id_of(ui, "member menu");
    const struct member *member = room_find_member(room, views->menu_uid);
    if (!member || !ui_menu_is_open(ui, id))
        return;
    const struct menu_item items[] = {
        {.label = lang("Message"),
         .icon = ICON_CHAT,
         .disabled =
             !model_has_feature(views->model, "direct") || str_equal(room->peer, member->uid)},
        {.label = lang("Mention"), .icon = ICON_AT},
    };
    const int taken = ui_menu(ui, id, items, 2);
    if (taken == 0)
        write_to(views, member->uid);
    else if (taken == 1)
        mention(views, member);
}

/* ---- what was shared ---- */

/* The newest of each, by seq: gathered again when the room has changed. Until then a number may be
 * another message's: the server may have begun its log anew. */
struct shared {
    uint32_t room_version;
    uint64_t change_count; /* no two rooms share one, of whatever server */
    int64_t looked_ms;
    bool all_pictures, all_files;
    bool more_pictures, more_files;
    size_t picture_count, file_count;
    uint64_t pictures[SHARED_MAX], files[SHARED_MAX];
};

static void gather(struct shared *shared, const struct room *room)
{
    const size_t most_pictures = shared->all_pictures ? SHARED_MAX : GRID_FEW,
                 most_files = shared->all_files ? SHARED_MAX : FILES_FEW;
    shared->picture_count = shared->file_count = 0;
    shared->more_pictures = shared->more_files = false;
    for (size_t i = room->message_count; i-- > 0;) {
        const struct message *message = room->messages[i];
        if (message->kind != MESSAGE_FILE || message->seq == 0 ||
            message->file->state == FILE_FAILED)
            continue;
        const bool picture = media_is_shown(message);
        if (!picture && message->file->state != FILE_COMPLETE)
            continue; /* it has its place here when everyone can have it */
        size_t *count = picture ? &shared->picture_count : &shared->file_count;
        if (*count == (picture ? most_pictures : most_files))
            *(picture ? &shared->more_pictures : &shared->more_files) = true;
        else
            (picture ? shared->pictures : shared->files)[(*count)++] = message->seq;
        if (shared->more_pictures && shared->more_files)
            break;
    }
    shared->room_version = room->version;
    shared->change_count = room->change_count;
    shared->looked_ms = clock_now_ms();
}

static struct shared *find_shared(struct views *views, const struct room *room)
{
    struct ui *ui = views->ui;
    ui_push_id(ui, ui_id_of(ui, room->name));
    struct shared *shared = ui_state(ui, ui_id_of(ui, "shared"), sizeof *shared);
    ui_pop_id(ui);
    const int64_t now_ms = clock_now_ms();
    if (shared->looked_ms == 0 ||
        ((shared->room_version != room->version || shared->change_count != room->change_count) &&
         now_ms - shared->looked_ms >= LOOK_AGAIN_MS))
        gather(shared, room);
    else if (shared->room_version != room->version || shared->change_count != room->change_count)
        ui_wake_in(ui, (int)(LOOK_AGAIN_MS - (now_ms - shared->looked_ms)));
    return shared;
}

static int grid_height(const struct ui *ui, int width, size_t count)
{
    const int gap = dp(ui, SP_1), lines = ((int)count + GRID_COLUMNS - 1) / GRID_COLUMNS;
    return lines * (width + gap) / GRID_COLUMNS - gap;
}

static void grid_cell(struct views *views, struct room *room, struct rect box, uint64_t seq)
{
    struct ui *ui = views->ui;
    struct message *message = room_find_seq(room, seq);
    if (!message || !message->file || !rect_touches(box, draw_clip(ui_draw(ui))))
        return;
    action_want_picture(views->app, room, message, box.w, box.h);
    const bool film = !picture_is_shown(message);
    const struct ui_hit hit =
        ui_hit(ui, ui_id_num(ui, "shared", seq), box, film ? "shared film" : "image",
               message->file->label, UI_FOCUSABLE | UI_HAND);
    if (message->file->picture) {
        draw_image_cover(ui_draw(ui), pictures_get(views->pictures, message->file->picture), box,
                         corners_all(dpf(ui, RADIUS_SM)));
    } else {
        ui_round(ui, box, RADIUS_SM, ROLE_RAISED);
        ui_icon(ui, box, film ? ICON_FILM : ICON_IMAGE, ICON_LG, ROLE_TEXT_3);
    }
    if (film && message->file->picture) {
        const struct rect sign = rect_center(box, dp(ui, 26), dp(ui, 26));
        draw_circle(ui_draw(ui), sign, ui_color(ui, ROLE_OVER_MEDIA));
        ui_icon(ui, sign, ICON_PLAY, 15, ROLE_ON_MEDIA);
    }
    if (hit.focus_visible)
        ui_focus_ring(ui, box, RADIUS_SM);
    if (hit.clicked)
        viewer_open(views, seq, false);
}

static void grid(struct views *views, struct room *room, struct rect r, const uint64_t *seqs,
                 size_t count)
{
    const int gap = dp(views->ui, SP_1), step = r.w + gap; /* columns times a cell with its gap */
    for (size_t i = 0; i < count; i++) {
        const int column = (int)i % GRID_COLUMNS, line = (int)i / GRID_COLUMNS;
        const int x = column * step / GRID_COLUMNS, y = line * step / GRID_COLUMNS;
        grid_cell(views, room,
                  rect_make(r.x + x, r.y + y, (column + 1) * step / GRID_COLUMNS - gap - x,
                            (line + 1) * step / GRID_COLUMNS - gap - y),
                  seqs[i]);
    }
}

static void file_row(struct views *views, struct room *room, struct rect r, uint64_t seq)
{
    struct ui *ui = views->ui;
    const struct message *message = room_find_seq(room, seq);
    if (!message || !message->file || !rect_touches(r, draw_clip(ui_draw(ui))))
        return;
    char label[LABEL_SIZE], note[NAME_SIZE + WHEN_SIZE + 8], day[WHEN_SIZE];
    struct rect row = rect_pad(r, dp(ui, SP_2), dp(ui, BORDER));
    const struct ui_hit hit = ui_row(ui, ui_id_num(ui, "shared file", seq), row,
                                     message->file->label, RADIUS_SM, UI_FOCUSABLE);
    struct rect in = rect_pad(row, dp(ui, 10), 0);
    struct rect sign = rect_middle(rect_cut_left(&in, dp(ui, FILE_SIGN)), dp(ui, FILE_SIGN));
    const bool sound = str_equal(message->file->kind, "audio"),
               film = str_equal(message->file->kind, "video");
    ui_round(ui, sign, RADIUS_SM, ROLE_ACCENT_SOFT);
    ui_icon(ui, sign, sound ? ICON_MUSIC : film ? ICON_FILM : ICON_DOC, ICON_MD, ROLE_ACCENT);
    rect_cut_left(&in, dp(ui, 10));
    struct rect lines = rect_middle(in, ui_line_height(ui, TEXT_MD) + ui_line_height(ui, TEXT_SM));
    label_middle(views, message->file->voice ? lang("Voice message") : message->file->label,
                 TEXT_MD, WEIGHT_REGULAR, lines.w, label, sizeof label);
    ui_label(ui, rect_cut_top(&lines, ui_line_height(ui, TEXT_MD)), label, TEXT_MD, WEIGHT_REGULAR,
             ROLE_TEXT, ALIGN_LEFT);
    when_day(message->time_ms, day);
    str_format(note, sizeof note, "%s · %s", message->name, day);
    ui_label(ui, lines, note, TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_LEFT);
    if (hit.clicked) {
        views->panel_open = false;
        views_jump_to(views, room, seq);
    }
}

/* ---- the panel ---- */

static int head_height(const struct ui *ui)
{
    return dp(ui, SP_4) + dp(ui, HEAD_TEXT_H) + dp(ui, SP_1);
}

static void head_view(struct ui *ui, struct rect *in, const char *text)
{
    struct rect line = rect_cut_top(in, head_height(ui));
    rect_cut_top(&line, dp(ui, SP_4) - dp(ui, SP_1));
    ui_section(ui, rect_pad(line, dp(ui, SP_4), 0), text);
}

/* "Show all" or, once they are there, "Show fewer": true when pressed. */
static bool more_link(struct ui *ui, struct rect *in, const char *name, bool all)
{
    struct rect r = rect_pad(rect_cut_top(in, dp(ui, LINK_H)), dp(ui, SP_4), 0);
    return ui_link(ui, ui_id_of(ui, name), r, all ? lang("Show fewer") : lang("Show all"), TEXT_SM,
                   ROLE_ACCENT);
}

static int content_height(const struct ui *ui, const struct room *room, const struct shared *shared,
                          int width)
{
    const int pad = dp(ui, SP_3), head_h = head_height(ui), link_h = dp(ui, LINK_H);
    int h = head_h + dp(ui, MEMBER_ROW_H) * (int)room->member_count + pad;
    if (shared->picture_count)
        h += head_h + 2 * dp(ui, 6) + grid_height(ui, width - 2 * pad, shared->picture_count);
    if (shared->more_pictures || shared->all_pictures)
        h += link_h;
    if (shared->file_count)
        h += head_h + dp(ui, FILE_ROW_H) * (int)shared->file_count;
    if (shared->more_files || shared->all_files)
        h += link_h;
    return h;
}

static void people(struct views *views, struct rect *in, const struct room *room)
{
    struct ui *ui = views->ui;
    const struct member *me = room_find_member(room, views->model->my_uid);
    const int row_h = dp(ui, MEMBER_ROW_H);
    char head[64];
    lang_count(head, sizeof head, room_online(room), "MEMBERS · {1}", "MEMBERS · {1}");
    head_view(ui, in, head);
    if (me)
        member_row(views, rect_cut_top(in, row_h), me);
    for (size_t i = 0; i < room->member_count; i++)
        if (&room->members[i] != me)
            member_row(views, rect_cut_top(in, row_h), &room->members[i]);
}

void members_view(struct views *views, struct rect r, struct room *room)
{
    struct ui *ui = views->ui;
    struct shared *shared = find_shared(views, room);
    const int pad = dp(ui, SP_3), file_h = dp(ui, FILE_ROW_H);
    ui_fill(ui, r, ROLE_SURFACE);
    ui_fill(ui, rect_cut_left(&r, dp(ui, BORDER)), ROLE_LINE);
    struct rect in =
        ui_scroll_begin(ui, ui_id_of(ui, "members"), r, content_height(ui, room, shared, r.w));
    bool turned = false;
    people(views, &in, room);
    if (shared->picture_count) {
        head_view(ui, &in, lang("SHARED MEDIA"));
        rect_cut_top(&in, dp(ui, 6));
        struct rect cells = rect_pad(in, pad, 0);
        rect_cut_top(&in, grid_height(ui, cells.w, shared->picture_count) + dp(ui, 6));
        grid(views, room, cells, shared->pictures, shared->picture_count);
    }
    if ((shared->more_pictures || shared->all_pictures) &&
        more_link(ui, &in, "all pictures", shared->all_pictures)) {
        shared->all_pictures = !shared->all_pictures;
        turned = true;
    }
    if (shared->file_count) {
        head_view(ui, &in, lang("FILES"));
        for (size_t i = 0; i < shared->file_count; i++)
            file_row(views, room, rect_cut_top(&in, file_h), shared->files[i]);
    }
    if ((shared->more_files || shared->all_files) &&
        more_link(ui, &in, "all files", shared->all_files)) {
        shared->all_files = !shared->all_files;
        turned = true;
    }
    ui_scroll_end(ui);
    member_menu(views, room);
    if (turned) {
        gather(shared, room);
        ui_again(ui);
    }
}
