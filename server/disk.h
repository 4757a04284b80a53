/* disk.h - the helper threads for what the loop must not wait for. One waits for the disk: syncs of
 * room logs, on which every `stored` hangs. The other takes processor time that nobody waits for,
 * hashes of uploads: it runs when the relay leaves it some, so that a file passes at the speed of
 * the relay and not of SHA-256. The server thread hands over jobs and gets them back when the wake
 * rings; it never waits itself. */
#ifndef CONFAB_SERVER_DISK_H
#define CONFAB_SERVER_DISK_H

#include "protocol/base/err.h"
#include "protocol/os/file.h"
#include "protocol/os/wake.h"

struct disk;

/* Embedded first in what the job works on, which must not be freed or changed while `out`. */
struct disk_job {
    void (*run)(struct disk_job *job);  /* helper thread: touches its own job only */
    void (*done)(struct disk_job *job); /* server thread, from disk_collect() */
    bool urgent;                        /* somebody waits for it: the first helper's */
    bool out; /* submitted and not yet collected; the server's thread sets it */
    struct disk_job *next;
};

/* `wake` is rung when jobs came back; it outlives the disk. NULL on failure. */
struct disk *disk_create(struct wake *wake, struct err *err);
void disk_submit(struct disk *disk, struct disk_job *job);
/* Close a file on the patient thread, and remove one: its name goes at once, its bytes there. With
 * a file's last name and descriptor the system frees all that it keeps of it, which takes a tenth
 * of a second for 256 MB. */
void disk_close(struct disk *disk, os_file file);
bool disk_remove(struct disk *disk, const char *path, struct err *err);
/* Calls done() of what has come back. */
void disk_collect(struct disk *disk);
/* Wait until nothing is out (jobs that done() submits included). */
void disk_drain(struct disk *disk);
void disk_destroy(struct disk *disk); /* drains first; NULL is fine */

#endif
