#include "client/ui/widgets/field.h"

#include <string.h>

#include "client/platform/clipboard.h"
#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/utf8.h"

#define PAD_X 14.0f
#define CARET_W 2.0f
#define BLINK_FOR_MS 10000 /* then the caret stands still: an idle window costs nothing */
#define BOXES_MAX 256
#define WHEEL_DP 40.0f
#define DRAG_SCROLL_MS 40 /* between two lines while the pointer is held beyond the edge */

struct field_state {
    int scroll_x, scroll_y;
    int goal_x;           /* the column that up and down keep to, px; -1: where the caret is */
    bool vertical;        /* this pass went up or down: the column stays */
    uint64_t moved_ms;    /* when the caret last moved */
    size_t caret, anchor; /* as of the last pass */
    unsigned version;
    int drag_clicks;             /* the drag goes by characters, words, lines */
    size_t drag_begin, drag_end; /* what the press had selected */
    uint64_t drag_scrolled_ms;
};

/* What is on the screen: the text with the composition at the caret, or a dot for each cluster. */
struct shown {
    char *text;
    size_t size;
    size_t at, length; /* of the composition in it */
    const struct text_layout *layout;
    const struct edit *dotted; /* NULL: no dots */
};

/* ---- dots ---- */

static const char dot[] = "•";
#define DOT_SIZE (sizeof dot - 1)

static size_t count_clusters(const char *text, size_t size)
{
    size_t count = 0;
    for (size_t at = 0; at < size; at = utf8_next_grapheme(text, size, at))
        count++;
    return count;
}

static size_t skip_clusters(const char *text, size_t size, size_t count)
{
    size_t at = 0;
    while (count-- > 0 && at < size)
        at = utf8_next_grapheme(text, size, at);
    return at;
}

static char *make_dots(size_t count)
{
    char *text = mem_alloc(count * DOT_SIZE + 1, 1);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * DOT_SIZE, dot, DOT_SIZE);
    return text;
}

/* ---- what is shown ---- */

static size_t to_shown(const struct shown *shown, size_t at)
{
    if (shown->dotted)
        at = count_clusters(shown->dotted->text, at) * DOT_SIZE;
    return at > shown->at ? at + shown->length : at;
}

static size_t from_shown(const struct shown *shown, size_t at)
{
    if (at > shown->at)
        at = at <= shown->at + shown->length ? shown->at : at - shown->length;
    return shown->dotted ? skip_clusters(shown->dotted->text, shown->dotted->size, at / DOT_SIZE)
                         : at;
}

static const struct text_layout *lay_out(struct ui *ui, const struct edit *edit,
                                         const struct field_spec *spec, const char *text,
                                         size_t size, int width)
{
    struct text_style style = ui_style(ui, spec->size, WEIGHT_REGULAR);
    unsigned flags = edit->multiline ? TEXT_RTL_START : TEXT_ONE_LINE | TEXT_NO_ELLIPSIS;
    return text_layout(ui_texts(ui), text, size, &style, edit->multiline ? width : 0, 0, flags);
}

static struct shown show(struct ui *ui, const struct edit *edit, const struct field_spec *spec,
                         int width)
{
    struct shown shown = {.at = edit->caret, .length = strlen(edit->composition)};
    if (spec->dots) {
        const size_t composed = count_clusters(edit->composition, shown.length);
        const size_t count = count_clusters(edit->text, edit->size) + composed;
        shown.dotted = edit;
        shown.at = count_clusters(edit->text, edit->caret) * DOT_SIZE;
        shown.length = composed * DOT_SIZE;
        shown.size = count * DOT_SIZE;
        shown.text = make_dots(count);
    } else {
        shown.size = edit->size + shown.length;
        shown.text = mem_alloc(shown.size + 1, 1);
        memcpy(shown.text, edit->text, shown.at);
        memcpy(shown.text + shown.at, edit->composition, shown.length);
        memcpy(shown.text + shown.at + shown.length, edit->text + shown.at, edit->size - shown.at);
    }
    shown.layout = lay_out(ui, edit, spec, shown.text, shown.size, width);
    return shown;
}

static void let_go(const struct edit *edit, struct shown *shown)
{
    if (edit->secret)
        secret_wipe(shown->text, shown->size);
    mem_free(shown->text);
}

/* Where the caret stands in what is shown. */
static size_t caret_shown(const struct edit *edit, const struct shown *shown)
{
    if (!shown->length)
        return to_shown(shown, edit->caret);
    return shown->at + (shown->dotted
                            ? count_clusters(edit->composition, edit->composition_caret) * DOT_SIZE
                            : edit->composition_caret);
}

