#include "client/ui/text.h"

#include <math.h>
#include <string.h>

#include <linebreak.h>

#include "client/ui/text_font.h"
#include "client/ui/text_layout.h"
#include "client/ui/text_tone.h"
#include "protocol/base/mem.h"

#define BUCKETS 1024                /* of each cache; a power of two */
#define LAYOUT_BYTES_MAX (8u << 20) /* layouts kept beyond what is on the screen */
#define RUN_BYTES_MAX (16u << 20)   /* painted runs, the same */

/* What both caches share: a chain in a bucket, and a list from the newest to the oldest used. */
struct node {
    struct node *next_in_bucket;
    struct node *newer, *older;
    uint64_t hash, frame;
    size_t bytes;
};

struct cache {
    struct node *buckets[BUCKETS];
    struct node *newest, *oldest;
    size_t bytes, count;
};

struct layout_node {
    struct node node;
    struct text_style style;
    int width_px, max_lines;
    unsigned flags;
    size_t size, span_count;
    char *text;
    struct text_span *spans;
    struct text_layout *layout;
};

struct run_node {
    struct node node;
    struct text_run_key key;
    int tone; /* 0 for those in colour */
    char *shown;
    struct draw_image *image; /* NULL: nothing to see */
    int baseline;
};

struct text {
    struct draw *draw;
    struct text_fonts *fonts;
    struct cache layouts, runs;
    uint64_t frame;
};

/* ---- caches ---- */

#define HASH_START 1469598103934665603u

/* FNV-1a, 64 bits, over words of eight bytes: texts are hashed whenever they are drawn. The last
 * step mixes the high bits down, as buckets are chosen by the low ones. */
static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t size)
{
    const unsigned char *p = bytes;
    for (; size >= 8; p += 8, size -= 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        hash = (hash ^ word) * 1099511628211u;
        hash ^= hash >> 32;
    }
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ p[i]) * 1099511628211u;
    return hash ^ hash >> 29;
}

static uint64_t hash_numbers(const uint32_t *numbers, size_t count)
{
    uint64_t hash = HASH_START;
    for (size_t i = 0; i < count; i++)
        for (int bits = 0; bits < 32; bits += 8)
            hash = (hash ^ (numbers[i] >> bits & 255)) * 1099511628211u;
    return hash;
}

static void unlink_use(struct cache *cache, struct node *node)
{
    *(node->newer ? &node->newer->older : &cache->newest) = node->older;
    *(node->older ? &node->older->newer : &cache->oldest) = node->newer;
}

static void link_newest(struct cache *cache, struct node *node)
{
    node->newer = NULL;
    node->older = cache->newest;
    *(cache->newest ? &cache->newest->newer : &cache->oldest) = node;
    cache->newest = node;
}

static void use(struct cache *cache, struct node *node, uint64_t frame)
{
    node->frame = frame;
    if (cache->newest == node)
        return;
    unlink_use(cache, node);
    link_newest(cache, node);
}

static void put(struct cache *cache, struct node *node, uint64_t hash, size_t bytes, uint64_t frame)
{
    struct node **bucket = &cache->buckets[hash & (BUCKETS - 1)];
    *node = (struct node){.next_in_bucket = *bucket, .hash = hash, .frame = frame, .bytes = bytes};
    *bucket = node;
    link_newest(cache, node);
    cache->bytes += bytes;
    cache->count++;
}

static void take_out(struct cache *cache, struct node *node)
{
    struct node **at = &cache->buckets[node->hash & (BUCKETS - 1)];
    while (*at != node)
        at = &(*at)->next_in_bucket;
    *at = node->next_in_bucket;
    unlink_use(cache, node);
    cache->bytes -= node->bytes;
    cache->count--;
}

static void free_layout(struct layout_node *node)
{
    text_layout_free(node->layout);
    mem_free(node->text);
    mem_free(node->spans);
    mem_free(node);
}

