#include "protocol/os/map.h"

#include <stdint.h>
#include <windows.h>

#include "protocol/base/mem.h"
#include "protocol/os/win32/wide.h"

bool map_open(struct map *map, const char *path, struct err *err)
{
    *map = (struct map){0};
    wchar_t *wide = wide_path(path, err);
    if (!wide)
        return false;
    HANDLE file =
        CreateFileW(wide, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                    NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    mem_free(wide);
    if (file == INVALID_HANDLE_VALUE)
        return wide_fail(err, GetLastError(), "%s cannot be opened", path);
    LARGE_INTEGER size = {0};
    HANDLE mapping = NULL;
    if (GetFileSizeEx(file, &size) && size.QuadPart > 0 && (uint64_t)size.QuadPart <= SIZE_MAX)
        mapping = CreateFileMappingW(file, NULL, PAGE_READONLY, 0, 0, NULL);
    void *bytes = mapping ? MapViewOfFile(mapping, FILE_MAP_READ, 0, 0, 0) : NULL;
    if (mapping)
        CloseHandle(mapping); /* the view keeps them */
    CloseHandle(file);
    if (!bytes)
        return err_set(err, ERR_SYSTEM, "%s cannot be read.", path);
    *map = (struct map){bytes, (size_t)size.QuadPart};
    return true;
}

void map_close(struct map *map)
{
    if (map->size > 0)
        UnmapViewOfFile(map->bytes);
    *map = (struct map){0};
}
