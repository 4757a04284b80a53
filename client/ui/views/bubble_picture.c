/* bubble_picture.c - a picture in a bubble: what is there of it, as large as it is going to be. */
#include <math.h>

#include "client/ui/lang.h"
#include "client/ui/views/bubble_parts.h"
#include "client/ui/widgets/avatar.h"
#include "protocol/base/str.h"

#define RATIO_MAX 20    /* UX.md: more extreme pictures are cards */
#define CROP_RATIO 2.2f /* and from here on they are cropped */
#define PICTURE_MIN_W 100.0f
#define PICTURE_MIN_H 60.0f

bool picture_is_shown(const struct message *message)
{
    return message->kind == MESSAGE_FILE && str_equal(message->file->kind, "image") &&
           !message->file->picture_trouble && message->file->width > 0 &&
           message->file->height > 0 && message->file->width <= RATIO_MAX * message->file->height &&
           message->file->height <= RATIO_MAX * message->file->width &&
           message->file->state != FILE_FAILED && message->state != MESSAGE_FAILED;
}

void picture_size(struct views *views, const struct message *message, int most_w, int *w, int *h)
{
    const struct ui *ui = views->ui;
    int max_w = dp(ui, MEDIA_MAX_W), max_h = dp(ui, MEDIA_MAX_H);
    if (max_w > most_w)
        max_w = most_w;
    /* the file's own pixels count as logical ones, so that a small picture is not tiny on a dense screen */
    float width = (float)message->file->width * ui_scale(ui),
          height = (float)message->file->height * ui_scale(ui);
    if (width > CROP_RATIO * height)
        width = CROP_RATIO * height;
    if (height > CROP_RATIO * width)
        height = CROP_RATIO * width;
    rect_fit((int)(width + 0.5f), (int)(height + 0.5f), max_w, max_h, w, h);
    if (*w < dp(ui, PICTURE_MIN_W))
        *w = dp(ui, PICTURE_MIN_W);
    if (*h < dp(ui, PICTURE_MIN_H))
        *h = dp(ui, PICTURE_MIN_H);
}

static void size_in(struct views *views, const struct room *room, const struct message *message,
                    int most_w, int *w, int *h)
{
    (void)room;
    picture_size(views, message, most_w, w, h);
}

/* What stands on a picture that is not there yet. */
static void draw_waiting(struct views *views, const struct message *message, struct rect r)
{
    struct ui *ui = views->ui;
    const struct transfer *transfer = &message->file->transfer;
    const bool moving = transfer->state == TRANSFER_ACTIVE || transfer->state == TRANSFER_WAITING;
    char size[LANG_SIZE_MAX];
    if (moving) {
        struct rect bar = rect_pad(rect_middle(r, dp(ui, 4)), r.w / 4, 0);
        ui_progress(ui, bar, message->file->label,
                    transfer->size ? (float)((double)transfer->done / (double)transfer->size)
                                   : -1.0f,
                    ROLE_ACCENT, ROLE_TRACK);
    } else if (!message->file->picture) {
        lang_size(message->file->size, size);
        struct rect middle = rect_center(r, r.w, dp(ui, 60));
        ui_icon(ui, rect_cut_top(&middle, dp(ui, 36)), ICON_IMAGE, 28, ROLE_TEXT_3);
        ui_label(ui, middle, size, TEXT_XS, WEIGHT_REGULAR, ROLE_TEXT_3, ALIGN_CENTER);
    }
}

/* As large as the whole must be to cover r. */
static void want(struct views *views, struct room *room, struct message *message, struct rect r)
{
    const double w = message->file->width, h = message->file->height;
    double scale = 1;
    if (w > 0 && h > 0)
        scale = r.w / w > r.h / h ? r.w / w : r.h / h;
    action_want_picture(views->app, room, message, w > 0 ? (int)ceil(w * scale) : r.w,
                        h > 0 ? (int)ceil(h * scale) : r.h);
}

void picture_paint(struct views *views, struct room *room, struct message *message, struct rect r,
                   struct corners corners)
{
    struct ui *ui = views->ui;
    want(views, room, message, r);
    if (message->file->picture)
        draw_image_cover(ui_draw(ui), pictures_get(views->pictures, message->file->picture), r,
                         corners);
    else
        draw_round(ui_draw(ui), r, corners, ui_color(ui, ROLE_HOVER));
}

static void picture_draw(struct views *views, struct room *room, struct message *message,
                         struct rect r)
{
    struct ui *ui = views->ui;
    const struct corners corners = corners_all(dpf(ui, RADIUS_MD));
    struct ui_hit hit = ui_hit(ui, ui_id_of(ui, "picture"), r, "image", message->file->label,
                               UI_FOCUSABLE | UI_HAND);
    ui_note_value(ui, message->file->picture ? "shown" : "waiting");
    picture_paint(views, room, message, r, corners);
    draw_waiting(views, message, r);
    if (hit.focus_visible)
        ui_focus_ring(ui, r, RADIUS_MD);
    if (hit.clicked && message->file->transfer.state != TRANSFER_ACTIVE &&
        !message->file->transfer.path && !message->own)
        action_fetch(views->app, room, message, false);
    if (hit.clicked && message->file->picture && message->seq)
        views->viewer_seq = message->seq;
}

const struct bubble_shape shape_picture = {
    .is_for = picture_is_shown, .size = size_in, .draw = picture_draw, .media = true};
