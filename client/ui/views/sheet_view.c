/* sheet_view.c - how the sheet looks: the pictures, what is said about them, how they are to go. */
#include <string.h>

#include "client/app/smaller.h"
#include "client/ui/lang.h"
#include "client/ui/views/sheet.h"
#include "client/ui/widgets/button.h"
#include "client/ui/widgets/choice.h"
#include "client/ui/widgets/field.h"
#include "client/ui/widgets/scroll.h"
#include "client/ui/widgets/tip.h"
#include "protocol/base/str.h"

#define SHEET_W 440.0f
#define PAD 20.0f
#define TITLE_H 24.0f
#define PICTURE_H 280.0f /* of a single one, at most */
#define TILE 88.0f       /* of each of several, at least */
#define TILE_GAP 8.0f
#define ROWS_MAX 3 /* in sight, if the window is high enough */
#define LEAST_H 80.0f
#define CAPTION_H 44.0f
#define CAPTION_MAX_H 96.0f
#define OUT 22.0f /* the disc that leaves one out */
#define OUT_ICON 12.0f
#define SIGN 22.0f

/* ---- the pictures ---- */

static void describe(const struct sheet_item *item, char *out, size_t size)
{
    char bytes[LANG_SIZE_MAX];
    lang_size(item->size, bytes);
    if (item->look->width > 0)
        str_format(out, size, "%d×%d · %s", item->look->width, item->look->height, bytes);
    else
        str_copy(out, size, bytes);
}

static enum icon icon_of(const struct sheet_item *item)
{
    return str_equal(item->look->kind, "video")   ? ICON_FILM
           : str_equal(item->look->kind, "audio") ? ICON_MUSIC
           : item->look->done                     ? ICON_DOC
                                                  : ICON_IMAGE;
}

static void one(struct views *views, struct rect r, const struct sheet_item *item)
{
    struct ui *ui = views->ui;
    const struct picture *seen = item->look->picture;
    char text[96];
    const struct rect line = rect_cut_bottom(&r, ui_line_height(ui, TEXT_SM));
    rect_cut_bottom(&r, dp(ui, SP_1));
    ui_note(ui, "image", path_base(item->path), seen ? "shown" : "waiting", r, 0);
    if (seen) {
        int w, h;
        rect_fit(seen->width, seen->height, r.w, r.h, &w, &h);
        draw_image_fit(ui_draw(ui), pictures_get(views->pictures, seen), rect_center(r, w, h),
                       corners_all(dpf(ui, RADIUS_SM)));
    } else {
        ui_round(ui, r, RADIUS_SM, ROLE_HOVER);
        ui_icon(ui, r, icon_of(item), ICON_LG, ROLE_TEXT_3);
    }
    describe(item, text, sizeof text);
    ui_label(ui, line, text, TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_CENTER);
}

/* What is no picture has its name in the tile. */
static void tile_face(struct views *views, struct rect r, const struct sheet_item *item)
{
    struct ui *ui = views->ui;
    const struct picture *seen = item->look->picture;
    const struct corners corners = corners_all(dpf(ui, RADIUS_SM));
    char name[LABEL_SIZE];
    if (seen) {
        draw_image_cover(ui_draw(ui), pictures_get(views->pictures, seen), r, corners);
        if (str_equal(item->look->kind, "video")) {
            const struct rect disc = rect_center(r, dp(ui, SP_6), dp(ui, SP_6));
            draw_circle(ui_draw(ui), disc, ui_color(ui, ROLE_OVER_MEDIA));
            ui_icon(ui, disc, ICON_PLAY, ICON_SM, ROLE_ON_MEDIA);
        }
        return;
    }
    ui_round(ui, r, RADIUS_SM, ROLE_HOVER);
    struct rect in = rect_grow(r, -dp(ui, 6));
    struct rect line = rect_cut_bottom(&in, ui_line_height(ui, TEXT_XS));
    ui_icon(ui, in, icon_of(item), SIGN, ROLE_TEXT_3);
    label_middle(views, path_base(item->path), TEXT_XS, WEIGHT_REGULAR, line.w, name, sizeof name);
    ui_label(ui, line, name, TEXT_XS, WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_CENTER);
}

