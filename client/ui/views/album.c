/* album.c - pictures and films that were sent together, as a grid: each with what can be done with it. */
#include "client/ui/lang.h"
#include "client/ui/views/bubble_parts.h"
#include "client/ui/views/bubble_text.h"
#include "client/ui/views/rows.h"
#include "client/ui/widgets/avatar.h"
#include "protocol/base/str.h"

#define GAP 4.0f
#define MOST_H 450.0f /* higher albums are cropped */
#define DISC 40.0f    /* play, cancel, try again */
#define DISC_ICON 20.0f
#define INNER_RADIUS 3.0f
#define PILL_GAP 6.0f
#define BAR_H 4.0f

void album_plan(struct views *views, const struct room *room, const struct row *row, int most_w,
                struct album *album)
{
    const struct ui *ui = views->ui;
    float shapes[ALBUM_CELLS_MAX];
    *album = (struct album){.w = dp(ui, MEDIA_MAX_W) < most_w ? dp(ui, MEDIA_MAX_W) : most_w};
    for (size_t i = row->first; i <= row->last; i++) {
        struct message *message = room->messages[i];
        if (!rows_is_in_album(message))
            continue;
        if (album->count == ALBUM_CELLS_MAX) {
            album->more++;
            continue;
        }
        shapes[album->count] = message->file->height > 0
                                   ? (float)message->file->width / (float)message->file->height
                                   : 0;
        album->messages[album->count++] = message;
    }
    album->h =
        album_layout(shapes, album->count, album->w, dp(ui, GAP), dp(ui, MOST_H), album->cells);
}

struct message *album_pointed(const struct views *views, const struct album *album, struct rect r)
{
    for (int i = 0; i < album->count; i++)
        if (ui_is_pointing(views->ui, rect_shift(album->cells[i], r.x, r.y)))
            return album->messages[i];
    for (int i = 0; i < album->count; i++)
        if (views->tools_seq && album->messages[i]->seq == views->tools_seq)
            return album->messages[i];
    return album->messages[0];
}

struct message *album_head(const struct room *room, struct message *message)
{
    struct message *head = message;
    if (!message->seq || !rows_is_in_album(message))
        return message;
    const size_t at = room_index_of(room, message->seq);
    for (size_t step = 1; step <= at && step < 2 * ALBUM_CELLS_MAX; step++) {
        struct message *before = room->messages[at - step];
        if (before->deleted)
            continue;
        if (!rows_is_in_album(before) || !str_equal(before->from, message->from) ||
            !str_equal(before->file->album, message->file->album))
            break;
        head = before;
    }
    return head;
}

/* ---- a cell ---- */

/* What a press in its middle does; ICON_NONE: nothing but to look at it. */
static enum icon sign_of(const struct message *message, const char **verb, bool *bad)
{
    const struct transfer *transfer = &message->file->transfer;
    *verb = NULL;
    *bad = false;
    if (message->state == MESSAGE_FAILED || transfer->state == TRANSFER_FAILED ||
        (message->own && transfer->upload && transfer->state == TRANSFER_CANCELLED)) {
        *bad = true;
        *verb = LANG_KEY("Try again");
        return ICON_RETRY;
    }
    if (message->file->state == FILE_FAILED || message->file->picture_trouble) {
        *bad = true;
        return ICON_WARNING;
    }
    if (transfer->state == TRANSFER_ACTIVE || transfer->state == TRANSFER_WAITING) {
        *verb = LANG_KEY("Cancel");
        return ICON_X;
    }
    if (str_equal(message->file->kind, "video"))
        return ICON_PLAY;
    if (!message->file->picture || message->file->picture_is_tiny) {
        *verb = LANG_KEY("Download");
        return message->own ? ICON_NONE : ICON_DOWN;
    }
    return ICON_NONE;
}

static const char *trouble_of(const struct message *message)
{
    if (message->trouble)
        return lang(message->trouble);
    if (message->file->transfer.trouble)
        return lang(message->file->transfer.trouble);
    return message->file->picture_trouble ? lang(message->file->picture_trouble) : NULL;
}

static void act(struct views *views, struct room *room, struct message *message, enum icon sign)
{
    if (sign == ICON_X)
        action_cancel(views->app, room, message);
    else if (sign == ICON_RETRY)
        action_try_again(views->app, room, message);
    else if (sign == ICON_DOWN)
        action_fetch(views->app, room, message, false);
}

static void draw_sign(struct views *views, struct room *room, struct message *message,
                      struct rect cell)
{
    struct ui *ui = views->ui;
    const char *verb;
    bool bad;
    const enum icon sign = sign_of(message, &verb, &bad);
    const int least = cell.w < cell.h ? cell.w : cell.h;
    const int side = dp(ui, DISC) < least ? dp(ui, DISC) : least;
    const struct rect disc = rect_center(cell, side, side);
    if (sign == ICON_NONE)
        return;
    draw_circle(ui_draw(ui), disc, ui_color(ui, ROLE_OVER_MEDIA));
    ui_icon(ui, disc, sign, DISC_ICON, bad ? ROLE_ERR : ROLE_ON_MEDIA);
    if (!verb) {
        if (bad)
            ui_note(ui, "trouble", message->file->label, trouble_of(message), disc, 0);
        return;
    }
    const ui_id id = ui_id_of(ui, "sign");
    const struct ui_hit hit =
        ui_hit(ui, id, disc, "button", lang(verb), UI_FOCUSABLE | UI_HAND | UI_KEEP_FOCUS);
    const char *trouble = trouble_of(message);
    if (bad && trouble)
        ui_note_value(ui, trouble);
    if (hit.hovered)
        draw_circle(ui_draw(ui), disc, ui_color(ui, ROLE_OVER_MEDIA));
    if (hit.focus_visible)
        ui_focus_ring(ui, disc, RADIUS_FULL);
    bubble_tip(views, id, disc, bad && trouble ? trouble : lang(verb), hit.hovered);
    if (hit.clicked)
        act(views, room, message, sign);
}

