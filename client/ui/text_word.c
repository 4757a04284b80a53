/* text_word.c - which word stands at a place: for double clicks. */
#include <utf8proc.h>

#include "client/ui/text.h"
#include "protocol/base/utf8.h"

enum sort { LETTERS, SPACES, SIGNS };

static enum sort sort_at(const char *utf8, size_t size, size_t at)
{
    uint32_t rune;
    utf8_decode(utf8 + at, size - at, &rune);
    switch (utf8proc_category((utf8proc_int32_t)rune)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
        return SPACES;
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_PC:
        return LETTERS;
    default:
        return SIGNS;
    }
}

void text_word(const char *utf8, size_t size, size_t at, size_t *begin, size_t *end)
{
    *begin = *end = at < size ? at : size;
    if (size == 0)
        return;
    if (at >= size) { /* behind the last character: that one */
        *begin = at = utf8_previous_grapheme(utf8, size, size);
        *end = size;
    }
    const enum sort sort = sort_at(utf8, size, at);
    while (*begin > 0) {
        size_t before = utf8_previous_grapheme(utf8, size, *begin);
        if (sort == SIGNS || utf8[before] == '\n' || sort_at(utf8, size, before) != sort)
            break;
        *begin = before;
    }
    while (*end < size && utf8[*end] != '\n' && sort_at(utf8, size, *end) == sort) {
        *end = utf8_next_grapheme(utf8, size, *end);
        if (sort == SIGNS)
            break;
    }
}
