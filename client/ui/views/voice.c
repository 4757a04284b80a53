/* voice.c - a voice message while it is spoken: held like a walkie-talkie's button, or begun with a click and sent with another. The
 * composer's box in every room shows it, so that nobody speaks unawares; it goes to the room in which it was begun. */
#include "client/ui/lang.h"
#include "client/ui/views/compose.h"
#include "client/ui/views/playing.h"
#include "client/ui/widgets/button.h"
#include "client/ui/widgets/tip.h"
#include "client/ui/widgets/toast.h"
#include "protocol/base/str.h"

#define HOLD_MS 400   /* shorter is a click: it goes on without being held */
#define AWAY 72.0f    /* px from the button: let go of there, it is thrown away */
#define WARN_MS 10000 /* UX.md */
#define BAR_W 3.0f
#define BAR_GAP 2.0f
#define BAR_LEAST 3.0f
#define BAR_MORE 19.0f
#define DOT 10.0f
#define STILL_BAR_H 6.0f
#define HINT_MIN_W 40.0f /* the meter gets that much before words do */
#define BLINK_MS 1000
#define STILL_MS 250 /* without motion the level is shown that often */

static const struct recording *recording(const struct views *views)
{
    return &views->model->recording;
}

bool voice_is_on(const struct views *views)
{
    return recording(views)->active;
}

static void end(struct views *views, bool send)
{
    views->composer->voice.held = false;
    action_record_end(views->app, send);
    ui_focus(views->ui, ui_id_of(views->ui, "message"));
    ui_again(views->ui);
}

void voice_follow(struct views *views)
{
    struct voice *voice = &views->composer->voice;
    const struct recording *now = recording(views);
    if (!voice->asked || !now->trouble)
        return;
    ui_toast(views->ui, TOAST_ERR, lang(now->trouble));
    voice->asked = voice->held = false;
}

/* It began with the press; what the release means depends on when and where. */
static void held(struct views *views, const struct ui_hit *hit, struct rect r)
{
    struct ui *ui = views->ui;
    struct voice *voice = &views->composer->voice;
    const int away = dp(ui, AWAY);
    voice->away = !rect_has(rect_grow(r, away), hit->x, hit->y);
    if (hit->held)
        return;
    voice->held = false;
    if (voice->away)
        end(views, false);
    else if (ui_now_ms(ui) - voice->since_ms >= HOLD_MS)
        end(views, true);
}

void voice_button(struct views *views, struct rect r, struct room *room)
{
    struct ui *ui = views->ui;
    struct voice *voice = &views->composer->voice;
    /* the same id before and while it is held: the press stays this button's */
    const ui_id id = ui_id_of(ui, "microphone");
    const struct ui_hit hit = ui_hit(ui, id, r, "button", lang("Record a voice message"),
                                     UI_FOCUSABLE | UI_HAND | UI_KEEP_FOCUS);
    if (hit.focus_visible)
        ui_focus_ring(ui, r, RADIUS_FULL);
    draw_circle(ui_draw(ui), r,
                ui_color(ui, voice->held && voice->away ? ROLE_ERR
                             : hit.hovered              ? ROLE_ACCENT_2
                                                        : ROLE_ACCENT));
    ui_icon(ui, r, voice->held && voice->away ? ICON_TRASH : ICON_MIC, ICON_MD, ROLE_ON_ACCENT);
    ui_tip(ui, id, r, lang("Record a voice message"), hit.hovered && !hit.held && !voice->held);
    if (voice->held) {
        held(views, &hit, r);
    } else if (hit.clicks < 2 && (hit.pressed || hit.clicked)) {
        /* clicked alone: by the keyboard; the second of two clicks was meant for "Send", which was here a moment ago */
        *voice = (struct voice){.asked = true, .held = hit.pressed, .since_ms = ui_now_ms(ui)};
        action_record(views->app, room);
        ui_focus(ui, ui_id_of(ui, "message")); /* Enter is for what is spoken */
        ui_again(ui);
    }
}

