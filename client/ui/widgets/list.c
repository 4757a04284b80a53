#include "client/ui/widgets/list.h"

#include <assert.h>
#include <math.h>

#include "client/ui/widgets/heights.h"
#include "client/ui/widgets/scroll.h"
#include "protocol/base/mem.h"

#define NOTCH 60.0f        /* dp for one notch of a wheel */
#define SETTLE_MAX 32      /* rounds of "a row was measured, so others came into sight" */
#define PAGE_OVERLAP 40.0f /* dp that stay in sight at PgUp and PgDn */
#define LAG_MS 45.0        /* what is shown comes nearer by two thirds in this time */
#define PUSH_MAX 160.0f    /* dp that new rows may be behind: more at once are simply there */
#define PUSH_ROWS_MAX 16
#define EASING_MAX \
    8 /* rows whose heights change at the same time; more are at once what they are */
#define FRAME_MS 16

/* A row in sight on its way to another height. */
struct easing {
    size_t index;
    int from, to, shown;
    uint64_t since_ms;
};

struct list {
    struct heights heights;
    bool started;
    /* row `anchor`'s top is `offset` px below the view's top edge (negative: above); what must stay
     * stood `lead` below that when we last looked (-1: not known) */
    size_t anchor;
    double offset;
    int lead;
    bool bottom;   /* near enough to the end that new rows pull along */
    bool pulled;   /* stand at the very end, whatever the anchor says */
    bool scrolled; /* the person moved in this pass: then nothing pulls */
    double total;  /* height of everything, and of the view, as of the last pass */
    int view_h, width;
    float scale;
    int shift; /* few rows: how far down the first one stands */
    size_t first, end;
    double above, below;
    size_t wanted; /* a row to bring into sight */
    bool has_wanted;
    bool glide; /* to the bottom, in sight of the person */
    /* motion: the view shows what is `lag` px above where it stands */
    double lag;
    uint64_t lag_ms;
    size_t appended; /* rows at the end that have come since the last pass */
    struct easing easings[EASING_MAX];
    int easing_count;
    uint64_t scrolled_ms;
};

struct list *list_create(void)
{
    return mem_alloc(1, sizeof(struct list));
}

void list_destroy(struct list *list)
{
    if (!list)
        return;
    heights_finish(&list->heights);
    mem_free(list);
}

/* ---- rows come and go ---- */

void list_reset(struct list *list, size_t count, size_t anchor)
{
    heights_reset(&list->heights, count, 1); /* until ui_list() knows the estimate */
    if (anchor >= count)
        list->started = false;
    list->anchor = anchor < count ? anchor : 0;
    list->lead = -1;
    list->first = list->end = 0;
    list->easing_count = 0;
    list->lag = 0;
    list->appended = 0;
    list->has_wanted = false;
    list->width = 0; /* no height is known */
}

void list_insert(struct list *list, size_t at, size_t count)
{
    const bool last = at == list->heights.count;
    heights_insert(&list->heights, at, count, -1);
    if (!last && at <= list->anchor)
        list->anchor += count;
    if (list->has_wanted && at <= list->wanted)
        list->wanted += count;
    if (at < list->first) {
        list->first += count;
        list->end += count;
    } else if (at < list->end) {
        list->end = at; /* those behind are measured anew, without motion */
    }
    for (int i = 0; i < list->easing_count; i++)
        list->easings[i].index += at <= list->easings[i].index ? count : 0;
    list->appended = last ? list->appended + count : 0;
}

/* Where `index` is when [at, at + count) has gone: the row behind takes a lost one's place. */
static size_t after_removal(size_t index, size_t at, size_t count)
{
    return index < at ? index : index < at + count ? at : index - count;
}

void list_remove(struct list *list, size_t at, size_t count)
{
    int kept = 0;
    heights_remove(&list->heights, at, count);
    if (list->anchor >= at && list->anchor < at + count)
        list->lead = -1;
    list->anchor = after_removal(list->anchor, at, count);
    if (list->anchor >= list->heights.count)
        list->anchor = list->heights.count ? list->heights.count - 1 : 0;
    list->wanted = after_removal(list->wanted, at, count);
    list->first = after_removal(list->first, at, count);
    list->end = after_removal(list->end, at, count);
    for (int i = 0; i < list->easing_count; i++) {
        struct easing easing = list->easings[i];
        if (easing.index >= at && easing.index < at + count)
            continue;
        easing.index = after_removal(easing.index, at, count);
        list->easings[kept++] = easing;
    }
    list->easing_count = kept;
    const size_t left = list->heights.count;
    list->appended = list->appended < left ? list->appended : left;
}

