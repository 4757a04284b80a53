#include "client/ui/views/film.h"

#include <math.h>
#include <string.h>

#include "client/ui/lang.h"
#include "client/ui/views/playing.h"
#include "client/ui/widgets/avatar.h"
#include "client/ui/widgets/button.h"
#include "protocol/base/str.h"

#define RATIO_MAX 20 /* UX.md: more extreme ones are cards */
#define PLAY_SIDE 56.0f
#define SPIN_DOTS 8
#define SPIN_MS 800 /* once round */
#define FRAME_MS 16
#define LIT_MS 2000 /* what lies on it stays so long after the pointer moved */
#define SEEK_MS 5000
#define STEP_MS 40 /* one picture, about */
#define VOLUME_STEP 10
#define UHD 2160 /* lines of what is called 4K */

bool film_is_shown(const struct message *message)
{
    const struct file_part *file = message->file;
    return message->kind == MESSAGE_FILE && str_equal(file->kind, "video") &&
           !(file->picture_trouble && !file->picture) && file->width <= RATIO_MAX * file->height &&
           file->height <= RATIO_MAX * file->width && file->state != FILE_FAILED &&
           message->state != MESSAGE_FAILED;
}

bool media_is_shown(const struct message *message)
{
    return message->file && (picture_is_shown(message) || film_is_shown(message));
}

const struct playback *film_playback(const struct views *views, const struct room *room,
                                     const struct message *message)
{
    const struct playback *playback = &views->model->playback;
    return playback->state != PLAY_NONE && message->seq && playback->seq == message->seq &&
                   str_equal(playback->room, room->name)
               ? playback
               : NULL;
}

struct rect film_contain(struct rect r, int w, int h)
{
    if (w <= 0 || h <= 0)
        return r;
    const double by = fmin((double)r.w / w, (double)r.h / h);
    int to_w = (int)(w * by + 0.5), to_h = (int)(h * by + 0.5);
    if (to_w >= r.w - 1)
        to_w = r.w;
    if (to_h >= r.h - 1)
        to_h = r.h;
    return rect_center(r, to_w > 0 ? to_w : 1, to_h > 0 ? to_h : 1);
}

/* ---- what a person does ---- */

void film_toggle(struct views *views, struct room *room, struct message *message)
{
    const struct playback *playback = film_playback(views, room, message);
    if (!message->seq)
        return; /* on its way to the server */
    if (!playback || playback->state == PLAY_ENDED || playback->state == PLAY_FAILED)
        action_play(views->app, room, message);
    else
        action_pause(views->app, playback->state != PLAY_PAUSED);
}

static void seek(struct views *views, const struct playback *playback, int64_t to_ms)
{
    if (playback->duration_ms > 0 && to_ms > playback->duration_ms)
        to_ms = playback->duration_ms;
    action_seek(views->app, to_ms > 0 ? to_ms : 0);
}

static void add_volume(struct views *views, const struct playback *playback, int by)
{
    int percent = (playback->quiet ? 0 : playback->volume) + by;
    percent = percent < 0 ? 0 : percent > 100 ? 100 : percent;
    action_set_volume(views->app, percent, percent == 0);
}

static void step(struct views *views, const struct playback *playback, int by)
{
    if (playback->state != PLAY_PAUSED)
        action_pause(views->app, true);
    seek(views, playback, playback->position_ms + by * STEP_MS);
}

void film_keys(struct views *views, struct room *room, struct message *message, ui_id id,
               bool arrows)
{
    struct ui *ui = views->ui;
    const struct playback *playback = film_playback(views, room, message);
    if (ui_take_key(ui, id, KEY_SPACE, 0) || ui_take_key(ui, id, KEY_CHAR + 'k', 0))
        film_toggle(views, room, message);
    if (!playback)
        return;
    const unsigned mods = arrows ? 0 : MOD_SHIFT;
    if (ui_take_key(ui, id, ui_key_back(ui), mods))
        seek(views, playback, playback->position_ms - SEEK_MS);
    if (ui_take_key(ui, id, ui_key_on(ui), mods))
        seek(views, playback, playback->position_ms + SEEK_MS);
    if (ui_take_key(ui, id, KEY_UP, 0))
        add_volume(views, playback, VOLUME_STEP);
    if (ui_take_key(ui, id, KEY_DOWN, 0))
        add_volume(views, playback, -VOLUME_STEP);
    if (ui_take_key(ui, id, KEY_CHAR + 'm', 0))
        action_set_volume(views->app, playback->volume, !playback->quiet);
    if (ui_take_key(ui, id, KEY_CHAR + ',', 0))
        step(views, playback, -1);
    if (ui_take_key(ui, id, KEY_CHAR + '.', 0))
        step(views, playback, 1);
}

