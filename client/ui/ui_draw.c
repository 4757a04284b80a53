#include "client/ui/ui.h"

#include <math.h>
#include <string.h>

#include "client/platform/clipboard.h"
#include "client/ui/lang.h"
#include "client/ui/ui_inside.h"
#include "protocol/base/mem.h"
#include "protocol/base/utf8.h"

#define FRAME_MS 16 /* between two steps of an animation */

uint64_t ui_now_ms(const struct ui *ui)
{
    return ui->now;
}

struct draw *ui_draw(const struct ui *ui)
{
    return ui->draw;
}

struct text *ui_texts(const struct ui *ui)
{
    return ui->text;
}

struct icons *ui_icons(const struct ui *ui)
{
    return ui->icons;
}

const struct theme *ui_theme(const struct ui *ui)
{
    return &ui->theme;
}

struct window *ui_window(const struct ui *ui)
{
    return ui->window;
}

struct color ui_color(const struct ui *ui, enum role role)
{
    return theme_color(&ui->theme, role);
}

struct rect ui_rect(const struct ui *ui)
{
    int w, h;
    draw_size(ui->draw, &w, &h);
    return (struct rect){0, 0, w, h};
}

int dp(const struct ui *ui, float logical)
{
    float px = logical * ui->scale;
    if (px <= 0)
        return (int)floorf(px + 0.5f);
    return px < 1 ? 1 : (int)(px + 0.5f);
}

float dpf(const struct ui *ui, float logical)
{
    return logical * ui->scale;
}

struct text_style ui_style(const struct ui *ui, enum text_size size, enum text_weight weight)
{
    return (struct text_style){
        .family = size == TEXT_CODE ? FAMILY_MONO : FAMILY_UI,
        .weight = weight,
        .size_px = dpf(ui, theme_text_dp(size)),
    };
}

/* ---- shapes ---- */

void ui_fill(struct ui *ui, struct rect r, enum role role)
{
    draw_fill(ui->draw, r, ui_color(ui, role));
}

void ui_round(struct ui *ui, struct rect r, float radius_dp, enum role role)
{
    draw_round(ui->draw, r, corners_all(dpf(ui, radius_dp)), ui_color(ui, role));
}

void ui_border(struct ui *ui, struct rect r, float radius_dp, enum role role)
{
    draw_border(ui->draw, r, corners_all(dpf(ui, radius_dp)), dpf(ui, BORDER), ui_color(ui, role));
}

void ui_focus_ring(struct ui *ui, struct rect r, float radius_dp)
{
    int width = dp(ui, FOCUS_RING);
    draw_border(ui->draw, rect_grow(r, width), corners_all(dpf(ui, radius_dp) + (float)width),
                (float)width, ui_color(ui, ROLE_ACCENT_RING));
}

void ui_icon(struct ui *ui, struct rect r, enum icon icon, float size_dp, enum role role)
{
    icons_draw(ui->icons, icon, r, dp(ui, size_dp), ui_color(ui, role));
}

/* ---- one line ---- */

static const struct text_layout *line_layout(struct ui *ui, const char *text,
                                             const struct text_style *style, int width_px)
{
    return text_layout(ui->text, text, strlen(text), style, width_px, 1, TEXT_ONE_LINE);
}

static int draw_line(struct ui *ui, struct rect r, const char *text, const struct text_style *style,
                     struct color color, enum ui_align align)
{
    if (rect_is_empty(r) || !text[0])
        return 0;
    const struct text_layout *layout = line_layout(ui, text, style, r.w);
    int w = text_layout_width(layout), h = text_layout_height(layout);
    int x = align == ALIGN_LEFT ? r.x : align == ALIGN_CENTER ? r.x + (r.w - w) / 2 : r.x + r.w - w;
    struct rect box = rect_middle(r, h);
    text_draw(ui->text, layout, x, box.y, color);
    ui_note(ui, "text", text, NULL, (struct rect){x, box.y, w, h}, 0);
    return w;
}

int ui_label_color(struct ui *ui, struct rect r, const char *text, enum text_size size,
                   enum text_weight weight, struct color color, enum ui_align align)
{
    struct text_style style = ui_style(ui, size, weight);
    return draw_line(ui, r, text, &style, color, align);
}

