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
#define UNKNOWN_W 320.0f /* of a picture whose size its sender did not know */
#define UNKNOWN_H 240.0f
#define WATCHED_MS 1000 /* who saw the place so long ago sees how it changes */
#define FRAME_MS 16

bool picture_is_shown(const struct message *message)
{
    return message->kind == MESSAGE_FILE && str_equal(message->file->kind, "image") &&
           !message->file->picture_trouble &&
           message->file->width <= RATIO_MAX * message->file->height &&
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
    const bool known = message->file->width > 0 && message->file->height > 0;
    float width = known ? (float)message->file->width * ui_scale(ui) : dpf(ui, UNKNOWN_W),
          height = known ? (float)message->file->height * ui_scale(ui) : dpf(ui, UNKNOWN_H);
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

static void paint(struct views *views, const struct message *message, struct draw_image *image,
                  struct rect r, struct corners corners)
{
    struct ui *ui = views->ui;
    if (image && message->file->width > 0) {
        draw_image_cover(ui_draw(ui), image, r, corners);
        return;
    }
    draw_round(ui_draw(ui), r, corners, ui_color(ui, ROLE_HOVER));
    if (image) { /* nobody knew its shape: it stands whole in a box that was there before */
        int image_w, image_h, w, h;
        draw_image_size(image, &image_w, &image_h);
        rect_fit(image_w, image_h, r.w, r.h, &w, &h);
        draw_image_fit(ui_draw(ui), image, rect_center(r, w, h), corners_all(0));
    }
}

/* What was painted last, so that what comes instead does not appear with a jolt. */
struct painted {
    uint32_t serial, before; /* of the picture, and of what it takes the place of; 0: nothing */
    uint64_t seen_ms, since_ms;
    bool rough; /* nothing, or the small one, was there */
};

/* How far the new picture is there, 0 .. 1. */
static float fade(struct views *views, const struct message *message, struct painted *painted)
{
    struct ui *ui = views->ui;
    const struct picture *picture = message->file->picture;
    const uint32_t serial = picture ? picture->serial : 0;
    const uint64_t now_ms = ui_now_ms(ui);
    if (serial != painted->serial) {
        const bool watched = painted->seen_ms && now_ms - painted->seen_ms < WATCHED_MS;
        painted->before = painted->serial;
        painted->since_ms = watched && painted->rough ? now_ms : 0;
        painted->serial = serial;
    }
    painted->rough = !picture || message->file->picture_is_tiny;
    painted->seen_ms = now_ms;
    const uint64_t past = now_ms - painted->since_ms;
    if (!painted->since_ms || past >= MOTION_MS || !ui_motion(ui))
        return 1;
    ui_wake_in(ui, FRAME_MS);
    return (float)past / MOTION_MS;
}

void picture_paint(struct views *views, struct room *room, struct message *message, struct rect r,
                   struct corners corners)
{
    struct ui *ui = views->ui;
    struct painted *painted = ui_state(ui, ui_id_of(ui, "painted"), sizeof *painted);
    want(views, room, message, r);
    const float there = fade(views, message, painted);
    const struct picture *picture = moving_picture(views, message);
    if (there < 1 || !picture)
        paint(views, message, pictures_peek(views->pictures, painted->before), r, corners);
    if (!picture)
        return;
    draw_push_alpha(ui_draw(ui), there);
    paint(views, message, pictures_get(views->pictures, picture), r, corners);
    draw_pop_alpha(ui_draw(ui));
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
    const bool plays = moving_sign(views, message, r, hit.clicked);
    if (hit.focus_visible)
        ui_focus_ring(ui, r, RADIUS_MD);
    if (plays)
        return;
    if (hit.clicked && message->file->transfer.state != TRANSFER_ACTIVE &&
        !message->file->transfer.path && !message->own)
        action_fetch(views->app, room, message, false);
    if (hit.clicked && message->file->picture && message->seq)
        views->viewer_seq = message->seq;
}

const struct bubble_shape shape_picture = {
    .is_for = picture_is_shown, .size = size_in, .draw = picture_draw, .media = true};
