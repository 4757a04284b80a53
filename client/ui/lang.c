#include "client/ui/lang.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "client/platform/locale.h"
#include "client/ui/lang_po.h"
#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"

#define LANGS_MAX 64
#define CODE_SIZE 24

/* A language, read when it is first asked about. What was lent of it is lent for good, so none ever goes. */
struct language {
    char code[CODE_SIZE], name[64];
    struct lang_po *po; /* NULL: English, not read yet, or broken */
    bool read, rtl;
    char decimal_mark[8];
};

static struct language all[LANGS_MAX] = {
    {.code = "en", .name = "English", .read = true, .decimal_mark = "."}};
static size_t all_count;
static struct language *now = &all[0];

/* ---- which ---- */

static void take_po(struct language *l, const char *bytes, size_t size)
{
    struct err err = {0};
    char direction[16];
    l->read = true;
    l->po = lang_po_read(bytes, size, &err);
    if (!l->po) {
        log_warn("The language %s is broken and left out: %s", l->code, err.text);
        return;
    }
    lang_po_field(l->po, "X-Language-Name", l->name, sizeof l->name);
    lang_po_field(l->po, "X-Direction", direction, sizeof direction);
    lang_po_field(l->po, "X-Decimal-Mark", l->decimal_mark, sizeof l->decimal_mark);
    l->rtl = str_equal(direction, "rtl");
    if (!l->name[0])
        str_copy(l->name, sizeof l->name, l->code);
    if (!l->decimal_mark[0])
        str_copy(l->decimal_mark, sizeof l->decimal_mark, ".");
}

static void know_all(void)
{
    if (all_count)
        return;
    all_count = 1;
    for (size_t i = 0; i < lang_file_count && all_count < LANGS_MAX; i++)
        str_copy(all[all_count++].code, CODE_SIZE, lang_files[i].code);
}

static struct language *find(const char *code)
{
    know_all();
    for (size_t i = 0; i < all_count; i++)
        if (str_equal(all[i].code, code))
            return &all[i];
    return NULL;
}

static void read_language(struct language *l)
{
    for (size_t i = 0; i < lang_file_count && !l->read; i++)
        if (str_equal(lang_files[i].code, l->code))
            take_po(l, (const char *)lang_files[i].bytes, lang_files[i].size);
}

static bool can_speak(const struct language *l)
{
    return l == &all[0] || l->po;
}

size_t lang_list(const struct lang_choice **list)
{
    static struct lang_choice choices[LANGS_MAX];
    size_t count = 0;
    know_all();
    for (size_t i = 0; i < all_count; i++) {
        read_language(&all[i]);
        if (can_speak(&all[i]))
            choices[count++] = (struct lang_choice){all[i].code, all[i].name};
    }
    *list = choices;
    return count;
}

/* "pt-BR", "de_AT.UTF-8@euro": the whole, then the language without its country. */
static struct language *find_word(const char *word, size_t size)
{
    char code[CODE_SIZE];
    if (!str_format(code, sizeof code, "%.*s", (int)size, word))
        return NULL;
    code[strcspn(code, ".@")] = '\0';
    for (char *c = code; *c; c++)
        *c = *c == '-' ? '_' : *c;
    char *country = strchr(code, '_');
    for (char *c = code; *c && c != country; c++)
        *c = (char)tolower((unsigned char)*c);
    struct language *l = find(code);
    if (!l && country) {
        *country = '\0';
        l = find(code);
    }
    return l;
}

/* The first of the system's languages that there is. */
static struct language *of_system(void)
{
    char words[512];
    locale_languages(words, sizeof words);
    for (const char *at = words; *at;) {
        const size_t size = strcspn(at, ":");
        struct language *l = find_word(at, size);
        if (l)
            return l;
        at += size + (at[size] == ':');
    }
    return NULL;
}

bool lang_set(const char *code)
{
    const bool system = !code || !*code || str_equal(code, "system");
    struct language *wish = system ? of_system() : find_word(code, strlen(code));
    if (wish)
        read_language(wish);
    if (!wish || !can_speak(wish))
        wish = &all[0];
    if (wish == now)
        return false;
    now = wish;
    return true;
}

const char *lang_code(void)
{
    return now->code;
}

bool lang_is_rtl(void)
{
    return now->rtl;
}

