/* roomlog.h - an append-only log of encoded frames: a room *is* its log (DESIGN.md).
 *
 * Bytes have offsets from 0 on, across all segments, valid while the log is open; a reader is a
 * cursor: such an offset. The newest bytes are in memory (the tail) in one piece, all of them are
 * in segment files (segment.h). Frames have numbers (seq) that rise, and by one unless a damaged
 * frame was taken out. Server thread only; syncs run on the disk's thread. */
#ifndef CONFAB_SERVER_ROOMLOG_H
#define CONFAB_SERVER_ROOMLOG_H

#include "protocol/base/buf.h"
#include "protocol/os/file.h"
#include "server/disk.h"
#include "server/histogram.h"
#include "server/segment.h"

#define ROOMLOG_TAIL_MAX ((size_t)262144) /* bytes in memory; half stays when it is full */
/* Bytes that may wait for a disk that takes no more; then roomlog_append() refuses. */
#define ROOMLOG_WAITING_MAX ((size_t)1048576)

enum roomlog_sync {
    SYNC_ALWAYS, /* stored means fdatasync has returned */
    SYNC_SECOND, /* the same, asked for at most once a second */
    SYNC_OS,     /* stored means the system has it */
};

struct roomlog;

/* Open the log in `folder` (made if missing), mending what a crash left; `rules` as in segment.h,
 * its context used during this call only. `disk` outlives the log. on_stored(owner) is called when
 * roomlog_stored() has risen. NULL with a sentence if the folder cannot be used. */
struct roomlog *roomlog_open(const char *folder, const struct segment_rules *rules,
                             enum roomlog_sync sync, struct disk *disk,
                             void (*on_stored)(void *owner), void *owner, struct err *err);
/* Writes what waits; the disk must be drained (roomlog_sync_now() and disk_drain() before). */
void roomlog_close(struct roomlog *log); /* NULL is fine */

/* The one way in: a whole frame behind all others. It is in memory then, and on its way to the file
 * with the next roomlog_write(). Returns its number, which is roomlog_next() as it was before
 * (events carry it inside, so whoever encodes asks first). 0: the disk has taken nothing for too
 * long, the frame was not appended.
 *
 * This is the seam for a log that is not this computer's: seq would come from there. */
uint64_t roomlog_append(struct roomlog *log, struct bytes frame, int64_t time);
uint64_t roomlog_next(const struct roomlog *log);
/* The next number is `count` further on, also after a restart: those in between were perhaps seen by
 * people and lost, and must not come to mean something else. Blocks. */
bool roomlog_skip(struct roomlog *log, uint64_t count, struct err *err);
/* Hand to the system what was appended since; called before anybody is sent it, so that a number
 * that somebody saw survives our death. False: disk full or broken; all is kept in memory and tried
 * again next time. */
bool roomlog_write(struct roomlog *log, struct err *err);
bool roomlog_is_stuck(const struct roomlog *log); /* the last write failed */
/* Submit a sync if something is written and not stored, and it is due. */
void roomlog_sync(struct roomlog *log, int64_t now_ms);
void roomlog_sync_now(struct roomlog *log);
const struct histogram *roomlog_syncs(const struct roomlog *log); /* how long they took */
/* All that is written is stored or in a sync under way (or will never be: the disk is broken). What
 * is submitted to the same disk now is stored after it. */
bool roomlog_sync_is_coming(const struct roomlog *log);
uint64_t roomlog_stored(const struct roomlog *log); /* all numbers up to here are safe */

/* Numbers; 0: there is none. */
uint64_t roomlog_first_seq(const struct roomlog *log);
uint64_t roomlog_last_seq(const struct roomlog *log);
/* Cursors. roomlog_seek: where the first frame with a number >= seq begins, the end if there is
 * none; *found, if not NULL, becomes that frame's number or 0. roomlog_seek_back: the same for the
 * frame `count` frames before `offset` (a border), or the first one. */
uint64_t roomlog_end(const struct roomlog *log);
uint64_t roomlog_seek(struct roomlog *log, uint64_t seq, uint64_t *found);
uint64_t roomlog_seek_back(struct roomlog *log, uint64_t offset, uint64_t count, uint64_t *found);
/* The smallest border between frames that is >= offset. */
uint64_t roomlog_border(struct roomlog *log, uint64_t offset);

/* Reading from a cursor. In memory: all bytes from offset to the end, size 0 if they begin before
 * the tail; valid until the next append. Else in a file: `size` bytes at `at`; the handle is valid
 * until the next call with this log. */
struct bytes roomlog_peek(const struct roomlog *log, uint64_t offset);
struct roomlog_range {
    os_file file;
    uint64_t at, size;
};
bool roomlog_range(struct roomlog *log, uint64_t offset, struct roomlog_range *range,
                   struct err *err);
/* The frame with that number into *out (empty, with a cap of FRAME_SIZE_MAX). False: not there. */
bool roomlog_read(struct roomlog *log, uint64_t seq, struct buf *out);
/* Retention: whole segments go from the front. What a log keeps at least; 0: that says nothing. A
 * segment may go as soon as one of these lets it. */
struct roomlog_keep {
    uint64_t count, bytes; /* of the newest frames */
    int64_t age_ms;        /* frames younger than that */
};
/* Begin a new segment if the one that is written to holds an eighth of what is to be kept: so little
 * more than that is kept. True: the one that is written to is empty now. */
bool roomlog_cut(struct roomlog *log, const struct roomlog_keep *keep, int64_t wall_ms);
/* The first number that stays, roomlog_next() if none does; 0: nothing may go. What is not stored
 * stays, and so does the segment that is written to. */
uint64_t roomlog_first_kept(const struct roomlog *log, const struct roomlog_keep *keep,
                            int64_t wall_ms);
/* Remove the segments before that number's. False with a sentence if a file stays; what was removed
 * before it is gone. Cursors before roomlog_start() are of no use afterwards: their owners move
 * them. */
bool roomlog_drop(struct roomlog *log, uint64_t first_kept, struct err *err);
/* The first number that stays if the oldest segment goes, and the time of the newest frame in it; 0:
 * it may not. */
uint64_t roomlog_second(const struct roomlog *log, int64_t *time);
/* What the log weighs on the disk, with its index. */
uint64_t roomlog_bytes(const struct roomlog *log);
uint64_t roomlog_start(const struct roomlog *log); /* offset of the first byte that is kept */
/* Close files that nobody has read for a while. */
void roomlog_rest(struct roomlog *log);

#endif
