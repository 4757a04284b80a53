#include "client/ui/complete.h"

#include <string.h>

#include "protocol/base/str.h"
#include "protocol/base/utf8.h"

#define EMOJI_QUERY_MIN 2

static bool is_border(const char *text, size_t at)
{
    uint32_t rune;
    size_t before = at;
    if (at == 0)
        return true;
    do
        before--;
    while (before > 0 && ((unsigned char)text[before] & 0xC0) == 0x80);
    utf8_decode(text + before, at - before, &rune);
    return !utf8_is_word(rune) && rune != (unsigned char)text[at]; /* "@@", "::" begin nothing */
}

static bool is_emoji_query(const char *query)
{
    const size_t size = strlen(query);
    return size >= EMOJI_QUERY_MIN &&
           strspn(query, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-") ==
               size;
}

struct complete complete_at(const char *text, size_t caret)
{
    struct complete found = {.kind = COMPLETE_NONE};
    const size_t reach = sizeof found.query - 1;
    for (size_t at = caret; at > 0 && caret - at <= reach && text[at - 1] != '\n'; at--) {
        const char sign = text[at - 1];
        if (sign != '@' && sign != ':')
            continue;
        if (!is_border(text, at - 1)) {
            if (sign == '@')
                break;
            continue; /* a time of day in what may be a name */
        }
        found.begin = at - 1;
        memcpy(found.query, text + at, caret - at);
        found.query[caret - at] = '\0';
        found.kind = sign == '@'                   ? COMPLETE_NAME
                     : is_emoji_query(found.query) ? COMPLETE_EMOJI
                                                   : COMPLETE_NONE;
        break;
    }
    return found;
}

/* name_fold() of any text that is as long as a name can be; longer fits no name anyway. */
static bool fold(const char *text, char out[NAME_FOLD_SIZE])
{
    if (strlen(text) >= NAME_SIZE || !utf8_valid(text, strlen(text)) ||
        utf8_length(text) > NAME_CHARS_MAX)
        return false;
    name_fold(text, out);
    return true;
}

int complete_worth(const char *name, const char *query)
{
    char folded[NAME_FOLD_SIZE], start[NAME_FOLD_SIZE];
    if (!query[0])
        return 2;
    if (query[0] == ' ' || !fold(query, start) || !fold(name, folded))
        return 0;
    const size_t size = strlen(start);
    if (size == 0)
        return 0;
    if (strncmp(folded, start, size) == 0)
        return 2;
    for (const char *at = strchr(folded, ' '); at; at = strchr(at + 1, ' '))
        if (strncmp(at + 1, start, size) == 0)
            return 1;
    return 0;
}
