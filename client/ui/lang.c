#include "client/ui/lang.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "protocol/base/str.h"

const char *lang(const char *english)
{
    return english;
}

bool lang_is_rtl(void)
{
    return false;
}

void lang_fill(char *out, size_t size, const char *english, const char *const *parts, size_t count)
{
    const char *at = lang(english);
    size_t used = 0;
    out[0] = '\0';
    while (*at != '\0' && used + 1 < size) {
        const size_t part = at[0] == '{' && at[1] >= '1' && at[1] <= '9' && at[2] == '}'
                                ? (size_t)(at[1] - '0')
                                : 0;
        if (part > count || part == 0) {
            out[used++] = *at++;
            out[used] = '\0';
            continue;
        }
        str_copy(out + used, size - used, parts[part - 1]);
        used += strlen(out + used);
        at += 3;
    }
}

void lang_count(char *out, size_t size, uint64_t n, const char *one, const char *many)
{
    char number[24];
    str_format(number, sizeof number, "%" PRIu64, n);
    LANG_TEXT(out, size, n == 1 ? one : many, number);
}

/* ---- sizes ---- */

/* Cut str_size()'s text into number and unit. */
static const char *split(char text[STR_SIZE_MAX])
{
    char *space = strchr(text, ' ');
    *space = '\0';
    return space + 1;
}

static void with_unit(const char *number, const char *unit, char out[LANG_SIZE_MAX])
{
    static const char *const keys[][2] = {{"KB", LANG_KEY("{1} KB")}, {"MB", LANG_KEY("{1} MB")},
                                          {"GB", LANG_KEY("{1} GB")}, {"TB", LANG_KEY("{1} TB")},
                                          {"PB", LANG_KEY("{1} PB")}, {"EB", LANG_KEY("{1} EB")}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (str_equal(keys[i][0], unit))
            LANG_TEXT(out, LANG_SIZE_MAX, keys[i][1], number);
}

void lang_size(uint64_t bytes, char out[LANG_SIZE_MAX])
{
    char number[STR_SIZE_MAX];
    if (bytes < 1000) {
        lang_count(out, LANG_SIZE_MAX, bytes, "{1} byte", "{1} bytes");
        return;
    }
    str_size(bytes, number);
    const char *unit = split(number);
    with_unit(number, unit, out);
}

void lang_size_short(uint64_t bytes, char out[LANG_SIZE_MAX])
{
    char number[STR_SIZE_MAX];
    str_size(bytes, number);
    const char *unit = split(number);
    char *dot = strchr(number, '.');
    if (!dot || dot - number < 2) {
        lang_size(bytes, out);
        return;
    }
    *dot = '\0';
    with_unit(number, unit, out);
}

void lang_size_of(uint64_t part, uint64_t whole, char *out, size_t size)
{
    char first[STR_SIZE_MAX], second[STR_SIZE_MAX], a[LANG_SIZE_MAX], b[LANG_SIZE_MAX];
    str_size(part, first);
    str_size(whole, second);
    const char *first_unit = split(first);
    const bool same = str_equal(first_unit, split(second));
    lang_size(part, a);
    lang_size(whole, b);
    LANG_TEXT(out, size, "{1} of {2}", same ? first : a, b);
}
