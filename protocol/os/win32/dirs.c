#include "protocol/os/dirs.h"

#include <string.h>
#include <windows.h>
#include <initguid.h> /* the folder ids are defined here, not only declared */
#include <knownfolders.h>
#include <objbase.h>
#include <shlobj.h>
#define SECURITY_WIN32
#include <security.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/file.h"
#include "protocol/os/win32/wide.h"

void dirs_temp(char *out)
{
    wchar_t wide[MAX_PATH + 1];
    DWORD length = GetTempPathW(MAX_PATH + 1, wide);
    if (length == 0 || length > MAX_PATH || !wide_to(wide, out, OS_PATH_MAX)) {
        str_copy(out, OS_PATH_MAX, ".");
        return;
    }
    size_t size = strlen(out);
    if (size > 3 && out[size - 1] == '\\') /* not that of "C:\" */
        out[size - 1] = '\0';
}

/* Who sets the variable of the XDG Base Directory Specification means it here too: a stick that brings its
 * settings, a test. Relative values are to be ignored, says XDG. */
static bool asked_for(const wchar_t *variable, char *out)
{
    wchar_t value[OS_PATH_MAX];
    char base[OS_PATH_MAX];
    const DWORD length = variable ? GetEnvironmentVariableW(variable, value, OS_PATH_MAX) : 0;
    const bool absolute = length > 0 && length < OS_PATH_MAX &&
                          (value[1] == L':' || value[0] == L'\\' || value[0] == L'/');
    return absolute && wide_to(value, base, sizeof base) && path_join(out, base, "confab") &&
           file_make_folder(out, NULL);
}

/* The known folder with `inside` under it ("" for itself), made; else one in the temporary
 * folder. */
static void provide(const wchar_t *variable, const KNOWNFOLDERID *id, const char *inside, char *out)
{
    char folder[OS_PATH_MAX];
    wchar_t *wide = NULL;
    if (asked_for(variable, out))
        return;
    bool known =
        SHGetKnownFolderPath(id, 0, NULL, &wide) == S_OK && wide_to(wide, folder, sizeof folder);
    CoTaskMemFree(wide);
    if (known && path_join(out, folder, inside)) {
        size_t size = strlen(out);
        if (inside[0] == '\0' && size > 0) /* path_join() ended it with a separator */
            out[size - 1] = '\0';
        if (file_make_folder(out, NULL))
            return;
    }
    dirs_temp(folder);
    path_join(out, folder, inside[0] ? inside : "Confab");
    file_make_folder(out, NULL);
}

void dirs_config(char *out)
{
    provide(L"XDG_CONFIG_HOME", &FOLDERID_RoamingAppData, "Confab", out);
}

void dirs_data(char *out)
{
    provide(L"XDG_DATA_HOME", &FOLDERID_LocalAppData, "Confab/Server", out);
}

void dirs_cache(char *out)
{
    provide(L"XDG_CACHE_HOME", &FOLDERID_LocalAppData, "Confab/Cache", out);
}

void dirs_downloads(char *out)
{
    provide(NULL, &FOLDERID_Downloads, "", out);
}

void dirs_program(char *out)
{
    wchar_t wide[OS_PATH_MAX];
    DWORD length = GetModuleFileNameW(NULL, wide, OS_PATH_MAX);
    if (length == 0 || length >= OS_PATH_MAX || !wide_to(wide, out, OS_PATH_MAX)) {
        str_copy(out, OS_PATH_MAX, ".");
        return;
    }
    char *last = strrchr(out, '\\');
    if (last)
        *last = '\0';
}

void dirs_user_name(char *out, size_t size)
{
    wchar_t wide[257];
    ULONG length = 257;
    out[0] = '\0';
    if (GetUserNameExW(NameDisplay, wide, &length))
        wide_to(wide, out, size);
    DWORD login = 257;
    if (out[0] == '\0' && GetUserNameW(wide, &login))
        wide_to(wide, out, size);
}

void dirs_host_name(char *out, size_t size)
{
    wchar_t wide[257];
    DWORD length = 257;
    if (!GetComputerNameExW(ComputerNameDnsHostname, wide, &length) || !wide_to(wide, out, size) ||
        out[0] == '\0')
        str_copy(out, size, "this computer");
}