static void free_run(struct text *text, struct run_node *node)
{
    draw_image_destroy(text->draw, node->image);
    mem_free(node->shown);
    mem_free(node);
}

/* ---- life ---- */

struct text *text_create(struct draw *draw, struct err *err)
{
    struct text_fonts *fonts = text_fonts_create(err);
    if (!fonts)
        return NULL;
    struct text *text = mem_alloc(1, sizeof *text);
    text->draw = draw;
    text->fonts = fonts;
    text->frame = 2;
    init_linebreak();
    return text;
}

void text_destroy(struct text *text)
{
    if (!text)
        return;
    while (text->layouts.oldest) {
        struct node *node = text->layouts.oldest;
        take_out(&text->layouts, node);
        free_layout((struct layout_node *)node);
    }
    while (text->runs.oldest) {
        struct node *node = text->runs.oldest;
        take_out(&text->runs, node);
        free_run(text, (struct run_node *)node);
    }
    text_fonts_destroy(text->fonts);
    mem_free(text);
}

void text_end_frame(struct text *text)
{
    text->frame++;
    /* what was used in the last two frames is on the screen or lent: it stays whatever it takes */
    while (text->layouts.bytes > LAYOUT_BYTES_MAX &&
           text->layouts.oldest->frame + 2 < text->frame) {
        struct node *node = text->layouts.oldest;
        take_out(&text->layouts, node);
        free_layout((struct layout_node *)node);
    }
    while (text->runs.bytes > RUN_BYTES_MAX && text->runs.oldest->frame + 2 < text->frame) {
        struct node *node = text->runs.oldest;
        take_out(&text->runs, node);
        free_run(text, (struct run_node *)node);
    }
}

struct text_stats text_stats(const struct text *text)
{
    return (struct text_stats){text->layouts.count, text->runs.count,
                               text->layouts.bytes + text->runs.bytes,
                               text_fonts_open(text->fonts)};
}

/* ---- layouts ---- */

static bool same_style(const struct text_style *a, const struct text_style *b)
{
    return a->family == b->family && a->weight == b->weight && a->italic == b->italic &&
           a->size_px == b->size_px && a->line_height_px == b->line_height_px &&
           a->tracking_px == b->tracking_px;
}

static bool same_spans(const struct text_span *a, const struct text_span *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (a[i].begin != b[i].begin || a[i].end != b[i].end || a[i].hidden != b[i].hidden ||
            a[i].italic != b[i].italic || a[i].family != b[i].family ||
            a[i].weight != b[i].weight || a[i].size_px != b[i].size_px || a[i].ink != b[i].ink)
            return false;
    return true;
}

const struct text_layout *text_layout(struct text *text, const char *utf8, size_t size,
                                      const struct text_style *style, int width_px, int max_lines,
                                      unsigned flags)
{
    return text_layout_spans(text, utf8, size, style, NULL, 0, width_px, max_lines, flags);
}

