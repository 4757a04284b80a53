/* film_controls.c - what lies on a film at its bottom: where it is, and what can be done with it. */
#include "client/platform/window.h"
#include "client/ui/lang.h"
#include "client/ui/views/film.h"
#include "client/ui/views/playing.h"
#include "client/ui/widgets/slider.h"
#include "client/ui/widgets/tip.h"
#include "protocol/base/str.h"

#define BAND_H 64.0f
#define LINE_H 4.0f
#define LINE_REACH 18.0f /* px one may miss it by, in all */
#define KNOB 12.0f
#define BUTTON 32.0f
#define VOLUME_W 64.0f
#define SHADE_STEP 2 /* px, of the shade behind it all */
#define SHADE_ALPHA 0.85f
#define SCRUB_MS 120 /* while the line is dragged, so often a picture of there is asked for */
#define TRACK_ALPHA 0.28f
#define BUFFERED_ALPHA 0.42f

/* Dark at the bottom, nothing at the top, round where the film is. */
static void draw_shade(struct ui *ui, struct rect r, int h, float radius)
{
    struct draw *draw = ui_draw(ui);
    const struct corners corners = {.bl = radius, .br = radius};
    struct rect band = r;
    band.y += r.h > h ? r.h - h : 0;
    band.h = r.h > h ? h : r.h;
    const int round = (int)radius + 1;
    for (int y = 0; y < band.h; y += SHADE_STEP) {
        const struct rect line =
            rect_intersect(rect_make(band.x, band.y + y, band.w, SHADE_STEP), band);
        const float part = ((float)y + SHADE_STEP / 2.0f) / (float)band.h;
        const struct color color =
            color_alpha((struct color){0, 0, 0, 255}, SHADE_ALPHA * part * part);
        if (y + SHADE_STEP <= band.h - round) {
            draw_fill(draw, line, color);
            continue;
        }
        draw_push_clip(draw, line);
        draw_round(draw, band, corners, color);
        draw_pop_clip(draw);
    }
}

/* White, in either theme: it stands on the film. */
static bool tool(struct ui *ui, const char *name, struct rect r, enum icon icon, const char *label,
                 unsigned flags)
{
    const ui_id id = ui_id_of(ui, name);
    const struct ui_hit hit =
        ui_hit(ui, id, r, "button", label, flags | UI_FOCUSABLE | UI_HAND | UI_KEEP_FOCUS);
    draw_push_alpha(ui_draw(ui), flags & UI_DISABLED ? 0.4f : hit.hovered ? 1.0f : 0.85f);
    if (hit.focus_visible)
        ui_focus_ring(ui, rect_grow(r, -dp(ui, FOCUS_RING)), RADIUS_SM);
    ui_icon(ui, r, icon, ICON_LG, ROLE_ON_MEDIA);
    draw_pop_alpha(ui_draw(ui));
    ui_tip(ui, id, r, label, hit.hovered && !hit.held);
    return hit.clicked;
}

static void draw_bar(struct ui *ui, struct rect line, float to, struct color color)
{
    line.w = (int)((float)line.w * (to < 0 ? 0 : to > 1 ? 1 : to) + 0.5f);
    if (line.w > 0)
        draw_round(ui_draw(ui), line, corners_all(dpf(ui, RADIUS_FULL)), color);
}

/* Above the line: the time at the pointer. */
static void draw_time_at(struct ui *ui, struct rect r, struct rect line, int x, int64_t ms)
{
    char text[PLAYING_TIME];
    playing_time(ms, text);
    const int w = ui_label_width(ui, text, TEXT_XS, WEIGHT_REGULAR) + 2 * dp(ui, 6),
              h = ui_line_height(ui, TEXT_XS) + dp(ui, SP_1), least = r.x + dp(ui, SP_1),
              most = r.x + r.w - dp(ui, SP_1) - w;
    int left = x - w / 2;
    left = left > most ? most : left;
    left = left < least ? least : left;
    const struct rect pill = rect_make(left, line.y - dp(ui, SP_2) - h, w, h);
    ui_round(ui, pill, RADIUS_FULL, ROLE_OVER_MEDIA);
    ui_label(ui, pill, text, TEXT_XS, WEIGHT_REGULAR, ROLE_ON_MEDIA, ALIGN_CENTER);
}

