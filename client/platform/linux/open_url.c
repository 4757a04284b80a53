#include "client/platform/open_url.h"

#include <string.h>

#include "protocol/base/str.h"
#include "protocol/os/file.h"
#include "protocol/os/spawn.h"

static bool hand_over(const char *what, struct err *err)
{
    const char *argv[] = {"xdg-open", what, NULL};
    if (spawn_detached(argv, err))
        return true;
    return err_set(err, ERR_NOT_FOUND,
                   "Nothing here can open %s: xdg-open is missing "
                   "(package xdg-utils)",
                   what);
}

bool open_url(const char *url, struct err *err)
{
    if (!str_starts(url, "http://") && !str_starts(url, "https://"))
        return err_set(err, ERR_DENIED, "Only http and https addresses are opened");
    return hand_over(url, err);
}

bool open_asset(const char *path, struct err *err)
{
    char full[OS_PATH_MAX];
    if (!file_info(path).exists)
        return err_set(err, ERR_NOT_FOUND, "%s is not there any more", path);
    /* a name that begins with '-' must not be read as an option */
    if (path[0] != '/' && !str_format(full, sizeof full, "./%s", path))
        return err_set(err, ERR_LIMIT, "The path %s is too long", path);
    return hand_over(path[0] == '/' ? path : full, err);
}

bool open_folder_of(const char *path, struct err *err)
{
    char folder[OS_PATH_MAX];
    if (!str_copy(folder, sizeof folder, path))
        return err_set(err, ERR_LIMIT, "The path %s is too long", path);
    char *slash = strrchr(folder, '/');
    if (!slash)
        str_copy(folder, sizeof folder, ".");
    else
        slash[slash == folder ? 1 : 0] = '\0';
    return open_asset(folder, err);
}