const struct text_layout *text_layout_spans(struct text *text, const char *utf8, size_t size,
                                            const struct text_style *style,
                                            const struct text_span *spans, size_t span_count,
                                            int width_px, int max_lines, unsigned flags)
{
    struct cache *cache = &text->layouts;
    width_px = width_px > 0 ? width_px : 0;
    const uint32_t numbers[] = {
        (uint32_t)style->family,
        (uint32_t)style->weight | (uint32_t)style->italic << 8,
        (uint32_t)(style->size_px * 8),
        (uint32_t)(style->line_height_px * 8),
        (uint32_t)(style->tracking_px * 64),
        (uint32_t)width_px,
        (uint32_t)max_lines,
        flags,
        (uint32_t)span_count,
    };
    uint64_t hash = hash_bytes(hash_numbers(numbers, sizeof numbers / sizeof *numbers), utf8, size);
    for (struct node *n = cache->buckets[hash & (BUCKETS - 1)]; n; n = n->next_in_bucket) {
        struct layout_node *l = (struct layout_node *)n;
        if (n->hash == hash && l->size == size && l->width_px == width_px &&
            l->max_lines == max_lines && l->flags == flags && same_style(&l->style, style) &&
            l->span_count == span_count && same_spans(l->spans, spans, span_count) &&
            memcmp(l->text, utf8, size) == 0) {
            use(cache, n, text->frame);
            l->layout->mirrored = draw_is_mirrored(text->draw);
            return l->layout;
        }
    }
    struct layout_node *l = mem_alloc(1, sizeof *l);
    l->layout = text_layout_build(text->fonts, utf8, size, style, spans, span_count, width_px,
                                  max_lines, flags);
    l->style = *style;
    l->width_px = width_px;
    l->max_lines = max_lines;
    l->flags = flags;
    l->size = size;
    l->text = mem_alloc(size + 1, 1);
    memcpy(l->text, utf8, size);
    l->span_count = span_count;
    if (span_count) {
        l->spans = mem_alloc(span_count, sizeof *spans);
        memcpy(l->spans, spans, span_count * sizeof *spans);
    }
    put(cache, &l->node, hash,
        sizeof *l + size + span_count * sizeof *spans + l->layout->memory_bytes, text->frame);
    l->layout->mirrored = draw_is_mirrored(text->draw);
    return l->layout;
}

int text_layout_width(const struct text_layout *layout)
{
    return layout->w;
}

int text_layout_height(const struct text_layout *layout)
{
    return layout->h;
}

bool text_layout_is_cut(const struct text_layout *layout)
{
    return layout->cut;
}

int text_layout_line_count(const struct text_layout *layout)
{
    return layout->line_count;
}

struct text_line text_layout_line(const struct text_layout *layout, int index)
{
    struct text_line line = layout->lines[index];
    if (layout->mirrored)
        line.x = layout->w - line.x - line.w;
    return line;
}

int text_line_height(const struct text_style *style)
{
    float h = style->line_height_px > 0 ? style->line_height_px : style->size_px * 1.4f;
    return h < 1 ? 1 : (int)(h + 0.5f);
}

/* ---- painting ---- */

static struct run_node *painted_run(struct text *text, const struct text_layout *layout,
                                    const struct text_run *run, int tone)
{
    const char *shown = layout->shown + run->shown_at;
    size_t size = run->shown_end - run->shown_at;
    struct cache *cache = &text->runs;
    const uint32_t numbers[] = {(uint32_t)run->key.face, (uint32_t)run->key.size8, run->key.script,
                                run->key.rtl, (uint32_t)tone};
    uint64_t hash =
        hash_bytes(hash_numbers(numbers, sizeof numbers / sizeof *numbers), shown, size);
    for (struct node *n = cache->buckets[hash & (BUCKETS - 1)]; n; n = n->next_in_bucket) {
        struct run_node *r = (struct run_node *)n;
        if (n->hash == hash && r->key.face == run->key.face && r->key.size8 == run->key.size8 &&
            r->key.script == run->key.script && r->key.rtl == run->key.rtl && r->tone == tone &&
            strcmp(r->shown, shown) == 0) {
            use(cache, n, text->frame);
            return r;
        }
    }
    struct run_node *r = mem_alloc(1, sizeof *r);
    int w = 0, h = 0;
    uint8_t *pixels = text_fonts_render(text->fonts, &run->key, shown, &w, &h, &r->baseline);
    if (pixels && !text_fonts_is_color(text->fonts, run->key.face))
        text_tone_apply(tone, pixels, (size_t)w * (size_t)h);
    if (pixels)
        r->image = draw_image_create_fixed(text->draw, w, h, pixels, w * 4);
    mem_free(pixels);
    r->key = run->key;
    r->tone = tone;
    r->shown = mem_string(shown);
    put(cache, &r->node, hash, sizeof *r + size + (size_t)w * (size_t)h * 4, text->frame);
    return r;
}