/* The latest levels, the newest at the end; without motion one bar as long as it is loud. */
static void meter(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    const struct recording *now = recording(views);
    ui_note(ui, "meter", NULL, NULL, r, 0);
    if (!ui_motion(ui)) {
        struct rect bar = rect_middle(r, dp(ui, STILL_BAR_H));
        ui_round(ui, bar, RADIUS_FULL, ROLE_TRACK);
        bar.w = (int)((float)bar.w * (now->level > 1 ? 1 : now->level));
        if (bar.w > 0)
            ui_round(ui, bar, RADIUS_FULL, ROLE_ACCENT);
        ui_wake_in(ui, STILL_MS);
        return;
    }
    const int w = dp(ui, BAR_W), step = w + dp(ui, BAR_GAP);
    int x = r.x + r.w - w;
    for (int i = WAVE_BARS - 1; i >= 0 && x >= r.x; i--, x -= step) {
        const int h = dp(ui, BAR_LEAST + BAR_MORE * (float)now->levels[i] / 255);
        ui_round(ui, rect_make(x, r.y + (r.h - h) / 2, w, h), BAR_W, ROLE_ACCENT);
    }
    ui_wake_in(ui, RECORDING_LEVEL_MS);
}

static void hint_text(const struct views *views, const struct room *room, char *out, size_t size)
{
    const struct voice *voice = &views->composer->voice;
    const struct recording *now = recording(views);
    const int64_t left_ms = RECORDING_MAX_MS - now->ms;
    const struct room *to = model_find_room(views->model, now->room);
    out[0] = '\0';
    if (left_ms <= WARN_MS)
        lang_count(out, size, (uint64_t)(left_ms > 0 ? (left_ms + 999) / 1000 : 0), "{1} s left",
                   "{1} s left");
    else if (voice->held && voice->away)
        str_copy(out, size, lang("Let go to throw it away"));
    else if (voice->held)
        str_copy(out, size, lang("Let go to send, slide away to cancel"));
    else if (to && to != room)
        LANG_TEXT(out, size, "For {1}", room_title(to));
}

/* r: between the tools of the box. */
static void words(struct views *views, struct rect r, const struct room *room)
{
    struct ui *ui = views->ui;
    const struct recording *now = recording(views);
    char time[PLAYING_TIME], hint[NAME_SIZE + 64];
    const bool late = RECORDING_MAX_MS - now->ms <= WARN_MS;
    const bool lit = !ui_motion(ui) || ui_now_ms(ui) % BLINK_MS < BLINK_MS / 2;
    const struct rect dot = rect_center(rect_cut_left(&r, dp(ui, DOT)), dp(ui, DOT), dp(ui, DOT));
    draw_circle(ui_draw(ui), dot, color_alpha(ui_color(ui, ROLE_ERR), lit ? 1 : 0.35f));
    rect_cut_left(&r, dp(ui, SP_2));
    playing_time(now->ms, time);
    ui_note(ui, "recording", time, now->room, r, 0);
    ui_label(ui, rect_cut_left(&r, ui_label_width(ui, "00:00", TEXT_MD, WEIGHT_MEDIUM)), time,
             TEXT_MD, WEIGHT_MEDIUM, late ? ROLE_WARN : ROLE_TEXT, ALIGN_LEFT);
    rect_cut_left(&r, dp(ui, SP_3));
    hint_text(views, room, hint, sizeof hint);
    const int most = r.w - dp(ui, HINT_MIN_W);
    int w = hint[0] ? ui_label_width(ui, hint, TEXT_SM, WEIGHT_REGULAR) : 0;
    w = w < most ? w : most;
    if (w > 0) {
        ui_label(ui, rect_cut_right(&r, w), hint, TEXT_SM, WEIGHT_REGULAR,
                 late ? ROLE_WARN : ROLE_TEXT_2, ALIGN_RIGHT);
        rect_cut_right(&r, dp(ui, SP_3));
    }
    meter(views, r);
}

void voice_view(struct views *views, struct rect trash, struct rect r, struct rect go,
                struct room *room)
{
    struct ui *ui = views->ui;
    const bool by_hand = views->composer->voice.held;
    const ui_id focus = ui_focused(ui);
    /* what has the keyboard gets Enter, so that nobody sends who presses "Cancel" by it */
    const bool listens = focus == 0 || focus == ui_id_of(ui, "message");
    if (ui_take_key(ui, 0, KEY_ESCAPE, 0)) {
        end(views, false);
        return;
    }
    if (!by_hand && listens && ui_take_key(ui, 0, KEY_ENTER, 0)) {
        end(views, true);
        return;
    }
    const bool away =
        ui_icon_button(ui, ui_id_of(ui, "no recording"), trash, ICON_TRASH, lang("Cancel"), 0);
    words(views, r, room);
    if (by_hand)
        voice_button(views, go, room);
    else if (ui_round_button(ui, ui_id_of(ui, "send recording"), go, ICON_SEND, lang("Send"), 0))
        end(views, true);
    if (away)
        end(views, false);
}
