#include "client/markup/markup.h"

#include <stdbool.h>
#include <string.h>

#include "client/markup/markup_inside.h"
#include "protocol/base/mem.h"
#include "protocol/base/utf8.h"

#define FENCE_LEAST 3
#define FENCE_MOST 16 /* backticks; a longer row counts as so many */
#define INFO_MAX 24   /* bytes of the word behind a fence: what is longer is code already */

/* The lines of a text while blocks are made of them. */
struct lines {
    struct markup_parser *parser;
    struct markup *out;
    size_t block_room;
    /* where the last line stands that can end a fence of so many backticks; SIZE_MAX: not looked
     * for yet */
    size_t last_end[FENCE_MOST + 1];
    bool ends_known;
};

static size_t line_end(const struct markup_parser *p, size_t at)
{
    const char *feed = at < p->size ? memchr(p->text + at, '\n', p->size - at) : NULL;
    return feed ? (size_t)(feed - p->text) : p->size;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool is_blank(const struct markup_parser *p, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++)
        if (!is_space(p->text[i]) && !(p->cells[i].marks & MARK_HIDDEN))
            return false;
    return true;
}

static struct markup_block *add_block(struct lines *lines, enum markup_kind kind, size_t begin,
                                      size_t end)
{
    struct markup *out = lines->out;
    if (out->block_count == lines->block_room) {
        lines->block_room = lines->block_room ? lines->block_room * 2 : 4;
        out->blocks = mem_resize(out->blocks, lines->block_room, sizeof *out->blocks);
    }
    struct markup_block *block = &out->blocks[out->block_count++];
    *block = (struct markup_block){.kind = kind, .begin = (uint32_t)begin, .end = (uint32_t)end};
    return block;
}

/* ---- code ---- */

/* Backticks that stand at the beginning of the line [begin, end), up to three spaces before them. */
static size_t fence_of(const struct markup_parser *p, size_t begin, size_t end, size_t *behind)
{
    size_t at = begin, count = 0;
    while (at < end && at < begin + 3 && p->text[at] == ' ')
        at++;
    for (; at < end && p->text[at] == '`'; at++)
        count++;
    *behind = at;
    return count < FENCE_LEAST ? 0 : count < FENCE_MOST ? count : FENCE_MOST;
}

/* The line is a fence that can end a block of code. */
static size_t closing_fence(const struct markup_parser *p, size_t begin, size_t end)
{
    size_t behind, count = fence_of(p, begin, end, &behind);
    while (behind < end && is_space(p->text[behind]))
        behind++;
    return behind == end ? count : 0;
}

/* Each text is looked through once, however many fences have no end. */
static void find_ends(struct lines *lines)
{
    const struct markup_parser *p = lines->parser;
    lines->ends_known = true;
    memset(lines->last_end, 0, sizeof lines->last_end);
    for (size_t at = 0; at <= p->size;) {
        size_t end = line_end(p, at);
        for (size_t n = closing_fence(p, at, end); n >= FENCE_LEAST; n--)
            lines->last_end[n] = at;
        at = end + 1;
    }
}

/* "int x;```": people write the end behind the last line too. */
static bool ends_inline(const struct markup_parser *p, size_t begin, size_t *end, size_t count)
{
    size_t last = *end, found = 0;
    while (last > begin && is_space(p->text[last - 1]))
        last--;
    while (last > begin && p->text[last - 1] == '`') {
        last--;
        found++;
    }
    if (found < count)
        return false;
    *end = last;
    return true;
}

