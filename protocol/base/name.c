#include "protocol/base/name.h"
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"

static bool is_plain(const char *text) /* printable ASCII: every normal form of it is itself */
{
    for (; *text; text++)
        if (*text < 0x20 || *text > 0x7E)
            return false;
    return true;
}

static bool is_space(uint32_t rune)
{
    return rune == ' ' ||
           (rune >= 0x80 && utf8proc_category((utf8proc_int32_t)rune) == UTF8PROC_CATEGORY_ZS);
}

static bool is_white(uint32_t rune) /* what is trimmed: also line ends and tabs */
{
    return is_space(rune) || (rune >= '\t' && rune <= '\r') || rune == 0x85 || rune == 0x2028 ||
           rune == 0x2029;
}

/* Valid UTF-8 to NFC; freed with free(), as utf8proc allocates. */
static char *to_nfc(const char *text)
{
    char *nfc = (char *)utf8proc_NFC((const utf8proc_uint8_t *)text);
    if (!nfc)
        die("There is not enough memory to read a name.");
    return nfc;
}

/* Copy text[0..size) with single spaces; false with a sentence about `what` ("name", "room name").
 */
static bool squeeze(const char *text, size_t size, const char *what, char out[NAME_SIZE],
                    struct err *err)
{
    size_t at = 0, to = 0, used, count = 0;
    bool spaced = false;
    uint32_t rune;
    for (; (used = utf8_decode(text + at, size - at, &rune)) > 0; at += used) {
        bool space = is_space(rune);
        if (utf8_is_control(rune) || utf8_is_bidi_control(rune))
            return err_set(err, ERR_FORMAT,
                           "A %s can't have control characters or marks that turn text around.",
                           what);
        if (space && spaced)
            continue;
        spaced = space;
        if (++count > NAME_CHARS_MAX)
            return err_set(err, ERR_LIMIT, "A %s can have %d characters at most.", what,
                           NAME_CHARS_MAX);
        if (space) {
            out[to++] = ' ';
        } else {
            memcpy(out + to, text + at, used);
            to += used;
        }
    }
    out[to] = '\0';
    return true;
}

/* One word of ASCII, as most names are: clean already. */
static bool is_word(const char *text, size_t size)
{
    return size > 0 && size <= NAME_CHARS_MAX && is_plain(text) && !memchr(text, ' ', size);
}

static bool clean(const char *raw, const char *what, char out[NAME_SIZE], struct err *err)
{
    size_t size = strlen(raw), start = 0, end, at, used;
    char *nfc = NULL, fold[NAME_FOLD_SIZE];
    uint32_t rune;
    bool plain = is_plain(raw), ok;
    if (is_word(raw, size)) {
        memcpy(out, raw, size + 1);
        return true;
    }
    out[0] = '\0';
    if (size > NAME_RAW_MAX)
        return err_set(err, ERR_LIMIT, "A %s can have %d characters at most.", what,
                       NAME_CHARS_MAX);
    if (!utf8_valid(raw, size))
        return err_set(err, ERR_FORMAT, "A %s must be UTF-8 text.", what);
    if (!plain) {
        raw = nfc = to_nfc(raw);
        size = strlen(raw);
    }
    while ((used = utf8_decode(raw + start, size - start, &rune)) > 0 && is_white(rune))
        start += used;
    for (at = end = start; (used = utf8_decode(raw + at, size - at, &rune)) > 0;) {
        at += used;
        if (!is_white(rune))
            end = at;
    }
    ok = squeeze(raw + start, end - start, what, out, err);
    free(nfc);
    if (!ok) {
        out[0] = '\0';
        return false;
    }
    name_fold(out, fold);
    if (!fold[strspn(fold, " ")]) {
        out[0] = '\0';
        return err_set(err, ERR_FORMAT, "A %s needs a character that can be seen.", what);
    }
    return true;
}

bool name_clean(const char *raw, char out[NAME_SIZE], struct err *err)
{
    return clean(raw, "name", out, err);
}

