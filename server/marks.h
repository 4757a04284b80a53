/* marks.h - who has read how far: one number for each person and room, which only rises. In memory, and
 * as `read` frames in an append-only log of its own (the newest of a person and room rules), so it is
 * mended as rooms are. When most of that log is old, the marks are written once more, a few a tick,
 * and what stands before them goes. Server thread. */
#ifndef CONFAB_SERVER_MARKS_H
#define CONFAB_SERVER_MARKS_H

#include "server/room.h"

#define MARKS_EVERY_MS 500 /* a room's people hear of marks at most so often */

struct mark {
    struct room *room;
    struct person *person;
    uint64_t seq;
    uint64_t news;              /* room->mark_news when it rose: who was told of that is level */
    struct mark *newer, *older; /* of the room, by `news` */
};

struct marks;
/* After people and rooms were read. NULL with a sentence. */
struct marks *marks_open(struct server *server, const char *folder, struct err *err);
void marks_close(struct marks *marks); /* after the rooms; NULL is fine */
struct roomlog *marks_log(const struct marks *marks);
/* How far this person has read there; 0: nothing. */
uint64_t marks_get(const struct room *room, const struct person *person);
/* It has read up to `seq` now; less than before changes nothing. */
void marks_put(struct room *room, struct person *person, uint64_t seq);
/* The oldest mark of that room that rose after `news`; NULL: none did. */
struct mark *marks_after(const struct room *room, uint64_t news);
/* Tell what waits; keep the log small. */
void marks_tick(struct server *server, int64_t now_ms);

#endif
