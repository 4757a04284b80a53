/* text_layout.h - the inside of a layout and how it is made; for text.c. UI thread. */
#ifndef CONFAB_UI_TEXT_LAYOUT_H
#define CONFAB_UI_TEXT_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "client/ui/text.h"
#include "client/ui/text_font.h"

/* One grapheme cluster of the text. Clusters stand in logical order; '\n' is none. */
struct text_cluster {
    uint32_t begin, end; /* bytes of the text */
    uint32_t shown_at;   /* where its characters begin in layout->shown */
    float x; /* of its leading edge from its run's leading edge; valid once the run is measured */
};

/* Clusters that are shaped and painted together. */
struct text_run {
    struct text_run_key key;
    uint32_t first, count;        /* clusters; count 0: the ellipsis */
    uint32_t shown_at, shown_end; /* in layout->shown, NUL behind */
    int line;
    unsigned ink;
    float x, w; /* left edge in the layout, advance width */
    bool measured;
};

struct text_layout {
    struct text_line *lines;
    bool *line_rtl; /* direction of the line's paragraph */
    int line_count;
    struct text_run *runs; /* by line; inside a line in logical order */
    int run_count;
    struct text_cluster *clusters;
    uint32_t cluster_count;
    char *shown;         /* the characters given to the fonts, each run NUL-terminated */
    size_t size;         /* bytes of the text that the layout covers */
    size_t memory_bytes; /* what all of this takes */
    int w, h;
    int ascent, descent; /* of the style's own font */
    bool cut;
    bool mirrored; /* asked for while the window is mirrored: places count x from the right */
};

struct text_layout *text_layout_build(struct text_fonts *fonts, const char *utf8, size_t size,
                                      const struct text_style *style, const struct text_span *spans,
                                      size_t span_count, int width_px, int max_lines,
                                      unsigned flags);
void text_layout_free(struct text_layout *layout);
/* Fill the x of a run's clusters. */
void text_layout_measure_run(struct text_fonts *fonts, struct text_layout *layout,
                             struct text_run *run);

#endif
