/* recent.h - which event a sender's own id became: the last RECENT_MAX events with an id of one
 * room, so that what is sent again is not doubled. Plain; one thread. */
#ifndef CONFAB_SERVER_RECENT_H
#define CONFAB_SERVER_RECENT_H

#include <stddef.h>
#include <stdint.h>

#define RECENT_MAX 4096

struct recent_entry {
    uint64_t hash, seq;
};
/* Zero-initialise; free with recent_finish(). */
struct recent {
    struct recent_entry *ring; /* it grows with what is put in: most rooms are small */
    uint16_t *slots;           /* open table over the ring, twice its size: position + 1, 0 empty */
    size_t room;               /* of the ring, a power of two up to RECENT_MAX */
    uint64_t count;            /* ever put in */
};

void recent_finish(struct recent *recent);
/* Remember that `id` of person `uid` is event `seq`; the oldest is forgotten. */
void recent_put(struct recent *recent, uint64_t seed, const char *uid, const char *id,
                uint64_t seq);
/* The newest event that may be it (a hash can lie: look there), 0: not among them. `seed` keeps
 * strangers from finding ids that collide; the same for both. */
uint64_t recent_get(const struct recent *recent, uint64_t seed, const char *uid, const char *id);

#endif
