#include "client/ui/text_layout.h"

#include <math.h>
#include <string.h>

#include <fribidi.h>
#include <hb.h>
#include <linebreak.h>

#include "protocol/base/mem.h"
#include "protocol/base/utf8.h"

#define CLUSTER_RUNES_MAX \
    24 /* of a cluster are shown: towers of accents are cut, as they would cover other lines */
#define PIECE_CLUSTERS_MAX 64 /* measuring a cluster's place costs the square of this */
#define RUN_CLUSTERS_MAX 128
#define ANCHOR_CLUSTERS 12    /* a cluster's place is measured from at most this many before it */
#define RUN_COLOR_MAX 24      /* emoji are painted 109 px high first */
#define RUN_WIDTH_MAX 3000.0f /* px, of one painted picture */
#define ELLIPSIS "\xE2\x80\xA6"

/* A cluster while the lines are made. */
struct item {
    uint32_t begin, end;  /* bytes */
    uint32_t rune, runes; /* in builder.runes */
    uint32_t script;
    int face;
    FriBidiLevel level;
    bool space, break_after;
};

/* Clusters that stay together unless a line is too narrow for them: a word or the spaces behind it.
 */
struct piece {
    uint32_t item, count;
    float w;
    bool space, break_after;
};

struct builder {
    struct text_fonts *fonts;
    const struct text_style *style;
    int face, size8;
    float width; /* INFINITY: no limit */
    int max_lines;
    unsigned flags;
    const char *text;
    size_t size;
    struct text_layout *out;
    /* of the paragraph */
    uint32_t *runes;
    size_t rune_count;
    struct item *items;
    uint32_t item_count;
    struct piece *pieces;
    size_t piece_count, piece_room;
    FriBidiParType direction;
    /* where each of up to PIECE_CLUSTERS_MAX clusters from `edges_first` on ends: so that cutting a
     * piece again and again, line after line, measures it once */
    float edges[PIECE_CLUSTERS_MAX];
    uint32_t edges_first, edges_count;
    /* growing output */
    size_t shown_size, shown_room, run_room, line_room, cluster_room;
    int line_height, baseline;
    float widest;
};

#define GROW(array, count, room)                                    \
    do {                                                            \
        if ((size_t)(count) >= (room)) {                            \
            (room) = (room) ? (room)*2 : 16;                        \
            (array) = mem_resize((array), (room), sizeof *(array)); \
        }                                                           \
    } while (0)

/* ---- a paragraph to clusters ---- */

static void decode(struct builder *b, size_t begin, size_t end)
{
    size_t at = begin;
    b->rune_count = b->item_count = 0;
    b->edges_count = 0;
    while (at < end) {
        size_t next = utf8_next_grapheme(b->text, end, at);
        struct item *item = &b->items[b->item_count++];
        *item = (struct item){
            .begin = (uint32_t)at, .end = (uint32_t)next, .rune = (uint32_t)b->rune_count};
        for (; at < next; item->runes++)
            at += utf8_decode(b->text + at, next - at, &b->runes[b->rune_count++]);
        uint32_t rune = b->runes[item->rune];
        item->space = rune == ' ' || rune == '\t' || rune == '\n' || rune == 0x3000;
    }
}

static bool may_be_rtl(const struct builder *b)
{
    for (size_t i = 0; i < b->rune_count; i++)
        if (b->runes[i] >= 0x0590)
            return true;
    return false;
}

static void find_levels(struct builder *b)
{
    b->direction = FRIBIDI_PAR_LTR;
    if (!may_be_rtl(b))
        return;
    FriBidiStrIndex n = (FriBidiStrIndex)b->rune_count;
    FriBidiCharType *types = mem_alloc(b->rune_count, sizeof *types);
    FriBidiBracketType *brackets = mem_alloc(b->rune_count, sizeof *brackets);
    FriBidiLevel *levels = mem_alloc(b->rune_count, sizeof *levels);
    b->direction = FRIBIDI_PAR_ON; /* by the first strong character */
    fribidi_get_bidi_types(b->runes, n, types);
    fribidi_get_bracket_types(b->runes, n, types, brackets);
    if (fribidi_get_par_embedding_levels_ex(types, brackets, n, &b->direction, levels)) {
        for (uint32_t i = 0; i < b->item_count; i++)
            b->items[i].level = levels[b->items[i].rune];
    }
    mem_free(types);
    mem_free(brackets);
    mem_free(levels);
}

static bool is_rtl(const struct builder *b)
{
    return FRIBIDI_IS_RTL(b->direction);
}

