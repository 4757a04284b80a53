/* picker.c - emoji to choose from: the last ones, all by groups, or by name. */
#include <string.h>

#include "client/ui/lang.h"
#include "client/ui/views/compose.h"
#include "client/ui/widgets/field.h"
#include "client/ui/widgets/scroll.h"
#include "client/ui/widgets/tip.h"
#include "protocol/base/str.h"

#define CELL 36.0f
#define GLYPH 22.0f
#define COLUMNS 8
#define TAB_GLYPH 16.0f
#define TAB_H 32.0f
#define SEARCH_H 36.0f
#define HEAD_H 26.0f
#define GRID_H 252.0f /* seven rows; less where there is no room */
#define FOUND_MAX 64
#define SECTIONS (EMOJI_GROUP_COUNT + 1) /* the last ones come first */
#define SHADOW_BLUR 28.0f
#define SHADOW_DOWN 8.0f

static const char recent_key[] = "emoji.recent";
static const char first_ones[] =
    "👍 ❤️ 😂 🎉 🙏 🔥 😊 😢 👀 🤔 👏 🚀 ✅ 💯 😍 ☕";

/* ---- the last ones ---- */

static void add_recent(struct composer *composer, const char *text)
{
    int at = 0;
    while (at < composer->recent_count && !str_equal(composer->recent[at], text))
        at++;
    if (at == composer->recent_count && at == RECENT_EMOJI)
        at--;
    else if (at == composer->recent_count)
        composer->recent_count++;
    memmove(composer->recent[1], composer->recent[0], (size_t)at * EMOJI_SIZE);
    str_copy(composer->recent[0], EMOJI_SIZE, text);
}

/* From the last to the first, so that the first ends up in front. What is no emoji of ours is left out: the file is
 * the person's to write in. */
static void read_recent(struct views *views)
{
    struct composer *composer = views->composer;
    const char *kept = app_setting(views->app, recent_key),
               *all = kept && *kept ? kept : first_ones;
    size_t count;
    const struct emoji *table = emoji_all(&count);
    composer->recent_known = true;
    for (const char *end = all + strlen(all); end > all;) {
        const char *begin = end;
        while (begin > all && begin[-1] != ' ')
            begin--;
        for (size_t i = 0; i < count; i++)
            if (strlen(table[i].text) == (size_t)(end - begin) &&
                strncmp(table[i].text, begin, (size_t)(end - begin)) == 0)
                add_recent(composer, table[i].text);
        end = begin > all ? begin - 1 : all;
    }
}

static void keep_recent(struct views *views)
{
    const struct composer *composer = views->composer;
    char text[RECENT_EMOJI * (EMOJI_SIZE + 1)] = "";
    for (int i = 0; i < composer->recent_count; i++) {
        const size_t had = strlen(text);
        str_format(text + had, sizeof text - had, "%s%s", i ? " " : "", composer->recent[i]);
    }
    action_set_setting(views->app, recent_key, text);
}

/* ---- opening and closing ---- */

void emoji_open(struct views *views, ui_id owner, struct rect anchor)
{
    struct composer *composer = views->composer;
    struct ui *ui = views->ui;
    if (!composer->recent_known)
        read_recent(views);
    composer->picker_owner = owner;
    composer->picker_anchor = anchor;
    composer->picker_before = ui_focused(ui);
    composer->picked = -1;
    edit_set(&composer->search, "");
    composer->search_version = composer->search.version;
    ui_scroll_show(ui, ui_id_of(ui, "emoji grid"), 0, 1);
    ui_focus(ui, ui_id_of(ui, "emoji search"));
    ui_again(ui);
}

bool emoji_is_open(const struct views *views, ui_id owner)
{
    return views->composer->picker_owner == owner;
}

void emoji_close(struct views *views)
{
    struct composer *composer = views->composer;
    if (!composer->picker_owner)
        return;
    composer->picker_owner = 0;
    ui_focus(views->ui, composer->picker_before);
    ui_again(views->ui);
}

/* ---- what is shown ---- */

/* Cells in the order they are drawn, and where each section begins. */
struct cells {
    const char *texts[RECENT_EMOJI + 1024];
    const char *names[RECENT_EMOJI + 1024];
    int count;
    int begin[SECTIONS + 1]; /* only one section while one searches */
    int sections;
};

