#include "protocol/base/fold.h"

#include <stdbool.h>

#include <utf8proc.h>

/* Of the scripts in which a word is the same word without them: Latin, Greek, Cyrillic (accents),
 * Hebrew and Arabic (points); and what chooses how a sign looks. */
static bool is_accent(uint32_t rune)
{
    const bool there = rune < 0x700 || (rune >= 0x1AB0 && rune <= 0x1AFF) ||
                       (rune >= 0x1DC0 && rune <= 0x1DFF) || (rune >= 0x20D0 && rune <= 0x20FF) ||
                       (rune >= 0xFE00 && rune <= 0xFE0F) || (rune >= 0xFE20 && rune <= 0xFE2F);
    return there && utf8proc_category((utf8proc_int32_t)rune) == UTF8PROC_CATEGORY_MN;
}

size_t fold_rune(uint32_t rune, uint32_t out[FOLD_RUNES_MAX])
{
    const utf8proc_option_t options =
        UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
    utf8proc_int32_t parts[FOLD_RUNES_MAX];
    int border = 0;
    const utf8proc_ssize_t count =
        utf8proc_decompose_char((utf8proc_int32_t)rune, parts, FOLD_RUNES_MAX, options, &border);
    size_t kept = 0;
    for (utf8proc_ssize_t i = 0; i < count && i < FOLD_RUNES_MAX; i++)
        if (!is_accent((uint32_t)parts[i]))
            out[kept++] = (uint32_t)parts[i];
    return kept;
}
