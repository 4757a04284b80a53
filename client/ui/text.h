/* text.h - text to lines of glyphs, and glyphs to the draw list: the only home of SDL_ttf. UI
 * thread.
 *
 * A layout is made from UTF-8 (invalid bytes show as U+FFFD) at a width: paragraphs end at '\n';
 * lines are broken where libunibreak (UAX 14) allows, and inside a word only if it alone is too
 * wide; each paragraph has its own direction (FriBidi, UAX 9) and is reordered line by line; runs
 * are cut by script, direction and the font that has the characters; HarfBuzz inside SDL_ttf shapes
 * them. A grapheme cluster (UAX 29) is never split: one emoji family is one caret stop. Offsets are
 * bytes into the text as given, in logical order, always on a cluster's border. x, y are px from
 * the layout's top left; in a mirrored window (draw_set_mirror()) x counts from its right edge, as
 * everywhere else there. */
#ifndef CONFAB_UI_TEXT_H
#define CONFAB_UI_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include "client/ui/draw.h"
#include "protocol/base/err.h"

enum text_weight { WEIGHT_REGULAR, WEIGHT_MEDIUM, WEIGHT_SEMIBOLD, WEIGHT_BOLD, WEIGHT_COUNT };
enum text_family { FAMILY_UI, FAMILY_MONO };

struct text_style {
    enum text_family family;
    enum text_weight weight;
    bool italic;          /* if the font has one */
    float size_px;        /* font size in device px, fractions allowed */
    float line_height_px; /* distance of two lines; 0 = 1.4 * size_px */
    float tracking_px;    /* extra space behind each character; 0 nearly always */
};

/* Bytes that look other than the layout's style says. */
struct text_span {
    size_t begin, end;
    bool hidden; /* not shown, and no place for a caret */
    bool italic;
    enum text_family family;
    enum text_weight weight;
    float size_px; /* 0: as the style; lines keep the style's height */
    unsigned ink;  /* of text_draw_inks() */
};

enum {
    TEXT_WRAP = 0,
    TEXT_ONE_LINE = 1,    /* '\n' shows as a space; too long: cut with an ellipsis at width_px */
    TEXT_NO_ELLIPSIS = 2, /* with TEXT_ONE_LINE: never cut (single-line fields) */
    TEXT_RTL_START = 4,   /* lines of right-to-left paragraphs stand at the right edge of width_px
                             (else of the widest line) */
};

/* Text longer than this is shown up to here (a frame's text is at most 16 KiB; a field's is capped
 * by edit.h). */
#define TEXT_BYTES_MAX (64 * 1024)

struct text_line {
    size_t begin, end; /* bytes, `end` before the '\n' or the next line */
    int x, y, w, h;    /* its box; y grows by line_height; x is 0 in left-to-right paragraphs */
    int baseline;      /* y of the baseline */
};

struct text;
struct text_layout;

/* Fonts are opened when first needed. Fails only if no font at all can be found. `draw` must
 * outlive it. */
struct text *text_create(struct draw *draw, struct err *err);
void text_destroy(struct text *text);

/* The layout of size bytes at width_px (<= 0: unlimited), at most max_lines lines (0: any; the last
 * one ends in an ellipsis if cut). From the cache when it has been made before. Lent: good until
 * text_end_frame() has run twice since it was last asked for, so ask again each frame. Never NULL.
 */
const struct text_layout *text_layout(struct text *text, const char *utf8, size_t size,
                                      const struct text_style *style, int width_px, int max_lines,
                                      unsigned flags);
/* The same with spans: in order, apart from each other, borders between characters. */
const struct text_layout *text_layout_spans(struct text *text, const char *utf8, size_t size,
                                            const struct text_style *style,
                                            const struct text_span *spans, size_t span_count,
                                            int width_px, int max_lines, unsigned flags);
/* Let go of cached layouts and glyph pictures above the memory cap, oldest first. Once a frame. */
void text_end_frame(struct text *text);

int text_layout_width(const struct text_layout *layout); /* of the widest line */
int text_layout_height(
    const struct text_layout *layout); /* of all lines; one line for an empty text */
bool text_layout_is_cut(const struct text_layout *layout);
/* The paragraph around byte `at` is written from right to left: the key to the left goes on in it. */
bool text_layout_is_rtl(const struct text_layout *layout, size_t at);
int text_layout_line_count(const struct text_layout *layout); /* at least 1 */
struct text_line text_layout_line(const struct text_layout *layout, int index);

/* Paint with its top left at x, y. Only lines inside the current clip cost anything. */
void text_draw(struct text *text, const struct text_layout *layout, int x, int y,
               struct color color);
/* Each span in the colour of its ink; inks[0] is for what is in none. */
void text_draw_inks(struct text *text, const struct text_layout *layout, int x, int y,
                    const struct color *inks);

/* Where a caret before byte `at` stands: 0 wide, as high as the font. In mixed text it stands at
 * the edge of the character that follows. */
struct rect text_caret(struct text *text, const struct text_layout *layout, size_t at);
/* The cluster border nearest to x, y; points outside snap to the nearest line and end. */
size_t text_hit(struct text *text, const struct text_layout *layout, int x, int y);
/* The boxes of bytes [begin, end): several per line when directions mix. Writes at most max,
 * returns how many. */
int text_selection(struct text *text, const struct text_layout *layout, size_t begin, size_t end,
                   struct rect *boxes, int max);
/* The word at byte `at` (letters, digits and marks), the spaces there, or the sign. */
void text_word(const char *utf8, size_t size, size_t at, size_t *begin, size_t *end);
/* Height of one line of this style, and of its caret. */
int text_line_height(const struct text_style *style);

/* What the caches hold now, for tests and the log. */
struct text_stats {
    size_t layouts, runs, bytes, fonts;
};
struct text_stats text_stats(const struct text *text);

/* Lines "NAME VERSION" of the libraries that texts are laid out with (protocol/base/versions.h). */
void text_add_versions(char *out, size_t size);

#endif
