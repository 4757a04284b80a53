/* bubble_audio.c - a sound in a bubble: a button, how loud it is along its length, which is where one seeks, and what it is. */
#include <string.h>

#include "client/ui/lang.h"
#include "client/ui/views/bubble_parts.h"
#include "client/ui/views/playing.h"
#include "client/ui/widgets/slider.h"
#include "protocol/base/str.h"

/* The mock's .au, .pp and .wf */
#define AUDIO_W 330.0f
#define AUDIO_H 51.4f /* a wave and a line, which lines up with half a pixel of the name above */
#define AUDIO_PAD_Y 3.0f
#define DISC 40.0f
#define DISC_GAP 12.0f
#define DISC_ICON 20.0f
#define WAVE_H 28.0f
#define BAR_W 3.0f
#define BAR_GAP 2.0f
#define BAR_LEAST 5.0f
#define BAR_MORE 21.0f
#define BAR_RADIUS 2.0f
#define DOT_H 3.0f /* where nobody knows how loud it is */
#define NEW_DOT 7.0f
#define OWN_REST 0.5f /* of ROLE_OWN_2: bars of an own sound that are not played */
#define SPINNER_DOTS 8
#define SPINNER_MS 110 /* a dot */
#define SPINNER_R 11.0f
#define SPINNER_DOT 3.5f

struct audio {
    struct views *views;
    struct room *room;
    struct message *message;
    bool here;      /* it is the one that plays */
    bool uploading; /* ours, on its way */
};

static bool is_moving(const struct transfer *transfer)
{
    return transfer->state == TRANSFER_ACTIVE || transfer->state == TRANSFER_WAITING;
}

/* What failed is a card that says why and what can be done. */
static bool audio_is_shown(const struct message *message)
{
    const struct file_part *file = message->file;
    return str_equal(file->kind, "audio") && message->state != MESSAGE_FAILED &&
           file->state != FILE_FAILED && file->transfer.state != TRANSFER_FAILED &&
           !file->picture_trouble;
}

static void audio_size(struct views *views, const struct room *room, const struct message *message,
                       int most_w, int *w, int *h)
{
    const struct ui *ui = views->ui;
    (void)room;
    (void)message;
    *w = dp(ui, AUDIO_W) < most_w ? dp(ui, AUDIO_W) : most_w;
    *h = dp(ui, AUDIO_H);
}

/* ---- the button ---- */

/* Dots that light up one after the other, round and round. */
static void draw_spinner(struct ui *ui, struct rect disc, enum role role)
{
    /* the circle's points, by eighths from the top */
    static const float x[SPINNER_DOTS] = {0, 0.707f, 1, 0.707f, 0, -0.707f, -1, -0.707f};
    static const float y[SPINNER_DOTS] = {-1, -0.707f, 0, 0.707f, 1, 0.707f, 0, -0.707f};
    const int side = dp(ui, SPINNER_DOT);
    const size_t lit = ui_motion(ui) ? (size_t)(ui_now_ms(ui) / SPINNER_MS) % SPINNER_DOTS : 0;
    for (size_t i = 0; i < SPINNER_DOTS; i++) {
        const float age = (float)((lit + SPINNER_DOTS - i) % SPINNER_DOTS) / SPINNER_DOTS;
        struct color color = ui_color(ui, role);
        color = color_alpha(color, ui_motion(ui) ? 1 - 0.8f * age : 0.7f);
        const struct rect dot = rect_make(
            disc.x + disc.w / 2 + (int)(x[i] * dpf(ui, SPINNER_R)) - side / 2,
            disc.y + disc.h / 2 + (int)(y[i] * dpf(ui, SPINNER_R)) - side / 2, side, side);
        draw_circle(ui_draw(ui), dot, color);
    }
    if (ui_motion(ui))
        ui_wake_in(ui, SPINNER_MS);
}

static void draw_button(const struct audio *audio, struct rect disc)
{
    struct views *views = audio->views;
    struct ui *ui = views->ui;
    const enum play_state state = audio->here ? views->model->playback.state : PLAY_NONE;
    const bool on = audio->here && playing_is_on(views), waits = on && playing_waits(views);
    const bool again = state == PLAY_ENDED || state == PLAY_FAILED;
    const char *label = audio->uploading      ? lang("Cancel")
                        : on                  ? lang("Pause")
                        : state == PLAY_ENDED ? lang("Play again")
                        : again               ? lang("Try again")
                                              : lang("Play");
    const ui_id id = ui_id_of(ui, "play");
    if (!audio->uploading)
        playing_keys(views, audio->room, audio->message, id);
    const struct ui_hit hit =
        ui_hit(ui, id, disc, "button", label,
               UI_FOCUSABLE | UI_HAND | (audio->message->seq ? 0u : UI_KEEP_FOCUS));
    ui_note_value(ui, waits ? "waiting" : NULL);
    if (hit.focus_visible)
        ui_focus_ring(ui, disc, RADIUS_FULL);
    draw_push_alpha(ui_draw(ui), hit.held ? 0.85f : 1.0f);
    const bool own = audio->message->own;
    const enum role role = own ? ROLE_OWN_TEXT : ROLE_ON_ACCENT;
    draw_circle(ui_draw(ui), disc,
                ui_color(ui, own           ? ROLE_OWN_SOFT
                             : hit.hovered ? ROLE_ACCENT_2
                                           : ROLE_ACCENT));
    if (own && hit.hovered)
        draw_circle(ui_draw(ui), disc, ui_color(ui, ROLE_OWN_SOFT));
    if (waits)
        draw_spinner(ui, disc, role);
    else
        ui_icon(ui, disc,
                audio->uploading ? ICON_X
                : on             ? ICON_PAUSE
                : again          ? ICON_RETRY
                                 : ICON_PLAY,
                DISC_ICON, role);
    draw_pop_alpha(ui_draw(ui));
    if (hit.clicked && audio->uploading)
        action_cancel(views->app, audio->room, audio->message);
    else if (hit.clicked && audio->message->seq)
        playing_toggle(views, audio->room, audio->message);
}

