#include "client/media/helper/av/tune.h"

#include <string.h>

#define MOD_MARK_AT 1080

static bool has(const uint8_t *head, size_t size, size_t at, const char *mark)
{
    const size_t length = strlen(mark);
    return size >= at + length && memcmp(head + at, mark, length) == 0;
}

bool tune_is_midi(const uint8_t *head, size_t size)
{
    return has(head, size, 0, "MThd") || (has(head, size, 0, "RIFF") && has(head, size, 8, "RMID"));
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* "6CHN", "12CH", "TDZ1", and those of the first programs */
static bool is_mod_mark(const uint8_t *mark)
{
    static const char marks[][5] = {"M.K.", "M!K!", "M&K!", "N.T.", "FLT4", "FLT8", "OCTA", "CD81"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (memcmp(mark, marks[i], 4) == 0)
            return true;
    return (is_digit(mark[0]) && memcmp(mark + 1, "CHN", 3) == 0) ||
           (is_digit(mark[0]) && is_digit(mark[1]) &&
            (memcmp(mark + 2, "CH", 2) == 0 || memcmp(mark + 2, "CN", 2) == 0)) ||
           (memcmp(mark, "TDZ", 3) == 0 && is_digit(mark[3]));
}

bool tune_is_module(const uint8_t *head, size_t size)
{
    return has(head, size, 0, "Extended Module: ") || has(head, size, 0, "IMPM") ||
           has(head, size, 44, "SCRM") || has(head, size, 0, "MTM\x10") ||
           has(head, size, 0, "OKTASONG") || has(head, size, 0, "MMD0") ||
           has(head, size, 0, "MMD1") || has(head, size, 0, "MMD2") || has(head, size, 0, "MMD3") ||
           (size >= MOD_MARK_AT + 4 && is_mod_mark(head + MOD_MARK_AT));
}