bool lang_load(const char *code, const char *po, size_t size)
{
    struct language *l = find(code);
    if (!l) {
        assert(all_count < LANGS_MAX);
        l = &all[all_count++];
        str_copy(l->code, CODE_SIZE, code);
    }
    l->rtl = false;
    lang_po_destroy(l->po);
    take_po(l, po, size);
    return l->po != NULL;
}

/* ---- texts ---- */

const char *lang(const char *english)
{
    const char *text = now->po && english ? lang_po_find(now->po, english) : NULL;
    return text ? text : english;
}

/* Letters that are written from right to left: Hebrew to Arabic and their forms, as blocks. */
static bool is_rtl_letter(uint32_t rune)
{
    return (rune >= 0x0590 && rune <= 0x08FF) || (rune >= 0xFB1D && rune <= 0xFDFF) ||
           (rune >= 0xFE70 && rune <= 0xFEFE) || (rune >= 0x10800 && rune <= 0x10FFF) ||
           (rune >= 0x1E800 && rune <= 0x1EFFF);
}

/* Does it need a fence in this language's line? Numbers alone stand well in each. */
static bool is_foreign(const char *part)
{
    const size_t size = strlen(part);
    for (size_t at = 0; at < size;) {
        uint32_t rune;
        at += utf8_decode(part + at, size - at, &rune);
        const bool number = (rune >= '0' && rune <= '9') || rune == ' ';
        if (now->rtl ? !number && !is_rtl_letter(rune) : is_rtl_letter(rune))
            return true;
    }
    return false;
}

#define FENCE_BEGIN "\xE2\x81\xA8" /* U+2068, first strong isolate */
#define FENCE_END "\xE2\x81\xA9"   /* U+2069 */

static size_t add(char *out, size_t size, size_t used, const char *text)
{
    str_copy(out + used, size - used, text);
    return used + strlen(out + used);
}

/* A part in its fence; cut, it still ends with it, or nothing comes. */
static size_t add_part(char *out, size_t size, size_t used, const char *part)
{
    const size_t fence = strlen(FENCE_END);
    if (!is_foreign(part))
        return add(out, size, used, part);
    if (size - used < 2 * fence + 2)
        return used;
    used = add(out, size, used, FENCE_BEGIN);
    used = add(out, size - fence, used, part);
    return add(out, size, used, FENCE_END);
}

static void fill(char *out, size_t size, const char *at, const char *const *parts, size_t count)
{
    size_t used = 0;
    out[0] = '\0';
    while (*at != '\0' && used + 1 < size) {
        const size_t part = at[0] == '{' && at[1] >= '1' && at[1] <= '9' && at[2] == '}'
                                ? (size_t)(at[1] - '0')
                                : 0;
        if (part > 0 && part <= count) {
            used = add_part(out, size, used, parts[part - 1]);
            at += 3;
            continue;
        }
        char one[5] = {0};
        uint32_t rune;
        const size_t bytes = utf8_decode(at, strlen(at), &rune);
        memcpy(one, at, bytes);
        const size_t before = used;
        used = add(out, size, used, one);
        if (used == before)
            break; /* it does not fit whole */
        at += bytes;
    }
}

void lang_fill(char *out, size_t size, const char *english, const char *const *parts, size_t count)
{
    fill(out, size, lang(english), parts, count);
}

void lang_count(char *out, size_t size, uint64_t n, const char *one, const char *many)
{
    char number[24];
    const char *text = now->po ? lang_po_find_count(now->po, one, n) : NULL;
    str_format(number, sizeof number, "%" PRIu64, n);
    fill(out, size, text ? text : n == 1 ? one : many, (const char *const[]){number}, 1);
}

/* ---- sizes ---- */

/* Cut str_size()'s text into number and unit. */
static const char *split(char text[STR_SIZE_MAX])
{
    char *space = strchr(text, ' ');
    *space = '\0';
    return space + 1;
}

/* "14.8" with the language's own mark. */
static void mark_decimals(char number[STR_SIZE_MAX])
{
    char rest[STR_SIZE_MAX], *dot = strchr(number, '.');
    if (!dot)
        return;
    str_copy(rest, sizeof rest, dot + 1);
    str_format(dot, STR_SIZE_MAX - (size_t)(dot - number), "%s%s", now->decimal_mark, rest);
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
    char unit[8];
    str_copy(unit, sizeof unit, split(number));
    mark_decimals(number);
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
    mark_decimals(first);
    lang_size(part, a);
    lang_size(whole, b);
    LANG_TEXT(out, size, "{1} of {2}", same ? first : a, b);
}
