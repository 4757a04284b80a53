/* viewer_picture.c - one picture, moved, zoomed and turned; as sharp as the screen can show it. */
#include <math.h>
#include <string.h>

#include "client/platform/clipboard_picture.h"
#include "client/ui/image_file.h"
#include "client/ui/lang.h"
#include "client/ui/views/viewer_inside.h"
#include "client/ui/widgets/avatar.h"
#include "client/ui/widgets/toast.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

#define ZOOM_MIN 0.1 /* UX.md */
#define ZOOM_MAX 8.0
#define ZOOM_NOTCH 1.25
#define ZOOM_MS 120
#define FRAME_MS 16
#define DRAG_LEAST 4 /* dp: less is a click */
#define REST_MS 80   /* it has stood still so long: then it is worth to be made sharp */
#define TOLD_MS 1200 /* how large it is, after a zoom */
#define PAN_DP 60.0f
#define MARGIN \
    0.2f /* more than is in sight is made sharp, so that a small move needs nothing new */
#define RADIUS 6.0f
#define WRONG \
    0.06 /* a shape that differs by more is another one; previews are rounded to whole px */
#define UNKNOWN_W 640
#define UNKNOWN_H 480

struct size {
    double w, h;
};

/* Its own size, upright, as its sender said it; where that is not its shape, or nothing was said, that of the picture itself. */
static struct size original(const struct message *message)
{
    const struct file_part *file = message->file;
    const struct picture *picture = file->picture;
    const double w = file->width, h = file->height;
    if (picture && (w <= 0 || h <= 0 ||
                    fabs(w * picture->height - h * picture->width) > WRONG * w * picture->height))
        return (struct size){picture->width, picture->height};
    return w > 0 && h > 0 ? (struct size){w, h} : (struct size){UNKNOWN_W, UNKNOWN_H};
}

/* It can be made sharper than its preview is. */
static bool is_known(const struct message *message)
{
    const struct size size = original(message);
    return !message->file->animation && (int)size.w == message->file->width &&
           (int)size.h == message->file->height;
}

static struct size size_of(const struct viewer *viewer, const struct message *message)
{
    const double w = original(message).w, h = original(message).h;
    return viewer->turns & 1 ? (struct size){h, w} : (struct size){w, h};
}

/* A small picture is as large as in a bubble, not larger. */
static double fit_zoom(const struct views *views, const struct message *message, struct rect place)
{
    const struct size size = size_of(views->viewer, message);
    const double fit = fmin((double)place.w / size.w, (double)place.h / size.h),
                 most = (double)ui_scale(views->ui);
    return fit < most ? fit : most;
}

static struct stand fitting(const struct views *views, const struct message *message,
                            struct rect place)
{
    const struct size size = size_of(views->viewer, message);
    return (struct stand){fit_zoom(views, message, place), size.w / 2, size.h / 2};
}

/* Where the pointer is, counted from the left in any language: a picture is not mirrored. */
static int from_left(const struct views *views, int x)
{
    return draw_place(ui_draw(views->ui), rect_make(x, 0, 1, 1)).x;
}

static bool is_moving(const struct views *views)
{
    return ui_now_ms(views->ui) - views->viewer->since_ms < ZOOM_MS && ui_motion(views->ui);
}

/* On the way, the point under the pointer stays where it is: places are linear in 1 / zoom. */
static struct stand stand_now(const struct views *views)
{
    const struct viewer *viewer = views->viewer;
    if (!is_moving(views))
        return viewer->to;
    const double t = (double)(ui_now_ms(views->ui) - viewer->since_ms) / ZOOM_MS,
                 by = 1 - (1 - t) * (1 - t) * (1 - t);
    const struct stand *a = &viewer->from, *b = &viewer->to;
    return (struct stand){1 / (1 / a->zoom + (1 / b->zoom - 1 / a->zoom) * by),
                          a->x + (b->x - a->x) * by, a->y + (b->y - a->y) * by};
}

