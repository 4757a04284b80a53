/* search.h - words in what was said, and names as a person half types them. Letters count as the
 * same whatever their case, accents and width (fold.h). UI thread.
 *
 * A query is words, all of which a message must have; "some words" in quotes are one. Besides:
 * from:NAME (or from:"A NAME", from:me), has:file, has:link. */
#ifndef CONFAB_MODEL_SEARCH_H
#define CONFAB_MODEL_SEARCH_H

#include "client/model/model.h"

#define SEARCH_BYTES_MAX 256 /* of a query as it is typed */
#define SEARCH_WORDS_MAX 16  /* what is more is not looked at */
#define SEARCH_RUNES_MAX 128 /* of one folded word, a power of two; longer ones are cut */

/* Made once, then found in any text in one pass over it.
 * Source: D. Knuth, J. Morris, V. Pratt, "Fast pattern matching in strings", 1977. */
struct search_word {
    uint32_t runes[SEARCH_RUNES_MAX];
    uint16_t back[SEARCH_RUNES_MAX]; /* how much of the word still stands after a miss behind i */
    size_t count;
    bool starts[256]; /* bytes of UTF-8 with which a place may begin: others are passed over */
};

struct search {
    struct search_word words[SEARCH_WORDS_MAX];
    size_t word_count;
    struct search_word from; /* count 0: anyone */
    bool from_me;            /* "me": one's own as well */
    bool has_file, has_link;
};

void search_parse(struct search *search, const char *query);
bool search_is_empty(const struct search *search); /* asks for nothing: nothing matches */
/* Said or sent, has its place in the room, and is not deleted. */
bool search_matches(const struct search *search, const struct message *message);
/* The seqs of the room's messages that match, oldest first, in an array that the caller frees with
 * mem_free(); NULL if there is none. */
uint64_t *search_room(const struct search *search, const struct room *room, size_t *count);
/* The first place at or behind byte `at` where one of the words stands: bytes [*begin, *end) of
 * text[0..size), whole characters with their accents. */
bool search_next(const struct search *search, const char *text, size_t size, size_t at,
                 size_t *begin, size_t *end);

/* How well a name fits what was typed of it: -1 not at all (its letters do not come in this order),
 * else the more the better: from the beginning, from a word's beginning, in one piece, with gaps.
 * "" fits everything alike. */
int search_rank(const char *typed, const char *name);

#endif