/* Signs and digits, which belong to every script, take the script of what is before them, at the
 * beginning of what follows. */
static void find_scripts(struct builder *b)
{
    hb_unicode_funcs_t *unicode = hb_unicode_funcs_get_default();
    uint32_t last = 0, unset = 0;
    for (uint32_t i = 0; i < b->item_count; i++) {
        hb_script_t script = hb_unicode_script(unicode, b->runes[b->items[i].rune]);
        if (script == HB_SCRIPT_COMMON || script == HB_SCRIPT_INHERITED ||
            script == HB_SCRIPT_UNKNOWN) {
            b->items[i].script = last;
            continue;
        }
        last = (uint32_t)script;
        b->items[i].script = last;
        for (; unset <= i; unset++)
            if (b->items[unset].script == 0)
                b->items[unset].script = last;
        unset = i + 1;
    }
    for (uint32_t i = 0; i < b->item_count && last == 0; i++)
        b->items[i].script = (uint32_t)HB_SCRIPT_LATIN;
}

static void find_faces(struct builder *b)
{
    for (uint32_t i = 0; i < b->item_count; i++) {
        struct item *item = &b->items[i];
        uint32_t count = item->runes < CLUSTER_RUNES_MAX ? item->runes : CLUSTER_RUNES_MAX;
        /* a space is in every font: it stays with what is before it, so that runs are not torn */
        if (item->space && i > 0 && !text_fonts_is_color(b->fonts, b->items[i - 1].face))
            item->face = b->items[i - 1].face;
        else
            item->face =
                text_fonts_pick(b->fonts, b->face, b->style->weight, b->runes + item->rune, count);
    }
}

/* libunibreak 1.1 (Debian's) stops the program by an assertion at regional indicators, and takes
 * U+FFFF for the end. Both are given to it as ideographs: a flag may stand alone on a line as one
 * may. */
static uint32_t breakable(uint32_t rune)
{
    bool stops = (rune >= 0x1F1E6 && rune <= 0x1F1FF) || rune == 0xFFFF;
    return stops ? 0x4E00 : rune;
}

static void find_breaks(struct builder *b)
{
    char *breaks = mem_alloc(b->rune_count + 1, 1);
    uint32_t *runes = mem_alloc(b->rune_count + 1, sizeof *runes);
    for (size_t i = 0; i < b->rune_count; i++)
        runes[i] = breakable(b->runes[i]);
    set_linebreaks_utf32(runes, b->rune_count, NULL, breaks);
    mem_free(runes);
    for (uint32_t i = 0; i < b->item_count; i++) {
        char after = breaks[b->items[i].rune + b->items[i].runes - 1];
        b->items[i].break_after = after == LINEBREAK_ALLOWBREAK || after == LINEBREAK_MUSTBREAK;
    }
    mem_free(breaks);
}

/* ---- clusters to pieces ---- */

/* What the font is given for a cluster: "" for what only steers, spaces for what must not be drawn.
 */
static size_t shown_bytes(const struct builder *b, const struct item *item,
                          char out[CLUSTER_RUNES_MAX * 4])
{
    size_t n = 0;
    uint32_t count = item->runes < CLUSTER_RUNES_MAX ? item->runes : CLUSTER_RUNES_MAX;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t rune = b->runes[item->rune + i];
        if (rune == '\t') {
            memcpy(out + n, "    ", 4);
            n += 4;
        } else if (utf8_is_control(rune)) {
            out[n++] = ' ';
        } else if (!utf8_is_bidi_control(rune)) {
            n += utf8_encode(rune, out + n);
        }
    }
    return n;
}

static struct text_run_key key_of(const struct builder *b, const struct item *item)
{
    return (struct text_run_key){item->face, b->size8, item->script, (item->level & 1) != 0};
}

static float measure_items(const struct builder *b, uint32_t first, uint32_t count)
{
    char shown[PIECE_CLUSTERS_MAX * CLUSTER_RUNES_MAX * 4 + 1];
    size_t n = 0;
    for (uint32_t i = first; i < first + count; i++)
        n += shown_bytes(b, &b->items[i], shown + n);
    shown[n] = '\0';
    struct text_run_key key = key_of(b, &b->items[first]);
    float w = text_fonts_width(b->fonts, &key, shown);
    return w + b->style->tracking_px * (float)count;
}

static bool same_font(const struct item *a, const struct item *b)
{
    return a->face == b->face && a->script == b->script && a->level == b->level;
}

