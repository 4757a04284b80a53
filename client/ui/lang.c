#include "client/ui/lang.h"

#include <inttypes.h>
#include <string.h>

#include "protocol/base/str.h"

const char *lang(const char *english)
{
    return english;
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
