/* tree.h - a folder of a test goes with all that is in it. */
#ifndef CONFAB_TESTS_TREE_H
#define CONFAB_TESTS_TREE_H

#include "protocol/base/str.h"
#include "protocol/os/file.h"

/* What cannot be removed stays; whoever cares looks afterwards. */
static void remove_tree(const char *path)
{
    char **names, inside[OS_PATH_MAX];
    size_t count;
    if (!file_info(path).is_folder) {
        file_remove(path, NULL);
        return;
    }
    if (file_list(path, &names, &count, NULL)) {
        for (size_t i = 0; i < count; i++)
            if (path_join(inside, path, names[i]))
                remove_tree(inside);
        file_list_free(names, count);
    }
    file_remove_folder(path, NULL);
}

#endif
