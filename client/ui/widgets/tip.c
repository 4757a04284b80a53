#include "client/ui/widgets/tip.h"

#define TIP_LAYER 2
#define SHADOW_BLUR 28.0f
#define SHADOW_DOWN 8.0f

struct tip {
    bool over;
    uint64_t since; /* when the pointer came */
};

void ui_tip(struct ui *ui, ui_id id, struct rect r, const char *text, bool hovered)
{
    struct tip *tip = ui_state(ui, id ^ 0x7469700000000000u, sizeof *tip);
    if (!hovered || !text || !text[0]) {
        tip->over = false;
        return;
    }
    if (!tip->over)
        *tip = (struct tip){true, ui_now_ms(ui)};
    uint64_t waited = ui_now_ms(ui) - tip->since;
    if (waited < TIP_DELAY_MS) {
        ui_wake_in(ui, (int)(TIP_DELAY_MS - waited));
        return;
    }
    struct draw *draw = ui_draw(ui);
    struct rect all = ui_rect(ui);
    int w = ui_label_width(ui, text, TEXT_SM, WEIGHT_REGULAR) + 2 * dp(ui, SP_2);
    int h = ui_line_height(ui, TEXT_SM) + 2 * dp(ui, SP_1), gap = dp(ui, SP_1);
    struct rect box = {r.x + (r.w - w) / 2, r.y - gap - h, w, h};
    if (box.y < 0)
        box.y = r.y + r.h + gap;
    if (box.x + box.w > all.w - gap)
        box.x = all.w - gap - box.w;
    if (box.x < gap)
        box.x = gap;
    draw_push_layer(draw, TIP_LAYER);
    draw_shadow(draw, box, dpf(ui, RADIUS_SM), dpf(ui, SHADOW_BLUR), dp(ui, SHADOW_DOWN),
                ui_color(ui, ROLE_SHADOW));
    ui_round(ui, box, RADIUS_SM, ROLE_RAISED);
    ui_border(ui, box, RADIUS_SM, ROLE_LINE);
    ui_label(ui, box, text, TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT, ALIGN_CENTER);
    ui_note(ui, "tip", text, NULL, box, 0);
    draw_pop_layer(draw);
}
