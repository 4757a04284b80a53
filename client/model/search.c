#include "client/model/search.h"

#include <string.h>

#include "protocol/base/fold.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"

/* ---- characters, folded ---- */

#define TABLE_RUNES 0x800 /* of one and two bytes: most of what is ever said */
#define TABLE_FOLDS 4     /* as many as any of them becomes */

struct folded {
    uint32_t runes[TABLE_FOLDS];
    size_t count;
};

static struct folded table[TABLE_RUNES];

static void fill_table(void)
{
    static bool filled;
    for (uint32_t rune = 0; !filled && rune < TABLE_RUNES; rune++) {
        uint32_t runes[FOLD_RUNES_MAX];
        size_t count = fold_rune(rune, runes);
        table[rune].count = count < TABLE_FOLDS ? count : TABLE_FOLDS;
        memcpy(table[rune].runes, runes, table[rune].count * sizeof *runes);
    }
    filled = true;
}

/* The character at `text`, folded; `spare` is where it stands if the table does not have it.
 * Returns its bytes. */
static size_t fold_at(const char *text, size_t size, const uint32_t **runes, size_t *count,
                      uint32_t spare[FOLD_RUNES_MAX])
{
    uint32_t rune = (unsigned char)text[0];
    const size_t used = rune < 0x80 ? 1 : utf8_decode(text, size, &rune);
    if (rune < TABLE_RUNES) {
        *runes = table[rune].runes;
        *count = table[rune].count;
    } else {
        *runes = spare;
        *count = fold_rune(rune, spare);
    }
    return used;
}

/* ---- a word ---- */

/* The first bytes of all characters that fold to something with the word's first rune in it. */
static void set_starts(struct search_word *word)
{
    memset(word->starts, false, sizeof word->starts);
    memset(word->starts + 0xE0, true, 0x100 - 0xE0); /* what the table does not hold */
    for (uint32_t rune = 0; word->count > 0 && rune < TABLE_RUNES; rune++)
        for (size_t i = 0; i < table[rune].count; i++)
            if (table[rune].runes[i] == word->runes[0])
                word->starts[rune < 0x80 ? rune : 0xC0 | rune >> 6] = true;
}

static void word_set(struct search_word *word, const char *text, size_t size)
{
    word->count = 0;
    for (size_t at = 0; at < size;) {
        const uint32_t *runes;
        uint32_t spare[FOLD_RUNES_MAX];
        size_t count;
        at += fold_at(text + at, size - at, &runes, &count, spare);
        for (size_t i = 0; i < count && word->count < SEARCH_RUNES_MAX; i++)
            word->runes[word->count++] = runes[i];
    }
    uint16_t have = 0;
    word->back[0] = 0;
    for (size_t i = 1; i < word->count; i++) {
        while (have > 0 && word->runes[i] != word->runes[have])
            have = word->back[have - 1];
        have = (uint16_t)(have + (word->runes[i] == word->runes[have]));
        word->back[i] = have;
    }
}

/* Accents that stand behind a character belong to it. */
static size_t skip_accents(const char *text, size_t size, size_t at)
{
    while (at < size) {
        const uint32_t *runes;
        uint32_t spare[FOLD_RUNES_MAX];
        size_t count;
        const size_t used = fold_at(text + at, size - at, &runes, &count, spare);
        if (count > 0)
            break;
        at += used;
    }
    return at;
}

static bool word_find(const struct search_word *word, const char *text, size_t size, size_t at,
                      size_t *begin, size_t *end)
{
    size_t starts[SEARCH_RUNES_MAX]; /* where the last runes began, round and round */
    size_t have = 0, seen = 0;
    for (;;) {
        const uint32_t *runes;
        uint32_t spare[FOLD_RUNES_MAX];
        size_t count;
        while (have == 0 && at < size && !word->starts[(unsigned char)text[at]])
            at++;
        if (at >= size)
            return false;
        const size_t start = at;
        at += fold_at(text + at, size - at, &runes, &count, spare);
        for (size_t i = 0; i < count; i++) {
            starts[seen++ % SEARCH_RUNES_MAX] = start;
            while (have > 0 && runes[i] != word->runes[have])
                have = word->back[have - 1];
            have += runes[i] == word->runes[have];
            if (have == word->count) {
                *begin = starts[(seen - word->count) % SEARCH_RUNES_MAX];
                *end = skip_accents(text, size, at);
                return true;
            }
        }
    }
}

static bool word_is_in(const struct search_word *word, const char *text)
{
    size_t begin, end;
    return text && word_find(word, text, strlen(text), 0, &begin, &end);
}

/* ---- a query ---- */

/* The next word of the query from *at on: what is in quotes is one. False at the end. */
static bool next_word(const char *query, size_t *at, size_t *begin, size_t *size)
{
    *at += strspn(query + *at, " \t\n");
    if (!query[*at])
        return false;
    if (query[*at] == '"') {
        *begin = ++*at;
        *size = strcspn(query + *at, "\"");
        *at += *size;
        *at += query[*at] == '"';
    } else {
        *begin = *at;
        *size = strcspn(query + *at, " \t\n");
        *at += *size;
    }
    return true;
}

/* query[begin, begin + size) begins with these ASCII letters, in whatever case. */
static bool begins_with(const char *text, size_t size, const char *word)
{
    const size_t length = strlen(word);
    if (size < length)
        return false;
    for (size_t i = 0; i < length; i++)
        if ((text[i] >= 'A' && text[i] <= 'Z' ? text[i] + 32 : text[i]) != word[i])
            return false;
    return true;
}

