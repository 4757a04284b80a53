#include "client/ui/text_layout.h"

#include <math.h>
#include <string.h>

#include <fribidi.h>
#include <hb.h>

#include "client/ui/text_build.h"
#include "protocol/base/mem.h"
#include "protocol/base/utf8.h"

#define RUN_CLUSTERS_MAX 128
#define RUN_COLOR_MAX 24      /* emoji are painted 109 px high first */
#define RUN_WIDTH_MAX 3000.0f /* px, of one painted picture */
#define ELLIPSIS "\xE2\x80\xA6"

/* ---- pieces to lines ---- */

static bool is_rtl(const struct builder *b)
{
    return FRIBIDI_IS_RTL(b->direction);
}

static void show_bytes(struct builder *b, const char *bytes, size_t size)
{
    while (b->shown_size + size + 1 > b->shown_room) {
        b->shown_room = b->shown_room ? b->shown_room * 2 : 64;
        b->out->shown = mem_resize(b->out->shown, b->shown_room, 1);
    }
    memcpy(b->out->shown + b->shown_size, bytes, size);
    b->shown_size += size;
    b->out->shown[b->shown_size] = '\0';
}

static struct text_run *add_run(struct builder *b, struct text_run_key key, float w)
{
    struct text_layout *out = b->out;
    GROW(out->runs, out->run_count, b->run_room);
    struct text_run *run = &out->runs[out->run_count++];
    *run = (struct text_run){.key = key,
                             .first = out->cluster_count,
                             .shown_at = (uint32_t)b->shown_size,
                             .line = out->line_count,
                             .w = w};
    return run;
}

static void add_clusters(struct builder *b, const struct piece *piece)
{
    struct text_layout *out = b->out;
    for (uint32_t i = piece->item; i < piece->item + piece->count; i++) {
        char shown[CLUSTER_RUNES_MAX * 4];
        GROW(out->clusters, out->cluster_count, b->cluster_room);
        out->clusters[out->cluster_count++] =
            (struct text_cluster){b->items[i].begin, b->items[i].end, (uint32_t)b->shown_size, 0};
        show_bytes(b, shown, text_build_shown(b, &b->items[i], shown));
    }
}

static void end_run(struct builder *b, struct text_run *run)
{
    run->count = b->out->cluster_count - run->first;
    run->shown_end = (uint32_t)b->shown_size;
    show_bytes(b, "", 1); /* its NUL */
}

/* UAX 9, rule L2 over whole runs: from the highest level down to 1 reverse what is at it or above.
 * `levels` of the runs of one line; order[place on the screen] = run. */
static void visual_order(const FriBidiLevel *levels, int count, int *order)
{
    int highest = 0;
    for (int i = 0; i < count; i++) {
        order[i] = i;
        highest = levels[i] > highest ? levels[i] : highest;
    }
    for (int level = highest; level > 0; level--) {
        for (int i = 0; i < count;) {
            int end = i;
            while (end < count && levels[order[end]] >= level)
                end++;
            for (int a = i, z = end - 1; a < z; a++, z--) {
                int swap = order[a];
                order[a] = order[z];
                order[z] = swap;
            }
            i = end > i ? end : i + 1;
        }
    }
}