void list_move(struct list *list, size_t from, size_t to)
{
    const struct list was = *list;
    const int h = list->heights.rows[from];
    if (from == to)
        return;
    list_remove(list, from, 1);
    list_insert(list, to, 1);
    heights_set(&list->heights, to, h);
    list->appended = was.appended;
    if (was.anchor == from) {
        list->anchor = to;
        list->lead = was.lead;
    }
    if (was.has_wanted && was.wanted == from)
        list->wanted = to;
}

size_t list_count(const struct list *list)
{
    return list->heights.count;
}

size_t list_anchor(const struct list *list)
{
    return list->anchor;
}

/* ---- where we are ---- */

static double content_height(struct list *list, const struct list_source *source)
{
    return (double)heights_before(&list->heights, list->heights.count) + source->pad_top_px +
           source->pad_bottom_px;
}

static double row_top(struct list *list, const struct list_source *source, size_t index)
{
    return (double)heights_before(&list->heights, index) + source->pad_top_px;
}

static size_t row_at(struct list *list, const struct list_source *source, double y)
{
    return heights_at(&list->heights, (int64_t)y - source->pad_top_px);
}

/* How far down the content the view's top edge is, from the anchor; within what there is. */
static double place(struct list *list, const struct list_source *source, int view_h)
{
    double most = content_height(list, source) - view_h;
    double at = list->pulled ? most : row_top(list, source, list->anchor) - list->offset;
    at = at > most ? most : at;
    return at < 0 ? 0 : at;
}

static double clamp(double value, double least, double most)
{
    return value < least ? least : value > most ? most : value;
}

/* ---- motion ---- */

/* What is shown stays for now where it was, although the view moved by `by`. */
static void push_lag(struct list *list, struct ui *ui, double by, double most)
{
    if (!ui_motion(ui) || by == 0)
        return;
    if (list->lag == 0)
        list->lag_ms = ui_now_ms(ui);
    list->lag = clamp(list->lag + by, -most, most);
}

static void decay_lag(struct list *list, struct ui *ui)
{
    const uint64_t past = ui_now_ms(ui) - list->lag_ms;
    list->lag_ms = ui_now_ms(ui);
    if (list->lag == 0)
        return;
    list->lag *= exp(-(double)past / LAG_MS);
    if (!ui_motion(ui) || fabs(list->lag) < 0.5)
        list->lag = 0;
}

/* Only what has been on the screen at this width changes smoothly; what was estimated is simply
 * wrong. */
static bool can_ease(const struct list *list, struct ui *ui, size_t index, int width)
{
    return ui_motion(ui) && index >= list->first && index < list->end && list->width == width &&
           list->scale == ui_scale(ui) && list->heights.rows[index] >= 0;
}

static int eased_height(struct list *list, struct ui *ui, size_t index, int width, int to)
{
    struct easing *easing = NULL;
    for (int i = 0; i < list->easing_count && !easing; i++)
        if (list->easings[i].index == index)
            easing = &list->easings[i];
    if (!easing) {
        if (to == list->heights.rows[index] || list->easing_count == EASING_MAX ||
            !can_ease(list, ui, index, width))
            return to;
        const int from = list->heights.rows[index];
        list->easings[list->easing_count++] = (struct easing){index, from, to, from, ui_now_ms(ui)};
        return from;
    }
    if (easing->to != to)
        *easing = (struct easing){index, easing->shown, to, easing->shown, ui_now_ms(ui)};
    const double t = (double)(ui_now_ms(ui) - easing->since_ms) / MOTION_MS;
    if (t >= 1 || !ui_motion(ui) || list->width != width || list->scale != ui_scale(ui)) {
        *easing = list->easings[--list->easing_count];
        return to;
    }
    const double left = (1 - t) * (1 - t) * (1 - t);
    easing->shown = to + (int)((easing->from - to) * left);
    return easing->shown;
}

static bool is_easing(const struct list *list, size_t index)
{
    for (int i = 0; i < list->easing_count; i++)
        if (list->easings[i].index == index)
            return true;
    return false;
}

/* ---- a pass ---- */

/* Rows that came since the last pass have no height yet; put_right() must not see that. */
static void estimate(struct list *list, const struct list_source *source)
{
    struct heights *heights = &list->heights;
    const bool all = list->width == 0;
    for (size_t i = all ? 0 : heights->right; i < heights->count; i++)
        if (all || heights->rows[i] < 0)
            heights->rows[i] = source->estimate_px;
}

