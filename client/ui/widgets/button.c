#include "client/ui/widgets/button.h"

#include "client/ui/widgets/avatar.h"
#include "client/ui/widgets/tip.h"

#define PAD 16.0f
#define ICON_GAP 8.0f
#define FAB_SHADOW_BLUR 28.0f
#define FAB_SHADOW_DOWN 8.0f

int ui_button_height(const struct ui *ui)
{
    return dp(ui, 44);
}

int ui_button_small_height(const struct ui *ui)
{
    return dp(ui, 33);
}

static int content_width(struct ui *ui, const char *label, enum icon icon)
{
    int w = ui_label_width(ui, label, TEXT_MD, WEIGHT_SEMIBOLD);
    return icon == ICON_NONE ? w : w + dp(ui, ICON_MD) + (label[0] ? dp(ui, ICON_GAP) : 0);
}

int ui_button_width(struct ui *ui, const char *label, enum icon icon)
{
    return content_width(ui, label, icon) + 2 * dp(ui, PAD);
}

struct look {
    enum role fill, text;
    bool filled, bordered;
};

static struct look look_of(enum button_kind kind, bool hovered)
{
    switch (kind) {
    case BUTTON_PRIMARY:
        return (struct look){hovered ? ROLE_ACCENT_2 : ROLE_ACCENT, ROLE_ON_ACCENT, true, false};
    case BUTTON_GHOST:
        return (struct look){hovered ? ROLE_HOVER : ROLE_RAISED, ROLE_TEXT, true, true};
    case BUTTON_PLAIN:
        return (struct look){ROLE_HOVER, ROLE_ACCENT, hovered, false};
    case BUTTON_DANGER:
        return (struct look){ROLE_ERR, ROLE_ON_ACCENT, true, false};
    }
    return (struct look){ROLE_RAISED, ROLE_TEXT, true, true};
}

bool ui_button(struct ui *ui, ui_id id, struct rect r, const char *label, enum icon icon,
               enum button_kind kind, unsigned flags)
{
    struct ui_hit hit = ui_hit(ui, id, r, "button", label, flags | UI_FOCUSABLE | UI_HAND);
    struct look look = look_of(kind, hit.hovered);
    struct draw *draw = ui_draw(ui);
    if (hit.focus_visible)
        ui_focus_ring(ui, r, RADIUS_MD);
    draw_push_alpha(draw, flags & UI_DISABLED ? 0.45f : hit.held ? 0.85f : 1.0f);
    if (look.filled)
        ui_round(ui, r, RADIUS_MD, look.fill);
    if (look.bordered)
        ui_border(ui, r, RADIUS_MD, ROLE_LINE);
    int w = content_width(ui, label, icon);
    struct rect rest = w < r.w ? rect_center(r, w, r.h) : r;
    if (icon != ICON_NONE) {
        ui_icon(ui, rect_cut_left(&rest, dp(ui, ICON_MD)), icon, ICON_MD, look.text);
        rect_cut_left(&rest, dp(ui, ICON_GAP));
    }
    ui_label(ui, rest, label, TEXT_MD, WEIGHT_SEMIBOLD, look.text, ALIGN_LEFT);
    draw_pop_alpha(draw);
    return hit.clicked;
}

bool ui_icon_button(struct ui *ui, ui_id id, struct rect r, enum icon icon, const char *label,
                    unsigned flags)
{
    struct ui_hit hit = ui_hit(ui, id, r, "button", label, flags | UI_FOCUSABLE | UI_HAND);
    bool lit = hit.hovered || (flags & UI_CHECKED);
    struct draw *draw = ui_draw(ui);
    draw_push_alpha(draw, flags & UI_DISABLED ? 0.4f : 1.0f);
    if (hit.hovered)
        ui_round(ui, r, RADIUS_SM, ROLE_HOVER);
    if (hit.focus_visible)
        ui_focus_ring(ui, rect_grow(r, -dp(ui, FOCUS_RING)), RADIUS_SM);
    ui_icon(ui, r, icon, ICON_LG, flags & UI_CHECKED ? ROLE_ACCENT : lit ? ROLE_TEXT : ROLE_TEXT_2);
    draw_pop_alpha(draw);
    ui_tip(ui, id, r, label, hit.hovered && !hit.held && !(flags & UI_CHECKED));
    return hit.clicked;
}

