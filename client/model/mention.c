/* Who is called in a text. */
#include <string.h>

#include "client/model/model.h"
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"

/* Of the text behind an '@', what may be a name: as many characters as one can have, twice over as the
 * text need not be composed, and no line end. */
#define WINDOW_CHARS (2 * NAME_CHARS_MAX)

static void cut_window(const char *text, char window[4 * WINDOW_CHARS + 1])
{
    size_t size = strnlen(text, 4 * WINDOW_CHARS), at = 0, used;
    uint32_t rune;
    for (int i = 0; i < WINDOW_CHARS; i++, at += used) {
        used = utf8_decode(text + at, size - at, &rune);
        if (used == 0 || utf8_is_control(rune))
            break;
    }
    memcpy(window, text, at);
    window[at] = '\0';
}

static bool begins_with_name(const char *text, const char *fold)
{
    char window[4 * WINDOW_CHARS + 1], folded[NAME_FOLD_SIZE];
    size_t size = strlen(fold);
    uint32_t rune;
    cut_window(text, window);
    name_fold(window, folded);
    return str_starts(folded, fold) &&
           (utf8_decode(folded + size, strlen(folded + size), &rune) == 0 || !utf8_is_word(rune));
}

bool message_mentions(const char *text, const char *name)
{
    char fold[NAME_FOLD_SIZE];
    const char *at = text != NULL ? strchr(text, '@') : NULL;
    if (at == NULL || name[0] == '\0')
        return false;
    name_fold(name, fold);
    for (; at != NULL; at = strchr(at + 1, '@')) {
        uint32_t before = ' ';
        size_t start = (size_t)(at - text);
        if (start > 0) {
            size_t back = start - 1;
            while (back > 0 && start - back < 4 && ((uint8_t)text[back] & 0xC0) == 0x80)
                back--;
            utf8_decode(text + back, start - back, &before);
        }
        if (!utf8_is_word(before) && begins_with_name(at + 1, fold))
            return true;
    }
    return false;
}