static void add_from(struct search *search, const char *query, size_t *at, size_t begin,
                     size_t size)
{
    static const char from[] = "from:";
    begin += sizeof from - 1;
    size -= sizeof from - 1;
    if (size > 0 && query[begin] == '"') { /* the quotes may hold spaces */
        *at = begin;
        next_word(query, at, &begin, &size);
    }
    word_set(&search->from, query + begin, size);
    set_starts(&search->from);
    search->from_me = size == 2 && begins_with(query + begin, size, "me");
}

void search_parse(struct search *search, const char *query)
{
    size_t at = 0, begin, size;
    fill_table();
    search->word_count = 0;
    search->from.count = 0;
    search->from_me = search->has_file = search->has_link = false;
    while (next_word(query, &at, &begin, &size)) {
        const char *text = query + begin;
        const bool quoted = begin > 0 && text[-1] == '"';
        if (!quoted && begins_with(text, size, "from:"))
            add_from(search, query, &at, begin, size);
        else if (!quoted && size == 8 && begins_with(text, size, "has:file"))
            search->has_file = true;
        else if (!quoted && size == 8 && begins_with(text, size, "has:link"))
            search->has_link = true;
        else if (search->word_count < SEARCH_WORDS_MAX) {
            struct search_word *word = &search->words[search->word_count];
            word_set(word, text, size);
            set_starts(word);
            search->word_count += word->count > 0;
        }
    }
}

bool search_is_empty(const struct search *search)
{
    return search->word_count == 0 && search->from.count == 0 && !search->has_file &&
           !search->has_link;
}

/* At the beginning of the name or of a word in it. */
static bool is_from(const struct search *search, const struct message *message)
{
    const char *name = message->name ? message->name : "";
    const size_t size = strlen(name);
    size_t at = 0, begin, end;
    if (search->from_me && message->own)
        return true;
    while (word_find(&search->from, name, size, at, &begin, &end)) {
        if (begin == 0 || name[begin - 1] == ' ')
            return true;
        at = end;
    }
    return false;
}

static bool has_link(const char *text)
{
    for (const char *at = text; (at = strchr(at, ':')) != NULL; at++) {
        const size_t before = (size_t)(at - text);
        if (at[1] == '/' && at[2] == '/' &&
            ((before >= 4 && begins_with(at - 4, 4, "http")) ||
             (before >= 5 && begins_with(at - 5, 5, "https"))))
            return true;
    }
    return false;
}

bool search_matches(const struct search *search, const struct message *message)
{
    const bool file = message->kind == MESSAGE_FILE;
    if (message->deleted || message->seq == 0 || (!file && message->kind != MESSAGE_TEXT) ||
        search_is_empty(search))
        return false;
    const char *text = file ? message->file->label : message->text;
    if ((search->has_file && !file) || (search->has_link && (file || !text || !has_link(text))) ||
        (search->from.count > 0 && !is_from(search, message)))
        return false;
    for (size_t i = 0; i < search->word_count; i++)
        if (!word_is_in(&search->words[i], text))
            return false;
    return true;
}

uint64_t *search_room(const struct search *search, const struct room *room, size_t *count)
{
    uint64_t *seqs = NULL;
    size_t space = 0;
    *count = 0;
    for (size_t i = 0; i < room->message_count; i++) {
        if (!search_matches(search, room->messages[i]))
            continue;
        if (*count == space) {
            space = space ? 2 * space : 64;
            seqs = mem_resize(seqs, space, sizeof *seqs);
        }
        seqs[(*count)++] = room->messages[i]->seq;
    }
    return seqs;
}

bool search_next(const struct search *search, const char *text, size_t size, size_t at,
                 size_t *begin, size_t *end)
{
    bool found = false;
    for (size_t i = 0; i < search->word_count; i++) {
        size_t here, until;
        if (word_find(&search->words[i], text, size, at, &here, &until) &&
            (!found || here < *begin || (here == *begin && until > *end))) {
            *begin = here;
            *end = until;
            found = true;
        }
    }
    return found;
}

/* ---- names ---- */

enum { RANK_GAPS = 1000, RANK_INSIDE = 2000, RANK_WORD = 3000, RANK_START = 4000 };

int search_rank(const char *typed, const char *name)
{
    struct search_word word, letters;
    size_t begin = 0, end, at = 0, got = 0;
    fill_table();
    word_set(&word, typed, strlen(typed));
    word_set(&letters, name, strlen(name));
    memset(word.starts, true, sizeof word.starts);
    if (word.count == 0)
        return 0;
    /* of two that fit alike, the shorter one is meant */
    const int length = (int)letters.count;
    bool inside = false;
    while (word_find(&word, name, strlen(name), at, &begin, &end)) {
        if (begin == 0)
            return RANK_START - length;
        if (strchr(" -_.", name[begin - 1]))
            return RANK_WORD - length;
        inside = true;
        at = end;
    }
    if (inside)
        return RANK_INSIDE - length;
    for (size_t i = 0; i < letters.count && got < word.count; i++) {
        while (got < word.count && word.runes[got] == ' ')
            got++;
        got += got < word.count && letters.runes[i] == word.runes[got];
    }
    return got == word.count ? RANK_GAPS - length : -1;
}
