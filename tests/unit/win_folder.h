/* win_folder.h - what tests of Windows begin and end with: a folder of their own, whose name has a space and an é. */
#ifndef CONFAB_TESTS_WIN_FOLDER_H
#define CONFAB_TESTS_WIN_FOLDER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <windows.h>

#include "protocol/base/str.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"
#include "tests/unit/tree.h"

#define LETTERS "Grüße aus Zürich, 東京 & 🐟"

static char folder[OS_PATH_MAX];

static void below(char *out, const char *name)
{
    assert_true(path_join(out, folder, name));
}

static void put(const char *path, const char *text)
{
    struct err err = {0};
    if (!file_save(path, text, strlen(text), &err))
        fail_msg("%s", err.text);
}

/* For reading, and nobody else may write or remove it. */
static HANDLE open_as(const char *path, SECURITY_ATTRIBUTES *attributes)
{
    wchar_t wide[1000];
    MultiByteToWideChar(CP_UTF8, 0, path, -1, wide, 1000);
    return CreateFileW(wide, GENERIC_READ, FILE_SHARE_READ, attributes, OPEN_EXISTING, 0, NULL);
}

static int enter(void **state)
{
    char temp[OS_PATH_MAX], name[64];
    (void)state;
    dirs_temp(temp);
    str_format(name, sizeof name, "confab test é %lu", GetCurrentProcessId());
    return path_join(folder, temp, name) && file_make_folder(folder, NULL) ? 0 : -1;
}

static int leave(void **state)
{
    (void)state;
    remove_tree(folder);
    return file_info(folder).exists ? -1 : 0;
}

#endif