/* What is above the anchor in its own row may have come or gone with the rows around it. */
static void follow_lead(struct list *list, const struct list_source *source, struct ui *ui,
                        int width)
{
    if (!source->lead || list->heights.count == 0)
        return;
    const int lead = source->lead(source->context, ui, list->anchor, width);
    if (list->lead >= 0 && list->width == width && list->scale == ui_scale(ui))
        list->offset -= lead - list->lead;
    list->lead = lead;
}

static void take_wanted(struct list *list, const struct list_source *source, struct ui *ui,
                        int view_h)
{
    if (!list->has_wanted)
        return;
    const double before = place(list, source, view_h);
    list->has_wanted = false;
    list->anchor = list->wanted < list->heights.count ? list->wanted : list->anchor;
    list->offset = view_h / 3.0;
    list->lead = -1;
    list->bottom = list->pulled = false;
    push_lag(list, ui, place(list, source, view_h) - before, view_h / 2.0);
}

static bool measure(struct list *list, const struct list_source *source, struct ui *ui,
                    size_t index, int width)
{
    int h = source->measure(source->context, ui, index, width);
    h = eased_height(list, ui, index, width, h);
    if (h == list->heights.rows[index])
        return false;
    heights_set(&list->heights, index, h);
    return true;
}

/* Measure what is in sight, and what still shows, until that changes nothing any more. The anchor
 * keeps its place meanwhile, so what is read stays. */
static double settle(struct list *list, const struct list_source *source, struct ui *ui,
                     struct rect r)
{
    double at = place(list, source, r.h);
    for (int round = 0; round < SETTLE_MAX; round++) {
        bool changed = false;
        const double top = list->lag > 0 ? at - list->lag : at;
        const double end = (list->lag < 0 ? at - list->lag : at) + r.h;
        size_t i = row_at(list, source, top);
        double y = row_top(list, source, i);
        for (; i < list->heights.count && y < end; i++) {
            changed = measure(list, source, ui, i, r.w) || changed;
            y += list->heights.rows[i];
        }
        if (!changed)
            break;
        list->pulled = list->pulled || (list->bottom && !list->scrolled);
        at = place(list, source, r.h);
    }
    return at;
}

/* Anchor at the first row whose top is in sight (or, of one that fills the view, at it). */
static void anchor_at(struct list *list, const struct list_source *source, double at, int view_h)
{
    size_t count = list->heights.count;
    size_t i = row_at(list, source, at);
    if (i >= count)
        i = count ? count - 1 : 0;
    double top = row_top(list, source, i);
    if (top < at && i + 1 < count && top + list->heights.rows[i] < at + view_h) {
        top += list->heights.rows[i];
        i++;
    }
    list->lead = i == list->anchor ? list->lead : -1;
    list->anchor = i;
    list->offset = top - at;
}

static double keys_moved(struct ui *ui, struct list *list, int view_h)
{
    double page = view_h - (double)dpf(ui, PAGE_OVERLAP);
    page = page > view_h / 2.0 ? page : view_h / 2.0;
    if (ui_take_key(ui, 0, KEY_PAGE_UP, 0))
        return -page;
    if (ui_take_key(ui, 0, KEY_PAGE_DOWN, 0))
        return page;
    if (ui_take_key(ui, 0, KEY_END, MOD_CTRL)) {
        list->scrolled_ms = ui_now_ms(ui);
        list_to_bottom(list);
    }
    if (ui_take_key(ui, 0, KEY_HOME, MOD_CTRL)) {
        list->scrolled_ms = ui_now_ms(ui);
        list->anchor = 0;
        list->offset = 0;
        list->lead = -1;
        list->bottom = list->pulled = false;
    }
    return 0;
}

/* The person moves it. A wheel's whole notches glide; a touchpad's fine steps are smooth already. */
static void take_moves(struct ui *ui, ui_id id, struct rect r, struct list *list,
                       const struct list_source *source, bool keys)
{
    float wheel_x, wheel_y;
    double by = 0;
    bool glide = keys;
    if (ui_take_wheel(ui, id, r, &wheel_x, &wheel_y)) {
        by -= (double)(wheel_y * dpf(ui, NOTCH));
        glide = wheel_y == floorf(wheel_y);
    }
    if (keys)
        by += keys_moved(ui, list, r.h);
    by += (double)ui_select_scroll(ui, r);
    list->scrolled = by != 0;
    if (!list->scrolled)
        return;
    const double before = place(list, source, r.h);
    anchor_at(list, source, before, r.h);
    list->offset -= by;
    list->pulled = list->glide = false;
    list->scrolled_ms = ui_now_ms(ui);
    if (glide)
        push_lag(list, ui, place(list, source, r.h) - before, r.h);
}