/* The word behind a fence, "c" or "c++"; none if it is more than a word: then it is code. */
static bool take_info(const struct markup_parser *p, size_t *begin, size_t *end)
{
    while (*begin < *end && is_space(p->text[*begin]))
        ++*begin;
    while (*end > *begin && is_space(p->text[*end - 1]))
        --*end;
    if (*end - *begin > INFO_MAX)
        return false;
    for (size_t i = *begin; i < *end; i++) {
        char c = p->text[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    (c != '\0' && strchr("+-#._", c));
        if (!word)
            return false;
    }
    return true;
}

/* A block of code that begins with the line [begin, end). Where the text behind it begins; 0: it is
 * none. */
static size_t take_code(struct lines *lines, size_t begin, size_t end)
{
    const struct markup_parser *p = lines->parser;
    size_t behind, count = fence_of(p, begin, end, &behind);
    if (!count || memchr(p->text + behind, '`', end - behind))
        return 0; /* ```code``` in a line is a span */
    size_t info_begin = behind, info_end = end;
    bool info = take_info(p, &info_begin, &info_end);
    size_t from = info ? end + 1 : behind; /* first byte of the code */
    if (!lines->ends_known)
        find_ends(lines);
    const bool has_end = lines->last_end[count] > begin;
    size_t to = p->size, next = p->size + 1;
    if (from > p->size)
        from = p->size; /* the fence is all there is */
    for (size_t at = end + 1; at <= p->size;) {
        size_t stop = line_end(p, at), cut = stop;
        if (has_end ? closing_fence(p, at, stop) >= count : ends_inline(p, at, &cut, count)) {
            to = has_end ? (at > from ? at - 1 : from) : cut;
            next = stop + 1;
            break;
        }
        at = stop + 1;
    }
    struct markup_block *block = add_block(lines, MARKUP_CODE, from, to);
    if (info) {
        block->info_begin = (uint32_t)info_begin;
        block->info_end = (uint32_t)info_end;
    }
    return next;
}

/* ---- quotes ---- */

/* "> ", ">> ", "> > " before text; ">_<" and ">:(" are faces, "->" does not begin a line. */
static unsigned quote_of(const struct markup_parser *p, size_t begin, size_t end, size_t *behind)
{
    size_t at = begin;
    unsigned depth = 0;
    while (depth < QUOTE_DEPTH_MAX && at < end && p->text[at] == '>') {
        size_t next = at + 1;
        char c = next < end ? p->text[next] : ' ';
        bool text = is_space(c) || c == '>' || c == '*' || c == '`' || (c >= '0' && c <= '9') ||
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
        if (!text)
            return 0;
        depth++;
        at = next;
        if (at < end && p->text[at] == ' ')
            at++;
    }
    *behind = at;
    return depth;
}

/* ---- lines to blocks ---- */

static void take_lines(struct lines *lines)
{
    struct markup_parser *p = lines->parser;
    struct markup_block *open = NULL; /* the lines before, if they were text or a quote */
    for (size_t at = 0; at <= p->size;) {
        size_t end = line_end(p, at), behind = at;
        size_t next = take_code(lines, at, end);
        if (next) {
            open = NULL;
            at = next;
            if (at == p->size)
                break; /* only the line feed behind the fence was left */
            continue;
        }
        unsigned depth = quote_of(p, at, end, &behind);
        for (size_t i = at; i < behind && depth; i++)
            p->cells[i].marks |= MARK_HIDDEN;
        enum markup_kind kind = depth ? MARKUP_QUOTE : MARKUP_TEXT;
        if (open && open->kind == kind && open->depth == depth) {
            open->end = (uint32_t)end;
        } else {
            open = add_block(lines, kind, at, end);
            open->depth = depth;
        }
        at = end + 1;
    }
}

/* Spans end with their paragraph: at an empty line, or with the block. */
static void find_spans(struct markup_parser *p, const struct markup_block *block)
{
    size_t paragraph = block->begin;
    for (size_t at = block->begin; at <= block->end;) {
        size_t end = line_end(p, at);
        end = end < block->end ? end : block->end;
        if (is_blank(p, at, end)) {
            markup_spans(p, paragraph, at);
            paragraph = end + 1;
        } else if (end == block->end) {
            markup_spans(p, paragraph, end);
        }
        at = end + 1;
    }
}

static void collect(struct markup_parser *p, struct markup *out)
{
    size_t room = 0, at = 0;
    int bold = 0, italic = 0;
    for (size_t b = 0; b < out->block_count; b++) {
        struct markup_block *block = &out->blocks[b];
        unsigned before = 0;
        block->first_span = out->span_count;
        at = block->begin;
        for (; at < block->end && block->kind != MARKUP_CODE; at++) {
            bold += p->cells[at].bold;
            italic += p->cells[at].italic;
            unsigned marks =
                p->cells[at].marks | (bold > 0 ? MARK_BOLD : 0u) | (italic > 0 ? MARK_ITALIC : 0u);
            if (marks && marks == before) {
                out->spans[out->span_count - 1].end++;
            } else if (marks) {
                if (out->span_count == room) {
                    room = room ? room * 2 : 8;
                    out->spans = mem_resize(out->spans, room, sizeof *out->spans);
                }
                out->spans[out->span_count++] =
                    (struct markup_span){(uint32_t)at, (uint32_t)at + 1, marks};
            }
            before = marks;
        }
        /* what ends with the block's last byte is counted at the byte behind */
        bold = italic = 0;
        block->span_count = out->span_count - block->first_span;
    }
}

/* Most of what people say has no mark at all. */
static bool has_marks(const char *text, size_t size, bool mentions)
{
    for (size_t i = 0; i < size; i++) {
        char c = text[i];
        if (c == '*' || c == '_' || c == '`' || c == '>' || (c == '@' && mentions))
            return true;
        if ((c == ':' && size - i > 2 && text[i + 1] == '/') ||
            ((c == 'w' || c == 'W') && size - i > 3 && (text[i + 1] | 32) == 'w'))
            return true;
    }
    return false;
}

void markup_parse(struct markup *markup, const char *text, size_t size, markup_mention_fn *mention,
                  void *context)
{
    struct markup_parser parser = {
        .text = text,
        .size = size > MARKUP_BYTES_MAX ? utf8_cut(text, MARKUP_BYTES_MAX) : size,
        .mention = mention,
        .context = context,
    };
    struct lines lines = {.parser = &parser, .out = markup};
    *markup = (struct markup){0};
    if (!has_marks(text, parser.size, mention != NULL)) {
        add_block(&lines, MARKUP_TEXT, 0, size);
        return;
    }
    parser.cells = mem_alloc(parser.size + 1, sizeof *parser.cells);
    take_lines(&lines);
    for (size_t i = 0; i < markup->block_count; i++)
        if (markup->blocks[i].kind != MARKUP_CODE)
            find_spans(&parser, &markup->blocks[i]);
    collect(&parser, markup);
    mem_free(parser.cells);
    if (parser.size < size)
        markup->blocks[markup->block_count - 1].end = (uint32_t)size;
}

void markup_finish(struct markup *markup)
{
    mem_free(markup->blocks);
    mem_free(markup->spans);
    *markup = (struct markup){0};
}
