/* cache.h - received files by their hash, and how a file gets its name in the download folder. No
 * state but the disk's; any thread. Paths have OS_PATH_MAX bytes. */
#ifndef CONFAB_CLIENT_NET_CACHE_H
#define CONFAB_CLIENT_NET_CACHE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include "protocol/base/err.h"

#define CACHE_CAP_DEFAULT (UINT64_C(1) << 30)

/* Where files by hash are kept; made if missing. */
void cache_folder(char *out);
/* The path of a file with this hash; true if it is there. */
bool cache_find(const char *sha256, char *out);
/* Remove the oldest until `cap` bytes are left, and parts that nobody wrote to for a day. */
void cache_trim(uint64_t cap);

/* The name of a new part file in `folder`: nobody else's. */
bool part_path(const char *folder, const char *label, char *out, struct err *err);
/* Give the part its label as name, numbered if that is taken: never over another file. out: the
 * path it got. */
bool save_part(const char *part, const char *folder, const char *label, char *out, struct err *err);
/* Copy `from` into the folder under its label in the same way; blocks, so on workers. ERR_CANCELLED
 * when *cancelled was set; nothing is left behind then. */
bool save_copy(const char *from, const char *folder, const char *label,
               const atomic_bool *cancelled, char *out, struct err *err);

#endif