/* Where it is: pressed or dragged, it goes there. Returns what stands beside it as its time; true in *held while dragged. */
static int64_t time_line(struct views *views, const struct playback *playback, struct rect r,
                         struct rect reach, bool *held)
{
    struct ui *ui = views->ui;
    const int64_t duration_ms = playback->duration_ms;
    const struct color white = ui_color(ui, ROLE_ON_MEDIA);
    struct scrub {
        uint64_t sought_ms;
        int64_t to_ms;
    } *scrub = ui_state(ui, ui_id_of(ui, "scrub"), sizeof *scrub);
    float at = duration_ms > 0 ? (float)((double)playback->position_ms / (double)duration_ms) : 0;
    struct ui_hit hit = {0};
    enum slide slide = SLIDE_NONE;
    if (duration_ms > 0)
        slide = ui_slide(ui, ui_id_of(ui, "time"), reach, lang("Position"), &at,
                         UI_FOCUSABLE | UI_KEEP_FOCUS, &hit);
    const int64_t to_ms = (int64_t)((double)at * (double)duration_ms);
    const uint64_t now_ms = ui_now_ms(ui);
    if (slide == SLIDE_SET ||
        (slide == SLIDE_MOVES && to_ms != scrub->to_ms && now_ms - scrub->sought_ms >= SCRUB_MS)) {
        action_seek(views->app, to_ms);
        scrub->sought_ms = now_ms;
        scrub->to_ms = to_ms;
    }
    *held = slide == SLIDE_MOVES;
    const struct rect line = rect_middle(reach, dp(ui, LINE_H));
    draw_bar(ui, line, 1, color_alpha(white, TRACK_ALPHA));
    if (duration_ms > 0) {
        draw_bar(ui, line, (float)((double)playback->buffered_ms / (double)duration_ms),
                 color_alpha(white, BUFFERED_ALPHA));
        draw_bar(ui, line, at, ui_color(ui, ROLE_ACCENT));
        const int knob = dp(ui, KNOB);
        const struct rect place = rect_make(line.x + (int)((float)line.w * at) - knob / 2,
                                            line.y + (line.h - knob) / 2, knob, knob);
        draw_circle(ui_draw(ui), place, white);
        if (hit.focus_visible)
            ui_focus_ring(ui, place, RADIUS_FULL);
        if (hit.hovered) {
            const int x = hit.x < line.x            ? line.x
                          : hit.x > line.x + line.w ? line.x + line.w
                                                    : hit.x;
            draw_time_at(ui, r, line, x, line.w > 0 ? duration_ms * (x - line.x) / line.w : 0);
        }
    }
    return slide == SLIDE_NONE ? playback->position_ms : to_ms;
}

static bool sound_tools(struct views *views, const struct playback *playback, struct rect *row,
                        bool wide)
{
    struct ui *ui = views->ui;
    const int side = dp(ui, BUTTON);
    bool held = false;
    float at = playback->quiet ? 0 : (float)playback->volume / 100;
    const bool off = playback->no_device || at <= 0;
    if (tool(ui, "mute", rect_cut_left(row, side), off ? ICON_VOLUME_OFF : ICON_VOLUME,
             playback->no_device ? lang("No sound here")
             : off               ? lang("Sound on")
                                 : lang("Sound off"),
             playback->no_device ? UI_DISABLED : 0))
        action_set_volume(views->app, playback->volume ? playback->volume : 100, !off);
    if (wide && !playback->no_device) {
        rect_cut_left(row, dp(ui, SP_1));
        const enum slide slide =
            ui_slider(ui, ui_id_of(ui, "volume"), rect_cut_left(row, dp(ui, VOLUME_W)),
                      lang("Volume"), &at, 0, ROLE_ON_MEDIA, ROLE_TRACK);
        held = slide == SLIDE_MOVES;
        const int percent = (int)(at * 100 + 0.5f);
        if (slide != SLIDE_NONE)
            action_set_volume(views->app, percent, percent == 0);
        rect_cut_left(row, dp(ui, SP_1));
    }
    return held;
}

bool film_controls(struct views *views, const struct playback *playback, struct room *room,
                   struct message *message, struct rect r, enum film_place place, float radius,
                   float alpha)
{
    struct ui *ui = views->ui;
    if (alpha <= 0)
        return false;
    const int side = dp(ui, BUTTON), pad = dp(ui, place == FILM_BUBBLE ? SP_2 : SP_4);
    bool held, loud;
    char at[PLAYING_TIME], all[PLAYING_TIME], text[2 * PLAYING_TIME + 4];
    draw_push_alpha(ui_draw(ui), alpha);
    draw_shade(ui, r, dp(ui, 1.6f * BAND_H), radius);
    struct rect in = rect_pad(r, pad, 0);
    rect_cut_bottom(&in, dp(ui, place == FILM_BUBBLE ? SP_1 : SP_2));
    struct rect row = rect_cut_bottom(&in, side);
    struct rect reach = rect_cut_bottom(&in, dp(ui, LINE_REACH));
    const int64_t position_ms =
        time_line(views, playback, r, rect_pad(reach, dp(ui, SP_1), 0), &held);
    const bool runs = playback->state == PLAY_PLAYING || playback->state == PLAY_WAITING ||
                      playback->state == PLAY_OPENING;
    if (tool(ui, "play", rect_cut_left(&row, side),
             runs                            ? ICON_PAUSE
             : playback->state == PLAY_ENDED ? ICON_RETRY
                                             : ICON_PLAY,
             runs ? lang("Pause") : lang("Play"), 0))
        film_toggle(views, room, message);
    const bool screen = ui_window(ui) && window_is_fullscreen(ui_window(ui));
    if (tool(ui, "screen", rect_cut_right(&row, side), screen ? ICON_SHRINK : ICON_SCREEN,
             lang("Full screen"), 0)) {
        if (place == FILM_BUBBLE)
            viewer_open(views, message->seq, true);
        viewer_turn_screen(views);
    }
    if (place == FILM_BUBBLE &&
        tool(ui, "full", rect_cut_right(&row, side), ICON_EXPAND, lang("Full window"), 0))
        viewer_open(views, message->seq, true);
    loud = sound_tools(views, playback, &row, r.w >= dp(ui, 340));
    playing_time(position_ms, at);
    playing_time(playback->duration_ms, all);
    str_format(text, sizeof text, playback->duration_ms > 0 ? "%s / %s" : "%s", at, all);
    rect_cut_left(&row, dp(ui, SP_1));
    ui_label(ui, row, text, TEXT_XS, WEIGHT_REGULAR, ROLE_ON_MEDIA, ALIGN_LEFT);
    draw_pop_alpha(ui_draw(ui));
    return held || loud;
}
