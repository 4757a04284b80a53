/* contents.h - the files that are whole, by what is in them: blobs/<sha256>, each once, however many
 * messages name it. Knows what they weigh, which are in use and which is the oldest, so that the
 * oldest can go. The folder is read once, at the start. Server thread. */
#ifndef CONFAB_SERVER_CONTENTS_H
#define CONFAB_SERVER_CONTENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/base/err.h"
#include "protocol/base/hash.h"
#include "protocol/os/file.h"
#include "server/disk.h"

struct content {
    char sha256[SHA256_HEX_SIZE];
    bool here;       /* its file stands in the folder */
    uint64_t size;   /* ... and has so many bytes; 0 otherwise */
    unsigned refs;   /* blobs that are it */
    unsigned uses;   /* who reads it, and uploads that will be it: it cannot go */
    int64_t time_ms; /* of the newest message that names it; without one, of the file */
    bool listed;
    struct content *older, *newer; /* listed */
};

struct contents;
/* `folder` is made if missing, and read: a look at each file in it. Files are removed by `disk`. NULL
 * with a sentence. */
struct contents *contents_open(const char *folder, struct disk *disk, struct err *err);
void contents_close(struct contents *contents); /* NULL is fine; touches no file */
/* Where that content stands or would stand, into out[OS_PATH_MAX]. */
void contents_path(const struct contents *contents, const char *sha256, char *out);
const char *contents_folder(const struct contents *contents);

/* One more blob, of a message of time_ms, is this; here or not. */
struct content *contents_take(struct contents *contents, const char *sha256, int64_t time_ms);
/* A newer message names it. */
void contents_renew(struct contents *contents, struct content *content, int64_t time_ms);
/* One less; the file goes with the last one. */
void contents_drop(struct contents *contents, struct content *content);
/* Its file stands in the folder now. Already known is fine. */
void contents_came(struct contents *contents, struct content *content, uint64_t size);
/* It cannot go (`count` reasons more, or less). */
void contents_hold(struct contents *contents, struct content *content, unsigned count);
void contents_release(struct contents *contents, struct content *content, unsigned count);

uint64_t contents_bytes(const struct contents *contents); /* of all files in the folder */
uint64_t contents_held(const struct contents *contents);  /* ... that cannot go now */
/* Remove the oldest files that nobody uses until `least` bytes are free or none is left. Returns the
 * bytes; *count: of so many files. The messages stay, and what they name is not here any more. */
uint64_t contents_let_go(struct contents *contents, uint64_t least, uint64_t *count);

#endif
