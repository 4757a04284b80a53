#include "client/ui/widgets/list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "client/ui/widgets/heights.h"
#include "client/ui/widgets/scroll.h"
#include "protocol/base/mem.h"

#define NOTCH 60.0f        /* dp for one notch of a wheel */
#define SETTLE_MAX 32      /* rounds of "a row was measured, so others came into sight" */
#define PAGE_OVERLAP 40.0f /* dp that stay in sight at PgUp and PgDn */

struct list {
    uint64_t *keys;
    struct heights heights;
    bool started;
    unsigned version;
    /* row `anchor`'s top is `offset` px below the view's top edge (negative: above) */
    size_t anchor;
    double offset;
    bool bottom;   /* near enough to the end that new rows pull along */
    bool pulled;   /* stand at the very end, whatever the anchor says */
    bool scrolled; /* the person moved in this pass: then nothing pulls */
    double total;  /* height of everything, and of the view, as of the last pass */
    int view_h;
    int shift; /* few rows: how far down the first one stands */
    size_t first, end;
    double below;
    uint64_t wanted; /* a key to bring into sight */
    bool has_wanted;
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
    mem_free(list->keys);
    mem_free(list);
}

/* ---- rows come and go ---- */

struct slot {
    uint64_t key;
    uint32_t index; /* + 1; 0: empty */
};

/* Where each old key was: open addressing, at most half full. */
struct key_map {
    struct slot *slots;
    size_t mask;
};

static size_t slot_of(const struct key_map *map, uint64_t key)
{
    size_t at =
        (size_t)(key * 0x9E3779B97F4A7C15u >> 17) & map->mask; /* Knuth's multiplicative hash */
    while (map->slots[at].index && map->slots[at].key != key)
        at = (at + 1) & map->mask;
    return at;
}

static struct key_map map_keys(const uint64_t *keys, size_t count)
{
    struct key_map map = {.mask = 15};
    while (map.mask + 1 < count * 2)
        map.mask = map.mask * 2 + 1;
    map.slots = mem_alloc(map.mask + 1, sizeof *map.slots);
    for (size_t i = 0; i < count; i++)
        map.slots[slot_of(&map, keys[i])] = (struct slot){keys[i], (uint32_t)i + 1};
    return map;
}

/* Take over the heights of rows that were there, estimate the new ones, and find the anchor again.
 */
static void sync_rows(struct list *list, const struct list_source *source)
{
    size_t old_count = list->heights.count, count = source->count;
    uint64_t *keys = mem_alloc(count, sizeof *keys);
    int *rows = mem_alloc(count, sizeof *rows);
    for (size_t i = 0; i < count; i++)
        keys[i] = source->key(source->context, i);
    /* mostly rows were only appended: then the first old_count keys are the same and no map is
     * needed */
    bool appended = old_count <= count &&
                    (old_count == 0 || memcmp(keys, list->keys, old_count * sizeof *keys) == 0);
    size_t anchor = list->anchor;
    if (appended) {
        if (old_count)
            memcpy(rows, list->heights.rows, old_count * sizeof *rows);
        for (size_t i = old_count; i < count; i++)
            rows[i] = source->estimate_px;
    } else {
        struct key_map map = map_keys(list->keys, old_count);
        size_t nearest = SIZE_MAX; /* distance of old indices, if the anchor itself has gone */
        for (size_t i = 0; i < count; i++) {
            uint32_t old = map.slots[slot_of(&map, keys[i])].index;
            rows[i] = old ? list->heights.rows[old - 1] : source->estimate_px;
            if (!old)
                continue;
            size_t was = old - 1;
            size_t distance = was > list->anchor ? was - list->anchor : list->anchor - was;
            if (distance < nearest) {
                nearest = distance;
                anchor = i;
            }
        }
        mem_free(map.slots);
    }
    mem_free(list->keys);
    list->keys = keys;
    heights_reset(&list->heights, rows, count);
    list->anchor = count == 0 ? 0 : anchor < count ? anchor : count - 1;
    list->version = source->version;
}

/* ---- where we are ---- */

static double content_height(const struct list *list, const struct list_source *source)
{
    return (double)heights_before(&list->heights, list->heights.count) + source->pad_top_px +
           source->pad_bottom_px;
}

static double row_top(const struct list *list, const struct list_source *source, size_t index)
{
    return (double)heights_before(&list->heights, index) + source->pad_top_px;
}

/* How far down the content the view's top edge is, from the anchor; within what there is. */
static double place(struct list *list, const struct list_source *source, int view_h)
{
    double most = content_height(list, source) - view_h;
    double at = list->pulled ? most : row_top(list, source, list->anchor) - list->offset;
    at = at > most ? most : at;
    return at < 0 ? 0 : at;
}