/* Runs stand by line: the first of `line`. */
static int first_run(const struct text_layout *layout, int line)
{
    int low = 0, high = layout->run_count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (layout->runs[middle].line < line)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Runs stand by line: those of lines far from the clip are not even looked at. */
static void draw_runs(struct text *text, const struct text_layout *layout, int x, int y,
                      const struct color *inks, unsigned ink_mask)
{
    draw_begin_order(text->draw, (struct rect){x, y, layout->w, layout->h});
    const struct rect clip = draw_clip(text->draw);
    const int height = layout->lines[0].h, line_before = (clip.y - y) / height - 2;
    for (int i = line_before > 0 ? first_run(layout, line_before) : 0; i < layout->run_count; i++) {
        const struct text_run *run = &layout->runs[i];
        const struct text_line *line = &layout->lines[run->line];
        if (y + line->y - line->h > clip.y + clip.h)
            break;
        /* glyphs may stick out of their line's box: an extra line above and below, an em at the
         * sides */
        struct rect box = {x + (int)run->x - line->h, y + line->y - line->h,
                           (int)run->w + 2 * line->h, 3 * line->h};
        if (run->shown_end == run->shown_at || !rect_touches(box, clip))
            continue;
        const bool colored = text_fonts_is_color(text->fonts, run->key.face);
        struct color tint = inks[run->ink & ink_mask];
        struct run_node *r = painted_run(text, layout, run, colored ? 0 : text_tone_of(tint));
        if (!r->image)
            continue;
        if (colored)
            tint.r = tint.g = tint.b = 255;
        draw_image_at(text->draw, r->image, x + (int)floorf(run->x + 0.5f),
                      y + line->baseline - r->baseline, tint);
    }
    draw_end_order(text->draw);
}

void text_draw(struct text *text, const struct text_layout *layout, int x, int y,
               struct color color)
{
    draw_runs(text, layout, x, y, &color, 0);
}

void text_draw_inks(struct text *text, const struct text_layout *layout, int x, int y,
                    const struct color *inks)
{
    draw_runs(text, layout, x, y, inks, ~0u);
}

/* ---- places ---- */

/* The line that byte `at` is on: the last that begins at or before it. */
static int line_of(const struct text_layout *layout, size_t at)
{
    int low = 0, high = layout->line_count - 1;
    while (low < high) {
        int middle = (low + high + 1) / 2;
        if (layout->lines[middle].begin <= at)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

bool text_layout_is_rtl(const struct text_layout *layout, size_t at)
{
    return layout->line_rtl[line_of(layout, at)];
}

/* The x of a run's cluster edge; index == count is its far end. */
static float edge(const struct text_layout *layout, const struct text_run *run, uint32_t index)
{
    float from = index < run->count ? layout->clusters[run->first + index].x : run->w;
    return run->key.rtl ? run->x + run->w - from : run->x + from;
}

/* Layouts are measured when first asked about: that changes nothing that can be seen from outside.
 */
static void measure(struct text *text, const struct text_layout *layout, int run)
{
    struct text_layout *own = (struct text_layout *)(uintptr_t)layout;
    text_layout_measure_run(text->fonts, own, &own->runs[run]);
}

static size_t run_begin(const struct text_layout *layout, const struct text_run *run)
{
    return layout->clusters[run->first].begin;
}

static size_t run_end(const struct text_layout *layout, const struct text_run *run)
{
    return layout->clusters[run->first + run->count - 1].end;
}

struct rect text_caret(struct text *text, const struct text_layout *layout, size_t at)
{
    int index = line_of(layout, at);
    const struct text_line *line = &layout->lines[index];
    float x = (float)(layout->line_rtl[index] ? line->x + line->w : line->x);
    for (int i = first_run(layout, index); i < layout->run_count && layout->runs[i].line == index;
         i++) {
        const struct text_run *run = &layout->runs[i];
        if (run->count == 0)
            continue;
        if (run_end(layout, run) <= at) {
            x = edge(layout, run, run->count); /* behind this one, if no other follows */
            continue;
        }
        uint32_t k = 0;
        measure(text, layout, i);
        while (k < run->count && layout->clusters[run->first + k].begin < at)
            k++;
        x = edge(layout, run, k);
        break;
    }
    const int left = (int)floorf(x + 0.5f);
    return (struct rect){layout->mirrored ? layout->w - left : left,
                         line->baseline - layout->ascent, 0, layout->ascent + layout->descent};
}

/* The run of a line that is nearest to x; -1: it has none. */
static int nearest_run(const struct text_layout *layout, int line, float x)
{
    int best = -1;
    float nearest = INFINITY;
    for (int i = first_run(layout, line); i < layout->run_count && layout->runs[i].line == line;
         i++) {
        const struct text_run *run = &layout->runs[i];
        float distance = fmaxf(fmaxf(run->x - x, x - run->x - run->w), 0);
        if (run->count > 0 && distance < nearest) {
            nearest = distance;
            best = i;
        }
    }
    return best;
}

size_t text_hit(struct text *text, const struct text_layout *layout, int x, int y)
{
    x = layout->mirrored ? layout->w - x : x;
    int index = y <= 0 ? 0 : y / layout->lines[0].h;
    index = index < layout->line_count ? index : layout->line_count - 1;
    const struct text_line *line = &layout->lines[index];
    int hit = nearest_run(layout, index, (float)x);
    if (hit < 0)
        return line->begin;
    const struct text_run *run = &layout->runs[hit];
    measure(text, layout, hit);
    uint32_t best = 0;
    for (uint32_t k = 1; k <= run->count; k++)
        if (fabsf(edge(layout, run, k) - (float)x) < fabsf(edge(layout, run, best) - (float)x))
            best = k;
    size_t at =
        best < run->count ? layout->clusters[run->first + best].begin : run_end(layout, run);
    /* the end of a line that goes on is the beginning of the next: stay on this one */
    if (best == run->count && at > run_begin(layout, run) && index + 1 < layout->line_count &&
        at == layout->lines[index + 1].begin)
        at = layout->clusters[run->first + best - 1].begin;
    return at;
}

/* The part of a run that lies in [begin, end) as a box; false: none of it. */
static bool selected_box(struct text *text, const struct text_layout *layout, int index,
                         size_t begin, size_t end, struct rect *box)
{
    const struct text_run *run = &layout->runs[index];
    uint32_t from = 0, to = run->count;
    while (from < to && layout->clusters[run->first + from].end <= begin)
        from++;
    while (to > from && layout->clusters[run->first + to - 1].begin >= end)
        to--;
    if (from == to)
        return false;
    if (from > 0 || to < run->count)
        measure(text, layout, index);
    float a = edge(layout, run, from), b = edge(layout, run, to);
    int left = (int)floorf(fminf(a, b) + 0.5f), right = (int)floorf(fmaxf(a, b) + 0.5f);
    const struct text_line *line = &layout->lines[run->line];
    *box = (struct rect){left, line->y, right - left, line->h};
    return right > left;
}

int text_selection(struct text *text, const struct text_layout *layout, size_t begin, size_t end,
                   struct rect *boxes, int max)
{
    int count = 0;
    if (begin >= end)
        return 0;
    for (int i = first_run(layout, line_of(layout, begin)); i < layout->run_count && count < max;
         i++) {
        const struct text_run *run = &layout->runs[i];
        if (layout->lines[run->line].begin >= end)
            break;
        if (run->count == 0)
            continue;
        struct rect box;
        if (!selected_box(text, layout, i, begin, end, &box))
            continue;
        struct rect *last = count ? &boxes[count - 1] : NULL;
        if (last && last->y == box.y && last->x + last->w == box.x)
            last->w += box.w; /* runs of one direction make one box */
        else
            boxes[count++] = box;
    }
    for (int i = 0; layout->mirrored && i < count; i++)
        boxes[i].x = layout->w - boxes[i].x - boxes[i].w;
    return count;
}
