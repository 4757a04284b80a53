/* Apple's File System Programming Guide, "The Library Directory Stores App-Specific Files". */
#include "protocol/os/posix/folders.h"

#include <mach-o/dyld.h>
#include <stdint.h>
#include <stdlib.h>

#include "protocol/base/str.h"
#include "protocol/os/file.h"

bool folders_find(enum folder which, char *out)
{
    static const char *const under_home[] = {
        [FOLDER_CONFIG] = "Library/Application Support/Confab",
        [FOLDER_DATA] = "Library/Application Support/Confab/Server",
        [FOLDER_CACHE] = "Library/Caches/Confab",
        [FOLDER_DOWNLOADS] = "Downloads",
    };
    char home[OS_PATH_MAX];
    return folders_home(home) && path_join(out, home, under_home[which]);
}

bool folders_program(char *out)
{
    char path[OS_PATH_MAX];
    uint32_t size = sizeof path;
    if (_NSGetExecutablePath(path, &size) != 0)
        return false;
    char *whole = realpath(path, NULL); /* the path may hold links and dots */
    bool ok = whole && str_copy(out, OS_PATH_MAX, whole);
    free(whole);
    return ok;
}
