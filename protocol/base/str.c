#include "protocol/base/str.h"
#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "protocol/base/utf8.h"

bool str_copy(char *out, size_t size, const char *text)
{
    size_t length = strlen(text);
    bool fits = length < size;
    assert(size > 0);
    if (!fits)
        length = utf8_cut(text, size - 1);
    memcpy(out, text, length);
    out[length] = '\0';
    return fits;
}

bool str_format(char *out, size_t size, const char *format, ...)
{
    va_list args;
    int wanted;
    assert(size > 0);
    va_start(args, format);
    wanted = vsnprintf(out, size, format, args);
    va_end(args);
    if (wanted < 0)
        out[0] = '\0';
    else if ((size_t)wanted >= size)
        out[utf8_cut(out, size - 1)] = '\0';
    return wanted >= 0 && (size_t)wanted < size;
}

bool str_equal(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool str_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool str_to_u64(const char *text, uint64_t max, uint64_t *value)
{
    uint64_t sum = 0;
    if (!*text)
        return false;
    for (; *text; text++) {
        uint64_t digit = (uint64_t)(unsigned char)*text - '0';
        if (digit > 9 || sum > (UINT64_MAX - digit) / 10)
            return false;
        sum = sum * 10 + digit;
        if (sum > max)
            return false;
    }
    *value = sum;
    return true;
}

void str_hex(const uint8_t *bytes, size_t size, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < size; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    *out = '\0';
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool str_unhex(const char *hex, uint8_t *out, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        int high = hex_value(hex[2 * i]);
        int low = high < 0 ? -1 : hex_value(hex[2 * i + 1]);
        if (low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return hex[2 * size] == '\0';
}

void str_size(uint64_t bytes, char out[STR_SIZE_MAX])
{
    static const char *const units[] = {"MB", "GB", "TB", "PB", "EB"};
    uint64_t unit = 1000000;
    size_t i = 0;
    if (bytes < 1000) {
        str_format(out, STR_SIZE_MAX, "%" PRIu64 " byte%s", bytes, bytes == 1 ? "" : "s");
        return;
    }
    if (bytes < 999500) { /* more would round to 1000 KB */
        str_format(out, STR_SIZE_MAX, "%" PRIu64 " KB", (bytes + 500) / 1000);
        return;
    }
    while (i + 1 < sizeof units / sizeof units[0] && bytes / unit >= 999) {
        if (bytes / unit == 999 && bytes % unit < unit / 100 * 95)
            break;
        unit *= 1000;
        i++;
    }
    /* tenths, rounded without passing 64 bits */
    bytes = bytes / (unit / 10) + (bytes % (unit / 10) >= unit / 20);
    str_format(out, STR_SIZE_MAX, "%" PRIu64 ".%d %s", bytes / 10, (int)(bytes % 10), units[i]);
}
