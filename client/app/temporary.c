#include "client/app/temporary.h"

#include "protocol/base/hash.h"
#include "protocol/base/str.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"

bool temporary_folder(char *out, struct err *err)
{
    char folder[OS_PATH_MAX], name[64], id[17];
    dirs_temp(folder);
    random_hex(8, id);
    str_format(name, sizeof name, "confab-outgoing-%s", id);
    return path_join(out, folder, name) ||
           err_set(err, ERR_LIMIT, "The name of the temporary folder is too long.");
}

void temporary_remove(const char *path)
{
    char folder[OS_PATH_MAX];
    const size_t size = (size_t)(path_base(path) - path);
    file_remove(path, NULL);
    if (size > 1 && size < sizeof folder) {
        str_copy(folder, size, path); /* without the separator */
        file_remove_folder(folder, NULL);
    }
}