/* ---- what lies on it ---- */

static void label_of(const struct message *message, const struct playback *playback, char *out,
                     size_t size)
{
    const struct file_part *file = message->file;
    const int64_t duration_ms = file->duration_ms ? file->duration_ms
                                : playback        ? playback->duration_ms
                                                  : 0;
    int lines = file->width < file->height ? file->width : file->height;
    char length[PLAYING_TIME] = "", sharp[16] = "";
    if (duration_ms > 0)
        playing_time(duration_ms, length);
    if (lines >= UHD)
        str_format(sharp, sizeof sharp, "%dK", lines / UHD * 4);
    else if (lines > 0)
        str_format(sharp, sizeof sharp, "%dp", lines);
    str_format(out, size, "%s%s%s", length, length[0] && sharp[0] ? " · " : "", sharp);
}

static void draw_label(struct ui *ui, struct rect r, const char *text)
{
    if (!text[0])
        return;
    const int pad_x = dp(ui, SP_2), h = ui_line_height(ui, TEXT_XS) + dp(ui, SP_1);
    const struct rect pill =
        rect_make(r.x + dp(ui, SP_2), r.y + dp(ui, SP_2),
                  ui_label_width(ui, text, TEXT_XS, WEIGHT_REGULAR) + 2 * pad_x, h);
    if (pill.w + 2 * dp(ui, SP_2) > r.w)
        return;
    ui_round(ui, pill, RADIUS_FULL, ROLE_OVER_MEDIA);
    ui_label(ui, rect_pad(pill, pad_x, dp(ui, 2)), text, TEXT_XS, WEIGHT_REGULAR, ROLE_ON_MEDIA,
             ALIGN_LEFT);
}

/* Dots that run round. */
static void draw_spinner(struct ui *ui, struct rect disc)
{
    const float turn = ui_motion(ui) ? (float)(ui_now_ms(ui) % SPIN_MS) / SPIN_MS : 0;
    const float radius = (float)disc.w * 0.28f;
    const int dot = dp(ui, 5);
    for (int i = 0; i < SPIN_DOTS; i++) {
        const float at = (float)i / SPIN_DOTS, angle = 6.2831853f * at;
        const float behind = turn - at - floorf(turn - at); /* 0: the newest */
        const struct rect place =
            rect_make(disc.x + disc.w / 2 - dot / 2 + (int)lroundf(radius * sinf(angle)),
                      disc.y + disc.h / 2 - dot / 2 - (int)lroundf(radius * cosf(angle)), dot, dot);
        draw_circle(ui_draw(ui), place,
                    color_alpha(ui_color(ui, ROLE_ON_MEDIA), 1 - 0.85f * behind));
    }
    if (ui_motion(ui))
        ui_wake_in(ui, 2 * FRAME_MS);
}

static void draw_fetching(struct ui *ui, const struct message *message, struct rect r)
{
    const struct transfer *transfer = &message->file->transfer;
    if (transfer->state != TRANSFER_ACTIVE && transfer->state != TRANSFER_WAITING)
        return;
    struct rect bar = rect_center(r, r.w / 2, dp(ui, 4));
    bar.y += dp(ui, PLAY_SIDE / 2 + SP_4);
    if (bar.y + bar.h < r.y + r.h)
        ui_progress(ui, bar, message->file->label,
                    transfer->size ? (float)((double)transfer->done / (double)transfer->size) : 0,
                    ROLE_ON_MEDIA, ROLE_OVER_MEDIA);
}

/* A disc in the middle: what a press does, or that it is being waited. Not a place of its own: the whole film is pressed. */
static void draw_middle(struct ui *ui, const struct message *message,
                        const struct playback *playback, struct rect r, bool hovered)
{
    const enum play_state state = playback ? playback->state : PLAY_NONE;
    const bool waits = state == PLAY_OPENING || state == PLAY_WAITING;
    if (state == PLAY_PLAYING)
        return;
    int side = dp(ui, PLAY_SIDE);
    if (side > r.h - 2 * dp(ui, SP_1))
        side = r.h - 2 * dp(ui, SP_1);
    const struct rect disc = rect_center(r, side, side);
    const bool sent = message->seq != 0;
    if (sent || waits) {
        draw_circle(ui_draw(ui), disc, ui_color(ui, ROLE_OVER_MEDIA));
        if (hovered && !waits)
            draw_circle(ui_draw(ui), disc, ui_color(ui, ROLE_OVER_MEDIA));
    }
    if (waits)
        draw_spinner(ui, disc);
    else if (sent)
        ui_icon(ui, disc, state == PLAY_ENDED ? ICON_RETRY : ICON_PLAY, 26, ROLE_ON_MEDIA);
    if (waits || state == PLAY_NONE)
        draw_fetching(ui, message, r);
}

