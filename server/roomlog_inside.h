/* roomlog_inside.h - what the files of a room log share: roomlog.c opens and appends, roomlog_sync.c
 * asks the disk, roomlog_read.c finds and reads, roomlog_drop.c forgets. For these four only. */
#ifndef CONFAB_SERVER_ROOMLOG_INSIDE_H
#define CONFAB_SERVER_ROOMLOG_INSIDE_H

#include "server/roomlog.h"

struct part { /* one segment */
    uint32_t number;
    uint64_t base; /* offset of its first byte in the whole log */
    uint64_t size;
    uint64_t first_seq, last_seq, count;
    int64_t first_time, last_time;
};
struct entry { /* where a frame of the current segment begins */
    uint32_t offset;
    uint32_t number; /* seq - part.first_seq */
};
struct sync_job {
    struct disk_job job; /* first */
    struct roomlog *log; /* NULL: nobody waits for this one */
    os_file seg, idx;
    bool close;
    char *folder; /* new names in it are to be synced too; NULL: there are none */
    uint64_t seq;
    int64_t took_us;
    bool ok;
    struct err err;
};

struct roomlog {
    char *folder;
    struct part *parts; /* the last one is written to */
    size_t part_count;
    struct entry *entries; /* of the last part */
    size_t entry_room;
    os_file seg, idx; /* of the last part */
    uint8_t *tail;
    size_t tail_size, tail_room;
    uint64_t end;     /* offset behind the last frame; the tail ends there */
    uint64_t written; /* ... and behind what the file has */
    uint64_t last_seq, written_seq, stored_seq;
    uint64_t count;           /* of frames in all parts */
    uint64_t next_least;      /* the next number is at least this */
    struct buf index_waiting; /* packed records of what is not written */
    uint64_t index_written;   /* records in the last part's index file */
    bool stuck;
    /* an older part that somebody reads */
    size_t old_at;
    os_file old_seg, old_idx;
    int old_unread;
    /* syncs */
    enum roomlog_sync sync;
    struct disk *disk;
    struct sync_job job;
    int64_t synced_ms;
    bool new_names, sync_broken;
    struct histogram syncs;
    void (*on_stored)(void *owner);
    void *owner;
};

static inline struct part *roomlog_last_part(const struct roomlog *log)
{
    return &log->parts[log->part_count - 1];
}

/* Begin the next segment; all is written. */
void roomlog_rotate(struct roomlog *log);
/* Go on from the number that roomlog_drop() left, if nothing else says more. */
void roomlog_load_next(struct roomlog *log);
/* Submit a sync of the files that are written to, up to what is written. */
void roomlog_submit_sync(struct roomlog *log, struct sync_job *sync);
/* Close the files of the older part. */
void roomlog_close_old(struct roomlog *log);

#endif