int ui_label(struct ui *ui, struct rect r, const char *text, enum text_size size,
             enum text_weight weight, enum role role, enum ui_align align)
{
    return ui_label_color(ui, r, text, size, weight, ui_color(ui, role), align);
}

int ui_label_width(struct ui *ui, const char *text, enum text_size size, enum text_weight weight)
{
    struct text_style style = ui_style(ui, size, weight);
    return text_layout_width(line_layout(ui, text, &style, 0));
}

int ui_line_height(const struct ui *ui, enum text_size size)
{
    struct text_style style = ui_style(ui, size, WEIGHT_REGULAR);
    return text_line_height(&style);
}

int ui_section(struct ui *ui, struct rect r, const char *text)
{
    struct text_style style = ui_style(ui, TEXT_XS, WEIGHT_SEMIBOLD);
    /* the mock's letter-spacing: .05em; letters that join each other (Arabic's) would come apart */
    style.tracking_px = lang_is_rtl() ? 0 : style.size_px * 0.05f;
    return draw_line(ui, r, text, &style, ui_color(ui, ROLE_TEXT_3), ALIGN_LEFT);
}

/* ---- paragraphs ---- */

const struct text_layout *ui_layout(struct ui *ui, const char *text, size_t size_bytes,
                                    enum text_size size, enum text_weight weight, int width_px,
                                    int max_lines)
{
    struct text_style style = ui_style(ui, size, weight);
    return text_layout(ui->text, text, size_bytes, &style, width_px, max_lines, TEXT_WRAP);
}

void ui_paragraph(struct ui *ui, ui_id id, const struct text_layout *layout, const char *text,
                  size_t size_bytes, int x, int y, struct color color)
{
    struct rect box = {x, y, text_layout_width(layout), text_layout_height(layout)};
    struct ui_point from, to;
    if (id) {
        const struct ui_part part = {.id = id,
                                     .group = id,
                                     .layout = layout,
                                     .text = text,
                                     .size = size_bytes,
                                     .x = x,
                                     .y = y,
                                     .reach = box};
        ui_select_part(ui, &part, NULL);
    }
    text_draw(ui->text, layout, x, y, color);
    if (id && ui_selection(ui, id, &from, &to) && from.at < size_bytes &&
        ui_take_key(ui, 0, KEY_CHAR + 'c', MOD_CTRL)) {
        const size_t end = to.at < size_bytes ? to.at : size_bytes; /* it may have been edited */
        char *copy = mem_alloc(end - from.at + 1, 1);
        memcpy(copy, text + from.at, end - from.at);
        clipboard_set(copy);
        mem_free(copy);
    }
    if (!rect_touches(box, draw_clip(ui->draw)))
        return;
    char *whole = mem_alloc(size_bytes + 1, 1);
    memcpy(whole, text, size_bytes);
    ui_note(ui, "text", whole, NULL, box, 0);
    mem_free(whole);
}

/* ---- motion ---- */

struct animation {
    bool on, started;
    uint64_t since; /* when it turned */
    float from;
};

void ui_set_motion(struct ui *ui, bool motion)
{
    ui->dirty = ui->dirty || ui->still == motion;
    ui->still = !motion;
}

bool ui_motion(const struct ui *ui)
{
    return !ui->still;
}

float ui_animate(struct ui *ui, ui_id id, bool on)
{
    struct animation *a = ui_state(ui, id ^ 0x616e696d61746521u, sizeof *a);
    float to = on ? 1.0f : 0.0f;
    if (!a->started || ui->still) {
        *a = (struct animation){on, true, ui->now - MOTION_MS, to};
        return to;
    }
    float t = (float)(ui->now - a->since) / MOTION_MS;
    t = t > 1 ? 1 : t;
    float eased = 1 - (1 - t) * (1 - t) * (1 - t);
    float now = a->from + ((a->on ? 1.0f : 0.0f) - a->from) * eased;
    if (a->on != on) {
        *a = (struct animation){on, true, ui->now, now};
        ui_wake_in(ui, FRAME_MS);
        return now;
    }
    if (t < 1)
        ui_wake_in(ui, FRAME_MS);
    return now;
}