/* Why it does not play, on what is dimmed. */
static void draw_failed(struct views *views, struct room *room, struct message *message,
                        const struct playback *playback, struct rect r, float radius)
{
    struct ui *ui = views->ui;
    const char *text = playback->trouble ? lang(playback->trouble) : lang("It cannot be played.");
    const int pad = dp(ui, SP_4);
    const struct text_layout *layout = ui_layout(ui, text, strlen(text), TEXT_MD, WEIGHT_REGULAR,
                                                 r.w - 2 * pad > 1 ? r.w - 2 * pad : 1, 4);
    const int w = text_layout_width(layout), h = text_layout_height(layout);
    draw_round(ui_draw(ui), r, corners_all(radius), ui_color(ui, ROLE_RAISED));
    const int line_h = ui_line_height(ui, TEXT_MD), icon_h = dp(ui, 36);
    struct rect all = rect_middle(rect_pad(r, pad, 0), icon_h + h + dp(ui, SP_2) + line_h);
    ui_icon(ui, rect_cut_top(&all, icon_h), ICON_WARNING, 24, ROLE_TEXT_3);
    ui_paragraph(ui, 0, layout, text, strlen(text), all.x + (all.w - w) / 2, all.y,
                 ui_color(ui, ROLE_TEXT_2));
    rect_cut_top(&all, h + dp(ui, SP_2));
    const char *again = lang("Try again");
    const struct rect link =
        rect_center(all, ui_label_width(ui, again, TEXT_MD, WEIGHT_MEDIUM) + dp(ui, 2), line_h);
    if (ui_link(ui, ui_id_of(ui, "film again"), link, again, TEXT_MD, ROLE_ACCENT))
        action_play(views->app, room, message);
}

static void draw_poster(struct views *views, struct room *room, struct message *message,
                        struct rect r, float radius)
{
    struct ui *ui = views->ui;
    const struct picture *picture = message->file->picture;
    action_want_picture(views->app, room, message, r.w, r.h);
    draw_round(ui_draw(ui), r, corners_all(radius),
               picture ? (struct color){0, 0, 0, 255} : ui_color(ui, ROLE_HOVER));
    if (picture) {
        const struct rect box = film_contain(r, message->file->width, message->file->height);
        draw_image_fit(ui_draw(ui), pictures_get(views->pictures, picture), box,
                       corners_all(box.w == r.w && box.h == r.h ? radius : 0));
    }
}

static void draw_frame(struct views *views, const struct picture *frame, struct rect r,
                       float radius)
{
    struct ui *ui = views->ui;
    const struct rect box = film_contain(r, frame->width, frame->height);
    const bool fills = box.w == r.w && box.h == r.h;
    if (!fills)
        draw_round(ui_draw(ui), r, corners_all(radius), (struct color){0, 0, 0, 255});
    pictures_film(views->pictures, frame, box, fills ? radius : 0);
}

/* ---- the film ---- */

static const char *state_word(const struct playback *playback)
{
    static const char *const words[] = {
        [PLAY_NONE] = "poster",     [PLAY_OPENING] = "opening", [PLAY_PLAYING] = "playing",
        [PLAY_WAITING] = "waiting", [PLAY_PAUSED] = "paused",   [PLAY_ENDED] = "ended",
        [PLAY_FAILED] = "failed",
    };
    return words[playback ? playback->state : PLAY_NONE];
}

/* The pointer moves over it, or has just now. */
static bool is_touched(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    struct film_look *look = &views->film;
    int x, y;
    ui_pointer(ui, &x, &y);
    if (!ui_is_pointing(ui, r))
        return false;
    if (x != look->x || y != look->y) {
        look->x = x;
        look->y = y;
        look->moved_ms = ui_now_ms(ui);
    }
    const uint64_t ago_ms = ui_now_ms(ui) - look->moved_ms;
    if (ago_ms < LIT_MS)
        ui_wake_in(ui, (int)(LIT_MS - ago_ms));
    return ago_ms < LIT_MS;
}

