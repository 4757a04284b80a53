/* blob.h - the files that people send: incoming/<file id> while they arrive, blobs/<sha256> when
 * they are whole (contents.h). Bytes are written as they come (the system's cache takes them) and
 * hashed right behind on the disk's thread, so the last chunk is followed by an answer soon; a part
 * that a restart left is hashed from its beginning in the same way. A blob can be read while it
 * grows. Server thread. */
#ifndef CONFAB_SERVER_BLOB_H
#define CONFAB_SERVER_BLOB_H

#include <stdatomic.h>

#include "protocol/base/hash.h"
#include "protocol/os/file.h"
#include "protocol/wire/limits.h"
#include "server/disk.h"

/* Left free for messages: uploads are refused before the disk is full to the brim. */
#define BLOB_SPARE ((uint64_t)16 << 20)

enum blob_state {
    BLOB_GROWING,
    BLOB_CHECKING, /* all bytes are here, the hash is not yet compared */
    BLOB_DONE,
    BLOB_FAILED, /* nothing of it is kept */
};

struct hash_job {
    struct disk_job job; /* first */
    struct blob *blob;
    os_file file;
    uint64_t from, to;
    struct sha256 *sha;
    bool sync, ok;
    atomic_bool stop; /* it is not wanted any more */
    struct err err;
};

struct content;
struct room;
struct session;

struct blob {
    struct blob_store *store;
    char id[FILE_DIGITS + 1];
    char sha256[SHA256_HEX_SIZE]; /* "" until it is known */
    uint64_t size, have;          /* bytes announced; bytes here */
    enum blob_state state;
    int64_t time_ms; /* of the message that names it */
    bool gone;       /* dropped: not to be found any more, and freed when nobody uses it */
    bool linked;     /* not DONE, but its content stands among the blobs: have == size, no part */
    struct content *content; /* DONE or linked; NULL else */
    os_file file;            /* OS_FILE_NONE while nobody uses it */
    unsigned users;
    uint64_t hashed, synced; /* bytes of the part so far */
    struct hash_job hash;
    char want[SHA256_HEX_SIZE]; /* CHECKING: what it must come to */
    /* Of the upload; not touched by blob.c, which frees the strings. */
    struct room *room;
    uint64_t seq, done_seq; /* its `file` and its `file-done` event */
    char uid[UID_DIGITS + 1];
    char *upload_id, *label;
    struct session *feeder; /* who sends it now */
    int64_t keep_until_ms;  /* without a feeder */
};

struct blob_store;
/* `folder` gets incoming/ and blobs/. sync: whole files are on the disk before they are called so.
 * on_checked(blob, err) tells the end of blob_finish(): the state is DONE, or still CHECKING with
 * err->kind ERR_HASH (or the disk's trouble), and the owner calls blob_fail(). */
struct blob_store *blob_store_open(const char *folder, bool sync, struct disk *disk,
                                   void (*on_checked)(struct blob *blob, const struct err *err),
                                   struct err *err);
void blob_store_close(struct blob_store *store); /* the disk is drained; NULL is fine */
/* Remove parts that belong to no blob. Once, after replaying. */
void blob_store_sweep(struct blob_store *store);

struct blob *blob_find(const struct blob_store *store, const char *id); /* NULL: unknown */
/* All blobs that are GROWING or CHECKING; valid until one begins or ends. */
struct blob **blob_growing(const struct blob_store *store, size_t *count);
/* Does the content stand here, and a blob that `fits` has it, or none at all (a crash came between
 * the file and its message)? */
bool blob_store_has(const struct blob_store *store, const char *sha256,
                    bool (*fits)(const struct blob *blob, const void *context),
                    const void *context);
/* A new GROWING blob; id must be new, "" makes one. */
struct blob *blob_create(struct blob_store *store, const char *id, uint64_t size);
/* Look where its content stands: `known` (NULL: not known) may be here already; else there may be a
 * part; else it is 0 bytes. Fails with ERR_FULL if it cannot fit on the disk. */
bool blob_begin(struct blob *blob, const char *known, struct err *err);
/* The message that names it is from then. */
void blob_date(struct blob *blob, int64_t time_ms);
/* From the log: it was whole. */
void blob_set_done(struct blob *blob, const char *sha256);
/* `bytes` go to offset blob->have (asserted; and within its size). On failure nothing was added. */
bool blob_append(struct blob *blob, const void *bytes, size_t size, struct err *err);
/* All bytes are here (have == size, asserted): compare with sha256. */
void blob_finish(struct blob *blob, const char *sha256);
void blob_fail(struct blob *blob);
/* Forget one that never came to be; it has no users. */
void blob_discard(struct blob *blob);
/* The whole ones whose bytes were let go (or are missing) stay known, as messages name them; but
 * blob_use() fails. */
bool blob_is_let_go(const struct blob *blob);
/* What all weigh on the disk, parts as well; and how much of it cannot go now: parts, and what
 * somebody reads. */
uint64_t blob_store_bytes(const struct blob_store *store);
uint64_t blob_store_held(const struct blob_store *store);
/* As contents_let_go(). */
uint64_t blob_store_let_go(struct blob_store *store, uint64_t least, uint64_t *count);
/* Forget the whole and the failed ones that `goes` names. The bytes of those that somebody reads go
 * with the last blob_release(); bytes that another blob has too stay. */
void blob_store_drop(struct blob_store *store,
                     bool (*goes)(const struct blob *blob, const void *context),
                     const void *context);
/* Open blob->file for reading (and appending while it grows), and count a user; each success needs
 * a blob_release(). */
bool blob_use(struct blob *blob, struct err *err);
void blob_release(struct blob *blob);

#endif
