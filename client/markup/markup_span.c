/* markup_span.c - what stands inside lines: emphasis, code, links, mentions. */
#include <stdbool.h>
#include <string.h>

#include <utf8proc.h>

#include "client/markup/markup_inside.h"
#include "protocol/base/mem.h"
#include "protocol/base/utf8.h"

#define TICKS_MAX 32 /* backticks in a row that can begin code */

/* A row of '*' or '_' that may begin or end emphasis. */
struct delimiter {
    size_t begin, end; /* what is left of it */
    size_t length;     /* what it was */
    char sign;
    bool opens, closes;
    int before, after; /* in the list of those that still count; -1: none */
};

struct scan {
    struct markup_parser *p;
    size_t begin, end;
    struct delimiter *delimiters;
    size_t count, room;
    size_t last_ticks[TICKS_MAX + 1]; /* where the last row of so many backticks begins */
    bool ticks_known;
    bool escaped; /* a backslash has made a sign of a mark */
};

/* ---- characters ---- */

static uint32_t rune_at(const struct scan *s, size_t at)
{
    uint32_t rune = '\n';
    if (at < s->end)
        utf8_decode(s->p->text + at, s->end - at, &rune);
    return rune;
}

static uint32_t rune_before(const struct scan *s, size_t at)
{
    size_t from = at;
    uint32_t rune = '\n';
    if (at <= s->begin)
        return rune;
    const char c = s->p->text[at - 1];
    if ((c == '>' || c == ' ') && (s->p->cells[at - 1].marks & MARK_HIDDEN))
        return rune; /* a quote's "> " begins a line */
    do {
        from--;
    } while (from > s->begin && at - from < 4 && ((unsigned char)s->p->text[from] & 0xC0) == 0x80);
    utf8_decode(s->p->text + from, at - from, &rune);
    return rune;
}

enum sort { SPACE, SIGN, LETTER, UNSPACED };

/* UNSPACED: letters of scripts that put no space between words, where a mark stands between two of
 * them as a matter of course. */
static enum sort sort_of(uint32_t rune)
{
    if (rune <= ' ')
        return SPACE;
    switch (utf8proc_category((utf8proc_int32_t)rune)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
        return SPACE;
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
        break;
    default:
        return SIGN;
    }
    bool unspaced = (rune >= 0x0E00 && rune <= 0x0EFF) || (rune >= 0x1000 && rune <= 0x109F) ||
                    (rune >= 0x1780 && rune <= 0x17FF) || (rune >= 0x2E80 && rune <= 0x9FFF) ||
                    (rune >= 0xAC00 && rune <= 0xD7FF) || (rune >= 0xF900 && rune <= 0xFAFF) ||
                    (rune >= 0xFF66 && rune <= 0xFF9F) || rune >= 0x20000;
    return unspaced ? UNSPACED : LETTER;
}

static void hide(struct scan *s, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++)
        s->p->cells[i].marks |= MARK_HIDDEN;
}

static void mark(struct scan *s, size_t begin, size_t end, unsigned marks)
{
    for (size_t i = begin; i < end; i++)
        if (!(s->p->cells[i].marks & MARK_HIDDEN))
            s->p->cells[i].marks |= (uint8_t)marks;
}

/* ---- code ---- */

static size_t row_of(const struct scan *s, size_t at)
{
    size_t end = at;
    while (end < s->end && s->p->text[end] == s->p->text[at])
        end++;
    return end - at;
}

static void find_ticks(struct scan *s)
{
    s->ticks_known = true;
    memset(s->last_ticks, 0, sizeof s->last_ticks);
    for (size_t at = s->begin; at < s->end;) {
        size_t count = s->p->text[at] == '`' ? row_of(s, at) : 0;
        if (count && count <= TICKS_MAX)
            s->last_ticks[count] = at;
        at += count ? count : 1;
    }
}

/* The place behind what begins with the backticks at `at`. */
static size_t take_code(struct scan *s, size_t at)
{
    size_t count = row_of(s, at), from = at + count;
    if (count > TICKS_MAX)
        return from;
    if (!s->ticks_known)
        find_ticks(s);
    if (s->last_ticks[count] <= at)
        return from; /* no end: they are themselves */
    for (size_t i = from; i < s->end;) {
        size_t found = s->p->text[i] == '`' ? row_of(s, i) : 0;
        if (found == count) {
            hide(s, at, from);
            hide(s, i, i + count);
            mark(s, from, i, MARK_CODE);
            return i + count;
        }
        i += found ? found : 1;
    }
    return from;
}