static void add_cell(struct cells *cells, const char *text, const char *name)
{
    if ((size_t)cells->count == sizeof cells->texts / sizeof *cells->texts)
        return;
    cells->texts[cells->count] = text;
    cells->names[cells->count++] = name;
}

static const char *name_of(const char *text)
{
    size_t count;
    const struct emoji *all = emoji_all(&count);
    for (size_t i = 0; i < count; i++)
        if (str_equal(all[i].text, text))
            return all[i].name;
    return text;
}

static void collect(const struct composer *composer, struct cells *cells)
{
    const struct emoji *found[FOUND_MAX];
    size_t count;
    const struct emoji *all = emoji_all(&count);
    cells->count = cells->sections = 0;
    if (composer->search.size > 0) {
        count = emoji_find(composer->search.text, found, FOUND_MAX);
        cells->begin[cells->sections++] = 0;
        for (size_t i = 0; i < count; i++)
            add_cell(cells, found[i]->text, found[i]->name);
    } else {
        cells->begin[cells->sections++] = 0;
        for (int i = 0; i < composer->recent_count; i++)
            add_cell(cells, composer->recent[i], name_of(composer->recent[i]));
        for (size_t i = 0; i < count; i++) {
            if (i == 0 || all[i].group != all[i - 1].group)
                cells->begin[cells->sections++] = cells->count;
            add_cell(cells, all[i].text, all[i].name);
        }
    }
    cells->begin[cells->sections] = cells->count;
}

static int rows_of(const struct cells *cells, int section)
{
    return (cells->begin[section + 1] - cells->begin[section] + COLUMNS - 1) / COLUMNS;
}

static int section_of(const struct cells *cells, int cell)
{
    int section = 0;
    while (section + 1 < cells->sections && cell >= cells->begin[section + 1])
        section++;
    return section;
}

/* px of a section's head from the top; one more than there are: the whole height */
static int section_top(const struct ui *ui, const struct cells *cells, int section)
{
    int y = 0;
    for (int i = 0; i < section; i++)
        y += dp(ui, HEAD_H) + rows_of(cells, i) * dp(ui, CELL);
    return y;
}

static struct rect cell_rect(const struct ui *ui, const struct cells *cells, int cell)
{
    const int section = section_of(cells, cell), at = cell - cells->begin[section],
              side = dp(ui, CELL);
    return rect_make(at % COLUMNS * side,
                     section_top(ui, cells, section) + dp(ui, HEAD_H) + at / COLUMNS * side, side,
                     side);
}

/* ---- keys ---- */

/* One row up or down, in the same column where that row has one. */
static int step_row(const struct cells *cells, int from, int by)
{
    int section = section_of(cells, from);
    const int at = from - cells->begin[section], column = at % COLUMNS;
    int row = at / COLUMNS + by;
    if (row < 0 && section == 0)
        return from;
    if (row < 0)
        row = rows_of(cells, --section) - 1;
    else if (row >= rows_of(cells, section)) {
        if (section + 1 == cells->sections)
            return from;
        section++;
        row = 0;
    }
    const int to = cells->begin[section] + row * COLUMNS + column,
              last = cells->begin[section + 1] - 1;
    return to < last ? to : last;
}

static void keys(struct views *views, const struct cells *cells)
{
    struct composer *composer = views->composer;
    struct ui *ui = views->ui;
    const int was = composer->picked;
    if (edit_is_composing(&composer->search) || cells->count == 0)
        return;
    if (ui_take_key(ui, 0, KEY_DOWN, 0))
        composer->picked = was < 0 ? 0 : step_row(cells, was, 1);
    else if (ui_take_key(ui, 0, KEY_UP, 0))
        composer->picked = was < 0 ? 0 : step_row(cells, was, -1);
    else if (was >= 0 && ui_take_key(ui, 0, ui_key_on(ui), 0))
        composer->picked = was + 1 < cells->count ? was + 1 : was;
    else if (was >= 0 && ui_take_key(ui, 0, ui_key_back(ui), 0))
        composer->picked = was > 0 ? was - 1 : was;
    if (composer->picked != was && composer->picked >= 0) {
        const struct rect r = cell_rect(ui, cells, composer->picked);
        ui_scroll_show(ui, ui_id_of(ui, "emoji grid"), r.y - dp(ui, HEAD_H), r.h + dp(ui, HEAD_H));
    }
}