static bool is_lit(const struct views *views, const struct playback *playback)
{
    return playback &&
           (playback->state == PLAY_PAUSED || playback->state == PLAY_ENDED || views->film.lit);
}

bool film_is_lit(const struct views *views, const struct room *room, const struct message *message)
{
    const struct playback *playback = film_playback(views, room, message);
    return playback && playback->state != PLAY_FAILED && is_lit(views, playback);
}

/* It plays, in sight. */
static void draw_playing(struct views *views, struct room *room, struct message *message,
                         const struct playback *playback, struct rect r, enum film_place place,
                         const struct ui_hit *hit, bool lit, float radius)
{
    struct ui *ui = views->ui;
    if (place == FILM_BUBBLE)
        lit = is_touched(views, r) || views->film.held || hit->focus_visible;
    views->film.lit = lit;
    if (rect_touches(r, draw_clip(ui_draw(ui)))) {
        views->film.shown_w = r.w;
        views->film.shown_h = r.h;
    }
    if (playback->frame)
        draw_frame(views, playback->frame, r, radius);
    else
        draw_poster(views, room, message, r, radius);
    draw_middle(ui, message, playback, r, hit->hovered);
    const float alpha = ui_animate(ui, ui_id_of(ui, "film lit"), is_lit(views, playback));
    views->film.held = film_controls(views, playback, room, message, r, place, radius, alpha);
}

void film_view(struct views *views, struct room *room, struct message *message, struct rect r,
               enum film_place place, bool lit)
{
    struct ui *ui = views->ui;
    const bool bubble = place == FILM_BUBBLE;
    if (film_playback(views, room, message))
        playing_seen(views);
    const float radius = bubble ? dpf(ui, RADIUS_MD) : 0;
    /* one place for its pictures: what lies below the viewer shows the poster */
    const struct playback *playback =
        bubble && views->viewer_seq ? NULL : film_playback(views, room, message);
    ui_push_id(ui, ui_id_of(ui, bubble ? "film" : "viewer film"));
    const ui_id id = ui_id_of(ui, "stage");
    const unsigned flags = UI_FOCUSABLE | (bubble || !playback || lit ? UI_HAND : UI_NO_POINTER);
    const struct ui_hit hit = ui_hit(ui, id, r, "film", message->file->label, flags);
    ui_note_value(ui, state_word(playback));
    if (playback && playback->state == PLAY_FAILED) {
        draw_failed(views, room, message, playback, r, radius);
    } else if (playback) {
        draw_playing(views, room, message, playback, r, place, &hit, lit, radius);
    } else {
        char label[64];
        draw_poster(views, room, message, r, radius);
        draw_middle(ui, message, NULL, r, hit.hovered);
        label_of(message, playback, label, sizeof label);
        if (bubble)
            draw_label(ui, r, label);
    }
    if (hit.focus_visible)
        ui_focus_ring(ui, r, bubble ? RADIUS_MD : 0);
    if (hit.clicked && hit.clicks >= 2 && playback) {
        if (!views->film.begun)
            film_toggle(views, room, message); /* back to what the first click changed */
        if (bubble)
            viewer_open(views, message->seq, true);
        else
            viewer_turn_screen(views);
    } else if (hit.clicked && !(playback && playback->state == PLAY_FAILED)) {
        views->film.begun = !playback || playback->state == PLAY_ENDED;
        film_toggle(views, room, message);
    }
    if (bubble && hit.focused) {
        film_keys(views, room, message, id, true);
        if (ui_take_key(ui, id, KEY_CHAR + 'f', 0))
            viewer_open(views, message->seq, true);
        if (ui_take_key(ui, id, KEY_F1 + 10, 0)) {
            viewer_open(views, message->seq, true);
            viewer_turn_screen(views);
        }
    }
    ui_pop_id(ui);
}

void film_begin_pass(struct views *views)
{
    const struct playback *playback = &views->model->playback;
    if (playback->state == PLAY_NONE || !playback->frame)
        pictures_film(views->pictures, NULL, (struct rect){0}, 0);
    views->film.shown_w = views->film.shown_h = 0;
}

void film_end_pass(struct views *views)
{
    struct film_look *look = &views->film;
    if (views->model->playback.state != PLAY_NONE)
        action_show_film(views->app, look->shown_w, look->shown_h);
    if (look->shown_w == 0)
        look->held = look->lit = false;
}
