/* text_build.h - a layout in the making: what text_cluster.c (a paragraph to clusters and words) and
 * text_layout.c (words to lines) share. */
#ifndef CONFAB_UI_TEXT_BUILD_H
#define CONFAB_UI_TEXT_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fribidi.h>

#include "client/ui/text_layout.h"

#define CLUSTER_RUNES_MAX \
    24 /* of a cluster are shown: towers of accents are cut, as they would cover other lines */
#define PIECE_CLUSTERS_MAX 64 /* measuring a cluster's place costs the square of this */
#define ANCHOR_CLUSTERS 12    /* a cluster's place is measured from at most this many before it */

/* A cluster while the lines are made. */
struct item {
    uint32_t begin, end;  /* bytes */
    uint32_t rune, runes; /* in builder.runes */
    uint32_t script;
    int face, size8;
    uint32_t look; /* in builder.looks */
    unsigned ink;
    FriBidiLevel level;
    bool space, break_after;
};

/* How the clusters of a span look; looks[0] is the style's own. */
struct look {
    int face, size8;
    enum text_weight weight;
    unsigned ink;
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
    const struct text_span *spans;
    size_t span_count, span; /* the first that is not behind us */
    struct look *looks;      /* one more than spans */
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

/* The paragraph [begin, end) of the text becomes b->items and b->pieces. */
void text_build_paragraph(struct builder *b, size_t begin, size_t end);
/* What the font is given for a cluster: "" for what only steers, spaces for what must not be drawn.
 * Returns its bytes. */
size_t text_build_shown(const struct builder *b, const struct item *item,
                        char out[CLUSTER_RUNES_MAX * 4]);
struct text_run_key text_build_key(const struct builder *b, const struct item *item);
bool text_build_same_font(const struct item *a, const struct item *b);
/* Cut pieces[at] behind its first `count` clusters (0 < count < all). */
void text_build_split(struct builder *b, size_t at, uint32_t count);
/* How many clusters of the piece fit into `room` px. */
uint32_t text_build_fitting(struct builder *b, const struct piece *piece, float room);

#endif