/* Put the pieces [from, to) on a line of their own; with `ellipsis` behind them. */
static void add_line(struct builder *b, size_t from, size_t to, size_t begin, size_t end,
                     bool ellipsis)
{
    struct text_layout *out = b->out;
    size_t solid =
        to; /* trailing spaces hang over the edge and stand on the paragraph's side (rule L1) */
    while (solid > from && b->pieces[solid - 1].space)
        solid--;
    FriBidiLevel base = is_rtl(b) ? 1 : 0;
    int first_run = out->run_count;
    size_t room = to - from + 1;
    FriBidiLevel *levels = mem_alloc(room, sizeof *levels);
    int *order = mem_alloc(room, sizeof *order);
    float total = 0, hanging = 0;
    struct text_run *run = NULL;
    const struct item *run_item = NULL;
    for (size_t i = from; i < to; i++) {
        const struct piece *piece = &b->pieces[i];
        struct item *item = &b->items[piece->item];
        if (i >= solid && !(b->flags & TEXT_ONE_LINE))
            item->level = base;
        uint32_t most =
            text_fonts_is_color(b->fonts, item->face) ? RUN_COLOR_MAX : RUN_CLUSTERS_MAX;
        bool joins = run && i != solid && b->style->tracking_px == 0 &&
                     text_build_same_font(run_item, item) &&
                     out->cluster_count - run->first + piece->count <= most &&
                     run->w + piece->w <= RUN_WIDTH_MAX;
        if (!joins) {
            if (run)
                end_run(b, run);
            run = add_run(b, text_build_key(b, item), 0);
            run->ink = item->ink;
            run_item = item;
            levels[out->run_count - 1 - first_run] = item->level;
        }
        add_clusters(b, piece);
        run->w += piece->w;
        total += piece->w;
        if (i >= solid)
            hanging += piece->w;
    }
    if (run)
        end_run(b, run);
    if (ellipsis) {
        struct text_run_key key = {b->face, b->size8, (uint32_t)HB_SCRIPT_LATIN, base == 1};
        run = add_run(b, key, text_fonts_width(b->fonts, &key, ELLIPSIS));
        levels[out->run_count - 1 - first_run] = base;
        show_bytes(b, ELLIPSIS, strlen(ELLIPSIS));
        end_run(b, run);
        total += run->w;
        hanging = 0;
        out->cut = true;
    }
    int count = out->run_count - first_run;
    visual_order(levels, count, order);
    float w = total - hanging, x = 0;
    if (base == 1) {
        if ((b->flags & TEXT_RTL_START) && isfinite(b->width) && b->width > w)
            x = b->width - w;
        x -= hanging;
    }
    float left = base == 1 ? x + hanging : x;
    for (int i = 0; i < count; i++) {
        struct text_run *placed = &out->runs[first_run + order[i]];
        placed->x = x;
        x += placed->w;
    }
    mem_free(levels);
    mem_free(order);
    size_t had = b->line_room;
    GROW(out->lines, out->line_count, b->line_room);
    if (b->line_room != had)
        out->line_rtl = mem_resize(out->line_rtl, b->line_room, sizeof *out->line_rtl);
    int y = out->line_count * b->line_height;
    out->line_rtl[out->line_count] = base == 1;
    out->lines[out->line_count++] = (struct text_line){
        begin, end, (int)left, y, (int)ceilf(w), b->line_height, y + b->baseline};
    b->widest = fmaxf(b->widest, ceilf(left + w));
}

/* The last line that is allowed, from piece `from` on, with more text than it can hold: fill it and
 * end in an ellipsis. */
static void add_cut_line(struct builder *b, size_t from, size_t begin)
{
    struct text_run_key key = {b->face, b->size8, (uint32_t)HB_SCRIPT_LATIN, false};
    float room = b->width - text_fonts_width(b->fonts, &key, ELLIPSIS), x = 0;
    size_t to = from;
    for (; to < b->piece_count; to++) {
        uint32_t fit = text_build_fitting(b, &b->pieces[to], room - x);
        if (fit < b->pieces[to].count) {
            if (fit > 0) {
                text_build_split(b, to, fit);
                to++;
            }
            break;
        }
        x += b->pieces[to].w;
    }
    while (to > from && b->pieces[to - 1].space)
        to--; /* no space before the ellipsis */
    size_t end =
        to > from ? b->items[b->pieces[to - 1].item + b->pieces[to - 1].count - 1].end : begin;
    add_line(b, from, to, begin, end, true);
}

/* Where the line that begins with piece `from` ends; may cut a piece that is too long for any line.
 */
static size_t line_end(struct builder *b, size_t from)
{
    float x = 0;
    size_t can_end = 0; /* behind the last place where the line may be broken; 0: none yet */
    for (size_t i = from; i < b->piece_count; i++) {
        struct piece *piece = &b->pieces[i];
        if (!piece->space && x + piece->w > b->width) {
            if (can_end > from)
                return can_end;
            uint32_t fit = text_build_fitting(b, piece, b->width - x);
            if (fit == 0 && i > from)
                return i;
            fit = fit ? fit : 1; /* wider than the line alone: stick out rather than never end */
            if (fit < piece->count)
                text_build_split(b, i, fit);
            return i + 1;
        }
        x += piece->w;
        if (piece->break_after)
            can_end = i + 1;
    }
    return b->piece_count;
}

/* Text bytes [begin, end), without its '\n'. False: no line is left. */
static bool add_paragraph(struct builder *b, size_t begin, size_t end, bool more_follow)
{
    text_build_paragraph(b, begin, end);
    bool one_line = (b->flags & TEXT_ONE_LINE) != 0;
    size_t from = 0;
    do {
        bool last = b->max_lines > 0 && b->out->line_count + 1 == b->max_lines;
        size_t line_begin = from < b->piece_count ? b->items[b->pieces[from].item].begin : begin;
        size_t to = one_line ? b->piece_count : line_end(b, from);
        float w = 0;
        for (size_t i = from; one_line && i < to; i++)
            w += b->pieces[i].w;
        bool too_long = one_line ? !(b->flags & TEXT_NO_ELLIPSIS) && w > b->width
                                 : last && (to < b->piece_count || more_follow);
        if (too_long) {
            add_cut_line(b, from, line_begin);
            return false;
        }
        add_line(b, from, to, line_begin,
                 to < b->piece_count ? b->items[b->pieces[to].item].begin : end, false);
        if (last)
            return false;
        from = to;
    } while (from < b->piece_count);
    return true;
}