static void go(struct views *views, const struct message *message, struct rect place,
               struct stand to, bool smoothly)
{
    struct viewer *viewer = views->viewer;
    const struct stand fit = fitting(views, message, place);
    const struct size size = size_of(viewer, message);
    viewer->fits = fabs(to.zoom - fit.zoom) < 0.001 * fit.zoom;
    if (to.zoom <= fit.zoom * 1.001) { /* all of it is seen: in the middle */
        to.x = fit.x;
        to.y = fit.y;
    }
    to.x = fmin(fmax(to.x, 0), size.w);
    to.y = fmin(fmax(to.y, 0), size.h);
    viewer->from = stand_now(views);
    viewer->to = to;
    viewer->changed_ms = ui_now_ms(views->ui);
    viewer->since_ms = smoothly ? viewer->changed_ms : 0;
    ui_again(views->ui);
}

static void zoom_at(struct views *views, const struct message *message, struct rect place,
                    double zoom, int x, int y)
{
    struct viewer *viewer = views->viewer;
    const double fit = fit_zoom(views, message, place), least = fmin(ZOOM_MIN, fit),
                 most = fmax(ZOOM_MAX, fit);
    const struct stand now = stand_now(views);
    const double dx = x - (place.x + place.w / 2.0), dy = y - (place.y + place.h / 2.0);
    zoom = fmin(fmax(zoom, least), most);
    viewer->zoomed_ms = ui_now_ms(views->ui);
    go(views, message, place,
       (struct stand){zoom, now.x + dx / now.zoom - dx / zoom, now.y + dy / now.zoom - dy / zoom},
       true);
}

void viewer_reset_picture(struct views *views)
{
    struct viewer *viewer = views->viewer;
    viewer->turns = 0;
    viewer->fits = true;
    viewer->since_ms = viewer->zoomed_ms = 0;
    viewer->dragging = viewer->pressed = viewer->copying = false;
}

bool viewer_is_zoomed(const struct views *views, const struct message *message, struct rect place)
{
    return views->viewer->to.zoom > fit_zoom(views, message, place) * 1.001;
}

/* ---- turning ---- */

void viewer_turn_picture(struct views *views)
{
    struct viewer *viewer = views->viewer;
    viewer->turns = (viewer->turns + 1) & 3;
    viewer->fits = true;
    viewer->since_ms = 0;
    viewer->changed_ms = ui_now_ms(views->ui);
    ui_again(views->ui);
}

static struct draw_image *turn(struct draw *draw, const struct picture *picture, int turns)
{
    const int w = picture->width, h = picture->height, to_w = turns & 1 ? h : w,
              to_h = turns & 1 ? w : h;
    uint32_t *to = mem_alloc((size_t)w * (size_t)h, 4);
    const uint32_t *from = (const uint32_t *)(const void *)picture->pixels;
    for (int y = 0; y < to_h; y++)
        for (int x = 0; x < to_w; x++) {
            const int at_x = turns == 1 ? y : turns == 2 ? w - 1 - x : w - 1 - y;
            const int at_y = turns == 1 ? h - 1 - x : turns == 2 ? h - 1 - y : x;
            to[(size_t)y * (size_t)to_w + (size_t)x] =
                from[(size_t)at_y * (size_t)w + (size_t)at_x];
        }
    struct draw_image *image = draw_image_create(draw, to_w, to_h, (const uint8_t *)to, to_w * 4);
    mem_free(to);
    return image;
}

/* As it stands. slot: 0 for the whole, 1 for the sharp part. */
static struct draw_image *image_of(struct views *views, const struct picture *picture, int slot)
{
    struct viewer *viewer = views->viewer;
    struct turned *turned = &viewer->turned[slot];
    if (viewer->turns == 0)
        return pictures_get(views->pictures, picture);
    if (turned->serial != picture->serial || turned->turns != viewer->turns) {
        draw_image_destroy(ui_draw(views->ui), turned->image);
        *turned = (struct turned){picture->serial, viewer->turns,
                                  turn(ui_draw(views->ui), picture, viewer->turns)};
    }
    return turned->image;
}