static bool leave_out(struct ui *ui, struct rect tile)
{
    const int side = dp(ui, OUT), gap = dp(ui, 3);
    const struct rect r = rect_make(tile.x + tile.w - side - gap, tile.y + gap, side, side);
    const ui_id id = ui_id_of(ui, "leave out");
    const struct ui_hit hit =
        ui_hit(ui, id, r, "button", lang("Leave out"), UI_HAND | UI_KEEP_FOCUS);
    draw_circle(ui_draw(ui), r, ui_color(ui, ROLE_OVER_MEDIA));
    if (hit.hovered)
        draw_circle(ui_draw(ui), r, ui_color(ui, ROLE_OVER_MEDIA));
    ui_icon(ui, r, ICON_X, OUT_ICON, ROLE_ON_MEDIA);
    return hit.clicked;
}

struct grid {
    int columns, rows, side, gap;
};

static struct grid grid_of(const struct ui *ui, int count, int w)
{
    const int gap = dp(ui, TILE_GAP);
    int columns = (w + gap) / (dp(ui, TILE) + gap);
    columns = columns < 2 ? 2 : columns;
    return (struct grid){columns, (count + columns - 1) / columns,
                         (w - gap * (columns - 1)) / columns, gap};
}

static struct rect tile_at(const struct grid *grid, struct rect r, int index)
{
    const int step = grid->side + grid->gap;
    return rect_make(r.x + index % grid->columns * step, r.y + index / grid->columns * step,
                     grid->side, grid->side);
}

/* Where the pointer is among the tiles; -1: beside them. */
static int index_at(const struct composer *composer, const struct grid *grid, struct rect r, int x,
                    int y)
{
    for (int i = 0; i < composer->sheet_count; i++)
        if (rect_has(tile_at(grid, r, i), x, y))
            return i;
    return -1;
}

/* What was asked for: applied when all are drawn. */
struct wish {
    int out, from, to; /* -1: nothing */
};

static void tile(struct views *views, const struct grid *grid, struct rect all, int index,
                 struct wish *wish)
{
    struct ui *ui = views->ui;
    struct composer *composer = views->composer;
    const struct sheet_item *item = &composer->sheet[index];
    const struct rect r = tile_at(grid, all, index);
    char text[LABEL_SIZE + 96], facts[96];
    ui_push_id(ui, ui_id_num(ui, "tile", item->number));
    const ui_id id = ui_id_of(ui, "tile");
    const struct ui_hit hit =
        ui_hit(ui, id, r, "image", path_base(item->path), UI_FOCUSABLE | UI_HAND);
    ui_note_value(ui, item->look->picture ? "shown" : "waiting");
    tile_face(views, r, item);
    if (hit.held && hit.dragged) {
        const int to = index_at(composer, grid, all, hit.x, hit.y);
        if (to >= 0 && to != index)
            *wish = (struct wish){-1, index, to};
    }
    if (hit.held)
        ui_border(ui, r, RADIUS_SM, ROLE_ACCENT);
    if (hit.focus_visible)
        ui_focus_ring(ui, r, RADIUS_SM);
    if (ui_take_key(ui, id, ui_key_back(ui), MOD_ALT))
        *wish = (struct wish){-1, index, index - 1};
    if (ui_take_key(ui, id, ui_key_on(ui), MOD_ALT))
        *wish = (struct wish){-1, index, index + 1};
    if (ui_take_key(ui, id, KEY_DELETE, 0) || ui_take_key(ui, id, KEY_BACKSPACE, 0) ||
        leave_out(ui, r))
        wish->out = index;
    describe(item, facts, sizeof facts);
    str_format(text, sizeof text, "%s · %s", path_base(item->path), facts);
    ui_tip(ui, id, r, text, hit.hovered && !hit.held);
    ui_pop_id(ui);
}

