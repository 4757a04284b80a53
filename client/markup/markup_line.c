#include <string.h>

#include "client/markup/markup.h"
#include "protocol/base/str.h"

#define LOOKED_AT_MAX 1024 /* bytes: more than any line on the screen shows */

struct line {
    char text[LOOKED_AT_MAX];
    size_t size;
};

/* What is looked at fits, and spaces only become fewer. */
static void put(struct line *line, char c)
{
    const bool space = c == '\n' || c == ' ' || c == '\t';
    if (!space || (line->size > 0 && line->text[line->size - 1] != ' '))
        line->text[line->size++] = space ? ' ' : c;
}

/* Without the bytes of the block's markers. */
static void put_block(struct line *line, const struct markup *markup,
                      const struct markup_block *block, const char *text)
{
    const struct markup_span *span = &markup->spans[block->first_span],
                             *end = span + block->span_count;
    for (uint32_t at = block->begin; at < block->end; at++) {
        while (span < end && span->end <= at)
            span++;
        if (span == end || at < span->begin || !(span->marks & MARK_HIDDEN))
            put(line, text[at]);
    }
}

void markup_line(const char *text, char *out, size_t size)
{
    char source[LOOKED_AT_MAX];
    struct markup markup;
    struct line line = {.size = 0};
    str_copy(source, sizeof source, text);
    markup_parse(&markup, source, strlen(source), NULL, NULL);
    for (size_t i = 0; i < markup.block_count; i++) {
        if (i > 0)
            put(&line, '\n');
        put_block(&line, &markup, &markup.blocks[i], source);
    }
    markup_finish(&markup);
    while (line.size > 0 && line.text[line.size - 1] == ' ')
        line.size--;
    line.text[line.size] = '\0';
    str_copy(out, size, line.text);
}