bool name_clean_room(const char *raw, char out[NAME_SIZE], struct err *err)
{
    char fold[NAME_FOLD_SIZE];
    if (name_is_direct(raw))
        return str_copy(out, NAME_SIZE, raw);
    if (!clean(raw, "room name", out, err))
        return false;
    name_fold(out, fold); /* a wide @ and circled numbers: the same room as that of two people */
    if (out[strcspn(out, " #/@")] || name_is_direct(fold)) {
        out[0] = '\0';
        return err_set(err, ERR_FORMAT, "A room name can't have spaces or any of # / @ in it.");
    }
    return true;
}

void name_fold(const char *name, char out[NAME_FOLD_SIZE])
{
    utf8proc_uint8_t *fold;
    if (is_plain(name)) {
        for (; *name; name++)
            *out++ = *name >= 'A' && *name <= 'Z' ? (char)(*name - 'A' + 'a') : *name;
        *out = '\0';
        return;
    }
    fold = utf8proc_NFKC_Casefold((const utf8proc_uint8_t *)name);
    if (!fold)
        die("There is not enough memory to compare names.");
    str_copy(out, NAME_FOLD_SIZE, (const char *)fold);
    free(fold);
}

bool name_is_direct(const char *room)
{
    return room[0] == '@' && strlen(room) == 1 + 2 * DIRECT_UID_DIGITS &&
           strspn(room + 1, "0123456789abcdef") == 2 * DIRECT_UID_DIGITS;
}

bool name_direct(const char *uid, const char *other, char out[NAME_SIZE])
{
    int order = strcmp(uid, other);
    str_format(out, NAME_SIZE, "@%s%s", order < 0 ? uid : other, order < 0 ? other : uid);
    return order != 0;
}

bool name_direct_peer(const char *room, const char *uid, char out[DIRECT_UID_DIGITS + 1])
{
    char name[NAME_SIZE];
    if (!name_is_direct(room))
        return false;
    bool first = strncmp(room + 1, uid, DIRECT_UID_DIGITS) == 0;
    str_format(out, DIRECT_UID_DIGITS + 1, "%.*s", DIRECT_UID_DIGITS,
               first ? room + 1 + DIRECT_UID_DIGITS : room + 1);
    return name_direct(uid, out, name) && strcmp(name, room) == 0;
}

bool word_is_clean(const char *text)
{
    size_t size = strlen(text), at = 0, used;
    char fold[NAME_FOLD_SIZE];
    uint32_t rune;
    if (!utf8_valid(text, size))
        return false;
    for (; (used = utf8_decode(text + at, size - at, &rune)) > 0; at += used)
        if (is_white(rune) || utf8_is_control(rune) || utf8_is_bidi_control(rune))
            return false;
    name_fold(text, fold);
    return fold[0] != '\0';
}

bool name_equal(const char *a, const char *b)
{
    char fold_a[NAME_FOLD_SIZE], fold_b[NAME_FOLD_SIZE];
    name_fold(a, fold_a);
    name_fold(b, fold_b);
    return strcmp(fold_a, fold_b) == 0;
}

/* ---- labels ---- */

#define EXTENSION_MAX 32 /* bytes with the dot; what is longer is not an extension */

/* The last part of a path of any system that is not empty, as new text, every bad byte made '_'. */
static char *last_part(const char *raw)
{
    size_t end = strlen(raw), start, at;
    char *part;
    while (end > 0 && strchr("/\\", raw[end - 1]))
        end--;
    for (start = end; start > 0 && !strchr("/\\", raw[start - 1]);)
        start--;
    part = mem_alloc(end - start + 1, 1);
    memcpy(part, raw + start, end - start);
    for (at = 0; part[at];) {
        uint32_t rune;
        size_t used = utf8_decode(part + at, end - start - at, &rune);
        if (used == 1 && rune == 0xFFFD)
            part[at] = '_';
        at += used;
    }
    return part;
}

static void replace_forbidden(char *text)
{
    size_t size = strlen(text), at = 0, to = 0, used;
    uint32_t rune;
    for (; (used = utf8_decode(text + at, size - at, &rune)) > 0; at += used) {
        if (utf8_is_control(rune) || utf8_is_bidi_control(rune) ||
            (rune < 0x80 && strchr("<>:\"/\\|?*", (int)rune))) {
            text[to++] = '_';
        } else {
            memmove(text + to, text + at, used);
            to += used;
        }
    }
    text[to] = '\0';
}

