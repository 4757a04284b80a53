/* markup_inside.h - what markup.c (lines) and markup_span.c (what is in them) share. */
#ifndef CONFAB_MARKUP_MARKUP_INSIDE_H
#define CONFAB_MARKUP_MARKUP_INSIDE_H

#include "client/markup/markup.h"

/* What is known of one byte. Depths are counted by their changes, so that spans inside spans cost
 * nothing more. */
struct markup_cell {
    uint8_t marks;
    int16_t bold, italic; /* how many begin here, less how many have ended here */
};

struct markup_parser {
    const char *text;
    size_t size;
    struct markup_cell *cells; /* one a byte, and one behind */
    markup_mention_fn *mention;
    void *context;
    int mentions_asked;
};

/* Find the spans in bytes [begin, end): lines without an empty one between them. */
void markup_spans(struct markup_parser *parser, size_t begin, size_t end);

#endif
