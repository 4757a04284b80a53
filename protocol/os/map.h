/* map.h - a file's bytes as memory, read only, brought in as they are touched. Any thread. */
#ifndef CONFAB_OS_MAP_H
#define CONFAB_OS_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include "protocol/base/err.h"

struct map {
    const void *bytes;
    size_t size; /* 0: closed */
};
/* The whole file. False if it is not there, no plain file, or empty. It must not be cut while it is
 * mapped: for files of the system (fonts), not for what others write. */
bool map_open(struct map *map, const char *path, struct err *err);
void map_close(struct map *map); /* a zeroed one is fine */

#endif
