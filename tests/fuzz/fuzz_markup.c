/* fuzz_markup.c - any bytes as a message's text: every byte is shown, or is a marker that may be
 * one; blocks and spans stand in order. */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include "client/markup/markup.h"
#include "protocol/base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t mention(void *context, const char *text, size_t size, size_t at)
{
    (void)context;
    return size - at > 1 && text[at + 1] == 'a' ? 2 : 0;
}

static void check_spans(const struct markup *m, const struct markup_block *block, const char *text)
{
    size_t at = block->begin;
    assert(block->first_span + block->span_count <= m->span_count);
    assert(block->kind != MARKUP_CODE || block->span_count == 0);
    for (size_t i = 0; i < block->span_count; i++) {
        const struct markup_span *span = &m->spans[block->first_span + i];
        assert(span->marks && span->begin >= at && span->end > span->begin);
        at = span->end;
        if (span->marks & MARK_LINK)
            assert(span->end - span->begin <= LINK_BYTES_MAX);
        for (size_t k = span->begin; k < span->end && (span->marks & MARK_HIDDEN); k++)
            assert(strchr("*_`\\> ", text[k]) && text[k]);
    }
    assert(at <= block->end);
}

/* Between two blocks stand a line feed, and the lines of fences: backticks and one word. */
static void check_gap(const char *text, size_t begin, size_t end, bool code)
{
    for (size_t i = begin; i < end; i++)
        assert(text[i] == '\n' ||
               (code && (strchr("` \t\r+-#._", text[i]) || (text[i] >= '0' && text[i] <= 'z'))));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct markup m;
    char *text = mem_alloc(size + 1, 1);
    memcpy(text, data, size);
    markup_parse(&m, text, size, mention, NULL);
    assert(m.block_count > 0);
    size_t at = 0;
    bool code = false;
    for (size_t i = 0; i < m.block_count; i++) {
        const struct markup_block *block = &m.blocks[i];
        assert(block->begin >= at && block->end >= block->begin && block->end <= size);
        assert(block->info_begin <= block->info_end && block->info_end <= block->begin + 1);
        check_gap(text, at, block->begin, code || block->kind == MARKUP_CODE);
        check_spans(&m, block, text);
        code = block->kind == MARKUP_CODE;
        at = block->end;
    }
    check_gap(text, at, size, code);
    markup_finish(&m);
    mem_free(text);
    return 0;
}