/* Windows drops dots and spaces at the end; in front a dot hides the file. In place. */
static void trim_dots(char *text)
{
    size_t size = strlen(text), start = 0, end, at, used;
    uint32_t rune;
    while ((used = utf8_decode(text + start, size - start, &rune)) > 0 &&
           (rune == '.' || is_space(rune)))
        start += used;
    for (at = end = start; (used = utf8_decode(text + at, size - at, &rune)) > 0;) {
        at += used;
        if (rune != '.' && !is_space(rune))
            end = at;
    }
    memmove(text, text + start, end - start);
    text[end - start] = '\0';
}

static bool starts_ignoring_case(const char *text, const char *capitals)
{
    for (; *capitals; text++, capitals++)
        if ((*text >= 'a' && *text <= 'z' ? *text - 'a' + 'A' : *text) != *capitals)
            return false;
    return true;
}

/* Source: Microsoft, "Naming Files, Paths, and Namespaces": these open a device in any folder and
 * with any extension; the superscript digits 1, 2, 3 count as digits. */
static bool is_device(const char *label)
{
    static const char *const whole[] = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"};
    static const char *const ports[] = {"COM", "LPT"};
    static const char *const digits[] = {"0", "1", "2", "3",        "4",        "5",       "6",
                                         "7", "8", "9", "\xC2\xB9", "\xC2\xB2", "\xC2\xB3"};
    size_t length = strcspn(label, "."), i, k;
    while (length > 0 && label[length - 1] == ' ') /* "con .txt" too */
        length--;
    for (i = 0; i < sizeof whole / sizeof whole[0]; i++)
        if (length == strlen(whole[i]) && starts_ignoring_case(label, whole[i]))
            return true;
    for (i = 0; i < sizeof ports / sizeof ports[0]; i++)
        for (k = 0; k < sizeof digits / sizeof digits[0]; k++)
            if (length == 3 + strlen(digits[k]) && starts_ignoring_case(label, ports[i]) &&
                str_starts(label + 3, digits[k]))
                return true;
    return false;
}

/* Where the extension begins; the end of the label if it has none. */
static size_t extension_at(const char *label)
{
    size_t size = strlen(label);
    const char *dot = strrchr(label, '.');
    if (!dot || strchr(dot, ' ') || strlen(dot) > EXTENSION_MAX)
        return size;
    return (size_t)(dot - label);
}

/* At most `most` bytes of text[0..size), between clusters if that leaves anything, else characters.
 */
static size_t cut_at_cluster(const char *text, size_t size, size_t most)
{
    size_t at = 0, next;
    if (size <= most)
        return size;
    while ((next = utf8_next_grapheme(text, size, at)) <= most)
        at = next;
    return at > 0 ? at : utf8_cut(text, most);
}

/* label's stem + middle + label's extension, the stem cut so that it fits. */
static void join_label(const char *label, const char *middle, char out[LABEL_SIZE])
{
    size_t stem = extension_at(label);
    const char *extension = label + stem;
    size_t rest = strlen(middle) + strlen(extension);
    stem = cut_at_cluster(label, stem, LABEL_SIZE - 1 - rest);
    memcpy(out, label, stem);
    str_format(out + stem, LABEL_SIZE - stem, "%s%s", middle, extension);
}

void label_clean(const char *raw, char out[LABEL_SIZE])
{
    char *part = last_part(raw);
    if (!is_plain(part)) {
        char *nfc = to_nfc(part);
        mem_free(part);
        part = mem_string(nfc);
        free(nfc);
    }
    replace_forbidden(part);
    trim_dots(part);
    if (!part[0]) {
        str_copy(out, LABEL_SIZE, "file");
    } else if (is_device(part)) {
        size_t size = strlen(part);
        char *safe = mem_alloc(size + 2, 1);
        safe[0] = '_';
        memcpy(safe + 1, part, size);
        join_label(safe, "", out);
        mem_free(safe);
    } else {
        join_label(part, "", out);
        trim_dots(out); /* the cut may have bared a space */
    }
    mem_free(part);
}

void label_number(const char *label, unsigned number, char out[LABEL_SIZE])
{
    char middle[16] = "";
    if (number > 0)
        str_format(middle, sizeof middle, " (%u)", number);
    join_label(label, middle, out);
}
