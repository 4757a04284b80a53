/* quota.h - what the data folder may hold (--quota): messages and files, those that are still being
 * sent as well. When there is no room, the oldest whole files go that nobody uses; where none can,
 * the oldest segments of messages do (retain.h). Each part knows its own size, so nothing is read for
 * it. Server thread.
 *
 * Files go when the bytes that need their room come, not when an upload is announced: an announcement
 * that nothing follows costs nobody anything. */
#ifndef CONFAB_SERVER_QUOTA_H
#define CONFAB_SERVER_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

#define QUOTA_MIN ((uint32_t)16 << 20)
/* One byte in so many is for messages alone: files end before. */
#define QUOTA_SPARE_PART 16
/* Bytes that come before it is looked at again: at most, and of messages at least. */
#define QUOTA_AHEAD ((uint64_t)1 << 20)
#define QUOTA_AHEAD_LEAST ((uint64_t)65536)

struct server;

struct quota {                  /* zero-initialised: to be looked at with the next byte */
    uint64_t uploads, events;   /* bytes that may come before it is looked at again */
    bool told_first, told_full; /* the log knows that files go now; that nothing can go */
};

uint64_t quota_used(const struct server *server);
/* Could so much of an upload be here, if all files went that can? Nothing goes. */
bool quota_fits(const struct server *server, uint64_t size);
/* So many bytes of an upload come; older files make room for them. False: there is none. */
bool quota_take(struct server *server, uint64_t size);
/* So many bytes of an event have come: retention is due when all may be too much. */
void quota_spend(struct server *server, uint64_t size);
/* For retention: let files go until all is within the quota. False: it is not, and some of the
 * messages are to go as well. For files that cannot go at the moment they do not, unless messages
 * hold more than half of the quota. */
bool quota_keep(struct server *server);
/* ... and then: tell the log if it is too much, and say when to look again. */
void quota_settle(struct server *server);

#endif