/* ---- links ---- */

static bool starts(const struct scan *s, size_t at, const char *word)
{
    for (; *word; word++, at++) {
        char c = at < s->end ? s->p->text[at] : '\0';
        if (c >= 'A' && c <= 'Z')
            c = (char)(c | 32);
        if (c != *word)
            return false;
    }
    return true;
}

/* A link never has these in it, whatever the address. */
static bool ends_link(uint32_t rune)
{
    return sort_of(rune) == SPACE || (rune < 0x80 && strchr("<>\"`\\", (int)rune)) ||
           utf8_is_bidi_control(rune) || utf8_is_control(rune) || rune == 0xFFFD ||
           (rune >= 0x2018 && rune <= 0x201F) || (rune >= 0x3000 && rune <= 0x303F) ||
           (rune >= 0xFF00 && rune <= 0xFF0F) || (rune >= 0xFF1A && rune <= 0xFF20) ||
           rune == 0x200B || rune == 0xFEFF;
}

/* The end of a sentence, of emphasis and of brackets around it is no part of an address. */
static size_t trim_link(const struct scan *s, size_t begin, size_t end)
{
    long round = 0, square = 0; /* those that open, less those that close */
    for (size_t i = begin; i < end; i++) {
        char c = s->p->text[i];
        round += (c == '(') - (c == ')');
        square += (c == '[') - (c == ']');
    }
    for (; end > begin; end--) {
        char c = s->p->text[end - 1];
        if (c == ')' && round < 0)
            round++;
        else if (c == ']' && square < 0)
            square++;
        else if (!strchr("?!.,:;*_~'", c))
            break;
    }
    return end;
}

/* The place behind the link at `at`, which is marked; `at` if there is none. */
static size_t take_link(struct scan *s, size_t at)
{
    const bool www = starts(s, at, "www.");
    size_t head = starts(s, at, "http://") ? 7 : starts(s, at, "https://") ? 8 : www ? 4 : 0;
    uint32_t before = head ? rune_before(s, at) : 0;
    if (!head || sort_of(before) == LETTER || before == '_' ||
        (www && before < 0x80 && strchr("./@:-", (int)before)))
        return at;
    enum sort first = sort_of(rune_at(s, at + head));
    if (first == SPACE || (first == SIGN && s->p->text[at + head] != '['))
        return at;
    size_t end = at + head;
    while (end < s->end) {
        uint32_t rune;
        size_t size = utf8_decode(s->p->text + end, s->end - end, &rune);
        if (ends_link(rune))
            break;
        end += size;
    }
    size_t trimmed = trim_link(s, at, end);
    if (trimmed <= at + head)
        return at;
    if (trimmed - at <= LINK_BYTES_MAX)
        mark(s, at, trimmed, MARK_LINK);
    return trimmed;
}

static size_t take_mention(struct scan *s, size_t at)
{
    struct markup_parser *p = s->p;
    if (!p->mention || p->mentions_asked == MENTIONS_MAX || sort_of(rune_before(s, at)) == LETTER)
        return at + 1;
    p->mentions_asked++;
    size_t size = p->mention(p->context, p->text, s->end, at);
    if (size > s->end - at)
        size = 0;
    mark(s, at, at + size, MARK_MENTION);
    return at + (size ? size : 1);
}

/* ---- emphasis ---- */

/* "\*": the sign itself. In C:\temp\*.txt the backslash stays, as it stands in a word. */
static size_t take_escape(struct scan *s, size_t at)
{
    char sign = at + 1 < s->end ? s->p->text[at + 1] : '\0';
    if (sign != '*' && sign != '_' && sign != '`')
        return at + 1;
    uint32_t before = rune_before(s, at);
    if (s->escaped ||
        (sort_of(before) != LETTER && before != ':' && before != '/' && before != '\\')) {
        hide(s, at, at + 1);
        s->escaped = true;
    }
    return at + 2;
}

