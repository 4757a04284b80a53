#include "protocol/base/utf8.h"
#include <string.h>
#include <utf8proc.h>

#define REPLACEMENT 0xFFFD

static utf8proc_ssize_t iterate(const char *text, size_t size, utf8proc_int32_t *rune)
{
    /* It reads no further than four bytes, and its size is signed. */
    return utf8proc_iterate((const utf8proc_uint8_t *)text, size < 4 ? (utf8proc_ssize_t)size : 4,
                            rune);
}

size_t utf8_decode(const char *text, size_t size, uint32_t *rune)
{
    utf8proc_int32_t found;
    utf8proc_ssize_t used;
    *rune = REPLACEMENT;
    if (size == 0)
        return 0;
    if (!(text[0] & 0x80)) { /* most text */
        *rune = (unsigned char)text[0];
        return 1;
    }
    used = iterate(text, size, &found);
    if (used <= 0)
        return 1;
    *rune = (uint32_t)found;
    return (size_t)used;
}

size_t utf8_encode(uint32_t rune, char out[4])
{
    return (size_t)utf8proc_encode_char((utf8proc_int32_t)rune, (utf8proc_uint8_t *)out);
}

/* How many ASCII bytes it begins with; eight are looked at together. */
static size_t ascii_run(const char *text, size_t size)
{
    size_t at = 0;
    uint64_t eight;
    while (size - at >= sizeof eight) {
        memcpy(&eight, text + at, sizeof eight);
        if (eight & UINT64_C(0x8080808080808080))
            break;
        at += sizeof eight;
    }
    while (at < size && !(text[at] & 0x80))
        at++;
    return at;
}

bool utf8_valid(const char *text, size_t size)
{
    size_t at = ascii_run(text, size);
    while (at < size) {
        utf8proc_int32_t rune;
        utf8proc_ssize_t used = iterate(text + at, size - at, &rune);
        if (used <= 0)
            return false;
        at += (size_t)used;
        at += ascii_run(text + at, size - at);
    }
    return true;
}

size_t utf8_length(const char *text)
{
    size_t size = strlen(text), at = 0, used, count = 0;
    uint32_t rune;
    while ((used = utf8_decode(text + at, size - at, &rune)) > 0) {
        at += used;
        count++;
    }
    return count;
}

static bool continues(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

size_t utf8_cut(const char *text, size_t size)
{
    size_t lead = size, used;
    /* Back to the last byte that begins a character; a character has at most three bytes behind it.
     */
    while (lead > 0 && size - lead < 4) {
        lead--;
        if (!continues(text[lead]))
            break;
    }
    if (lead == size || !(text[lead] & 0x80) || continues(text[lead]))
        return size; /* empty, plain, or not UTF-8 and so nothing to be split */
    used = (unsigned char)text[lead] >= 0xF0 ? 4 : (unsigned char)text[lead] >= 0xE0 ? 3 : 2;
    if (lead + used <= size) /* whole, or followed by what does not belong to it */
        return size;
    return lead;
}

size_t utf8_next_grapheme(const char *text, size_t size, size_t at)
{
    utf8proc_int32_t state = 0;
    uint32_t before, rune;
    if (at >= size)
        return size;
    at += utf8_decode(text + at, size - at, &before);
    while (at < size) {
        size_t used = utf8_decode(text + at, size - at, &rune);
        if (utf8proc_grapheme_break_stateful((utf8proc_int32_t)before, (utf8proc_int32_t)rune,
                                             &state))
            break;
        before = rune;
        at += used;
    }
    return at;
}

/* A place before `at` where a cluster surely begins: behind a line end, or the start of the text.
 * Rules of UAX 29 look back without bound (flags, emoji families), so clusters are found walking
 * forward. */
static size_t safe_start(const char *text, size_t at)
{
    while (at > 0 && text[at - 1] != '\n')
        at--;
    return at;
}

size_t utf8_previous_grapheme(const char *text, size_t size, size_t at)
{
    size_t here, next;
    if (at > size)
        at = size;
    if (at == 0)
        return 0;
    here = safe_start(text, at - 1);
    while ((next = utf8_next_grapheme(text, size, here)) < at)
        here = next;
    return here;
}

size_t utf8_columns(const char *text, size_t size)
{
    size_t at = 0, used, columns = 0;
    uint32_t rune;
    while ((used = utf8_decode(text + at, size - at, &rune)) > 0) {
        columns += (size_t)utf8proc_charwidth((utf8proc_int32_t)rune);
        at += used;
    }
    return columns;
}

bool utf8_is_bidi_control(uint32_t rune)
{
    return rune == 0x061C || rune == 0x200E || rune == 0x200F ||
           (rune >= 0x202A && rune <= 0x202E) || (rune >= 0x2066 && rune <= 0x2069);
}

bool utf8_is_control(uint32_t rune)
{
    return rune < 0x20 || (rune >= 0x7F && rune < 0xA0) || rune == 0x2028 || rune == 0x2029;
}

bool utf8_is_word(uint32_t rune)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)rune);
    return rune == '_' || (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO);
}

static uint32_t picture_of(uint32_t rune, bool lines)
{
    if (lines && (rune == '\n' || rune == '\t'))
        return rune;
    if (rune < 0x20)
        return 0x2400 + rune;
    if (rune == 0x7F)
        return 0x2421;
    if (utf8_is_control(rune) || utf8_is_bidi_control(rune))
        return REPLACEMENT;
    return rune;
}

void utf8_show(const char *text, bool lines, char *out, size_t size)
{
    size_t length = strlen(text), at = 0, to = 0, used;
    uint32_t rune;
    if (size == 0)
        return;
    while ((used = utf8_decode(text + at, length - at, &rune)) > 0) {
        char bytes[4];
        size_t count = utf8_encode(picture_of(rune, lines), bytes);
        if (to + count >= size)
            break;
        memcpy(out + to, bytes, count);
        to += count;
        at += used;
    }
    out[to] = '\0';
}
