/* playing_bar.c - below the room's head: what plays while its bubble is out of sight or in another room. */
#include <string.h>

#include "client/ui/lang.h"
#include "client/ui/views/playing.h"
#include "client/ui/widgets/button.h"
#include "client/ui/widgets/slider.h"
#include "protocol/base/str.h"

#define PAD_X 10.0f
#define GAP 8.0f
#define SPEED_W 40.0f
#define VOLUME_W 84.0f
#define VOLUME_MIN_BAR_W 480.0f /* of the bar: else only mute is there */
#define LINE_H 3.0f
#define LINE_GRIP 12.0f /* so much of it takes the pointer */
#define VOLUME_STEP 0.1f

struct bar {
    struct views *views;
    struct room *room;
    struct message *message;
};

static struct rect button(const struct ui *ui, struct rect *r, bool right)
{
    const int side = dp(ui, SP_6);
    return rect_middle(right ? rect_cut_right(r, side) : rect_cut_left(r, side), side);
}

/* Where the keyboard is in the bar, the keys of sounds work. */
static ui_id id_of(const struct bar *bar, const char *name)
{
    const ui_id id = ui_id_of(bar->views->ui, name);
    playing_keys(bar->views, bar->room, bar->message, id);
    return id;
}

static void volume(const struct bar *bar, struct rect mute, struct rect line)
{
    struct views *views = bar->views;
    struct ui *ui = views->ui;
    const struct playback *now = &views->model->playback;
    const bool off = now->quiet || now->volume == 0;
    float at = now->quiet ? 0 : (float)now->volume / 100;
    const ui_id id = id_of(bar, "mute sound");
    if (ui_icon_button(ui, id, mute, off ? ICON_VOLUME_OFF : ICON_VOLUME,
                       now->quiet ? lang("Sound on") : lang("Sound off"), 0))
        action_set_volume(views->app, now->volume, !now->quiet);
    if (!rect_is_empty(line) &&
        ui_slider(ui, ui_id_of(ui, "volume"), line, lang("Volume"), &at, VOLUME_STEP, ROLE_TEXT_2,
                  ROLE_TRACK) != SLIDE_NONE &&
        (off || (int)(at * 100 + 0.5f) != now->volume)) {
        action_set_volume(views->app, (int)(at * 100 + 0.5f), false);
        ui_again(ui);
    }
}

/* What it is, and under it who sent it and where. A click goes there. */
static void words(const struct bar *bar, struct rect r)
{
    struct views *views = bar->views;
    struct ui *ui = views->ui;
    const struct playback *now = &views->model->playback;
    char who[2 * NAME_SIZE + 16];
    const struct ui_hit hit = ui_hit(ui, id_of(bar, "what plays"), r, "button",
                                     playing_name(bar->message), UI_FOCUSABLE | UI_HAND);
    if (hit.hovered)
        ui_round(ui, r, RADIUS_SM, ROLE_HOVER);
    if (hit.focus_visible)
        ui_focus_ring(ui, rect_grow(r, -dp(ui, FOCUS_RING)), RADIUS_SM);
    if (now->trouble && now->state == PLAY_FAILED)
        str_copy(who, sizeof who, lang(now->trouble));
    else if (bar->room == views_room(views) || bar->room->kind == ROOM_DIRECT)
        str_copy(who, sizeof who, bar->message->name);
    else
        str_format(who, sizeof who, "%s · %s", bar->message->name, room_title(bar->room));
    ui_note_value(ui, who);
    struct rect in = rect_pad(r, dp(ui, GAP), 0);
    const int line_h = ui_line_height(ui, TEXT_SM);
    in = rect_middle(in, 2 * line_h);
    ui_label(ui, rect_cut_top(&in, line_h), playing_name(bar->message), TEXT_SM, WEIGHT_SEMIBOLD,
             ROLE_TEXT, ALIGN_LEFT);
    ui_label(ui, in, who, TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_LEFT);
    if (hit.clicked)
        views_jump_to(views, bar->room, bar->message->seq);
}

