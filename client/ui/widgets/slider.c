#include "client/ui/widgets/slider.h"

#include "protocol/base/str.h"

#define LINE_H 4.0f
#define KNOB 12.0f

static float clamp(float at)
{
    return at < 0 ? 0 : at > 1 ? 1 : at;
}

enum slide ui_slide(struct ui *ui, ui_id id, struct rect r, const char *label, float *at,
                    unsigned flags, struct ui_hit *hit)
{
    struct slide_state {
        bool held;
        float at;
    } *state = ui_state(ui, id, sizeof *state);
    char value[16];
    *hit = ui_hit(ui, id, r, "slider", label, flags | UI_HAND);
    str_format(value, sizeof value, "%d", (int)(clamp(*at) * 100 + 0.5f));
    ui_note_value(ui, value);
    if ((hit->held || state->held) && r.w > 0)
        state->at = clamp((float)(hit->x - r.x) / (float)r.w);
    if (!hit->held && !state->held)
        return SLIDE_NONE;
    state->held = hit->held;
    *at = state->at;
    return hit->held ? SLIDE_MOVES : SLIDE_SET;
}

enum slide ui_slider(struct ui *ui, ui_id id, struct rect r, const char *label, float *at,
                     float step, enum role filled, enum role track)
{
    struct ui_hit hit;
    enum slide slide = ui_slide(ui, id, r, label, at, UI_FOCUSABLE, &hit);
    if (step > 0) {
        const bool on = ui_take_key(ui, id, ui_key_on(ui), 0) || ui_take_key(ui, id, KEY_UP, 0),
                   back =
                       ui_take_key(ui, id, ui_key_back(ui), 0) || ui_take_key(ui, id, KEY_DOWN, 0);
        if (on || back) {
            *at = clamp(*at + (on ? step : -step));
            slide = SLIDE_SET;
        }
    }
    const int knob = dp(ui, KNOB);
    const struct rect line = rect_middle(r, dp(ui, LINE_H));
    struct rect done = line;
    done.w = (int)((float)r.w * clamp(*at) + 0.5f);
    ui_round(ui, line, RADIUS_FULL, track);
    if (done.w > 0)
        ui_round(ui, done, RADIUS_FULL, filled);
    const struct rect place = rect_make(r.x + (int)((float)(r.w - knob) * clamp(*at) + 0.5f),
                                        r.y + (r.h - knob) / 2, knob, knob);
    if (hit.hovered || hit.focus_visible)
        draw_circle(ui_draw(ui), place, ui_color(ui, filled));
    if (hit.focus_visible)
        ui_focus_ring(ui, place, RADIUS_FULL);
    return slide;
}