static void tiles(struct views *views, struct rect r, const struct grid *grid)
{
    struct ui *ui = views->ui;
    struct composer *composer = views->composer;
    struct wish wish = {-1, -1, -1};
    const int content_h = grid->rows * (grid->side + grid->gap) - grid->gap;
    const struct rect all = ui_scroll_begin(ui, ui_id_of(ui, "sheet"), r, content_h);
    for (int i = 0; i < composer->sheet_count; i++)
        tile(views, grid, all, i, &wish);
    ui_scroll_end(ui);
    if (wish.from >= 0) {
        sheet_move(composer, wish.from, wish.to);
        ui_again(ui);
    }
    if (wish.out >= 0)
        sheet_leave_out(views, wish.out);
}

/* ---- how they go ---- */

static bool any(const struct composer *composer, bool (*is)(const struct sheet_item *item))
{
    for (int i = 0; i < composer->sheet_count; i++)
        if (is(&composer->sheet[i]))
            return true;
    return false;
}

static int media_count(const struct composer *composer)
{
    int count = 0;
    for (int i = 0; i < composer->sheet_count; i++)
        count += sheet_is_media(&composer->sheet[i]);
    return count;
}

/* As far as is known yet: nothing is to jump when it is. */
static bool may_shrink(const struct sheet_item *item)
{
    return item->look->done ? sheet_can_shrink(item) : item->guess && !item->moves;
}

#define WAYS_MAX 3
static int ways(const struct composer *composer, const char **labels, enum send_as *as)
{
    int count = 0;
    const bool many = media_count(composer) > 1;
    as[count] = SEND_TOGETHER;
    labels[count++] = many ? lang("Together") : lang("In the chat");
    if (many) {
        as[count] = SEND_SINGLY;
        labels[count++] = lang("One by one");
    }
    as[count] = SEND_AS_FILES;
    labels[count++] = many ? lang("As files") : lang("As a file");
    return count;
}

static void choose_way(struct views *views, struct rect r)
{
    struct composer *composer = views->composer;
    const char *labels[WAYS_MAX];
    enum send_as as[WAYS_MAX];
    const int count = ways(composer, labels, as);
    int at = 0;
    for (int i = 0; i < count; i++)
        if (as[i] == composer->sheet_as)
            at = i;
    const int taken = ui_choices(views->ui, ui_id_of(views->ui, "sheet way"), r, labels, count, at);
    if (taken >= 0)
        sheet_set_as(views, as[taken]);
}

static void choose_size(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    struct composer *composer = views->composer;
    const char *labels[] = {lang("Original"), lang("Smaller")};
    char before[LANG_SIZE_MAX], after[LANG_SIZE_MAX], text[2 * LANG_SIZE_MAX + 16];
    uint64_t bytes, bytes_after;
    int used;
    const bool smaller = composer->sheet_smaller && composer->sheet_as != SEND_AS_FILES;
    ui_choices_height(ui, labels, 2, r.w, &used);
    const struct rect pills = rect_cut_left(&r, used);
    rect_cut_left(&r, dp(ui, SP_2));
    const bool known = sheet_bytes(composer, &bytes, &bytes_after);
    lang_size(bytes, before);
    lang_size(bytes_after, after);
    if (!smaller)
        str_copy(text, sizeof text, before);
    else
        str_format(text, sizeof text, "%s → %s", before, known ? after : "…");
    ui_label(ui, r, text, TEXT_SM, WEIGHT_REGULAR, ROLE_TEXT_2, ALIGN_RIGHT);
    const int taken = ui_choices(ui, ui_id_of(ui, "sheet size"), pills, labels, 2, smaller ? 1 : 0);
    if (taken >= 0)
        sheet_set_smaller(views, taken == 1);
}