/* A rectangle of the upright picture (w x h) as it stands after so many quarters; with 4 - turns and the turned size, back. */
static struct rect turn_rect(struct rect r, int w, int h, int turns)
{
    switch (turns & 3) {
    case 1:
        return rect_make(h - r.y - r.h, r.x, r.h, r.w);
    case 2:
        return rect_make(w - r.x - r.w, h - r.y - r.h, r.w, r.h);
    case 3:
        return rect_make(r.y, w - r.x - r.w, r.h, r.w);
    default:
        return r;
    }
}

/* ---- as sharp as it is shown ---- */

/* Ask for what is in sight and a little more, at the screen's own size or at the picture's own if that is less. */
static void want_detail(struct views *views, struct room *room, struct message *message,
                        struct rect seen, double zoom)
{
    const int turns = views->viewer->turns;
    const struct size turned = size_of(views->viewer, message);
    const double scale = fmin(zoom, 1);
    double margin = MARGIN;
    if (fmax(seen.w, seen.h) * scale * (1 + 2 * margin) > DETAIL_SIDE_MAX)
        margin = 0;
    struct rect want = rect_pad(seen, -(int)(seen.w * margin), -(int)(seen.h * margin));
    want = rect_intersect(want, rect_make(0, 0, (int)turned.w, (int)turned.h));
    want = turn_rect(want, (int)turned.w, (int)turned.h, 4 - turns);
    struct part part = {.x = want.x, .y = want.y, .width = want.w, .height = want.h};
    part.of_width = message->file->width;
    part.of_height = message->file->height;
    part.box_width = (int)ceil(fmin(want.w * scale, DETAIL_SIDE_MAX));
    part.box_height = (int)ceil(fmin(want.h * scale, DETAIL_SIDE_MAX));
    if (part.box_width > 0 && part.box_height > 0)
        action_want_detail(views->app, room, message, &part);
}

static bool is_of(const struct part *part, const struct room *room, const struct message *message)
{
    return part->seq == message->seq && str_equal(part->room, room->name);
}

/* Whether the sharp part has all of `seen`, as sharp as can be. */
static bool detail_serves(const struct detail *detail, const struct room *room,
                          const struct message *message, struct rect seen, struct rect has,
                          double scale)
{
    const struct rect common = rect_intersect(seen, has);
    return detail->picture && is_of(&detail->part, room, message) && common.w == seen.w &&
           common.h == seen.h &&
           (double)detail->picture->width >= (double)detail->part.width * scale * 0.98;
}

/* ---- drawing ---- */

/* Where on the screen a part of the picture stands that is given in its own px. */
struct place {
    double x, y, zoom;
};

static struct rect on_screen(struct place f, struct rect r)
{
    const int x = (int)floor(f.x + r.x * f.zoom + 0.5), y = (int)floor(f.y + r.y * f.zoom + 0.5);
    return rect_make(x, y, (int)floor(f.x + (r.x + r.w) * f.zoom + 0.5) - x,
                     (int)floor(f.y + (r.y + r.h) * f.zoom + 0.5) - y);
}

/* What of `image`, which shows `part` of the picture, is inside `clip`. */
static void draw_piece(struct views *views, struct draw_image *image, struct rect part,
                       struct place f, struct rect clip, bool moving)
{
    int w, h;
    const struct rect whole = on_screen(f, part), seen = rect_intersect(whole, clip);
    if (rect_is_empty(seen) || whole.w <= 0 || whole.h <= 0)
        return;
    draw_image_size(image, &w, &h);
    const double by_x = (double)w / whole.w, by_y = (double)h / whole.h;
    draw_image_part(ui_draw(views->ui), image,
                    (struct draw_area){(float)((seen.x - whole.x) * by_x),
                                       (float)((seen.y - whole.y) * by_y), (float)(seen.w * by_x),
                                       (float)(seen.h * by_y)},
                    seen, moving);
}