static void draw_progress(struct views *views, const struct message *message, struct rect cell)
{
    struct ui *ui = views->ui;
    const struct transfer *transfer = &message->file->transfer;
    const int pad = dp(ui, SP_2);
    if (transfer->state != TRANSFER_ACTIVE && transfer->state != TRANSFER_WAITING)
        return;
    struct rect bar = rect_make(cell.x + pad, cell.y + cell.h - pad - dp(ui, BAR_H),
                                cell.w - 2 * pad, dp(ui, BAR_H));
    ui_progress(ui, bar, message->file->label,
                transfer->size ? (float)((double)transfer->done / (double)transfer->size) : 0.0f,
                ROLE_ACCENT, ROLE_TRACK);
}

static void draw_length(struct views *views, const struct message *message, struct rect cell)
{
    struct ui *ui = views->ui;
    char text[32];
    const int64_t seconds = message->file->duration_ms / 1000;
    if (!str_equal(message->file->kind, "video") || seconds <= 0)
        return;
    str_format(text, sizeof text, "%d:%02d", (int)(seconds / 60), (int)(seconds % 60));
    const int gap = dp(ui, PILL_GAP), h = ui_line_height(ui, TEXT_XS) + dp(ui, SP_1),
              w = ui_label_width(ui, text, TEXT_XS, WEIGHT_REGULAR) + 2 * dp(ui, SP_2);
    const struct rect pill = rect_make(cell.x + gap, cell.y + gap, w, h);
    ui_round(ui, pill, RADIUS_FULL, ROLE_OVER_MEDIA);
    ui_label(ui, pill, text, TEXT_XS, WEIGHT_REGULAR, ROLE_ON_MEDIA, ALIGN_CENTER);
}

static void draw_more(struct views *views, struct rect cell, int more, struct corners corners)
{
    struct ui *ui = views->ui;
    char text[16];
    str_format(text, sizeof text, "+%d", more);
    draw_round(ui_draw(ui), cell, corners, ui_color(ui, ROLE_OVER_MEDIA));
    ui_label(ui, cell, text, TEXT_LG, WEIGHT_SEMIBOLD, ROLE_ON_MEDIA, ALIGN_CENTER);
}

static struct corners corners_of(const struct ui *ui, const struct album *album, struct rect cell)
{
    struct corners corners = corners_all(dpf(ui, INNER_RADIUS));
    const float outer = dpf(ui, RADIUS_MD);
    const bool top = cell.y == 0, left = cell.x == 0, bottom = cell.y + cell.h == album->h,
               right = cell.x + cell.w == album->w;
    corners.tl = top && left ? outer : corners.tl;
    corners.tr = top && right ? outer : corners.tr;
    corners.br = bottom && right ? outer : corners.br;
    corners.bl = bottom && left ? outer : corners.bl;
    return corners;
}

static void draw_cell(struct views *views, struct room *room, const struct album *album, int index,
                      struct rect cell)
{
    struct ui *ui = views->ui;
    struct message *message = album->messages[index];
    const struct corners corners = corners_of(ui, album, album->cells[index]);
    const bool film = str_equal(message->file->kind, "video");
    const struct ui_hit hit = ui_hit(ui, ui_id_of(ui, "picture"), cell, film ? "film" : "image",
                                     message->file->label, UI_FOCUSABLE | UI_HAND);
    const bool here = message->file->picture && !message->file->picture_is_tiny;
    ui_note_value(ui, here ? "shown" : "waiting");
    picture_paint(views, room, message, cell, corners);
    draw_length(views, message, cell);
    draw_progress(views, message, cell);
    if (album->more > 0 && index + 1 == album->count)
        draw_more(views, cell, album->more, corners);
    else
        draw_sign(views, room, message, cell);
    const bool plays = moving_sign(views, message, cell, hit.clicked);
    if (hit.focus_visible)
        ui_focus_ring(ui, cell, INNER_RADIUS);
    if (!plays && hit.clicked && message->seq && (film || message->file->picture))
        views->viewer_seq = message->seq;
}

void album_draw(struct views *views, struct room *room, const struct album *album, struct rect r)
{
    struct ui *ui = views->ui;
    char count[16];
    str_format(count, sizeof count, "%d", album->count + album->more);
    ui_note(ui, "album", album->messages[0]->file->label, count, r, 0);
    for (int i = 0; i < album->count; i++) {
        const struct message *message = album->messages[i];
        const struct rect cell = rect_shift(album->cells[i], r.x, r.y);
        ui_note(ui, "message", message->file->label, message->name, cell, 0);
        ui_push_id(ui, bubble_id(ui, message));
        draw_cell(views, room, album, i, cell);
        ui_pop_id(ui);
    }
}
