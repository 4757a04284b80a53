/* text_cluster.c - a paragraph to clusters, and clusters to the pieces that lines are made of. */
#include <math.h>
#include <string.h>

#include <fribidi.h>
#include <hb.h>
#include <linebreak.h>

#include "client/ui/text_build.h"
#include "protocol/base/mem.h"
#include "protocol/base/utf8.h"

/* ---- a paragraph to clusters ---- */

/* The span that byte `at` is in, and where it or the gap before the next ends; NULL: none. */
static const struct text_span *span_at(struct builder *b, size_t at, size_t *end)
{
    while (b->span < b->span_count && b->spans[b->span].end <= at)
        b->span++;
    if (b->span == b->span_count)
        return NULL;
    const struct text_span *span = &b->spans[b->span];
    const size_t border = span->begin > at ? span->begin : span->end;
    if (border < *end)
        *end = border;
    return span->begin > at ? NULL : span;
}

/* Clusters end at a span's border; what is hidden makes none. */
static void decode(struct builder *b, size_t begin, size_t end)
{
    size_t at = begin;
    b->rune_count = b->item_count = 0;
    b->edges_count = 0;
    while (at < end) {
        size_t stop = end;
        const struct text_span *span = span_at(b, at, &stop);
        const uint32_t look = span ? (uint32_t)b->span + 1 : 0;
        if (span && span->hidden)
            at = stop;
        while (at < stop) {
            size_t next = utf8_next_grapheme(b->text, stop, at);
            struct item *item = &b->items[b->item_count++];
            *item = (struct item){.begin = (uint32_t)at,
                                  .end = (uint32_t)next,
                                  .rune = (uint32_t)b->rune_count,
                                  .size8 = b->looks[look].size8,
                                  .look = look,
                                  .ink = b->looks[look].ink};
            for (; at < next; item->runes++)
                at += utf8_decode(b->text + at, next - at, &b->runes[b->rune_count++]);
            uint32_t rune = b->runes[item->rune];
            item->space = rune == ' ' || rune == '\t' || rune == '\n' || rune == 0x3000;
        }
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
        const struct look *look = &b->looks[item->look];
        if (item->space && i > 0 && b->items[i - 1].look == item->look &&
            !text_fonts_is_color(b->fonts, b->items[i - 1].face))
            item->face = b->items[i - 1].face;
        else
            item->face =
                text_fonts_pick(b->fonts, look->face, look->weight, b->runes + item->rune, count);
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

size_t text_build_shown(const struct builder *b, const struct item *item,
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

struct text_run_key text_build_key(const struct builder *b, const struct item *item)
{
    (void)b;
    return (struct text_run_key){item->face, item->size8, item->script, (item->level & 1) != 0};
}

static float measure_items(const struct builder *b, uint32_t first, uint32_t count)
{
    char shown[PIECE_CLUSTERS_MAX * CLUSTER_RUNES_MAX * 4 + 1];
    size_t n = 0;
    for (uint32_t i = first; i < first + count; i++)
        n += text_build_shown(b, &b->items[i], shown + n);
    shown[n] = '\0';
    struct text_run_key key = text_build_key(b, &b->items[first]);
    float w = text_fonts_width(b->fonts, &key, shown);
    return w + b->style->tracking_px * (float)count;
}

bool text_build_same_font(const struct item *a, const struct item *b)
{
    return a->face == b->face && a->size8 == b->size8 && a->script == b->script &&
           a->level == b->level && a->ink == b->ink;
}

static void cut_pieces(struct builder *b)
{
    b->piece_count = 0;
    for (uint32_t i = 0; i < b->item_count; i++) {
        struct item *item = &b->items[i];
        struct piece *last = b->piece_count ? &b->pieces[b->piece_count - 1] : NULL;
        bool joins = last && !last->break_after && last->space == item->space &&
                     last->count < PIECE_CLUSTERS_MAX && b->style->tracking_px == 0 &&
                     text_build_same_font(&b->items[last->item], item);
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

void text_build_split(struct builder *b, size_t at, uint32_t count)
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

uint32_t text_build_fitting(struct builder *b, const struct piece *piece, float room)
{
    uint32_t fit = 0;
    if (piece->w <= room)
        return piece->count;
    while (fit + 1 < piece->count && head_width(b, piece, fit + 1) <= room)
        fit++;
    return fit;
}

void text_build_paragraph(struct builder *b, size_t begin, size_t end)
{
    decode(b, begin, end);
    find_levels(b);
    find_scripts(b);
    find_faces(b);
    find_breaks(b);
    cut_pieces(b);
}