/* True: as sharp as can be. */
static bool draw_standing(struct views *views, struct room *room, struct message *message,
                          struct place f, struct rect r, struct rect box, bool moving)
{
    struct ui *ui = views->ui;
    struct viewer *viewer = views->viewer;
    const struct detail *detail = &views->model->detail;
    ui_push_id(ui, ui_id_num(ui, "viewer picture", message->seq));
    const struct picture *picture = moving_picture(views, message);
    ui_pop_id(ui);
    const struct size size = size_of(viewer, message);
    const struct rect all = rect_make(0, 0, (int)size.w, (int)size.h);
    const double scale = fmin(f.zoom, 1);
    const double has_scale = (double)picture->width / original(message).w;
    /* what is in sight, in the picture's own px */
    const struct rect clip = rect_intersect(r, box);
    struct rect seen =
        rect_make((int)floor((clip.x - f.x) / f.zoom), (int)floor((clip.y - f.y) / f.zoom),
                  (int)ceil(clip.w / f.zoom) + 1, (int)ceil(clip.h / f.zoom) + 1);
    seen = rect_intersect(seen, all);
    const bool sharp =
        !is_known(message) || (has_scale >= scale * 0.98 && !message->file->picture_is_tiny);
    const bool rests = ui_now_ms(ui) - viewer->changed_ms >= REST_MS;
    const bool mine = !sharp && is_of(&detail->part, room, message);
    const struct rect has = turn_rect(
        rect_make(detail->part.x, detail->part.y, detail->part.width, detail->part.height),
        message->file->width, message->file->height, viewer->turns);
    const bool serves = mine && detail_serves(detail, room, message, seen, has, scale);
    if (!serves) {
        if (sharp && !moving && clip.w == box.w && clip.h == box.h)
            draw_image_fit(ui_draw(ui), image_of(views, picture, 0), box,
                           corners_all(viewer->full ? 0 : dpf(ui, RADIUS)));
        else
            draw_piece(views, image_of(views, picture, 0), all, f, r, moving || !sharp);
    }
    if (mine && detail->picture)
        draw_piece(views, image_of(views, detail->picture, 1), has, f, r, moving);
    if (!sharp && !serves && !viewer->copying) {
        if (rests && !moving)
            want_detail(views, room, message, seen, f.zoom);
        else
            ui_wake_in(ui, REST_MS);
    }
    return serves || sharp;
}

static void tell_zoom(struct views *views, struct rect r, double zoom)
{
    struct ui *ui = views->ui;
    const struct viewer *viewer = views->viewer;
    char text[24];
    const uint64_t ago_ms = ui_now_ms(ui) - viewer->zoomed_ms;
    const bool on = viewer->zoomed_ms && ago_ms < TOLD_MS;
    if (on)
        ui_wake_in(ui, (int)(TOLD_MS - ago_ms));
    const float alpha = ui_animate(ui, ui_id_of(ui, "viewer zoom"), on);
    if (alpha <= 0)
        return;
    str_format(text, sizeof text, "%d%%", (int)(zoom * 100 + 0.5));
    draw_push_alpha(ui_draw(ui), alpha);
    ui_pill(ui, rect_make(r.x, r.y + r.h - dp(ui, SP_6), r.w, dp(ui, SP_5)), text, ROLE_OVER_MEDIA,
            ROLE_ON_MEDIA, ALIGN_CENTER);
    draw_pop_alpha(ui_draw(ui));
}

static void draw_waiting(struct views *views, const struct message *message, struct rect box)
{
    struct ui *ui = views->ui;
    const struct transfer *transfer = &message->file->transfer;
    draw_round(ui_draw(ui), box, corners_all(dpf(ui, RADIUS)),
               color_alpha(ui_color(ui, ROLE_ON_MEDIA), 0.08f));
    if (transfer->state == TRANSFER_ACTIVE || transfer->state == TRANSFER_WAITING)
        ui_progress(ui, rect_center(box, box.w / 3, dp(ui, 4)), message->file->label,
                    transfer->size ? (float)((double)transfer->done / (double)transfer->size) : 0,
                    ROLE_ON_MEDIA, ROLE_TRACK);
    else
        ui_icon(ui, box, ICON_IMAGE, 36, ROLE_ON_MEDIA);
}

/* ---- the pointer ---- */