static void find_wanted(struct list *list, int view_h)
{
    if (!list->has_wanted)
        return;
    list->has_wanted = false;
    for (size_t i = 0; i < list->heights.count; i++) {
        if (list->keys[i] == list->wanted) {
            list->anchor = i;
            list->offset = view_h / 3.0;
            list->bottom = list->pulled = false;
            return;
        }
    }
}

static bool measure(struct list *list, const struct list_source *source, struct ui *ui,
                    size_t index, int width)
{
    int h = source->measure(source->context, ui, index, width);
    if (h == list->heights.rows[index])
        return false;
    heights_set(&list->heights, index, h);
    return true;
}

/* Measure what is in sight until that changes nothing any more. The anchor keeps its place
 * meanwhile, so what is read stays. */
static double settle(struct list *list, const struct list_source *source, struct ui *ui,
                     struct rect r)
{
    double at = place(list, source, r.h);
    for (int round = 0; round < SETTLE_MAX; round++) {
        bool changed = false;
        size_t i = heights_at(&list->heights, (int64_t)at - source->pad_top_px);
        double y = row_top(list, source, i);
        for (; i < list->heights.count && y < at + r.h; i++) {
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
    size_t i = heights_at(&list->heights, (int64_t)at - source->pad_top_px);
    if (i >= count)
        i = count ? count - 1 : 0;
    double top = row_top(list, source, i);
    if (top < at && i + 1 < count && top + list->heights.rows[i] < at + view_h) {
        top += list->heights.rows[i];
        i++;
    }
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
    if (ui_take_key(ui, 0, KEY_END, MOD_CTRL))
        list_to_bottom(list);
    if (ui_take_key(ui, 0, KEY_HOME, MOD_CTRL)) {
        list->anchor = 0;
        list->offset = 0;
        list->bottom = list->pulled = false;
    }
    return 0;
}

void ui_list(struct ui *ui, ui_id id, struct rect r, struct list *list,
             const struct list_source *source, bool keys)
{
    if (rect_is_empty(r))
        return;
    if (!list->started) {
        list->started = true;
        list->bottom = list->pulled = source->from_bottom;
        sync_rows(list, source);
    } else if (list->version != source->version || list->heights.count != source->count) {
        sync_rows(list, source);
    }
    find_wanted(list, r.h);

    float wheel_x, wheel_y;
    double by = 0;
    if (ui_take_wheel(ui, id, r, &wheel_x, &wheel_y))
        by -= (double)(wheel_y * dpf(ui, NOTCH));
    if (keys)
        by += keys_moved(ui, list, r.h);
    list->scrolled = by != 0;
    if (list->scrolled) {
        anchor_at(list, source, place(list, source, r.h), r.h);
        list->offset -= by;
        list->pulled = false;
    } else if (list->bottom &&
               (list->total != content_height(list, source) || list->view_h != r.h)) {
        list->pulled = true;
    }
    double at = settle(list, source, ui, r);
    double total = content_height(list, source);
    list->total = total;
    list->view_h = r.h;
    list->pulled = false;
    double most = total > r.h ? total - r.h : 0;
    list->shift = source->from_bottom && total < r.h ? (int)(r.h - total) : 0;

    draw_push_clip(ui_draw(ui), r);
    size_t i = heights_at(&list->heights, (int64_t)at - source->pad_top_px);
    double y = row_top(list, source, i);
    list->first = i;
    for (; i < list->heights.count && y < at + r.h; i++) {
        int h = list->heights.rows[i];
        struct rect row = {r.x, r.y + list->shift + (int)floor(y - at + 0.5), r.w, h};
        source->draw(source->context, ui, i, row);
        y += h;
    }
    list->end = i;
    draw_pop_clip(ui_draw(ui));

    double dragged = ui_scrollbar(ui, id ^ 1, r, at, total);
    if (fabs(dragged - at) >= 1) {
        at = dragged;
        ui_again(ui);
    }
    anchor_at(list, source, at, r.h);
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

size_t list_first_row(const struct list *list)
{
    return list->first;
}

size_t list_end_row(const struct list *list)
{
    return list->end;
}

void list_to_bottom(struct list *list)
{
    list->bottom = list->pulled = true;
    list->has_wanted = false;
}

bool list_to_key(struct list *list, uint64_t key)
{
    list->wanted = key;
    list->has_wanted = false;
    for (size_t i = 0; i < list->heights.count && !list->has_wanted; i++)
        list->has_wanted = list->keys[i] == key;
    return list->has_wanted;
}