/* At the bottom things have changed: what came is pushed in from below. */
static void push_fresh(struct list *list, const struct list_source *source, struct ui *ui)
{
    const size_t count = list->heights.count, came = list->appended;
    list->appended = 0;
    if (came == 0 || came > PUSH_ROWS_MAX || came >= count || !list->pulled)
        return;
    const double by = row_top(list, source, count) - row_top(list, source, count - came);
    push_lag(list, ui, by, (double)dpf(ui, PUSH_MAX));
}

static void draw_rows(struct ui *ui, struct rect r, struct list *list,
                      const struct list_source *source, double at)
{
    struct draw *draw = ui_draw(ui);
    size_t i = row_at(list, source, at);
    double y = row_top(list, source, i);
    draw_push_clip(draw, r);
    list->first = i;
    for (; i < list->heights.count && y < at + r.h; i++) {
        const int h = list->heights.rows[i];
        struct rect row = {r.x, r.y + list->shift + (int)floor(y - at + 0.5), r.w, h};
        const bool eases = is_easing(list, i);
        if (eases)
            draw_push_clip(draw, row);
        if (h > 0)
            source->draw(source->context, ui, i, row);
        if (eases)
            draw_pop_clip(draw);
        y += h;
    }
    list->end = i;
    draw_pop_clip(draw);
}

void ui_list(struct ui *ui, ui_id id, struct rect r, struct list *list,
             const struct list_source *source, bool keys)
{
    assert(list->heights.count == source->count);
    if (rect_is_empty(r))
        return;
    estimate(list, source);
    if (!list->started) {
        list->started = true;
        list->bottom = list->pulled = source->from_bottom;
        list->appended = 0;
    }
    follow_lead(list, source, ui, r.w);
    decay_lag(list, ui);
    take_wanted(list, source, ui, r.h);
    take_moves(ui, id, r, list, source, keys);
    const double before = list->glide ? row_top(list, source, list->anchor) - list->offset : 0;
    if (!list->scrolled && list->bottom &&
        (list->total != content_height(list, source) || list->view_h != r.h))
        list->pulled = true;
    double at = settle(list, source, ui, r);
    if (list->glide)
        push_lag(list, ui, at - before, r.h);
    else
        push_fresh(list, source, ui);
    list->glide = false;
    list->appended = 0;
    if (list->lag != 0)
        at = settle(list, source, ui, r); /* what still shows above */
    const double total = content_height(list, source), most = total > r.h ? total - r.h : 0;
    list->total = total;
    list->view_h = r.h;
    list->width = r.w;
    list->scale = ui_scale(ui);
    list->pulled = false;
    list->shift = source->from_bottom && total < r.h ? (int)(r.h - total) : 0;
    if (total < r.h)
        list->lag = 0;

    draw_rows(ui, r, list, source, clamp(at - list->lag, 0, most));
    if (list->lag != 0 || list->easing_count > 0)
        ui_wake_in(ui, FRAME_MS);

    const double dragged = ui_scrollbar(ui, id ^ 1, r, at, total);
    if (fabs(dragged - at) >= 1) {
        at = dragged;
        list->lag = 0;
        list->scrolled_ms = ui_now_ms(ui);
        ui_again(ui);
    }
    anchor_at(list, source, at, r.h);
    follow_lead(list, source, ui, r.w);
    list->above = at;
    list->below = most - at;
    list->bottom =
        list->below <= (double)dpf(ui, LIST_BOTTOM_DP) && (source->from_bottom || list->bottom);
}

bool list_is_at_bottom(const struct list *list)
{
    return list->bottom;
}

double list_px_below(const struct list *list)
{
    return list->below > 0 ? list->below : 0;
}

double list_px_above(const struct list *list)
{
    return list->above;
}

size_t list_first_row(const struct list *list)
{
    return list->first;
}

size_t list_end_row(const struct list *list)
{
    return list->end;
}

uint64_t list_scrolled_ms(const struct list *list)
{
    return list->scrolled_ms;
}

void list_to_bottom(struct list *list)
{
    list->glide = list->started && !list->bottom;
    list->bottom = list->pulled = true;
    list->has_wanted = false;
}

void list_top_moved(struct list *list, int by)
{
    list->offset -= by;
}

void list_to_row(struct list *list, size_t index)
{
    list->wanted = index;
    list->has_wanted = true;
}