bool ui_round_button(struct ui *ui, ui_id id, struct rect r, enum icon icon, const char *label,
                     unsigned flags)
{
    struct ui_hit hit = ui_hit(ui, id, r, "button", label, flags | UI_FOCUSABLE | UI_HAND);
    struct draw *draw = ui_draw(ui);
    int side = r.w < r.h ? r.w : r.h;
    struct rect circle = rect_center(r, side, side);
    if (hit.focus_visible)
        ui_focus_ring(ui, circle, RADIUS_FULL);
    draw_push_alpha(draw, flags & UI_DISABLED ? 0.45f : hit.held ? 0.85f : 1.0f);
    draw_circle(draw, circle, ui_color(ui, hit.hovered ? ROLE_ACCENT_2 : ROLE_ACCENT));
    /* the icon is drawn at just over half of the disc, as in the mock (18 in 34, 20 in 40) */
    int size = (int)((float)side * 0.52f + 0.5f);
    icons_draw(ui_icons(ui), icon, circle, size, ui_color(ui, ROLE_ON_ACCENT));
    draw_pop_alpha(draw);
    ui_tip(ui, id, r, label, hit.hovered && !hit.held);
    return hit.clicked;
}

bool ui_fab(struct ui *ui, ui_id id, struct rect r, enum icon icon, const char *label, int count)
{
    struct ui_hit hit = ui_hit(ui, id, r, "button", label, UI_FOCUSABLE | UI_HAND | UI_KEEP_FOCUS);
    struct draw *draw = ui_draw(ui);
    draw_shadow(draw, r, dpf(ui, RADIUS_FULL), dpf(ui, FAB_SHADOW_BLUR), dp(ui, FAB_SHADOW_DOWN),
                ui_color(ui, ROLE_SHADOW));
    if (hit.focus_visible)
        ui_focus_ring(ui, r, RADIUS_FULL);
    draw_circle(draw, r, ui_color(ui, hit.hovered ? ROLE_HOVER : ROLE_RAISED));
    ui_icon(ui, r, icon, ICON_LG, ROLE_TEXT_2);
    if (count > 0) {
        int h = dp(ui, 18);
        /* the badge sits on the disc's upper edge, in its middle */
        struct rect above = {r.x - r.w, r.y - h / 2, 3 * r.w, h};
        int w = ui_badge_width(ui, count);
        ui_badge(ui, rect_center(above, w, h), count);
    }
    return hit.clicked;
}

struct ui_hit ui_row(struct ui *ui, ui_id id, struct rect r, const char *label, float radius_dp,
                     unsigned flags)
{
    struct ui_hit hit = ui_hit(ui, id, r, "row", label, flags | UI_FOCUSABLE | UI_HAND);
    if (flags & UI_CHECKED) {
        ui_round(ui, r, radius_dp, ROLE_SELECTED);
        ui_border(ui, r, radius_dp, ROLE_EDGE);
    }
    if (!(flags & UI_CHECKED) && hit.hovered)
        ui_round(ui, r, radius_dp, ROLE_HOVER);
    if (hit.focus_visible)
        ui_focus_ring(ui, rect_grow(r, -dp(ui, FOCUS_RING)), radius_dp);
    return hit;
}

bool ui_link(struct ui *ui, ui_id id, struct rect r, const char *label, enum text_size size,
             enum role role)
{
    int w = ui_label_width(ui, label, size, WEIGHT_MEDIUM);
    struct rect box = rect_middle(r, ui_line_height(ui, size));
    box.w = w < box.w ? w : box.w;
    struct ui_hit hit = ui_hit(ui, id, box, "link", label, UI_FOCUSABLE | UI_HAND);
    if (hit.focus_visible)
        ui_focus_ring(ui, box, SP_1);
    ui_label(ui, box, label, size, WEIGHT_MEDIUM, role, ALIGN_LEFT);
    if (hit.hovered) {
        int thick = dp(ui, BORDER);
        ui_fill(ui, (struct rect){box.x, box.y + box.h - 2 * thick, box.w, thick}, role);
    }
    return hit.clicked;
}
