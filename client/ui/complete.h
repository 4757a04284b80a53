/* complete.h - what is being written before the caret that could be finished for the person: "@ma"
 * a name, ":smi" an emoji. Pure; any thread. */
#ifndef CONFAB_UI_COMPLETE_H
#define CONFAB_UI_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>
#include "protocol/base/name.h"

enum complete_kind { COMPLETE_NONE, COMPLETE_NAME, COMPLETE_EMOJI };

struct complete {
    enum complete_kind kind;
    size_t begin; /* byte of the '@' or ':' */
    char query[4 *
               NAME_SIZE]; /* what stands between it and the caret; names may have spaces in them */
};

/* Look at text[0..caret). The sign must stand at the beginning or behind something that is no part of a word
 * (an address like ann@host is none); for emoji at least two characters and no space follow it. */
struct complete complete_at(const char *text, size_t caret);

/* How well `name` fits what is written: 0 not at all, 1 one of its words begins so, 2 the name does. Case, width and
 * what cannot be seen do not count (name_fold). An empty query fits every name. */
int complete_worth(const char *name, const char *query);

#endif