/* ---- drawing ---- */

static void glyph(struct ui *ui, struct rect r, const char *text, float size_dp)
{
    const struct text_style style = {.size_px = dpf(ui, size_dp)};
    const struct text_layout *layout =
        text_layout(ui_texts(ui), text, strlen(text), &style, 0, 1, TEXT_ONE_LINE);
    const struct rect at = rect_center(r, text_layout_width(layout), text_layout_height(layout));
    text_draw(ui_texts(ui), layout, at.x, at.y, ui_color(ui, ROLE_TEXT));
}

static void tabs(struct views *views, struct rect r, const struct cells *cells, int grid_h)
{
    struct ui *ui = views->ui;
    size_t count;
    const struct emoji *all = emoji_all(&count);
    const int w = r.w / SECTIONS;
    for (int i = 0; i < SECTIONS; i++) {
        const struct rect at = rect_cut_left(&r, w);
        const char *name =
            i == 0 ? lang("Recently used") : lang(emoji_group_name((enum emoji_group)(i - 1)));
        const ui_id id = ui_id_num(ui, "emoji group", (uint64_t)i);
        const struct ui_hit hit =
            ui_hit(ui, id, at, "tab", name, UI_FOCUSABLE | UI_KEEP_FOCUS | UI_HAND);
        if (hit.hovered)
            ui_round(ui, at, RADIUS_SM, ROLE_HOVER);
        if (hit.focus_visible)
            ui_focus_ring(ui, rect_grow(at, -dp(ui, FOCUS_RING)), RADIUS_SM);
        const char *sign = NULL;
        for (size_t k = 0; k < count && i > 0 && !sign; k++)
            if (all[k].group == (enum emoji_group)(i - 1))
                sign = all[k].text;
        if (sign)
            glyph(ui, at, sign, TAB_GLYPH);
        else
            ui_icon(ui, at, ICON_CLOCK, ICON_SM, ROLE_TEXT_2);
        ui_tip(ui, id, at, name, hit.hovered && !hit.held);
        if (!hit.clicked)
            continue;
        edit_set(&views->composer->search, "");
        views->composer->search_version = views->composer->search.version;
        views->composer->picked = -1;
        ui_scroll_show(ui, ui_id_of(ui, "emoji grid"), section_top(ui, cells, i), grid_h);
    }
}

static const char *grid(struct views *views, struct rect r, const struct cells *cells)
{
    struct ui *ui = views->ui;
    const char *taken = NULL;
    if (cells->count == 0) {
        ui_label(ui, r, lang("No emoji is called so."), TEXT_MD, WEIGHT_REGULAR, ROLE_TEXT_2,
                 ALIGN_CENTER);
        return NULL;
    }
    const struct rect in =
        ui_scroll_begin(ui, ui_id_of(ui, "emoji grid"), r, section_top(ui, cells, cells->sections));
    for (int section = 0; section < cells->sections; section++) {
        const char *name = cells->sections == 1 ? lang("Found")
                           : section == 0       ? lang("Recently used")
                                          : lang(emoji_group_name((enum emoji_group)(section - 1)));
        const struct rect head = rect_make(
            in.x + dp(ui, SP_1), in.y + section_top(ui, cells, section), in.w, dp(ui, HEAD_H));
        if (rect_touches(head, r))
            ui_label(ui, head, name, TEXT_XS, WEIGHT_SEMIBOLD, ROLE_TEXT_3, ALIGN_LEFT);
    }
    for (int i = 0; i < cells->count; i++) {
        const struct rect place = cell_rect(ui, cells, i), at = rect_shift(place, in.x, in.y);
        if (!rect_touches(at, r))
            continue;
        const ui_id id = ui_id_num(ui, "one emoji", (uint64_t)i);
        const struct ui_hit hit =
            ui_hit(ui, id, at, "button", cells->texts[i], UI_HAND | UI_KEEP_FOCUS);
        if (hit.hovered || views->composer->picked == i)
            ui_round(ui, at, RADIUS_SM, ROLE_HOVER);
        if (views->composer->picked == i)
            ui_border(ui, at, RADIUS_SM, ROLE_ACCENT);
        glyph(ui, at, cells->texts[i], GLYPH);
        ui_tip(ui, id, at, cells->names[i], hit.hovered && !hit.held);
        if (hit.clicked)
            taken = cells->texts[i];
    }
    ui_scroll_end(ui);
    return taken;
}

