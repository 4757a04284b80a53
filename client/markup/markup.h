/* markup.h - what a message's text says by its marks: bold, code, quotes, links. Pure, any thread.
 *
 * A chat's small share of Markdown, found in the source and never taken out of it: everything is
 * told as bytes [begin, end) of the text as it was sent, so that what is selected on the screen is
 * copied as it was written. Lists, headings and all else are shown as typed, with their spaces and
 * line feeds. Each byte is shown, or is a marker: of a span (MARK_HIDDEN), a fence's line, or the
 * line feed between two blocks.
 *
 *   **bold**  *italic*  _italic_   where the mark stands at a word's border: 2*3*4, snake_case and
 *                                  __init__ stay as they are
 *   `code`  ``co`de``              a run of as many backticks ends it
 *   \* \_ \`                       the sign itself
 *   > quote  >> deeper             at the beginning of a line
 *   ```word   ...   ```            lines of code; without an end, to the message's end
 *   http://a  https://a  www.a     links, without the sentence's full stop behind them
 *   @name                          whom the caller knows
 *
 * Source: emphasis and backticks as in CommonMark 0.31 (section 6), links as in GitHub's extended
 * autolinks, both in linear time. Not a library: md4c, by its documentation, cannot leave lists,
 * headings and link definitions alone, folds the spaces and line feeds of what was typed, and does
 * not tell where its markers stand. */
#ifndef CONFAB_MARKUP_MARKUP_H
#define CONFAB_MARKUP_MARKUP_H

#include <stddef.h>
#include <stdint.h>

#define MARKUP_BYTES_MAX (64 * 1024) /* what is behind them is plain text */
#define LINK_BYTES_MAX 2048          /* longer ones are text */
#define QUOTE_DEPTH_MAX 6            /* deeper marks are text */
#define MENTIONS_MAX 64              /* further "@" of a message are not looked up */

enum {
    MARK_BOLD = 1,
    MARK_ITALIC = 2,
    MARK_CODE = 4,
    MARK_LINK = 8,
    MARK_MENTION = 16,
    MARK_HIDDEN = 32, /* a marker: not shown */
};

/* Bytes with the same marks. */
struct markup_span {
    uint32_t begin, end;
    unsigned marks;
};

enum markup_kind { MARKUP_TEXT, MARKUP_QUOTE, MARKUP_CODE };

/* Lines of one kind, without the line feed behind them. A quote's lines have their "> " in them,
 * hidden. */
struct markup_block {
    enum markup_kind kind;
    unsigned depth;                /* of a quote: 1 and up */
    uint32_t begin, end;           /* may be empty: an empty line */
    uint32_t info_begin, info_end; /* of code: the word behind its fence */
    size_t first_span, span_count; /* in order, apart from each other; what is in none is plain */
};

struct markup {
    struct markup_block *blocks; /* in order; at least one */
    size_t block_count;
    struct markup_span *spans;
    size_t span_count;
};

/* How many bytes from text[at], which is '@', name somebody; 0: nobody. */
typedef size_t markup_mention_fn(void *context, const char *text, size_t size, size_t at);

/* mention may be NULL. */
void markup_parse(struct markup *markup, const char *text, size_t size, markup_mention_fn *mention,
                  void *context);
void markup_finish(struct markup *markup);

/* The beginning of a text as one line without marks, for where there is only room for that. Cut at `size` on a
 * character's border. */
void markup_line(const char *text, char *out, size_t size);

#endif
