#include "server/strmap.h"

#include <assert.h>
#include <string.h>

#include "protocol/base/mem.h"

#define FNV_PRIME UINT64_C(0x100000001b3)
#define SLOTS_AT_FIRST 16

uint64_t strmap_hash(uint64_t seed, const char *key)
{
    uint64_t hash = seed;
    for (; *key != '\0'; key++)
        hash = (hash ^ (uint8_t)*key) * FNV_PRIME;
    return hash;
}

void strmap_finish(struct strmap *map)
{
    mem_free(map->slots);
    *map = (struct strmap){0};
}

/* The slot of key, or the empty one where it would stand. */
static size_t slot_of(const struct strmap *map, const char *key)
{
    size_t at = (size_t)strmap_hash(STRMAP_SEED, key) & (map->room - 1);
    while (map->slots[at].key != NULL && strcmp(map->slots[at].key, key) != 0)
        at = (at + 1) & (map->room - 1);
    return at;
}

void *strmap_get(const struct strmap *map, const char *key)
{
    if (map->count == 0)
        return NULL;
    return map->slots[slot_of(map, key)].value;
}

static void grow(struct strmap *map)
{
    struct strmap old = *map;
    map->room = old.room == 0 ? SLOTS_AT_FIRST : old.room * 2;
    map->slots = mem_alloc(map->room, sizeof *map->slots);
    for (size_t i = 0; i < old.room; i++) {
        if (old.slots[i].key != NULL)
            map->slots[slot_of(map, old.slots[i].key)] = old.slots[i];
    }
    mem_free(old.slots);
}

void strmap_put(struct strmap *map, const char *key, void *value)
{
    if ((map->count + 1) * 4 > map->room * 3)
        grow(map);
    size_t at = slot_of(map, key);
    assert(map->slots[at].key == NULL);
    map->slots[at] = (struct strmap_slot){.key = key, .value = value};
    map->count++;
}

void strmap_remove(struct strmap *map, const char *key)
{
    if (map->count == 0)
        return;
    size_t mask = map->room - 1;
    size_t hole = slot_of(map, key);
    if (map->slots[hole].key == NULL)
        return;
    map->count--;
    /* Close the gap: whoever was pushed past it by a collision moves up (Knuth, 6.4, algorithm R). */
    for (size_t at = (hole + 1) & mask; map->slots[at].key != NULL; at = (at + 1) & mask) {
        size_t home = (size_t)strmap_hash(STRMAP_SEED, map->slots[at].key) & mask;
        if (((at - home) & mask) >= ((at - hole) & mask)) {
            map->slots[hole] = map->slots[at];
            hole = at;
        }
    }
    map->slots[hole] = (struct strmap_slot){0};
}
