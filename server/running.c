#include "server/running.h"

#include <string.h>

#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/boot.h"
#include "protocol/os/file.h"

#define MARK "running"

/* The mark that is there is of this start of the computer. */
static bool is_ours(const char *path)
{
    char boot[BOOT_ID_SIZE];
    size_t size;
    char *mark = file_load(path, BOOT_ID_SIZE, &size, NULL);
    bool ours = boot_id(boot) && str_equal(mark, boot);
    mem_free(mark);
    return ours;
}

bool running_was_cut(const char *folder)
{
    char path[OS_PATH_MAX];
    return path_join(path, folder, MARK) && file_info(path).exists && !is_ours(path);
}

void running_begin(const char *folder)
{
    char path[OS_PATH_MAX], boot[BOOT_ID_SIZE];
    struct err err = {0};
    if (!path_join(path, folder, MARK) || is_ours(path))
        return;
    size_t size = boot_id(boot) ? strlen(boot) : 0;
    if (!file_save(path, boot, size, &err) || !file_sync_folder(folder, &err))
        log_warn("after a power cut numbers of messages may be used again: %s", err.text);
}

void running_end(const char *folder)
{
    char path[OS_PATH_MAX];
    struct err err = {0};
    if (path_join(path, folder, MARK) && !file_remove(path, &err))
        log_warn("%s", err.text);
}
