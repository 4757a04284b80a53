/* guests.h - who may come into a private room: the file `guests` in its folder, a uid a line. It only
 * grows. That it or the empty file `private` is there makes the room a private one, so a list that is
 * damaged or lost lets nobody in. Server thread. */
#ifndef CONFAB_SERVER_GUESTS_H
#define CONFAB_SERVER_GUESTS_H

#include "server/disk.h"
#include "server/strmap.h"

#define GUESTS_FILE "guests"
#define PRIVATE_FILE "private"
#define GUESTS_MAX 10000 /* of a room */

struct guests {
    struct disk_job job; /* first */
    struct disk *disk;
    char *path;
    struct strmap uids; /* keys and values are the same strings, owned */
    uint64_t size;      /* of the file */
    bool torn;          /* its last line has no end */
    bool again;         /* somebody came while it was synced */
    /* of the job */
    os_file file;
    bool ok;
    struct err err;
};

/* A new private room: the list of its maker is on the disk when this returns (that blocks). */
bool guests_begin(const char *folder, const char *uid, struct err *err);
/* A new room that is open to everyone: what one that was never finished left is gone. */
bool guests_clear(const char *folder, struct err *err);
/* The list of the room in that folder; NULL: it is open to everyone. */
struct guests *guests_load(const char *folder, struct disk *disk);
bool guests_has(const struct guests *guests, const char *uid);
/* One more, written to the system when this returns. False with a sentence: too many, or the disk
 * takes no more. */
bool guests_add(struct guests *guests, const char *uid, struct err *err);
void guests_destroy(struct guests *guests); /* the disk is drained; NULL is fine */

#endif
