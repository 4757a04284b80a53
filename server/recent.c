#include "server/recent.h"

#include <stdbool.h>

#include "protocol/base/mem.h"
#include "server/strmap.h"

#define RECENT_LEAST 32

static uint64_t hash_of(uint64_t seed, const char *uid, const char *id)
{
    uint64_t hash = strmap_hash(strmap_hash(seed ^ STRMAP_SEED, uid), id);
    return hash ^ hash >> 32;
}

void recent_finish(struct recent *recent)
{
    mem_free(recent->ring);
    mem_free(recent->slots);
    *recent = (struct recent){0};
}

static size_t mask_of(const struct recent *recent)
{
    return recent->room * 2 - 1;
}

static size_t home_of(const struct recent *recent, size_t slot)
{
    return (size_t)recent->ring[recent->slots[slot] - 1].hash & mask_of(recent);
}

/* The slot with `hash`, or the empty one where it would stand. */
static size_t slot_of(const struct recent *recent, uint64_t hash)
{
    size_t at = (size_t)hash & mask_of(recent);
    while (recent->slots[at] != 0 && recent->ring[recent->slots[at] - 1].hash != hash)
        at = (at + 1) & mask_of(recent);
    return at;
}

static void remove_slot(struct recent *recent, size_t hole)
{
    recent->slots[hole] = 0;
    for (size_t at = (hole + 1) & mask_of(recent); recent->slots[at] != 0;
         at = (at + 1) & mask_of(recent)) {
        if (((at - home_of(recent, at)) & mask_of(recent)) >= ((at - hole) & mask_of(recent))) {
            recent->slots[hole] = recent->slots[at];
            recent->slots[at] = 0;
            hole = at;
        }
    }
}

/* Nothing has been forgotten yet, so the ring goes on where it is. */
static void grow(struct recent *recent)
{
    recent->room = recent->room == 0 ? RECENT_LEAST : recent->room * 2;
    recent->ring = mem_resize(recent->ring, recent->room, sizeof *recent->ring);
    mem_free(recent->slots);
    recent->slots = mem_alloc(recent->room * 2, sizeof *recent->slots);
    for (size_t at = 0; at < recent->count; at++) /* the newest of an id last, as it was */
        recent->slots[slot_of(recent, recent->ring[at].hash)] = (uint16_t)(at + 1);
}

void recent_put(struct recent *recent, uint64_t seed, const char *uid, const char *id, uint64_t seq)
{
    if (recent->count == recent->room && recent->room < RECENT_MAX)
        grow(recent);
    size_t at = (size_t)(recent->count % RECENT_MAX);
    if (recent->count >= RECENT_MAX) {
        size_t old = slot_of(recent, recent->ring[at].hash);
        if (recent->slots[old] == at + 1) /* else a newer one of the same id stands there */
            remove_slot(recent, old);
    }
    recent->ring[at] = (struct recent_entry){.hash = hash_of(seed, uid, id), .seq = seq};
    recent->slots[slot_of(recent, recent->ring[at].hash)] = (uint16_t)(at + 1);
    recent->count++;
}

uint64_t recent_get(const struct recent *recent, uint64_t seed, const char *uid, const char *id)
{
    if (recent->ring == NULL)
        return 0;
    size_t slot = slot_of(recent, hash_of(seed, uid, id));
    return recent->slots[slot] == 0 ? 0 : recent->ring[recent->slots[slot] - 1].seq;
}
