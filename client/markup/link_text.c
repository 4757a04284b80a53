#include "client/markup/link_text.h"

#include <stdint.h>
#include <string.h>

#include <utf8proc.h>

#include "protocol/base/str.h"
#include "protocol/base/utf8.h"

#define PART_RUNES_MAX 63 /* of a host's name: RFC 1035 allows so many bytes */

static bool begins(const char *text, size_t size, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i < n; i++)
        if (i == size || (text[i] >= 'A' && text[i] <= 'Z' ? text[i] | 32 : text[i]) != word[i])
            return false;
    return true;
}

static bool is_unseen(uint32_t rune)
{
    return utf8_is_bidi_control(rune) || utf8_is_control(rune) || rune == ' ' || rune == 0xFFFD ||
           utf8proc_get_property((utf8proc_int32_t)rune)->ignorable ||
           utf8proc_category((utf8proc_int32_t)rune) == UTF8PROC_CATEGORY_ZS ||
           utf8proc_category((utf8proc_int32_t)rune) == UTF8PROC_CATEGORY_CF;
}

bool link_address(const char *text, size_t size, char out[LINK_ADDRESS_SIZE])
{
    static const char hex[] = "0123456789ABCDEF";
    size_t at = 0, n = 0;
    const char *scheme = begins(text, size, "https://")  ? "https://"
                         : begins(text, size, "http://") ? "http://"
                         : begins(text, size, "www.")    ? ""
                                                         : NULL;
    if (!scheme || size > LINK_BYTES_MAX)
        return false;
    at = strlen(scheme);
    n = strlen(at ? scheme : "http://");
    memcpy(out, at ? scheme : "http://", n);
    while (at < size) {
        uint32_t rune;
        size_t used = utf8_decode(text + at, size - at, &rune);
        for (size_t i = 0; i < used; i++) {
            unsigned char byte = (unsigned char)text[at + i];
            if (is_unseen(rune)) {
                out[n++] = '%';
                out[n++] = hex[byte >> 4];
                out[n++] = hex[byte & 15];
            } else {
                out[n++] = (char)byte;
            }
        }
        at += used;
    }
    out[n] = '\0';
    return true;
}

/* ---- Punycode ---- */

/* RFC 3492, section 6.1 with its parameters. */
static uint32_t adapt(uint32_t delta, uint32_t points, bool first)
{
    uint32_t k = 0;
    delta = first ? delta / 700 : delta / 2;
    delta += delta / points;
    for (; delta > 35 * 26 / 2; k += 36)
        delta /= 35;
    return k + 36 * delta / (delta + 38);
}

static char digit(uint32_t d)
{
    return (char)(d < 26 ? 'a' + d : '0' + d - 26);
}

/* RFC 3492, section 6.3, for runes[0..count), at least one of them not ASCII. Returns the bytes
 * written; 0: no room. */
static size_t punycode(const uint32_t *runes, size_t count, char *out, size_t room)
{
    size_t n = 0;
    uint32_t done, basic = 0, least = 128, delta = 0, bias = 72;
    for (size_t i = 0; i < count; i++)
        if (runes[i] < 128) {
            if (n + 2 >= room)
                return 0;
            out[n++] = (char)runes[i];
            basic++;
        }
    if (basic)
        out[n++] = '-';
    for (done = basic; done < count; least++, delta++) {
        uint32_t next = UINT32_MAX;
        for (size_t i = 0; i < count; i++)
            if (runes[i] >= least && runes[i] < next)
                next = runes[i];
        delta += (next - least) * (done + 1); /* 63 runes below 0x110000: no overflow */
        least = next;
        for (size_t i = 0; i < count; i++) {
            delta += runes[i] < least;
            if (runes[i] != least)
                continue;
            uint32_t q = delta;
            for (uint32_t k = 36;; k += 36) {
                uint32_t t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
                if (n + 1 >= room)
                    return 0;
                if (q < t)
                    break;
                out[n++] = digit(t + (q - t) % (36 - t));
                q = (q - t) / (36 - t);
            }
            out[n++] = digit(q);
            bias = adapt(delta, done + 1, done == basic);
            delta = 0;
            done++;
        }
    }
    return n;
}

/* One part of the host, in lower case, appended to out[n..). False: too long. */
static bool append_part(const char *part, size_t size, char *out, size_t *n)
{
    uint32_t runes[PART_RUNES_MAX];
    size_t count = 0;
    bool ascii = true;
    for (size_t at = 0; at < size; count++) {
        if (count == PART_RUNES_MAX)
            return false;
        at += utf8_decode(part + at, size - at, &runes[count]);
        runes[count] = (uint32_t)utf8proc_tolower((utf8proc_int32_t)runes[count]);
        ascii = ascii && runes[count] < 128;
    }
    if (*n + 4 + count >= LINK_HOST_SIZE)
        return false;
    if (!ascii) {
        memcpy(out + *n, "xn--", 4);
        size_t more = punycode(runes, count, out + *n + 4, LINK_HOST_SIZE - *n - 4);
        *n += 4 + more;
        return more > 0;
    }
    for (size_t i = 0; i < count; i++)
        out[(*n)++] = (char)runes[i];
    return true;
}

bool link_ascii_host(const char *address, char out[LINK_HOST_SIZE])
{
    const char *host = strstr(address, "://"), *at;
    size_t size, n = 0;
    bool ascii = true;
    if (!host)
        return false;
    host += 3;
    size = strcspn(host, "/?#");
    for (at = host; at < host + size; at++) /* what stands before the '@' is a user's name */
        if (*at == '@') {
            size -= (size_t)(at + 1 - host);
            host = at + 1;
        }
    for (size_t i = 0; i < size; i++)
        ascii = ascii && (unsigned char)host[i] < 128;
    if (ascii)
        return false;
    for (size_t begin = 0; begin <= size;) {
        size_t end = begin;
        while (end < size && host[end] != '.' && host[end] != ':')
            end++;
        if (!append_part(host + begin, end - begin, out, &n) || n + 2 >= LINK_HOST_SIZE)
            return false;
        if (end < size)
            out[n++] = host[end];
        begin = end + 1;
    }
    out[n] = '\0';
    return true;
}
