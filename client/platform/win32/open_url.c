#include "client/platform/open_url.h"

#include <windows.h>
#include <shellapi.h>
#include <stdint.h>
#include <wchar.h>

#include "protocol/base/str.h"
#include "protocol/os/file.h"

#define PATH_CHARS 4096

static bool to_wide(const char *text, wchar_t out[PATH_CHARS], struct err *err)
{
    if (MultiByteToWideChar(CP_UTF8, 0, text, -1, out, PATH_CHARS) > 0)
        return true;
    return err_set(err, ERR_LIMIT, "%s is too long", text);
}

static bool hand_over(const wchar_t *what, const wchar_t *arguments, struct err *err)
{
    INT_PTR code = (INT_PTR)ShellExecuteW(NULL, L"open", what, arguments, NULL, SW_SHOWNORMAL);
    if (code > 32) /* ShellExecute's way to say "fine" */
        return true;
    return err_set(err, ERR_SYSTEM, "Windows has no program for this (code %d)", (int)code);
}

bool open_url(const char *url, struct err *err)
{
    wchar_t wide[PATH_CHARS];
    if (!str_starts(url, "http://") && !str_starts(url, "https://"))
        return err_set(err, ERR_DENIED, "Only http and https addresses are opened");
    return to_wide(url, wide, err) && hand_over(wide, NULL, err);
}

bool open_file(const char *path, struct err *err)
{
    wchar_t wide[PATH_CHARS];
    if (!file_info(path).exists)
        return err_set(err, ERR_NOT_FOUND, "%s is not there any more", path);
    return to_wide(path, wide, err) && hand_over(wide, NULL, err);
}

bool open_folder_of(const char *path, struct err *err)
{
    wchar_t wide[PATH_CHARS], arguments[PATH_CHARS + 16];
    if (!to_wide(path, wide, err))
        return false;
    for (wchar_t *c = wide; *c; c++)
        if (*c == L'/')
            *c = L'\\'; /* Explorer knows no other */
    swprintf(arguments, PATH_CHARS + 16, L"/select,\"%ls\"", wide);
    return hand_over(L"explorer.exe", arguments, err);
}
