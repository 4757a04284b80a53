#include "client/ui/widgets/avatar.h"

#include <math.h>
#include <string.h>

#include <utf8proc.h>

#include "protocol/base/str.h"
#include "protocol/base/utf8.h"

#define FRAME_MS 16
#define HERE_DOT 7.0f
#define HERE_RING 2.0f
#define SWEEP_MS 1600 /* of a bar that knows no end, once to and fro */

/* The first cluster of the name; a lone letter in capitals. */
static void initial_of(const char *name, char *out, size_t size)
{
    size_t length = strlen(name), cluster = utf8_next_grapheme(name, length, 0);
    uint32_t rune;
    size_t used = utf8_decode(name, length, &rune);
    if (length == 0) {
        str_copy(out, size, "?");
    } else if (used == cluster) {
        char bytes[5] = {0};
        utf8_encode((uint32_t)utf8proc_toupper((utf8proc_int32_t)rune), bytes);
        str_copy(out, size, bytes);
    } else {
        str_format(out, size, "%.*s", (int)cluster, name);
    }
}

void ui_avatar(struct ui *ui, struct rect r, const char *name)
{
    char initial[64];
    int side = r.w < r.h ? r.w : r.h;
    struct rect disc = rect_center(r, side, side);
    draw_circle(ui_draw(ui), disc, theme_avatar(name));
    initial_of(name, initial, sizeof initial);
    struct text_style style = {.weight = WEIGHT_SEMIBOLD, .size_px = roundf((float)side * 0.4f)};
    const struct text_layout *layout =
        text_layout(ui_texts(ui), initial, strlen(initial), &style, 0, 1, TEXT_ONE_LINE);
    struct rect box = rect_center(disc, text_layout_width(layout), text_layout_height(layout));
    text_draw(ui_texts(ui), layout, box.x, box.y, theme_on_avatar(ui_theme(ui), name));
}

void ui_avatar_here(struct ui *ui, struct rect r, const char *name, bool here, struct color behind)
{
    int side = r.w < r.h ? r.w : r.h;
    struct rect disc = rect_center(r, side, side);
    const int dot = dp(ui, HERE_DOT), ring = dp(ui, HERE_RING);
    ui_avatar(ui, r, name);
    if (!here)
        return;
    struct rect at = rect_make(disc.x + side - dot, disc.y + side - dot, dot, dot);
    draw_circle(ui_draw(ui), rect_grow(at, ring), behind);
    draw_circle(ui_draw(ui), at, ui_color(ui, ROLE_OK));
}

static void count_text(int count, char out[16])
{
    if (count > 99)
        str_copy(out, 16, "99+");
    else
        str_format(out, 16, "%d", count);
}

static int badge_width(struct ui *ui, const char *text)
{
    int w = ui_label_width(ui, text, TEXT_XS, WEIGHT_SEMIBOLD) + 2 * dp(ui, 7);
    int h = ui_line_height(ui, TEXT_XS) + 2 * dp(ui, 1);
    return w > h ? w : h;
}

int ui_badge_width(struct ui *ui, int count)
{
    char text[16];
    count_text(count, text);
    return badge_width(ui, text);
}

int ui_badge_text(struct ui *ui, struct rect r, const char *text, bool quiet)
{
    int w = badge_width(ui, text);
    struct rect box = rect_middle(r, ui_line_height(ui, TEXT_XS) + 2 * dp(ui, 1));
    box = rect_cut_right(&box, w);
    ui_round(ui, box, RADIUS_FULL, quiet ? ROLE_TRACK : ROLE_ACCENT);
    ui_label(ui, box, text, TEXT_XS, WEIGHT_SEMIBOLD, quiet ? ROLE_TEXT : ROLE_ON_ACCENT,
             ALIGN_CENTER);
    return w;
}

static int badge(struct ui *ui, struct rect r, int count, bool quiet)
{
    char text[16];
    if (count <= 0)
        return 0;
    count_text(count, text);
    return ui_badge_text(ui, r, text, quiet);
}

int ui_badge(struct ui *ui, struct rect r, int count)
{
    return badge(ui, r, count, false);
}

int ui_badge_quiet(struct ui *ui, struct rect r, int count)
{
    return badge(ui, r, count, true);
}

void ui_progress(struct ui *ui, struct rect r, const char *label, float fraction, enum role filled,
                 enum role track)
{
    char value[16] = "";
    struct rect bar = r;
    float radius = RADIUS_FULL;
    ui_round(ui, r, radius, track);
    if (fraction < 0) {
        /* a third of the bar, to and fro */
        float t = (float)(ui_now_ms(ui) % SWEEP_MS) / SWEEP_MS;
        float place = t < 0.5f ? t * 2 : 2 - t * 2;
        bar.w = r.w / 3;
        bar.x = r.x + (int)((float)(r.w - bar.w) * place);
        ui_wake_in(ui, FRAME_MS);
    } else {
        fraction = fraction > 1 ? 1 : fraction;
        bar.w = (int)((float)r.w * fraction + 0.5f);
        str_format(value, sizeof value, "%d", (int)(fraction * 100));
    }
    if (bar.w > 0)
        ui_round(ui, bar, radius, filled);
    ui_note(ui, "progress", label, value, r, 0);
}

void ui_dot(struct ui *ui, struct rect r, enum role role)
{
    int side = dp(ui, 8);
    draw_circle(ui_draw(ui), rect_center(r, side, side), ui_color(ui, role));
}

struct rect ui_pill(struct ui *ui, struct rect r, const char *text, enum role background,
                    enum role role, enum ui_align align)
{
    /* on pictures small and light, in the timeline a little larger and semi-bold: so the mock has
     * it */
    bool on_media = background == ROLE_OVER_MEDIA;
    enum text_weight weight = on_media ? WEIGHT_REGULAR : WEIGHT_SEMIBOLD;
    int pad_x = dp(ui, on_media ? 8 : 11), pad_y = dp(ui, on_media ? 2 : 3);
    int w = ui_label_width(ui, text, TEXT_XS, weight) + 2 * pad_x;
    struct rect box = rect_middle(r, ui_line_height(ui, TEXT_XS) + 2 * pad_y);
    if (align == ALIGN_CENTER)
        box = rect_center(box, w, box.h);
    else
        box = align == ALIGN_LEFT ? rect_cut_left(&box, w) : rect_cut_right(&box, w);
    ui_round(ui, box, RADIUS_FULL, background);
    if (ui_theme(ui)->contrast)
        ui_border(ui, box, RADIUS_FULL, ROLE_EDGE);
    ui_label(ui, box, text, TEXT_XS, weight, role, ALIGN_CENTER);
    return box;
}