/* ---- the wave ---- */

/* How high bar `i` of `count` is, px. */
static int bar_height(const struct ui *ui, const uint8_t *wave, int i, int count)
{
    if (!wave)
        return dp(ui, DOT_H);
    const int from = i * WAVE_BARS / count, to = (i + 1) * WAVE_BARS / count;
    int loud = wave[from];
    for (int k = from + 1; k < to; k++)
        loud = wave[k] > loud ? wave[k] : loud;
    return dp(ui, BAR_LEAST + BAR_MORE * (float)loud / 255);
}

static void draw_bars(const struct audio *audio, struct rect r, int played)
{
    struct ui *ui = audio->views->ui;
    const bool own = audio->message->own;
    const int w = dp(ui, BAR_W), step = w + dp(ui, BAR_GAP), count = (r.w + step - w) / step;
    const struct color done = ui_color(ui, own ? ROLE_OWN_TEXT : ROLE_ACCENT);
    const struct color rest =
        own ? color_alpha(ui_color(ui, ROLE_OWN_2), OWN_REST) : ui_color(ui, ROLE_WAVE);
    const struct corners corners = corners_all(dpf(ui, BAR_RADIUS));
    for (int i = 0; i < count; i++) {
        const int h = bar_height(ui, audio->message->file->wave, i, count), x = r.x + i * step;
        const struct rect bar = rect_make(x, r.y + (r.h - h) / 2, w, h);
        const int over = played - (x - r.x); /* px of the bar that are played */
        if (over < w)
            draw_round(ui_draw(ui), bar, corners, rest);
        if (over <= 0)
            continue;
        draw_push_clip(ui_draw(ui), rect_make(x, bar.y, over < w ? over : w, h));
        draw_round(ui_draw(ui), bar, corners, done);
        draw_pop_clip(ui_draw(ui));
    }
}

static void draw_wave(const struct audio *audio, struct rect r)
{
    struct views *views = audio->views;
    struct ui *ui = views->ui;
    const struct transfer *transfer = &audio->message->file->transfer;
    const int64_t length_ms = playing_length_ms(views, audio->room, audio->message);
    float at = playing_at(views, audio->room, audio->message);
    if (audio->uploading) {
        at = transfer->size ? (float)((double)transfer->done / (double)transfer->size) : 0;
        draw_bars(audio, r, (int)((float)r.w * at + 0.5f));
        return;
    }
    struct ui_hit hit;
    const enum slide slide = ui_slide(ui, ui_id_of(ui, "wave"), r, lang("Position"), &at, 0, &hit);
    draw_bars(audio, r, (int)((float)r.w * at + 0.5f));
    if (hit.hovered)
        playing_tip(views, r, hit.x, length_ms);
    if (slide == SLIDE_SET && audio->message->seq) {
        playing_seek(views, audio->room, audio->message, at);
        ui_again(ui);
    }
    if (hit.pressed)
        ui_focus(ui, ui_id_of(ui, "play"));
}

/* ---- the words ---- */

/* At the end of the times: a click takes the next. */
static void speed_button(const struct audio *audio, struct rect at)
{
    struct views *views = audio->views;
    struct ui *ui = views->ui;
    const ui_id id = ui_id_of(ui, "speed");
    at = rect_grow(at, dp(ui, 2));
    playing_keys(views, audio->room, audio->message, id);
    const struct ui_hit hit = ui_hit(ui, id, at, "button", lang("Speed"), UI_FOCUSABLE | UI_HAND);
    ui_note_value(ui, playing_speed(views));
    if (hit.hovered)
        ui_round(ui, at, SP_1, audio->message->own ? ROLE_OWN_SOFT : ROLE_HOVER);
    if (hit.focus_visible)
        ui_focus_ring(ui, at, SP_1);
    if (hit.clicked)
        playing_next_speed(views);
}

