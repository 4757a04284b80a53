/* file_parts.h - what the file.c of every system shares; only for the files of protocol/os. */
#ifndef CONFAB_OS_FILE_PARTS_H
#define CONFAB_OS_FILE_PARTS_H

#include "protocol/os/file.h"

/* Provided by each system: a new or emptied file that this user alone may read, for file_save(). */
os_file file_open_private(const char *path, struct err *err);

#define FILE_LOCK_NAME "confab.lock"
/* Sets ERR_EXISTS: somebody else has the folder. Returns false. */
bool file_lock_words(struct err *err, const char *folder);

/* A list of names under way. "." and ".." are left out. */
struct file_names {
    char **names;
    size_t count, room;
};
void file_names_add(struct file_names *list, const char *name);
/* Sort it and hand it over. */
void file_names_take(struct file_names *list, char ***names, size_t *count);

#endif