/* A bubble is as wide as its widest line; right-to-left lines end at its right edge. */
static void align_rtl_lines(struct text_layout *out)
{
    for (int i = 0; i < out->run_count; i++) {
        int line = out->runs[i].line;
        if (out->line_rtl[line])
            out->runs[i].x += (float)(out->w - out->lines[line].w);
    }
    for (int i = 0; i < out->line_count; i++)
        if (out->line_rtl[i])
            out->lines[i].x += out->w - out->lines[i].w;
}

/* What the spans want of the fonts. */
static void find_looks(struct builder *b)
{
    const struct text_style *style = b->style;
    b->looks = mem_alloc(b->span_count + 1, sizeof *b->looks);
    b->looks[0] = (struct look){b->face, b->size8, style->weight, 0};
    for (size_t i = 0; i < b->span_count; i++) {
        const struct text_span *span = &b->spans[i];
        const float size_px = span->size_px > 0 ? span->size_px : style->size_px;
        b->looks[i + 1] = (struct look){
            text_fonts_face(b->fonts, span->family, span->weight, span->italic || style->italic),
            (int)(size_px * 8 + 0.5f), span->weight, span->ink};
    }
}

struct text_layout *text_layout_build(struct text_fonts *fonts, const char *utf8, size_t size,
                                      const struct text_style *style, const struct text_span *spans,
                                      size_t span_count, int width_px, int max_lines,
                                      unsigned flags)
{
    struct builder b = {
        .fonts = fonts,
        .style = style,
        .spans = spans,
        .span_count = span_count,
        .face = text_fonts_face(fonts, style->family, style->weight, style->italic),
        .size8 = (int)(style->size_px * 8 + 0.5f),
        .width = width_px > 0 ? (float)width_px : INFINITY,
        .max_lines = max_lines,
        .flags = flags,
        .text = utf8,
        .size = size > TEXT_BYTES_MAX ? utf8_cut(utf8, TEXT_BYTES_MAX) : size,
        .out = mem_alloc(1, sizeof *b.out),
    };
    float ascent, descent;
    text_fonts_metrics(fonts, b.face, b.size8, &ascent, &descent);
    b.out->ascent = (int)(ascent + 0.5f);
    b.out->descent = (int)(descent + 0.5f);
    b.line_height = text_line_height(style);
    b.baseline =
        (int)floorf((float)(b.line_height - b.out->ascent - b.out->descent) / 2) + b.out->ascent;
    b.out->size = b.size;
    find_looks(&b);
    b.items = mem_alloc(b.size + 1, sizeof *b.items);
    b.runes = mem_alloc(b.size + 1, sizeof *b.runes);
    for (size_t begin = 0;;) {
        size_t end = begin;
        while (end < b.size && (utf8[end] != '\n' || (flags & TEXT_ONE_LINE)))
            end++;
        bool more = end < b.size;
        if (!add_paragraph(&b, begin, end, more) || !more)
            break;
        begin = end + 1;
    }
    mem_free(b.looks);
    mem_free(b.items);
    mem_free(b.runes);
    mem_free(b.pieces);
    b.out->w = (int)b.widest;
    if (!(flags & TEXT_RTL_START))
        align_rtl_lines(b.out);
    b.out->h = b.out->line_count * b.line_height;
    b.out->memory_bytes = sizeof *b.out + b.shown_room + b.run_room * sizeof *b.out->runs +
                          b.cluster_room * sizeof *b.out->clusters +
                          b.line_room * (sizeof *b.out->lines + 1);
    return b.out;
}

void text_layout_free(struct text_layout *layout)
{
    if (!layout)
        return;
    mem_free(layout->lines);
    mem_free(layout->line_rtl);
    mem_free(layout->runs);
    mem_free(layout->clusters);
    mem_free(layout->shown);
    mem_free(layout);
}

void text_layout_measure_run(struct text_fonts *fonts, struct text_layout *layout,
                             struct text_run *run)
{
    if (run->measured)
        return;
    run->measured = true;
    float before = 0, base = 0;
    uint32_t anchor = 0; /* the cluster from which is measured: the beginning of the word, mostly */
    for (uint32_t i = 0; i < run->count; i++) {
        struct text_cluster *c = &layout->clusters[run->first + i];
        char *cut = &layout->shown[c->shown_at], kept = *cut;
        *cut = '\0';
        uint32_t from = layout->clusters[run->first + anchor].shown_at;
        float x = base;
        if (i > anchor)
            x += text_fonts_width(fonts, &run->key, layout->shown + from);
        *cut = kept;
        before =
            fmaxf(x, before); /* a ligature may make a longer text narrower: carets never go back */
        c->x = fminf(before, run->w);
        bool after_space = c->shown_at > run->shown_at && layout->shown[c->shown_at - 1] == ' ';
        if (after_space || i - anchor == ANCHOR_CLUSTERS) {
            anchor = i;
            base = c->x;
        }
    }
}
