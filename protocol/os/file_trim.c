#include <stdlib.h>
#include <string.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/os/file.h"

struct kept {
    const char *name;
    struct file_info info;
};

static int compare_age(const void *left, const void *right)
{
    const struct kept *a = left, *b = right;
    return (a->info.modified_ms > b->info.modified_ms) -
           (a->info.modified_ms < b->info.modified_ms);
}

static bool ends_with(const char *name, const char *ending)
{
    const size_t size = strlen(name), length = strlen(ending);
    return size > length && str_equal(name + size - length, ending);
}

void file_trim_folder(const char *folder, uint64_t cap, const char *half, int64_t half_kept_ms)
{
    char path[OS_PATH_MAX], **names = NULL;
    size_t count = 0, kept_count = 0;
    uint64_t total = 0;
    if (!file_list(folder, &names, &count, NULL))
        return;
    struct kept *kept = mem_alloc(count, sizeof *kept);
    const int64_t now_ms = clock_wall_ms();
    for (size_t i = 0; i < count; i++) {
        if (!path_join(path, folder, names[i]))
            continue;
        const struct file_info info = file_info(path);
        if (!info.exists || info.is_folder)
            continue;
        if (ends_with(names[i], half)) {
            if (now_ms - info.modified_ms > half_kept_ms)
                file_remove(path, NULL);
            continue;
        }
        kept[kept_count++] = (struct kept){names[i], info};
        total += info.size;
    }
    if (kept_count > 1)
        qsort(kept, kept_count, sizeof *kept, compare_age);
    for (size_t i = 0; i < kept_count && total > cap; i++)
        if (path_join(path, folder, kept[i].name) && file_remove(path, NULL))
            total -= kept[i].info.size;
    mem_free(kept);
    file_list_free(names, count);
}
