/* files.h - the numbers (#3) by which a person at a prompt names files. Pure. */
#ifndef CONFAB_TERMINAL_FILES_H
#define CONFAB_TERMINAL_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include "protocol/base/name.h"
#include "protocol/wire/limits.h"

/* The oldest numbers are forgotten past this many; numbers are never used twice. */
#define FILES_KEPT 10000
#define FILES_MAX 1000000000u

struct file_place {
    char room[NAME_SIZE];
    char file[FILE_DIGITS + 1]; /* the server's id */
};
/* Zero-initialise. */
struct files {
    struct file_place *places; /* a ring: file #n is at (n - 1) % FILES_KEPT */
    unsigned count;            /* the newest number */
};

/* The number of a file: the next one if it is new. */
unsigned files_number(struct files *files, const char *room, const char *file);
/* Which file has this number; NULL: none, or forgotten. Valid until the next files_number(). */
const struct file_place *files_find(const struct files *files, unsigned number);
void files_finish(struct files *files);

#endif