static void take_wheel(struct views *views, const struct message *message, struct rect r,
                       struct rect place)
{
    struct ui *ui = views->ui;
    float wheel_x, wheel_y;
    int x, y;
    if (!ui_take_wheel(ui, ui_id_of(ui, "viewer wheel"), r, &wheel_x, &wheel_y) || wheel_y == 0)
        return;
    ui_pointer(ui, &x, &y);
    const double fit = fit_zoom(views, message, place), was = views->viewer->to.zoom;
    double zoom = was * pow(ZOOM_NOTCH, (double)wheel_y);
    if (fabs((double)wheel_y) <= 1 && ((was < fit && zoom > fit) || (was > fit && zoom < fit)))
        zoom = fit; /* a rest on the way */
    zoom_at(views, message, place, zoom, from_left(views, x), y);
}

/* True: a click, and not on the picture. */
static bool take_pointer(struct views *views, const struct message *message, struct rect r,
                         struct rect place, struct rect box, bool lit)
{
    struct ui *ui = views->ui;
    struct viewer *viewer = views->viewer;
    const bool zoomed = viewer_is_zoomed(views, message, place);
    const struct ui_hit hit = ui_hit(ui, ui_id_of(ui, "viewer"), r, "viewer", message->file->label,
                                     UI_QUIET | (lit ? 0u : UI_NO_POINTER));
    const int x = from_left(views, hit.x);
    const bool on = rect_has(box, x, hit.y);
    if (hit.pressed) {
        viewer->dragging = on;
        viewer->drag_x = x;
        viewer->drag_y = hit.y;
        viewer->drag_way = 0;
        if (hit.clicks == 2 && on && viewer->pressed) {
            const double fit = fit_zoom(views, message, place);
            const bool whole = fabs(fit - 1) < 0.01;
            zoom_at(views, message, place, !viewer->fits ? fit : whole ? 2 : 1, x, hit.y);
            viewer->dragging = false;
        }
        viewer->pressed = true;
    }
    if (hit.dragged && viewer->dragging) {
        const int dx = x - viewer->drag_x, dy = hit.y - viewer->drag_y;
        viewer->drag_way += (dx < 0 ? -dx : dx) + (dy < 0 ? -dy : dy);
        viewer->drag_x = x;
        viewer->drag_y = hit.y;
        if (zoomed) {
            struct stand to = stand_now(views);
            to.x -= dx / to.zoom;
            to.y -= dy / to.zoom;
            go(views, message, place, to, false);
        }
    }
    if (!hit.held)
        viewer->dragging = false;
    return hit.clicked && !on && viewer->drag_way < dp(ui, DRAG_LEAST);
}

void viewer_picture_keys(struct views *views, const struct message *message, struct rect place)
{
    struct ui *ui = views->ui;
    struct viewer *viewer = views->viewer;
    const int x = place.x + place.w / 2, y = place.y + place.h / 2, step = dp(ui, PAN_DP);
    const double zoom = viewer->to.zoom;
    if (zoom <= 0)
        return;
    if (ui_take_key(ui, 0, KEY_CHAR + '+', 0) || ui_take_key(ui, 0, KEY_CHAR + '+', MOD_SHIFT) ||
        ui_take_key(ui, 0, KEY_CHAR + '=', 0))
        zoom_at(views, message, place, zoom * ZOOM_NOTCH, x, y);
    if (ui_take_key(ui, 0, KEY_CHAR + '-', 0))
        zoom_at(views, message, place, zoom / ZOOM_NOTCH, x, y);
    if (ui_take_key(ui, 0, KEY_CHAR + '1', 0))
        zoom_at(views, message, place, 1, x, y);
    if (ui_take_key(ui, 0, KEY_CHAR + '0', 0))
        zoom_at(views, message, place, fit_zoom(views, message, place), x, y);
    if (ui_take_key(ui, 0, KEY_CHAR + 'r', 0))
        viewer_turn_picture(views);
    static const struct {
        int key, x, y;
    } ways[] = {{KEY_LEFT, -1, 0}, {KEY_RIGHT, 1, 0}, {KEY_UP, 0, -1}, {KEY_DOWN, 0, 1}};
    if (!viewer_is_zoomed(views, message, place))
        return;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (ui_take_key(ui, 0, ways[i].key, 0)) {
            struct stand to = viewer->to;
            to.x += ways[i].x * step / to.zoom;
            to.y += ways[i].y * step / to.zoom;
            go(views, message, place, to, true);
        }
}