/* Above the anchor, or below it, or where it fits. */
static struct rect place(const struct ui *ui, struct rect anchor)
{
    const struct rect all = rect_grow(ui_rect(ui), -dp(ui, SP_1));
    const int gap = dp(ui, SP_2), pad = dp(ui, SP_2), w = COLUMNS * dp(ui, CELL) + 2 * pad;
    const int wanted = dp(ui, SEARCH_H) + dp(ui, TAB_H) + dp(ui, GRID_H) + 3 * pad;
    const int above = anchor.y - gap - all.y, below = all.y + all.h - anchor.y - anchor.h - gap;
    const int most = above > below ? above : below;
    struct rect r = {anchor.x + anchor.w - w, 0, w, wanted < most ? wanted : most};
    r.y = above >= r.h ? anchor.y - gap - r.h : anchor.y + anchor.h + gap;
    if (r.x + r.w > all.x + all.w)
        r.x = all.x + all.w - r.w;
    if (r.x < all.x)
        r.x = all.x;
    return r;
}

static void background(struct ui *ui, struct rect r)
{
    ui_block(ui, ui_id_of(ui, "emoji"), r);
    draw_shadow(ui_draw(ui), r, dpf(ui, RADIUS_MD), dpf(ui, SHADOW_BLUR), dp(ui, SHADOW_DOWN),
                ui_color(ui, ROLE_SHADOW));
    ui_round(ui, r, RADIUS_MD, ROLE_RAISED);
    ui_border(ui, r, RADIUS_MD, ROLE_LINE);
    ui_note(ui, "card", "emoji", NULL, r, 0);
}

const char *emoji_view(struct views *views, ui_id owner)
{
    static struct cells cells; /* of this pass; too large for the stack's taste */
    struct composer *composer = views->composer;
    struct ui *ui = views->ui;
    if (!owner || composer->picker_owner != owner)
        return NULL;
    const struct rect box = place(ui, composer->picker_anchor);
    const struct field_spec spec = {.label = lang("Search emoji"),
                                    .placeholder = lang("Search emoji"),
                                    .size = TEXT_MD,
                                    .radius_dp = RADIUS_SM,
                                    .pad_x_dp = SP_2};
    draw_push_layer(ui_draw(ui), 1);
    background(ui, box);
    struct rect in = rect_grow(box, -dp(ui, SP_2));
    collect(composer, &cells);
    keys(views, &cells);
    const bool escaped = !edit_is_composing(&composer->search) && ui_take_key(ui, 0, KEY_ESCAPE, 0);
    const unsigned did = ui_field(ui, ui_id_of(ui, "emoji search"),
                                  rect_cut_top(&in, dp(ui, SEARCH_H)), &composer->search, &spec);
    if (composer->search.version != composer->search_version) {
        composer->search_version = composer->search.version;
        collect(composer, &cells);
        composer->picked = composer->search.size > 0 && cells.count > 0 ? 0 : -1;
        ui_scroll_show(ui, ui_id_of(ui, "emoji grid"), 0, 1);
    }
    rect_cut_top(&in, dp(ui, SP_1));
    const struct rect row = rect_cut_top(&in, dp(ui, TAB_H));
    tabs(views, row, &cells, in.h);
    const char *taken = grid(views, in, &cells);
    if (!taken && did & FIELD_SUBMIT && composer->picked >= 0 && composer->picked < cells.count)
        taken = cells.texts[composer->picked];
    draw_pop_layer(ui_draw(ui));
    const bool outside =
        ui_pressed_outside(ui, box) && ui_pressed_outside(ui, composer->picker_anchor);
    if (taken) {
        str_copy(composer->taken, sizeof composer->taken, taken);
        add_recent(composer, composer->taken);
        keep_recent(views);
    }
    if (taken || escaped || outside)
        emoji_close(views);
    return taken ? composer->taken : NULL;
}
