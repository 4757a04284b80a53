#include "client/platform/open_url.h"

#include "protocol/base/str.h"
#include "protocol/os/file.h"
#include "protocol/os/spawn.h"

static bool hand_over(const char *option, const char *what, struct err *err)
{
    const char *plain[] = {"open", what, NULL};
    const char *with[] = {"open", option, what, NULL};
    return spawn_detached(option ? with : plain, err);
}

bool open_url(const char *url, struct err *err)
{
    if (!str_starts(url, "http://") && !str_starts(url, "https://"))
        return err_set(err, ERR_DENIED, "Only http and https addresses are opened");
    return hand_over(NULL, url, err);
}

bool open_file(const char *path, struct err *err)
{
    char full[OS_PATH_MAX];
    if (!file_info(path).exists)
        return err_set(err, ERR_NOT_FOUND, "%s is not there any more", path);
    if (path[0] != '/' && !str_format(full, sizeof full, "./%s", path))
        return err_set(err, ERR_LIMIT, "The path %s is too long", path);
    return hand_over(NULL, path[0] == '/' ? path : full, err);
}

bool open_folder_of(const char *path, struct err *err)
{
    char full[OS_PATH_MAX];
    if (path[0] != '/' && !str_format(full, sizeof full, "./%s", path))
        return err_set(err, ERR_LIMIT, "The path %s is too long", path);
    return hand_over("-R", path[0] == '/' ? path : full, err); /* shows it in the Finder */
}
