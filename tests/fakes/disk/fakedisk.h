/* fakedisk.h - protocol/os/file.h over memory, linked in its place: a disk whose power can be cut.
 *
 * It knows what was brought to the disk (file_sync(), file_sync_folder()) and what was only written.
 * A cut leaves what was brought, and of the rest what chance leaves: each file's unsynced writes are
 * lost, kept, torn at a byte, kept out of order, or there in length and zero in content; each
 * folder's unsynced names (made, renamed, removed) are kept up to some point and undone behind it,
 * in each folder for itself. It can also be full, or fail.
 *
 * Handles are real descriptors, so that sendfile works. One disk in a process; calls of file.h come
 * from any thread, the functions below from one. POSIX only. */
#ifndef CONFAB_TESTS_FAKEDISK_H
#define CONFAB_TESTS_FAKEDISK_H

#include <stdbool.h>
#include <stdint.h>
#include "protocol/os/file.h"

/* An empty disk. Everything is freed by close; all handles are closed by then (asserted). */
void fakedisk_open(void);
void fakedisk_close(void);

/* Changes so far: writes, cuts, syncs, names. */
uint64_t fakedisk_changes(void);
/* Cut the power at the change that comes `after` more; 0: never. The program does not notice and
 * goes on in the dark. */
void fakedisk_cut(uint64_t after);
bool fakedisk_is_dark(void);
/* Power again: the disk is what such a cut may have left; `seed` makes the choices. Without a cut
 * before: as if it came now. All handles are closed by now. */
void fakedisk_power(uint64_t seed);

/* All that fits, in bytes of files; UINT64_MAX at first. */
void fakedisk_set_room(uint64_t bytes);
/* From now on writes and new names (or syncs) fail as a broken disk does; what a failed sync should
 * have brought is never brought. */
void fakedisk_fail(bool writes, bool syncs);

#endif
