#include "client/ui/widgets/switch.h"

#define TRACK_W 36.0f
#define TRACK_H 20.0f
#define KNOB_GAP 3.0f
#define PAD_Y 5.0f

int ui_switch_height(const struct ui *ui, bool note)
{
    return ui_line_height(ui, TEXT_MD) + (note ? ui_line_height(ui, TEXT_SM) : 0) +
           2 * dp(ui, PAD_Y);
}

bool ui_switch(struct ui *ui, ui_id id, struct rect r, const char *label, const char *note, bool on,
               unsigned flags)
{
    struct ui_hit hit =
        ui_hit(ui, id, r, "switch", label, flags | UI_FOCUSABLE | UI_HAND | (on ? UI_CHECKED : 0u));
    const float at = ui_animate(ui, id, on);
    const int w = dp(ui, TRACK_W), h = dp(ui, TRACK_H), gap = dp(ui, KNOB_GAP);
    draw_push_alpha(ui_draw(ui), flags & UI_DISABLED ? 0.45f : 1.0f);
    struct rect track = rect_middle(rect_cut_right(&r, w), h);
    if (hit.focus_visible)
        ui_focus_ring(ui, track, RADIUS_FULL);
    const struct color off = ui_color(ui, ROLE_TRACK), lit = ui_color(ui, ROLE_ACCENT);
    draw_round(ui_draw(ui), track, corners_all(dpf(ui, RADIUS_FULL)), off);
    draw_round(ui_draw(ui), track, corners_all(dpf(ui, RADIUS_FULL)), color_alpha(lit, at));
    const int knob = h - 2 * gap;
    draw_circle(
        ui_draw(ui),
        rect_make(track.x + gap + (int)((float)(w - h) * at + 0.5f), track.y + gap, knob, knob),
        ui_color(ui, ROLE_ON_ACCENT));
    rect_cut_right(&r, dp(ui, SP_3));
    const int line_h = ui_line_height(ui, TEXT_MD), note_h = ui_line_height(ui, TEXT_SM);
    struct rect lines = rect_middle(r, note ? line_h + note_h : line_h);
    ui_label(ui, rect_cut_top(&lines, line_h), label, TEXT_MD, WEIGHT_REGULAR, ROLE_TEXT,
             ALIGN_LEFT);
    if (note)
        ui_label(ui, lines, note, TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_LEFT);
    draw_pop_alpha(ui_draw(ui));
    return hit.clicked;
}
