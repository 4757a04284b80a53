/* file.h - files and folders; paths are UTF-8 on every system. Offsets have 64 bits. Failures carry
 * the path and the reason. */
#ifndef CONFAB_OS_FILE_H
#define CONFAB_OS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "protocol/base/err.h"

#define OS_PATH_MAX 4096 /* bytes with NUL */

typedef intptr_t
    os_file; /* a descriptor on POSIX, a HANDLE on Windows; not inherited by children */
#define OS_FILE_NONE ((os_file)-1)

enum file_mode {
    FILE_READ,      /* must exist */
    FILE_WRITE,     /* made if missing, kept if there, read and write */
    FILE_WRITE_NEW, /* must not exist (ERR_EXISTS) */
};
os_file file_open(const char *path, enum file_mode mode, struct err *err);
void file_close(os_file file); /* OS_FILE_NONE is fine */
/* All of size bytes at offset, or false (short read is ERR_FORMAT; no space ERR_FULL). */
bool file_read_at(os_file file, uint64_t offset, void *bytes, size_t size, struct err *err);
bool file_write_at(os_file file, uint64_t offset, const void *bytes, size_t size, struct err *err);
/* Up to size bytes; *got is 0 at the end. */
bool file_read_some(os_file file, uint64_t offset, void *bytes, size_t size, size_t *got,
                    struct err *err);
bool file_size(os_file file, uint64_t *size, struct err *err);
bool file_truncate(os_file file, uint64_t size, struct err *err);
/* What is not written takes no room, where a system must be told so and can do it. */
void file_make_sparse(os_file file);
bool file_sync(os_file file, struct err *err); /* fdatasync: blocks, so on helper threads only */

struct file_info {
    bool exists, is_folder;
    uint64_t size;
    int64_t modified_ms;
};
struct file_info file_info(const char *path);
bool file_rename(const char *from, const char *to,
                 struct err *err); /* replaces `to`, atomically where the system can */
/* The same, but never over an existing file: ERR_EXISTS (link + unlink on POSIX, MoveFile on
 * Windows). */
bool file_rename_new(const char *from, const char *to, struct err *err);
bool file_remove(const char *path, struct err *err);        /* missing is fine */
bool file_remove_folder(const char *path, struct err *err); /* an empty one; missing is fine */
bool file_make_folder(const char *path,
                      struct err *err); /* with its parents, mode 0700; existing is fine */
bool file_sync_folder(const char *path, struct err *err); /* names are on disk too */
/* The same for every folder above `path`, so that its own name is; those that we may not read are
 * passed over. */
void file_sync_above(const char *path);
bool file_free_space(const char *path, uint64_t *bytes);
/* Names inside a folder, sorted, without . and ..; freed with file_list_free(). */
bool file_list(const char *path, char ***names, size_t *count, struct err *err);
void file_list_free(char **names, size_t count);
/* Until the files in a folder have cap bytes together at most, the oldest go. Those that end in `half` are
 * under way, perhaps of another program: they count for nothing, and go when they are older than that. */
void file_trim_folder(const char *folder, uint64_t cap, const char *half, int64_t half_kept_ms);
/* Whole small file (<= cap bytes) as a NUL-terminated block, freed with mem_free(); and write it
 * whole by way of a temporary file and a rename, readable by this user only. */
char *file_load(const char *path, size_t cap, size_t *size, struct err *err);
bool file_save(const char *path, const void *bytes, size_t size, struct err *err);
/* Take folder/NAME.lock for this process: false with ERR_EXISTS if another process holds it.
 * Released when the process ends. */
bool file_lock_folder(const char *folder, os_file *lock, struct err *err);

/* folder + '/' + name into out[OS_PATH_MAX]. False if too long. */
bool path_join(char *out, const char *folder, const char *name);
const char *path_base(const char *path); /* behind the last separator */

#endif
