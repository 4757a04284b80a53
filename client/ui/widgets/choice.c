#include "client/ui/widgets/choice.h"

#include "client/ui/widgets/tip.h"

#define PILL_H 32.0f
#define PILL_PAD 13.0f
#define PILL_GAP 6.0f
#define KNOB_GAP 3.0f

/* Where pill i goes, from what stood before it; x and y are of the next one. */
static struct rect flow(struct ui *ui, const char *label, int w, int *x, int *y)
{
    const int h = dp(ui, PILL_H), gap = dp(ui, PILL_GAP), room = w > 0 ? w : 1;
    int wants = ui_label_width(ui, label, TEXT_SM, WEIGHT_MEDIUM) + 2 * dp(ui, PILL_PAD);
    wants = wants < room ? wants : room;
    if (*x > 0 && *x + wants > room) {
        *x = 0;
        *y += h + gap;
    }
    const struct rect place = rect_make(*x, *y, wants, h);
    *x += wants + gap;
    return place;
}

int ui_choices_height(struct ui *ui, const char *const *labels, int count, int w, int *used_w)
{
    int x = 0, y = 0, used = 0;
    for (int i = 0; i < count; i++) {
        const struct rect place = flow(ui, labels[i], w, &x, &y);
        used = place.x + place.w > used ? place.x + place.w : used;
    }
    if (used_w)
        *used_w = used;
    return y + dp(ui, PILL_H);
}

static bool pill(struct ui *ui, ui_id id, struct rect r, const char *label, bool chosen)
{
    struct ui_hit hit =
        ui_hit(ui, id, r, "choice", label, UI_FOCUSABLE | UI_HAND | (chosen ? UI_CHECKED : 0u));
    if (hit.focus_visible)
        ui_focus_ring(ui, r, RADIUS_FULL);
    ui_round(ui, r, RADIUS_FULL, hit.hovered && !chosen ? ROLE_HOVER : ROLE_RAISED);
    if (chosen)
        ui_round(ui, r, RADIUS_FULL, ROLE_SELECTED);
    ui_border(ui, r, RADIUS_FULL, chosen ? ROLE_ACCENT : ROLE_LINE);
    ui_label(ui, rect_pad(r, dp(ui, PILL_PAD), 0), label, TEXT_SM, WEIGHT_MEDIUM,
             chosen ? ROLE_TEXT : ROLE_TEXT_2, ALIGN_CENTER);
    return hit.clicked;
}

int ui_choices(struct ui *ui, ui_id id, struct rect r, const char *const *labels, int count, int at)
{
    int x = 0, y = 0, taken = -1;
    ui_push_id(ui, id);
    for (int i = 0; i < count; i++) {
        const struct rect place = flow(ui, labels[i], r.w, &x, &y);
        if (pill(ui, ui_id_num(ui, "choice", (uint64_t)i), rect_shift(place, r.x, r.y), labels[i],
                 i == at))
            taken = i;
    }
    ui_pop_id(ui);
    return taken == at ? -1 : taken;
}

bool ui_switch(struct ui *ui, ui_id id, struct rect r, const char *label, bool on)
{
    const int w = dp(ui, SWITCH_W), h = dp(ui, SWITCH_H), gap = dp(ui, KNOB_GAP),
              knob = h - 2 * gap;
    struct rect track = rect_middle(rect_cut_right(&r, w), h);
    struct ui_hit hit =
        ui_hit(ui, id, track, "switch", label, UI_FOCUSABLE | UI_HAND | (on ? UI_CHECKED : 0u));
    const float t = ui_animate(ui, id, on);
    if (hit.focus_visible)
        ui_focus_ring(ui, track, RADIUS_FULL);
    draw_round(ui_draw(ui), track, corners_all(dpf(ui, RADIUS_FULL)),
               color_mix(ui_color(ui, ROLE_TEXT_3), ui_color(ui, ROLE_ACCENT), t));
    const int way = w - 2 * gap - knob;
    const struct rect disc =
        rect_make(track.x + gap + (int)((float)way * t + .5f), track.y + gap, knob, knob);
    draw_circle(ui_draw(ui), disc,
                color_mix(ui_color(ui, ROLE_ON_MEDIA), ui_color(ui, ROLE_ON_ACCENT), t));
    return hit.clicked;
}

bool ui_swatch(struct ui *ui, ui_id id, struct rect r, const char *label, struct color color,
               bool chosen)
{
    struct ui_hit hit =
        ui_hit(ui, id, r, "choice", label, UI_FOCUSABLE | UI_HAND | (chosen ? UI_CHECKED : 0u));
    struct draw *draw = ui_draw(ui);
    const int in = dp(ui, FOCUS_RING) + dp(ui, 1);
    if (hit.focus_visible)
        ui_focus_ring(ui, r, RADIUS_FULL);
    if (chosen || hit.hovered)
        draw_border(draw, r, corners_all(dpf(ui, RADIUS_FULL)), dpf(ui, 2),
                    color_alpha(color, chosen ? 1.0f : .5f));
    draw_circle(draw, rect_grow(r, -in), color);
    ui_tip(ui, id, r, label, hit.hovered && !hit.held);
    return hit.clicked;
}
