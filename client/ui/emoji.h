/* emoji.h - the emoji that are offered for choosing, with English names to look for them by. Pure;
 * any thread. What people write by other means is shown as well: this is no list of what is allowed. */
#ifndef CONFAB_UI_EMOJI_H
#define CONFAB_UI_EMOJI_H

#include <stddef.h>

enum emoji_group {
    EMOJI_SMILEYS,
    EMOJI_PEOPLE,
    EMOJI_NATURE,
    EMOJI_FOOD,
    EMOJI_ACTIVITY,
    EMOJI_TRAVEL,
    EMOJI_OBJECTS,
    EMOJI_SYMBOLS,
    EMOJI_GROUP_COUNT,
};

struct emoji {
    const char *text; /* one grapheme cluster */
    const char *name; /* lower-case words; with '_' for spaces it stands in :colons: */
    const char *more; /* other words for it, lower case */
    enum emoji_group group;
};

#define EMOJI_SIZE 48 /* bytes that hold any of them, and its NUL */

const struct emoji *emoji_all(size_t *count);         /* by groups */
const char *emoji_group_name(enum emoji_group group); /* English, a key of lang() */
/* Those whose names or other words begin with every word of `query` (any case, '_' is a space), the best first:
 * names that begin with it, then the others in the list's order. Writes at most max, returns how
 * many. Nothing for an empty query. */
size_t emoji_find(const char *query, const struct emoji **out, size_t max);

#endif