/* What has no place in the bubble: "theme-v3.ogg · 1.2 MB · 10:44". */
static void draw_tip(const struct audio *audio, struct rect r)
{
    struct views *views = audio->views;
    const struct message *message = audio->message;
    char text[LABEL_SIZE + LANG_SIZE_MAX + WHEN_SIZE + 16], size[LANG_SIZE_MAX], clock[WHEN_SIZE];
    const ui_id id = ui_id_of(views->ui, "name");
    const struct ui_hit hit = ui_hit(views->ui, id, r, "name", NULL, UI_QUIET | UI_KEEP_FOCUS);
    if (hit.hovered) {
        lang_size(message->file->size, size);
        when_clock(message->time_ms ? message->time_ms : message->sent_ms, clock);
        str_format(text, sizeof text, "%s · %s · %s", message->file->label, size, clock);
    }
    bubble_tip(views, id, r, hit.hovered ? text : NULL, hit.hovered);
}

static void draw_name(const struct audio *audio, struct rect r, const char *text, enum role role)
{
    struct views *views = audio->views;
    struct ui *ui = views->ui;
    char cut[2 * LABEL_SIZE];
    label_middle(views, text, TEXT_SM, WEIGHT_REGULAR, r.w, cut, sizeof cut);
    const int w = ui_label(ui, r, cut, TEXT_SM, WEIGHT_REGULAR, role, ALIGN_LEFT);
    draw_tip(audio, rect_make(r.x, r.y, w < r.w ? w : r.w, r.h));
    if (!playing_is_new(views, audio->room, audio->message))
        return;
    const int side = dp(ui, NEW_DOT);
    const struct rect dot =
        rect_make(r.x + w + dp(ui, SP_2), r.y + (r.h - side) / 2 + dp(ui, 1), side, side);
    draw_circle(ui_draw(ui), dot, ui_color(ui, ROLE_ACCENT));
    ui_note(ui, "new", NULL, NULL, dot, 0);
}

static void draw_words(const struct audio *audio, struct rect r)
{
    struct views *views = audio->views;
    struct ui *ui = views->ui;
    const struct playback *now = &views->model->playback;
    const struct transfer *transfer = &audio->message->file->transfer;
    const enum role role = audio->message->own ? ROLE_OWN_2 : ROLE_TEXT_2;
    char times[2 * PLAYING_TIME], text[2 * PLAYING_TIME + 16], progress[2 * LANG_SIZE_MAX];
    if (audio->here && now->state == PLAY_FAILED && now->trouble) {
        ui_label(ui, r, lang(now->trouble), TEXT_SM, WEIGHT_REGULAR, ROLE_ERR, ALIGN_LEFT);
        return;
    }
    playing_times(views, audio->room, audio->message, times, sizeof times);
    str_format(text, sizeof text, audio->here ? "%s · %s" : "%s", times, playing_speed(views));
    struct rect right = rect_cut_right(&r, ui_label_width(ui, text, TEXT_SM, WEIGHT_REGULAR));
    if (audio->here) {
        struct rect rest = right;
        speed_button(audio, rect_cut_right(&rest, ui_label_width(ui, playing_speed(views), TEXT_SM,
                                                                 WEIGHT_REGULAR)));
    }
    ui_label(ui, right, text, TEXT_SM, WEIGHT_REGULAR, role, ALIGN_RIGHT);
    rect_cut_right(&r, dp(ui, SP_2));
    lang_size_of(transfer->done, transfer->size, progress, sizeof progress);
    draw_name(audio, r, is_moving(transfer) ? progress : playing_name(audio->message), role);
}

static void audio_draw(struct views *views, struct room *room, struct message *message,
                       struct rect r)
{
    struct ui *ui = views->ui;
    const struct transfer *transfer = &message->file->transfer;
    const struct audio audio = {.views = views,
                                .room = room,
                                .message = message,
                                .here = playing_is(views, room, message),
                                .uploading = transfer->upload && is_moving(transfer)};
    const struct rect visible = rect_intersect(r, draw_clip(ui_draw(ui)));
    if (audio.here && 2 * visible.h > r.h)
        playing_seen(views);
    if (visible.h > 0)
        action_want_sound(views->app, room, message);
    ui_note(ui, "audio", message->file->label, playing_name(message), r, 0);
    r = rect_pad(r, 0, dp(ui, AUDIO_PAD_Y));
    draw_button(&audio, rect_middle(rect_cut_left(&r, dp(ui, DISC)), dp(ui, DISC)));
    rect_cut_left(&r, dp(ui, DISC_GAP));
    const int lines_h = dp(ui, WAVE_H) + ui_line_height(ui, TEXT_SM);
    r = rect_make(r.x, r.y + (r.h - lines_h + 1) / 2, r.w, lines_h);
    const struct rect wave = rect_cut_top(&r, dp(ui, WAVE_H));
    draw_wave(&audio, wave);
    draw_words(&audio, r);
    if (audio.here && visible.h > 0)
        playing_wake(views, wave.w);
}

static void audio_keys(struct views *views, struct room *room, struct message *message, ui_id id)
{
    playing_keys(views, room, message, id);
}

const struct bubble_shape shape_audio = {
    .is_for = audio_is_shown, .size = audio_size, .draw = audio_draw, .keys = audio_keys};
