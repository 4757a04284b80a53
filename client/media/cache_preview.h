/* cache_preview.h - what was answered about a file, kept on the disk: opening a room again shows its pictures without decoding them.
 *
 * By the file's hash and by what was asked for. Pixels and facts as they are, written by this program alone and checked when read: what
 * is damaged is as if it were not there. No state but the disk's; any thread but the UI's. */
#ifndef CONFAB_MEDIA_CACHE_PREVIEW_H
#define CONFAB_MEDIA_CACHE_PREVIEW_H

#include <stdbool.h>
#include <stdint.h>

#define PREVIEW_CACHE_MAX (UINT64_C(128) << 20) /* bytes of all; the oldest go */
#define PREVIEW_CACHE_ONE_MAX (16 << 20)        /* larger ones are made anew each time */

struct preview;

/* Fill in the answer, if what `preview` asks of the file sha256 was answered before. */
bool cache_preview_load(struct preview *preview);
/* Keep a good answer. Failing is fine. */
void cache_preview_store(const struct preview *preview);
/* Remove the oldest until `cap` bytes are left, and what was only half written. */
void cache_preview_trim(uint64_t cap);

#endif
