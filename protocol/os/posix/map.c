#include "protocol/os/map.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

bool map_open(struct map *map, const char *path, struct err *err)
{
    *map = (struct map){0};
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(err, ERR_SYSTEM, "%s cannot be opened: %s", path, strerror(errno));
    struct stat st;
    const bool plain = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
                       (uint64_t)st.st_size <= SIZE_MAX;
    void *bytes =
        plain ? mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
    close(fd); /* the mapping keeps the file */
    if (bytes == MAP_FAILED)
        return err_set(err, ERR_SYSTEM, "%s cannot be read.", path);
    *map = (struct map){bytes, (size_t)st.st_size};
    return true;
}

void map_close(struct map *map)
{
    if (map->size > 0)
        munmap((void *)(uintptr_t)map->bytes, map->size);
    *map = (struct map){0};
}
