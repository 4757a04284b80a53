/* strmap.h - find things by a string: an open hash table. Keys are lent and live in what they lead
 * to. Owned by one thread. */
#ifndef CONFAB_SERVER_STRMAP_H
#define CONFAB_SERVER_STRMAP_H

#include <stddef.h>
#include <stdint.h>

struct strmap_slot {
    const char *key; /* NULL: empty */
    void *value;
};
/* Zero-initialise ({0}); free with strmap_finish(), which does not touch the values. */
struct strmap {
    struct strmap_slot *slots;
    size_t count, room; /* room: a power of two, or 0 */
};

void strmap_finish(struct strmap *map);
void *strmap_get(const struct strmap *map, const char *key); /* NULL: not there */
/* The key must not be there yet (asserted). */
void strmap_put(struct strmap *map, const char *key, void *value);
void strmap_remove(struct strmap *map, const char *key); /* missing is fine */

/* FNV-1a, 64 bits (Fowler, Noll, Vo), going on from `seed`. */
uint64_t strmap_hash(uint64_t seed, const char *key);
#define STRMAP_SEED UINT64_C(0xcbf29ce484222325)

#endif