struct rect viewer_picture(struct views *views, struct room *room, struct message *message,
                           struct rect r, struct rect place, bool lit)
{
    struct ui *ui = views->ui;
    struct viewer *viewer = views->viewer;
    const struct size size = size_of(viewer, message);
    if (viewer->fits)
        viewer->to = fitting(views, message, place);
    if (viewer->since_ms == 0)
        viewer->from = viewer->to;
    const struct stand now = stand_now(views);
    const bool moving = is_moving(views) || viewer->dragging;
    struct place f = {place.x + place.w / 2.0 - now.x * now.zoom,
                      place.y + place.h / 2.0 - now.y * now.zoom, now.zoom};
    if (!is_moving(views)) { /* pixel on pixel */
        f.x = floor(f.x + 0.5);
        f.y = floor(f.y + 0.5);
    }
    const struct rect box = on_screen(f, rect_make(0, 0, (int)size.w, (int)size.h));
    int most = (int)(fit_zoom(views, message, place) * fmax(size.w, size.h) + 0.5);
    action_want_picture(views->app, room, message, most, most);
    const struct rect stands = draw_place(ui_draw(ui), box); /* as all else is laid out */
    char where[80]; /* per cent, and where it stands also outside of the window */
    bool sharp = false;
    if (message->file->picture) {
        draw_begin_order(ui_draw(ui), ui_rect(ui));
        sharp = draw_standing(views, room, message, f, r, box, moving);
        draw_end_order(ui_draw(ui));
    } else {
        draw_waiting(views, message, stands);
    }
    str_format(where, sizeof where, "%d %d %d %d %d%s", (int)(now.zoom * 100 + 0.5), box.x, box.y,
               box.w, box.h, sharp ? " sharp" : "");
    ui_note(ui, "viewer", message->file->label, where, stands, 0);
    if (is_moving(views))
        ui_wake_in(ui, FRAME_MS);
    tell_zoom(views, place, now.zoom);
    take_wheel(views, message, r, place);
    if (take_pointer(views, message, r, place, box, lit))
        views->viewer_seq = 0;
    return box;
}

/* ---- copying ---- */

static void copy(struct views *views, const struct picture *picture)
{
    struct err err = {0};
    if (clipboard_put_picture(picture->pixels, picture->width, picture->height, image_png, &err))
        ui_toast(views->ui, TOAST_OK, lang("The picture was copied"));
    else
        ui_toast(views->ui, TOAST_ERR, lang(err.text));
}

void viewer_copy(struct views *views, struct room *room, struct message *message)
{
    const struct picture *picture = message->file->picture;
    if (picture && !message->file->picture_is_tiny &&
        (!is_known(message) ||
         (picture->width == message->file->width && picture->height == message->file->height)))
        copy(views, picture);
    else
        views->viewer->copying = true;
    viewer_go_on_copying(views, room, message);
}

void viewer_go_on_copying(struct views *views, struct room *room, struct message *message)
{
    struct viewer *viewer = views->viewer;
    const struct detail *detail = &views->model->detail;
    const struct file_part *file = message->file;
    if (!viewer->copying)
        return;
    const struct part whole = {
        .width = file->width,
        .height = file->height,
        .of_width = file->width,
        .of_height = file->height,
        .box_width = file->width < DETAIL_SIDE_MAX ? file->width : DETAIL_SIDE_MAX,
        .box_height = file->height < DETAIL_SIDE_MAX ? file->height : DETAIL_SIDE_MAX};
    if (detail->picture && is_of(&detail->part, room, message) && detail->part.x == 0 &&
        detail->part.y == 0 && detail->part.width == whole.width &&
        detail->part.height == whole.height && detail->part.box_width == whole.box_width) {
        copy(views, detail->picture);
        viewer->copying = false;
    } else if (detail->failed && is_of(&detail->wanted, room, message) &&
               detail->wanted.box_width == whole.box_width) {
        ui_toast(views->ui, TOAST_ERR, lang("The picture could not be copied."));
        viewer->copying = false;
    } else {
        action_want_detail(views->app, room, message, &whole);
    }
}
