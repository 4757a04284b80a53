#include "client/ui/emoji.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "client/ui/emoji_table.h"
#include "client/ui/lang.h"

const struct emoji *emoji_all(size_t *count)
{
    *count = sizeof table / sizeof *table;
    return table;
}

const char *emoji_group_name(enum emoji_group group)
{
    static const char *const names[EMOJI_GROUP_COUNT] = {
        [EMOJI_SMILEYS] = LANG_KEY("Smileys"),   [EMOJI_PEOPLE] = LANG_KEY("People"),
        [EMOJI_NATURE] = LANG_KEY("Nature"),     [EMOJI_FOOD] = LANG_KEY("Food and drink"),
        [EMOJI_ACTIVITY] = LANG_KEY("Activity"), [EMOJI_TRAVEL] = LANG_KEY("Travel"),
        [EMOJI_OBJECTS] = LANG_KEY("Objects"),   [EMOJI_SYMBOLS] = LANG_KEY("Symbols"),
    };
    return names[group];
}

/* ---- looking for one ---- */

#define QUERY_MAX 64

/* Lower case, '_' a space, no spaces at the ends or twice. Cut at QUERY_MAX: no name is as long. */
static void clean_query(const char *query, char out[QUERY_MAX])
{
    size_t n = 0;
    for (; *query && n + 1 < QUERY_MAX; query++) {
        const char c = *query == '_' ? ' ' : (char)tolower((unsigned char)*query);
        if (c != ' ' || (n > 0 && out[n - 1] != ' '))
            out[n++] = c;
    }
    while (n > 0 && out[n - 1] == ' ')
        n--;
    out[n] = '\0';
}

static bool has_word(const char *words, const char *word, size_t size)
{
    for (const char *at = words; *at;) {
        if (strncmp(at, word, size) == 0)
            return true;
        at += strcspn(at, " ");
        at += strspn(at, " ");
    }
    return false;
}

static bool fits(const struct emoji *emoji, const char *query)
{
    for (const char *at = query; *at;) {
        const size_t size = strcspn(at, " ");
        if (!has_word(emoji->name, at, size) && !has_word(emoji->more, at, size))
            return false;
        at += size;
        at += strspn(at, " ");
    }
    return true;
}

size_t emoji_find(const char *query, const struct emoji **out, size_t max)
{
    char clean[QUERY_MAX];
    size_t count, found = 0;
    const struct emoji *all = emoji_all(&count);
    clean_query(query, clean);
    if (!clean[0])
        return 0;
    const size_t size = strlen(clean);
    for (int best = 2; best >= 0; best--) /* the very name, names that begin so, the others */
        for (size_t i = 0; i < count && found < max; i++) {
            const int worth = strcmp(all[i].name, clean) == 0          ? 2
                              : strncmp(all[i].name, clean, size) == 0 ? 1
                                                                       : 0;
            if (worth == best && fits(&all[i], clean))
                out[found++] = &all[i];
        }
    return found;
}