static float pad_x(const struct field_spec *spec)
{
    return spec->pad_x_dp > 0 ? spec->pad_x_dp : spec->bare ? 0 : PAD_X;
}

int ui_field_height(struct ui *ui, const struct edit *edit, const struct field_spec *spec,
                    int width_px, int max_px)
{
    int width = width_px - 2 * dp(ui, pad_x(spec)) - dp(ui, CARET_W);
    struct shown shown = show(ui, edit, spec, width > 1 ? width : 1);
    int h = text_layout_height(shown.layout) + 2 * dp(ui, spec->pad_y_dp);
    let_go(edit, &shown);
    return max_px > 0 && h > max_px ? max_px : h;
}

/* ---- keys ---- */

static void copy(const struct edit *edit, void (*to)(const char *text))
{
    char *text = edit_selected(edit);
    to(text);
    mem_free(text);
}

static void to_clipboard(const char *text)
{
    clipboard_set(text);
}

/* What was copied as a whole line brings its end along; in one line that would become a space. */
static void paste(struct edit *edit, char *text)
{
    size_t all = strlen(text), size = all;
    while (!edit->multiline && size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r'))
        size--;
    edit_insert(edit, text, size);
    if (edit->secret)
        secret_wipe(text, all);
    mem_free(text);
}

/* Ctrl and a letter. True: it was ours. */
static bool command(struct edit *edit, const struct field_spec *spec, int key, bool shift)
{
    if (shift && key != KEY_CHAR + 'z' && key != KEY_CHAR + 'v')
        return false;
    switch (key) {
    case KEY_CHAR + 'b':
    case KEY_CHAR + 'i':
    case KEY_CHAR + 'e':
        if (spec->marks)
            edit_wrap(edit, key == KEY_CHAR + 'b' ? "**" : key == KEY_CHAR + 'i' ? "*" : "`");
        return spec->marks;
    case KEY_CHAR + 'a':
        edit_select_all(edit);
        return true;
    case KEY_CHAR + 'c':
        if (edit->secret)
            return true;
        if (!edit_has_selection(edit))
            return false; /* a selected paragraph may want it */
        copy(edit, to_clipboard);
        return true;
    case KEY_CHAR + 'x':
        if (edit_has_selection(edit) && !edit->secret) {
            copy(edit, to_clipboard);
            edit_delete(edit, EDIT_CLUSTER, true);
        }
        return true;
    case KEY_CHAR + 'v':
        paste(edit, clipboard_get());
        return true;
    case KEY_CHAR + 'z':
        if (shift)
            edit_redo(edit);
        else
            edit_undo(edit);
        return true;
    case KEY_CHAR + 'y':
        edit_redo(edit);
        return true;
    default:
        return false;
    }
}

/* Up and down by drawn lines, to where the caret was before it began to go up and down. */
static void move_line(struct ui *ui, struct edit *edit, const struct shown *shown,
                      struct field_state *state, bool down, bool select)
{
    struct rect caret = text_caret(ui_texts(ui), shown->layout, edit->caret);
    struct text_line first = text_layout_line(shown->layout, 0);
    int to = caret.y + caret.h / 2 + (down ? first.h : -first.h);
    if (state->goal_x < 0)
        state->goal_x = caret.x;
    int goal = state->goal_x;
    if (to < 0 || to >= text_layout_height(shown->layout))
        edit_move(edit, EDIT_ALL, down, select);
    else
        edit_move_to(edit, text_hit(ui_texts(ui), shown->layout, goal, to), select);
    state->vertical = true;
}

static void move_to_edge(struct ui *ui, struct edit *edit, const struct shown *shown, bool end,
                         bool select)
{
    if (!edit->multiline) {
        edit_move(edit, EDIT_ALL, end, select);
        return;
    }
    struct rect caret = text_caret(ui_texts(ui), shown->layout, edit->caret);
    int y = caret.y + caret.h / 2;
    for (int i = 0; i < text_layout_line_count(shown->layout); i++) {
        struct text_line line = text_layout_line(shown->layout, i);
        if (y < line.y || y >= line.y + line.h)
            continue;
        bool goes_on = i + 1 < text_layout_line_count(shown->layout) &&
                       text_layout_line(shown->layout, i + 1).begin == line.end;
        size_t to = end ? line.end : line.begin;
        edit_move_to(edit, to, select);
        if (end && goes_on) /* the end of a broken line is the next one's beginning: stay before its
                               space */
            edit_move(edit, EDIT_CLUSTER, false, select);
        return;
    }
}

static unsigned on_key(struct ui *ui, struct edit *edit, const struct field_spec *spec,
                       const struct shown *shown, struct field_state *state)
{
    unsigned mods;
    int key = ui_peek_key(ui, &mods);
    bool shift = (mods & MOD_SHIFT) != 0, ctrl = (mods & MOD_CTRL) != 0;
    unsigned result = 0;
    bool ours = true;
    bool alt = (mods & MOD_ALT) != 0;
    if (key == KEY_NONE || (mods & MOD_SUPER))
        return 0;
    if (alt && (ctrl ||
                (key != KEY_LEFT && key != KEY_RIGHT && key != KEY_BACKSPACE && key != KEY_DELETE)))
        return 0;
    if (edit_is_composing(edit)) {
        /* the input method's keys are not ours, Enter least of all */
        ui_take_key(ui, 0, key, mods);
        return 0;
    }
    enum edit_unit unit = !ctrl && !alt ? EDIT_CLUSTER : edit->secret ? EDIT_ALL : EDIT_WORD;
    switch (key) {
    case KEY_LEFT:
    case KEY_RIGHT: /* as the text runs */
        edit_move(edit, unit, (key == KEY_RIGHT) != text_layout_is_rtl(shown->layout, edit->caret),
                  shift);
        break;
    case KEY_UP:
    case KEY_DOWN:
        if (ctrl || (!edit->multiline && edit->size > 0)) {
            ours = false;
        } else if (edit->size == 0) {
            ours = key == KEY_UP && !shift;
            result |= ours ? FIELD_UP : 0u;
        } else {
            move_line(ui, edit, shown, state, key == KEY_DOWN, shift);
        }
        break;
    case KEY_HOME:
    case KEY_END:
        if (ctrl && edit->size == 0)
            ours = false;
        else if (ctrl)
            edit_move(edit, EDIT_ALL, key == KEY_END, shift);
        else
            move_to_edge(ui, edit, shown, key == KEY_END, shift);
        break;
    case KEY_BACKSPACE:
        edit_delete(edit, ctrl && shift ? EDIT_LINE : unit, false);
        break;
    case KEY_DELETE:
        edit_delete(edit, ctrl && shift ? EDIT_LINE : unit, true);
        break;
    case KEY_ENTER:
        if (shift && edit->multiline)
            edit_insert(edit, "\n", 1);
        else if (!ctrl)
            result |= FIELD_SUBMIT;
        else
            ours = false;
        break;
    case KEY_ESCAPE:
        result |= FIELD_CANCEL;
        break;
    default:
        ours = ctrl && command(edit, spec, key, shift);
        break;
    }
    if (ours)
        ui_take_key(ui, 0, key, mods);
    return result;
}

static void select_unit(struct edit *edit, size_t at, int clicks)
{
    if (edit->secret)
        edit_select_all(edit);
    else if (clicks == 2)
        edit_select_word(edit, at);
    else
        edit_select_line(edit, at);
}

/* From what the press took to the pointer, by whole words or lines after a double or triple click. */
static void drag_to(struct edit *edit, const struct field_state *state, size_t at)
{
    size_t begin, end;
    if (state->drag_clicks < 2) {
        edit_move_to(edit, at, true);
        return;
    }
    select_unit(edit, at, state->drag_clicks);
    edit_selection(edit, &begin, &end);
    if (at < state->drag_begin)
        edit_select(edit, state->drag_end, begin);
    else
        edit_select(edit, state->drag_begin, end > state->drag_end ? end : state->drag_end);
}

/* Held beyond the upper or lower edge: a line more at a time. */
static int beyond(struct ui *ui, struct rect inner, int y, struct field_state *state)
{
    const int by = y < inner.y ? -1 : y >= inner.y + inner.h ? 1 : 0;
    const uint64_t now = ui_now_ms(ui);
    if (by == 0)
        return 0;
    ui_wake_in(ui, DRAG_SCROLL_MS);
    if (now - state->drag_scrolled_ms < DRAG_SCROLL_MS)
        return 0;
    state->drag_scrolled_ms = now;
    return by;
}

static void on_pointer(struct ui *ui, struct edit *edit, const struct field_spec *spec,
                       struct rect inner, const struct shown *shown, const struct ui_hit *hit,
                       int x, int y, struct field_state *state)
{
    if (edit_is_composing(edit) || !(hit->pressed || hit->held || hit->middle_clicked))
        return;
    int hit_y = hit->y;
    if (edit->multiline && hit->held && !hit->pressed) {
        const int by = beyond(ui, inner, hit->y, state), line = ui_line_height(ui, spec->size);
        if (!hit->dragged && by == 0)
            return;
        hit_y = hit_y < inner.y              ? inner.y + (by < 0 ? by * line : 0)
                : hit_y >= inner.y + inner.h ? inner.y + inner.h - 1 + (by > 0 ? by * line : 0)
                                             : hit_y;
    } else if (!hit->pressed && !hit->dragged && !hit->middle_clicked) {
        return;
    }
    size_t at = from_shown(shown, text_hit(ui_texts(ui), shown->layout, hit->x - x, hit_y - y));
    if (hit->middle_clicked) {
        edit_move_to(edit, at, false);
        paste(edit, clipboard_get_primary());
    } else if (!hit->pressed) {
        drag_to(edit, state, at);
    } else if (hit->clicks >= 2) {
        select_unit(edit, at, hit->clicks);
    } else {
        edit_move_to(edit, at, (hit->mods & MOD_SHIFT) != 0);
    }
    if (hit->pressed) {
        state->drag_clicks = hit->clicks;
        edit_selection(edit, &state->drag_begin, &state->drag_end);
    }
}

/* ---- drawing ---- */

static void draw_box(struct ui *ui, struct rect r, const struct field_spec *spec, bool focused)
{
    float radius = spec->radius_dp > 0 ? spec->radius_dp : RADIUS_MD;
    if (focused)
        ui_focus_ring(ui, r, radius);
    ui_round(ui, r, radius, ROLE_RAISED);
    ui_border(ui, r, radius, spec->invalid ? ROLE_ERR : focused ? ROLE_ACCENT : ROLE_LINE);
}

static void draw_selection(struct ui *ui, const struct edit *edit, const struct shown *shown, int x,
                           int y)
{
    struct rect boxes[BOXES_MAX];
    size_t begin, end;
    edit_selection(edit, &begin, &end);
    int count = text_selection(ui_texts(ui), shown->layout, to_shown(shown, begin),
                               to_shown(shown, end), boxes, BOXES_MAX);
    for (int i = 0; i < count; i++)
        ui_fill(ui, rect_shift(boxes[i], x, y), ROLE_SELECTION);
    /* what is being composed is underlined */
    count = text_selection(ui_texts(ui), shown->layout, shown->at, shown->at + shown->length, boxes,
                           BOXES_MAX);
    for (int i = 0; i < count; i++) {
        struct rect line = rect_shift(boxes[i], x, y);
        ui_fill(ui, rect_cut_bottom(&line, dp(ui, BORDER)), ROLE_ACCENT);
    }
}

static void draw_caret(struct ui *ui, struct rect caret, const struct field_state *state)
{
    uint64_t still = ui_now_ms(ui) - state->moved_ms;
    caret.w = dp(ui, CARET_W);
    ui_caret_at(ui, caret);
    if (!ui_has_keyboard(ui))
        return;
    if (still < BLINK_FOR_MS) {
        ui_wake_in(ui, (int)(CARET_BLINK_MS - still % CARET_BLINK_MS));
        if (still / CARET_BLINK_MS % 2)
            return;
    }
    ui_fill(ui, caret, ROLE_ACCENT);
}

/* Scroll as little as shows the caret, and never past the text. */
static int follow(int scroll, int at, int size, int view, int content)
{
    if (at < scroll)
        scroll = at;
    if (at + size > scroll + view)
        scroll = at + size - view;
    if (scroll > content - view)
        scroll = content - view;
    return scroll < 0 ? 0 : scroll;
}

unsigned ui_field(struct ui *ui, ui_id id, struct rect r, struct edit *edit,
                  const struct field_spec *spec)
{
    struct field_state *state = ui_state(ui, id, sizeof *state);
    struct ui_hit hit = ui_hit(ui, id, r, "field", spec->label, UI_FOCUSABLE | UI_IBEAM);
    struct rect inner = rect_pad(r, dp(ui, pad_x(spec)), dp(ui, spec->pad_y_dp));
    int caret_w = dp(ui, CARET_W), width = inner.w - caret_w;
    unsigned before = edit->version, result = 0;
    width = width > 1 ? width : 1;

    struct shown shown = show(ui, edit, spec, width);
    int content_h = text_layout_height(shown.layout);
    /* one line stands in the middle of its box, many begin at the top */
    int top =
        edit->multiline && content_h > inner.h ? inner.y : inner.y + (inner.h - content_h) / 2;
    if (hit.middle_clicked)
        ui_focus(ui, id);
    if (ui_is_selecting(ui) && edit_has_selection(edit))
        edit_select(edit, edit->caret, edit->caret); /* Ctrl+C means that one */
    on_pointer(ui, edit, spec, inner, &shown, &hit, inner.x - state->scroll_x,
               top - state->scroll_y, state);
    float wheel_x, wheel_y;
    bool overflows = edit->multiline && content_h > inner.h;
    bool wheeled = overflows && ui_take_wheel(ui, id, r, &wheel_x, &wheel_y);
    if (hit.focused) {
        size_t caret = 0;
        const char *typed = ui_take_typed(ui, id);
        const char *composed = ui_take_composition(ui, id, &caret);
        result |= on_key(ui, edit, spec, &shown, state);
        if (composed)
            edit_compose(edit, composed, caret);
        if (typed) {
            edit_compose(edit, NULL, 0);
            edit_insert(edit, typed, strlen(typed));
        }
    } else if (edit_is_composing(edit)) {
        edit_compose(edit, NULL, 0);
    }
    if (edit->version != before) {
        result |= FIELD_CHANGED;
        let_go(edit, &shown);
        shown = show(ui, edit, spec, width);
        content_h = text_layout_height(shown.layout);
        top =
            edit->multiline && content_h > inner.h ? inner.y : inner.y + (inner.h - content_h) / 2;
    }
    bool moved = edit->caret != state->caret || edit->version != state->version;
    if (edit->caret != state->caret && !state->vertical)
        state->goal_x = -1;
    state->vertical = false;
    if (moved || hit.pressed)
        state->moved_ms = ui_now_ms(ui);
    if ((edit->caret != state->caret || edit->anchor != state->anchor) &&
        edit_has_selection(edit) && !edit->secret && hit.focused)
        copy(edit, clipboard_set_primary);
    state->caret = edit->caret;
    state->anchor = edit->anchor;
    state->version = edit->version;

    struct rect caret = text_caret(ui_texts(ui), shown.layout, caret_shown(edit, &shown));
    if (wheeled)
        state->scroll_y -= (int)(wheel_y * dpf(ui, WHEEL_DP));
    if (!wheeled && (moved || !overflows))
        state->scroll_y = follow(state->scroll_y, caret.y, caret.h, inner.h, content_h);
    else /* within the content, also when the box has grown since */
        state->scroll_y = follow(state->scroll_y, state->scroll_y, 0, inner.h, content_h);
    if (edit->multiline)
        state->scroll_x = 0;
    else
        state->scroll_x = follow(state->scroll_x, caret.x, caret_w, inner.w,
                                 text_layout_width(shown.layout) + caret_w > caret.x + caret_w
                                     ? text_layout_width(shown.layout) + caret_w
                                     : caret.x + caret_w);

    if (!spec->bare)
        draw_box(ui, r, spec, hit.focused);
    struct rect clip = {inner.x - caret_w, inner.y - dp(ui, 2), inner.w + 2 * caret_w,
                        inner.h + 2 * dp(ui, 2)};
    draw_push_clip(ui_draw(ui), clip);
    int x = inner.x - state->scroll_x, y = top - state->scroll_y;
    if (shown.size == 0 && spec->placeholder)
        text_draw(ui_texts(ui),
                  lay_out(ui, edit, spec, spec->placeholder, strlen(spec->placeholder), width),
                  x + caret_w, y, ui_color(ui, ROLE_TEXT_3)); /* beside the caret, not under it */
    if (hit.focused || edit_has_selection(edit))
        draw_selection(ui, edit, &shown, x, y);
    text_draw(ui_texts(ui), shown.layout, x, y, ui_color(ui, ROLE_TEXT));
    if (hit.focused) {
        draw_caret(ui, rect_shift(caret, x, y), state);
        result |= FIELD_FOCUSED;
    }
    draw_pop_clip(ui_draw(ui));
    if (edit->secret) {
        char *dots = make_dots(count_clusters(edit->text, edit->size));
        ui_note_value(ui, dots);
        mem_free(dots);
    } else {
        ui_note_value(ui, edit->text);
    }
    let_go(edit, &shown);
    return result;
}
