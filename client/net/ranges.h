/* ranges.h - which bytes of a file are there: a few stretches, in order, apart. Plain values. */
#ifndef CONFAB_CLIENT_NET_RANGES_H
#define CONFAB_CLIENT_NET_RANGES_H

#include <stddef.h>
#include <stdint.h>

#define RANGES_MAX 16

struct range {
    uint64_t from, to; /* the first byte, and behind the last; from < to */
};
struct ranges { /* zero-initialised: nothing */
    struct range at[RANGES_MAX];
    size_t count;
};

/* Bytes [from, to) are there now; from == to is fine. Of more stretches than RANGES_MAX the shortest is
 * forgotten: not the one that was just added to, and not the beginning of the file. */
void ranges_add(struct ranges *ranges, uint64_t from, uint64_t to);
/* The first byte from `at` on that is not there. */
uint64_t ranges_missing(const struct ranges *ranges, uint64_t at);
/* The first byte from `at` on that is there; UINT64_MAX: none. */
uint64_t ranges_next(const struct ranges *ranges, uint64_t at);
uint64_t ranges_total(const struct ranges *ranges);

#endif