/* "sunset.jpg says where it was taken." and a way out of it. */
static const struct text_layout *warning_layout(struct views *views, char *text, size_t size, int w)
{
    struct ui *ui = views->ui;
    const char *name = NULL;
    char label[LABEL_SIZE];
    const int count = sheet_located(views->composer, &name);
    if (count == 0)
        return NULL;
    label_middle(views, name, TEXT_SM, WEIGHT_REGULAR, w / 2, label, sizeof label);
    if (count == 1)
        LANG_TEXT(text, size, "{1} says where it was taken.", label);
    else
        lang_count(text, size, (uint64_t)count, "{1} picture says where it was taken.",
                   "{1} pictures say where they were taken.");
    return ui_layout(ui, text, strlen(text), TEXT_SM, WEIGHT_REGULAR, w > 1 ? w : 1, 2);
}

static int warning_height(struct views *views, int w)
{
    struct ui *ui = views->ui;
    char text[2 * LABEL_SIZE];
    const struct text_layout *layout =
        warning_layout(views, text, sizeof text, w - dp(ui, ICON_MD) - dp(ui, SP_2));
    return layout ? text_layout_height(layout) + ui_line_height(ui, TEXT_SM) : 0;
}

static void warning(struct views *views, struct rect r)
{
    struct ui *ui = views->ui;
    char text[2 * LABEL_SIZE];
    struct rect icon = rect_cut_left(&r, dp(ui, ICON_MD));
    rect_cut_left(&r, dp(ui, SP_2));
    const struct text_layout *layout = warning_layout(views, text, sizeof text, r.w);
    if (!layout)
        return;
    icon.h = ui_line_height(ui, TEXT_SM);
    ui_icon(ui, icon, ICON_WARNING, ICON_SM, ROLE_WARN);
    const struct rect lines = rect_cut_top(&r, text_layout_height(layout));
    ui_paragraph(ui, 0, layout, text, strlen(text), lines.x, lines.y, ui_color(ui, ROLE_TEXT));
    const char *label = lang("Send without the place");
    r.w = ui_label_width(ui, label, TEXT_SM, WEIGHT_MEDIUM);
    if (any(views->composer, sheet_can_shrink) &&
        ui_link(ui, ui_id_of(ui, "sheet placeless"), r, label, TEXT_SM, ROLE_ACCENT))
        sheet_set_smaller(views, true);
}

/* ---- all of it ---- */

static void title(struct views *views, struct rect r, const struct room *room)
{
    char text[NAME_SIZE + 64];
    LANG_TEXT(text, sizeof text,
              room->kind == ROOM_DIRECT ? LANG_KEY("Send to {1}") : LANG_KEY("Send to #{1}"),
              room_title(room));
    ui_label(views->ui, r, text, TEXT_LG, WEIGHT_SEMIBOLD, ROLE_TEXT, ALIGN_LEFT);
}

static int items_height(const struct ui *ui, const struct composer *composer,
                        const struct grid *grid)
{
    if (composer->sheet_count == 1)
        return dp(ui, PICTURE_H) + dp(ui, SP_1) + ui_line_height(ui, TEXT_SM);
    const int rows = grid->rows < ROWS_MAX ? grid->rows : ROWS_MAX;
    return rows * (grid->side + grid->gap) - grid->gap;
}

/* Heights of what stands below the pictures; 0: it is not there. */
struct parts {
    int size, way, warning, caption, button, gap;
};

static struct parts measure(struct views *views, const struct field_spec *spec, int w)
{
    struct ui *ui = views->ui;
    const struct composer *composer = views->composer;
    const char *labels[WAYS_MAX];
    enum send_as as[WAYS_MAX];
    const int count = ways(composer, labels, as);
    const int wanted = ui_field_height(ui, &composer->caption, spec, w, dp(ui, CAPTION_MAX_H));
    struct parts parts = {
        .caption = wanted > dp(ui, CAPTION_H) ? wanted : dp(ui, CAPTION_H),
        .button = ui_button_small_height(ui),
        .gap = dp(ui, SP_3),
        .warning = warning_height(views, w),
    };
    if (media_count(composer) > 0)
        parts.way = ui_choices_height(ui, labels, count, w, NULL);
    if (any(composer, may_shrink))
        parts.size = ui_choices_height(ui, (const char *const[]){lang("Original"), lang("Smaller")},
                                       2, w, NULL);
    return parts;
}