static void cut_pieces(struct builder *b)
{
    b->piece_count = 0;
    for (uint32_t i = 0; i < b->item_count; i++) {
        struct item *item = &b->items[i];
        struct piece *last = b->piece_count ? &b->pieces[b->piece_count - 1] : NULL;
        bool joins = last && !last->break_after && last->space == item->space &&
                     last->count < PIECE_CLUSTERS_MAX && b->style->tracking_px == 0 &&
                     same_font(&b->items[last->item], item);
        if (!joins) {
            GROW(b->pieces, b->piece_count, b->piece_room);
            last = &b->pieces[b->piece_count++];
            *last = (struct piece){.item = i, .space = item->space};
        }
        last->count++;
        last->break_after = item->break_after;
    }
    for (size_t i = 0; i < b->piece_count; i++)
        b->pieces[i].w = measure_items(b, b->pieces[i].item, b->pieces[i].count);
}

/* Where the clusters of a piece end, from the first cluster of the piece that was measured. */
static const float *edges_of(struct builder *b, const struct piece *piece)
{
    if (piece->item < b->edges_first ||
        piece->item + piece->count > b->edges_first + b->edges_count) {
        b->edges_first = piece->item;
        b->edges_count = piece->count;
        uint32_t anchor = 0; /* shaping costs microseconds a letter: not from the start each time */
        float before = 0;
        for (uint32_t i = 0; i < piece->count; i++) {
            float w = before + measure_items(b, piece->item + anchor, i + 1 - anchor);
            b->edges[i] = i ? fmaxf(w, b->edges[i - 1]) : w;
            if (i + 1 - anchor == ANCHOR_CLUSTERS) {
                anchor = i + 1;
                before = b->edges[i];
            }
        }
    }
    return b->edges + (piece->item - b->edges_first);
}

/* The width of a piece's first `count` clusters. */
static float head_width(struct builder *b, const struct piece *piece, uint32_t count)
{
    const float *edges = edges_of(b, piece);
    float start = piece->item > b->edges_first ? edges[-1] : 0;
    return count ? edges[count - 1] - start : 0;
}

/* Cut pieces[at] behind its first `count` clusters (0 < count < all). */
static void split_piece(struct builder *b, size_t at, uint32_t count)
{
    float w = head_width(b, &b->pieces[at], count);
    GROW(b->pieces, b->piece_count, b->piece_room);
    memmove(b->pieces + at + 1, b->pieces + at, (b->piece_count - at) * sizeof *b->pieces);
    b->piece_count++;
    struct piece *head = &b->pieces[at], *tail = head + 1;
    tail->item += count;
    tail->count -= count;
    tail->w -= w;
    head->count = count;
    head->break_after = true;
    head->w = w;
}

/* How many clusters of the piece fit into `room` px. */
static uint32_t fitting(struct builder *b, const struct piece *piece, float room)
{
    uint32_t fit = 0;
    if (piece->w <= room)
        return piece->count;
    while (fit + 1 < piece->count && head_width(b, piece, fit + 1) <= room)
        fit++;
    return fit;
}

/* ---- pieces to lines ---- */

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
        show_bytes(b, shown, shown_bytes(b, &b->items[i], shown));
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
        bool joins = run && i != solid && b->style->tracking_px == 0 && same_font(run_item, item) &&
                     out->cluster_count - run->first + piece->count <= most &&
                     run->w + piece->w <= RUN_WIDTH_MAX;
        if (!joins) {
            if (run)
                end_run(b, run);
            run = add_run(b, key_of(b, item), 0);
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
        uint32_t fit = fitting(b, &b->pieces[to], room - x);
        if (fit < b->pieces[to].count) {
            if (fit > 0) {
                split_piece(b, to, fit);
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
            uint32_t fit = fitting(b, piece, b->width - x);
            if (fit == 0 && i > from)
                return i;
            fit = fit ? fit : 1; /* wider than the line alone: stick out rather than never end */
            if (fit < piece->count)
                split_piece(b, i, fit);
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
    decode(b, begin, end);
    find_levels(b);
    find_scripts(b);
    find_faces(b);
    find_breaks(b);
    cut_pieces(b);
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

struct text_layout *text_layout_build(struct text_fonts *fonts, const char *utf8, size_t size,
                                      const struct text_style *style, int width_px, int max_lines,
                                      unsigned flags)
{
    struct builder b = {
        .fonts = fonts,
        .style = style,
        .face = text_fonts_face(fonts, style->family, style->weight),
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