/* Along the lower edge. */
static void position(const struct bar *bar, struct rect r)
{
    struct views *views = bar->views;
    struct ui *ui = views->ui;
    struct ui_hit hit;
    float at = playing_at(views, bar->room, bar->message);
    const struct rect grip = rect_make(r.x, r.y + r.h - dp(ui, LINE_GRIP), r.w, dp(ui, LINE_GRIP));
    const enum slide slide =
        ui_slide(ui, ui_id_of(ui, "position"), grip, lang("Position"), &at, UI_KEEP_FOCUS, &hit);
    const int h = dp(ui, hit.hovered ? 2 * LINE_H : LINE_H);
    struct rect line = rect_make(r.x, r.y + r.h - h, r.w, h);
    ui_fill(ui, line, ROLE_TRACK);
    line.w = (int)((float)r.w * at + 0.5f);
    ui_fill(ui, line, ROLE_ACCENT);
    if (hit.hovered)
        playing_tip(views, grip, hit.x, playing_length_ms(views, bar->room, bar->message));
    if (slide == SLIDE_SET)
        playing_seek(views, bar->room, bar->message, at);
}

static void draw(const struct bar *bar, struct rect r)
{
    struct views *views = bar->views;
    struct ui *ui = views->ui;
    char times[2 * PLAYING_TIME];
    const struct rect whole = r;
    const bool wide = r.w >= dp(ui, VOLUME_MIN_BAR_W), on = playing_is_on(views);
    ui_fill(ui, r, ROLE_SURFACE);
    ui_fill(ui, rect_cut_bottom(&r, dp(ui, BORDER)), ROLE_LINE);
    r = rect_pad(r, dp(ui, PAD_X), 0);
    const struct rect play = button(ui, &r, false), close = button(ui, &r, true);
    struct rect line = {0};
    if (wide) {
        line = rect_middle(rect_cut_right(&r, dp(ui, VOLUME_W)), dp(ui, SP_6));
        line = rect_pad(line, dp(ui, GAP) / 2, 0);
    }
    const struct rect mute = button(ui, &r, true);
    const struct rect speed = rect_middle(rect_cut_right(&r, dp(ui, SPEED_W)), dp(ui, SP_6));
    playing_times(views, bar->room, bar->message, times, sizeof times);
    struct rect time = rect_cut_right(&r, ui_label_width(ui, times, TEXT_SM, WEIGHT_REGULAR));
    if (r.w < dp(ui, VOLUME_W)) { /* the words are worth more */
        r.w += time.w;
        time.w = 0;
    }
    const ui_id play_id = id_of(bar, "play"), stop_id = id_of(bar, "stop");
    if (ui_icon_button(ui, play_id, play, on ? ICON_PAUSE : ICON_PLAY,
                       on ? lang("Pause") : lang("Play"), 0))
        playing_toggle(views, bar->room, bar->message);
    rect_cut_right(&r, dp(ui, GAP));
    words(bar, rect_pad(r, 0, dp(ui, 2)));
    ui_label(ui, time, times, TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_RIGHT);
    const struct ui_hit hit =
        ui_hit(ui, id_of(bar, "speed"), speed, "button", lang("Speed"), UI_FOCUSABLE | UI_HAND);
    ui_note_value(ui, playing_speed(views));
    if (hit.hovered)
        ui_round(ui, speed, RADIUS_SM, ROLE_HOVER);
    if (hit.focus_visible)
        ui_focus_ring(ui, rect_grow(speed, -dp(ui, FOCUS_RING)), RADIUS_SM);
    ui_label(ui, speed, playing_speed(views), TEXT_SM, WEIGHT_MEDIUM, ROLE_TEXT_2, ALIGN_CENTER);
    if (hit.clicked)
        playing_next_speed(views);
    volume(bar, mute, line);
    if (ui_icon_button(ui, stop_id, close, ICON_X, lang("Stop"), 0))
        action_stop_playing(views->app);
    position(bar, whole);
    playing_wake(views, whole.w);
}

void playing_bar(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    const struct playback *now = &views->model->playback;
    struct room *room = model_find_room(views->model, now->room);
    struct message *message = room ? room_find_seq(room, now->seq) : NULL;
    if (rect_is_empty(r) || !message || !message->file)
        return;
    ui_note(ui, "bar", playing_name(message), message->name, r, 0);
    ui_push_id(ui, ui_id_of(ui, "playing"));
    draw(&(struct bar){views, room, message}, r);
    ui_pop_id(ui);
}
