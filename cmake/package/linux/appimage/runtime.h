/* runtime.h - the head of Confab's AppImage: a program without libraries, with a squashfs behind it. Type 2 of the
 * AppImage specification: ELF, "AI" 2 at its eighth byte, then the file system. main.c mounts it (mount.c) or, where
 * that cannot be, unpacks it (unpack.c), and becomes its AppRun. */
#ifndef CONFAB_APPIMAGE_RUNTIME_H
#define CONFAB_APPIMAGE_RUNTIME_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <squashfuse/config.h>
#include <squashfuse/squashfuse.h>

/* What the package script writes into the finished program (section .seal): the file system's size and its CRC-32, so
 * that a download that broke off or was damaged is told from a whole one. Size 0: not sealed. */
struct seal {
    uint64_t size;
    uint32_t crc;
    char version[60];
};

struct image {
    char path[PATH_MAX]; /* of this very file */
    uint64_t offset;     /* where the file system begins */
    struct seal seal;
    sqfs fs;
};

/* The end: in words, and in a window where there is no terminal to read them in. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
bool text(char *out, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Mounts the image below the folder of temporary files and fills mounted[PATH_MAX]. It stays until the last program that
 * runs from it has ended; *alive is a descriptor that this process is to keep, which says that one does. False: there
 * is no FUSE here. */
bool mount_image(const struct image *image, char *mounted, int *alive);

/* Unpacks what matches `pattern` (NULL: all) into the folder, for a person who asked for it. Does not return if it
 * could not be done. */
void unpack_into(struct image *image, const char *folder, const char *pattern);
/* Unpacks all into a folder of this person's cache, unless it is there already and whole, and fills unpacked[PATH_MAX].
 * *alive as above: what is in use is not cleaned away by another version. */
void unpack_to_cache(struct image *image, char *unpacked, int *alive);

#endif
