#include "client/ui/widgets/toast.h"

#include <string.h>

#include "client/ui/lang.h"
#include "protocol/base/str.h"

#define TOAST_LAYER 2
#define TOAST_TEXT 512
#define TOAST_W 480.0f
#define CLOSE 26.0f
#define CLOSE_ICON 14.0f
#define SHADOW_BLUR 28.0f
#define SHADOW_DOWN 8.0f

struct toast {
    char text[TOAST_TEXT];
    enum toast_kind kind;
    uint64_t until; /* 0: none */
};

struct toasts {
    struct toast items[TOAST_COUNT]; /* the oldest first */
};

static struct toasts *all_toasts(struct ui *ui)
{
    return ui_state(ui, 0x746f617374730000u, sizeof(struct toasts));
}

static void drop_first(struct toasts *toasts, int from)
{
    for (int i = from; i + 1 < TOAST_COUNT; i++)
        toasts->items[i] = toasts->items[i + 1];
    toasts->items[TOAST_COUNT - 1] = (struct toast){0};
}

void ui_toast(struct ui *ui, enum toast_kind kind, const char *text)
{
    struct toasts *toasts = all_toasts(ui);
    int at = 0;
    for (int i = 0; i < TOAST_COUNT; i++)
        if (toasts->items[i].until && str_equal(toasts->items[i].text, text))
            drop_first(toasts, i); /* the same again: only once, as the newest */
    while (at < TOAST_COUNT && toasts->items[at].until)
        at++;
    if (at == TOAST_COUNT) {
        drop_first(toasts, 0);
        at--;
    }
    struct toast *toast = &toasts->items[at];
    str_copy(toast->text, sizeof toast->text, text);
    toast->kind = kind;
    toast->until = ui_now_ms(ui) + TOAST_MS;
    ui_redraw(ui);
}

/* Only the button takes clicks: what lies below stays within reach. */
static int toast_view(struct ui *ui, struct rect r, int bottom, struct toast *toast, int index)
{
    struct draw *draw = ui_draw(ui);
    int pad = dp(ui, SP_3), icon = dp(ui, ICON_MD), button = dp(ui, CLOSE);
    int most = r.w - 2 * pad < dp(ui, TOAST_W) ? r.w - 2 * pad : dp(ui, TOAST_W);
    int text_w = most - 3 * pad - icon - button;
    if (text_w <= 0)
        return bottom;
    const struct text_layout *layout =
        ui_layout(ui, toast->text, strlen(toast->text), TEXT_MD, WEIGHT_REGULAR, text_w, 4);
    int w = text_layout_width(layout) + 3 * pad + icon + button;
    int h = text_layout_height(layout) + 2 * pad;
    struct rect box = {r.x + (r.w - w) / 2, bottom - h, w, h};
    draw_shadow(draw, box, dpf(ui, RADIUS_MD), dpf(ui, SHADOW_BLUR), dp(ui, SHADOW_DOWN),
                ui_color(ui, ROLE_SHADOW));
    ui_round(ui, box, RADIUS_MD, ROLE_RAISED);
    ui_border(ui, box, RADIUS_MD, ROLE_LINE);
    ui_note(ui, "toast", toast->text, NULL, box, 0);
    static const struct {
        enum icon icon;
        enum role role;
    } looks[] = {
        [TOAST_INFO] = {ICON_BELL, ROLE_ACCENT},
        [TOAST_OK] = {ICON_CHECK, ROLE_OK},
        [TOAST_ERR] = {ICON_WARNING, ROLE_ERR},
    };
    struct rect rest = box;
    rect_cut_left(&rest, pad);
    ui_icon(ui, rect_cut_left(&rest, icon), looks[toast->kind].icon, ICON_MD,
            looks[toast->kind].role);
    rect_cut_left(&rest, pad);
    ui_paragraph(ui, 0, layout, toast->text, strlen(toast->text), rest.x, box.y + pad,
                 ui_color(ui, ROLE_TEXT));
    rect_cut_right(&rest, (pad + 1) / 2);
    struct rect close = rect_middle(rect_cut_right(&rest, button), button);
    ui_id id = ui_id_num(ui, "toast", (uint64_t)index);
    struct ui_hit hit = ui_hit(ui, id, close, "button", lang("Dismiss"), UI_HAND | UI_KEEP_FOCUS);
    if (hit.hovered)
        ui_round(ui, close, RADIUS_SM, ROLE_HOVER);
    ui_icon(ui, close, ICON_X, CLOSE_ICON, hit.hovered ? ROLE_TEXT : ROLE_TEXT_3);
    if (hit.clicked)
        toast->until = ui_now_ms(ui); /* put away by hand */
    return box.y - dp(ui, SP_2);
}

void ui_toasts(struct ui *ui, struct rect r)
{
    struct toasts *toasts = all_toasts(ui);
    uint64_t now = ui_now_ms(ui);
    while (toasts->items[0].until && toasts->items[0].until <= now)
        drop_first(toasts, 0);
    if (!toasts->items[0].until)
        return;
    ui_wake_in(ui, (int)(toasts->items[0].until - now));
    draw_push_layer(ui_draw(ui), TOAST_LAYER);
    int bottom = r.y + r.h - dp(ui, SP_5);
    for (int i = TOAST_COUNT - 1; i >= 0; i--)
        if (toasts->items[i].until > now)
            bottom = toast_view(ui, r, bottom, &toasts->items[i], i);
    draw_pop_layer(ui_draw(ui));
}