static struct rect cut(struct rect *in, int h, int gap)
{
    const struct rect part = rect_cut_bottom(in, h);
    rect_cut_bottom(in, h > 0 ? gap : 0);
    return part;
}

static int with_gap(int h, int gap)
{
    return h > 0 ? h + gap : 0;
}

/* True if it was sent or given up by them. */
static void buttons(struct views *views, struct rect r, unsigned did)
{
    struct ui *ui = views->ui;
    const struct composer *composer = views->composer;
    const char *yes = lang("Send"), *no = lang("Cancel");
    const struct rect yes_r = rect_cut_right(&r, ui_button_width(ui, yes, ICON_NONE));
    rect_cut_right(&r, dp(ui, SP_2));
    const struct rect no_r = rect_cut_right(&r, ui_button_width(ui, no, ICON_NONE));
    const bool stays =
        ui_button(ui, ui_id_of(ui, "sheet no"), no_r, no, ICON_NONE, BUTTON_GHOST, 0);
    const bool goes = ui_button(ui, ui_id_of(ui, "sheet yes"), yes_r, yes, ICON_NONE,
                                BUTTON_PRIMARY, composer->sheet_waits ? UI_DISABLED : 0u);
    if (goes || did & FIELD_SUBMIT)
        sheet_send(views);
    else if (stays || did & FIELD_CANCEL || ui_take_key(ui, 0, KEY_ESCAPE, 0))
        sheet_cancel(views);
}

void sheet_view(struct views *views, struct rect r)
{
    struct composer *composer = views->composer;
    struct ui *ui = views->ui;
    const struct room *room = sheet_follow(views);
    unsigned mods;
    if (!room)
        return;
    const struct field_spec spec = {.label = lang("Caption"),
                                    .placeholder = lang("Add a caption"),
                                    .size = TEXT_MD,
                                    .pad_y_dp = SP_3,
                                    .marks = true};
    const int pad = dp(ui, PAD), title_h = dp(ui, TITLE_H), room_w = r.w - 2 * dp(ui, SP_3);
    const int w = (dp(ui, SHEET_W) < room_w ? dp(ui, SHEET_W) : room_w) - 2 * pad;
    const struct grid grid = grid_of(ui, composer->sheet_count, w);
    const struct parts parts = measure(views, &spec, w);
    const int h = 2 * pad + title_h + parts.gap + items_height(ui, composer, &grid) + parts.gap +
                  with_gap(parts.warning, parts.gap) + with_gap(parts.size, parts.gap) +
                  with_gap(parts.way, parts.gap) + parts.caption + parts.gap + parts.button;
    if (ui_peek_key(ui, &mods) == KEY_CHAR + 'v' && mods == MOD_CTRL && sheet_paste(views))
        ui_take_key(ui, 0, KEY_CHAR + 'v', MOD_CTRL);
    struct rect in = rect_grow(card_begin(views, r, "send", SHEET_W, h), -pad);
    title(views, rect_cut_top(&in, title_h), room);
    rect_cut_top(&in, parts.gap);
    const struct rect button_r = cut(&in, parts.button, parts.gap),
                      caption_r = cut(&in, parts.caption, parts.gap),
                      way_r = cut(&in, parts.way, parts.gap),
                      size_r = cut(&in, parts.size, parts.gap),
                      warning_r = cut(&in, parts.warning, parts.gap);
    if (composer->sheet_count == 1)
        one(views, in, &composer->sheet[0]);
    else
        tiles(views, in, &grid);
    if (parts.warning)
        warning(views, warning_r);
    if (parts.size)
        choose_size(views, size_r);
    if (parts.way)
        choose_way(views, way_r);
    const unsigned did =
        ui_field(ui, ui_id_of(ui, "caption"), caption_r, &composer->caption, &spec);
    buttons(views, button_r, did);
    card_end(views);
}