static size_t take_delimiter(struct scan *s, size_t at)
{
    size_t count = row_of(s, at);
    char sign = s->p->text[at];
    if (sign == '_' && count > 1)
        return at + count;
    enum sort before = sort_of(rune_before(s, at)), after = sort_of(rune_at(s, at + count));
    struct delimiter d = {
        .begin = at, .end = at + count, .length = count, .sign = sign, .after = -1, .before = -1};
    bool left = after != SPACE && (after != SIGN || before != LETTER);
    bool right = before != SPACE && (before != SIGN || after != LETTER);
    d.opens = left && before != LETTER;
    d.closes = right && after != LETTER;
    if (!d.opens && !d.closes)
        return at + count;
    if (s->count == s->room) {
        s->room = s->room ? s->room * 2 : 16;
        s->delimiters = mem_resize(s->delimiters, s->room, sizeof *s->delimiters);
    }
    if (s->count) {
        d.before = (int)s->count - 1;
        s->delimiters[s->count - 1].after = (int)s->count;
    }
    s->delimiters[s->count++] = d;
    return at + count;
}

static void unlink_delimiter(struct scan *s, int index)
{
    const struct delimiter *d = &s->delimiters[index];
    if (d->before >= 0)
        s->delimiters[d->before].after = d->after;
    if (d->after >= 0)
        s->delimiters[d->after].before = d->before;
}

/* CommonMark's rules 9 and 10: what can both open and close must not make a sum of three. */
static bool fit(const struct delimiter *opener, const struct delimiter *closer)
{
    if (opener->sign != closer->sign || !opener->opens)
        return false;
    bool both = opener->closes || closer->opens;
    return !both || (opener->length + closer->length) % 3 != 0 ||
           (opener->length % 3 == 0 && closer->length % 3 == 0);
}

static void join(struct scan *s, struct delimiter *opener, struct delimiter *closer)
{
    size_t use = opener->end - opener->begin >= 2 && closer->end - closer->begin >= 2 ? 2 : 1;
    struct markup_cell *from = &s->p->cells[opener->end], *to = &s->p->cells[closer->begin];
    hide(s, opener->end - use, opener->end);
    hide(s, closer->begin, closer->begin + use);
    from->bold = (int16_t)(from->bold + (use == 2));
    to->bold = (int16_t)(to->bold - (use == 2));
    from->italic = (int16_t)(from->italic + (use == 1));
    to->italic = (int16_t)(to->italic - (use == 1));
    opener->end -= use;
    closer->begin += use;
}

/* CommonMark's "process emphasis". `bottom` keeps it linear: below it no opener was found before. */
static void find_emphasis(struct scan *s)
{
    int bottom[2][2][3];
    for (int i = 0; i < 12; i++)
        bottom[i / 6][i / 3 % 2][i % 3] = -1;
    for (int c = s->count ? 0 : -1; c >= 0;) {
        struct delimiter *closer = &s->delimiters[c];
        if (!closer->closes) {
            c = closer->after;
            continue;
        }
        int *low = &bottom[closer->sign == '_'][closer->opens][closer->length % 3];
        int o = closer->before;
        while (o > *low && !fit(&s->delimiters[o], closer))
            o = s->delimiters[o].before;
        if (o <= *low) {
            int next = closer->after;
            *low = closer->before;
            if (!closer->opens)
                unlink_delimiter(s, c);
            c = next;
            continue;
        }
        struct delimiter *opener = &s->delimiters[o];
        opener->after = c; /* what stands between them is text */
        closer->before = o;
        join(s, opener, closer);
        if (opener->begin == opener->end)
            unlink_delimiter(s, o);
        if (closer->begin == closer->end) {
            int next = closer->after;
            unlink_delimiter(s, c);
            c = next;
        }
    }
}

/* ---- all of it ---- */

void markup_spans(struct markup_parser *parser, size_t begin, size_t end)
{
    struct scan s = {.p = parser, .begin = begin, .end = end};
    for (size_t at = begin; at < end;) {
        size_t next = at + 1;
        switch (parser->text[at]) {
        case '`':
            next = take_code(&s, at);
            break;
        case '\\':
            next = take_escape(&s, at);
            break;
        case '*':
        case '_':
            next = take_delimiter(&s, at);
            break;
        case '@':
            next = take_mention(&s, at);
            break;
        case 'h':
        case 'H':
        case 'w':
        case 'W': {
            size_t behind = take_link(&s, at);
            next = behind > at ? behind : at + 1;
            break;
        }
        default:
            break;
        }
        at = next;
    }
    find_emphasis(&s);
    mem_free(s.delimiters);
}
