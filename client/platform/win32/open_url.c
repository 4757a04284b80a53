#include "client/platform/open_url.h"

#include <windows.h>
#include <objbase.h>
#include <shellapi.h>
#include <shlobj.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/file.h"
#include "protocol/os/win32/wide.h"

#define URL_MAX 2083 /* INTERNET_MAX_URL_LENGTH: longer ones are refused */

/* The browser is given the address on its command line, between quotation marks: none may be in it,
 * nor what ends it or is not an address. */
static bool escape(const char *url, char out[URL_MAX])
{
    static const char hex[] = "0123456789ABCDEF";
    size_t n = 0;
    for (; *url; url++) {
        const unsigned char c = (unsigned char)*url;
        const bool bad = c <= ' ' || c == '"' || c == '<' || c == '>' || c == '\\' || c == '^' ||
                         c == '`' || c == '|' || c == 0x7f;
        if (n + 4 > URL_MAX)
            return false;
        if (bad) {
            out[n++] = '%';
            out[n++] = hex[c >> 4];
            out[n++] = hex[c & 15];
        } else {
            out[n++] = (char)c;
        }
    }
    out[n] = '\0';
    return true;
}

static bool hand_over(wchar_t *wide, struct err *err)
{
    const INT_PTR code = (INT_PTR)ShellExecuteW(NULL, L"open", wide, NULL, NULL, SW_SHOWNORMAL);
    mem_free(wide);
    if (code > 32) /* ShellExecute's way to say "fine" */
        return true;
    return err_set(err, ERR_SYSTEM, "Windows has no program for this (code %d)", (int)code);
}

bool open_url(const char *url, struct err *err)
{
    char safe[URL_MAX];
    if (!str_starts(url, "http://") && !str_starts(url, "https://"))
        return err_set(err, ERR_DENIED, "Only http and https addresses are opened");
    wchar_t *wide = escape(url, safe) ? wide_from(safe) : NULL;
    if (!wide)
        return err_set(err, ERR_LIMIT, "This address is too long");
    return hand_over(wide, err);
}

bool open_asset(const char *path, struct err *err)
{
    wchar_t *wide = wide_path(path, err);
    return wide && hand_over(wide, err);
}

bool open_folder_of(const char *path, struct err *err)
{
    if (!file_info(path).exists)
        return err_set(err, ERR_NOT_FOUND, "%s is not there any more", path);
    wchar_t *wide = wide_from(path);
    for (wchar_t *c = wide; c && *c; c++)
        if (*c == L'/')
            *c = L'\\'; /* Explorer knows no other */
    const bool started = SUCCEEDED(CoInitializeEx(NULL, COINIT_APARTMENTTHREADED));
    PIDLIST_ABSOLUTE item = wide ? ILCreateFromPathW(wide) : NULL;
    const HRESULT code = item ? SHOpenFolderAndSelectItems(item, 0, NULL, 0) : E_INVALIDARG;
    if (item)
        ILFree(item);
    if (started)
        CoUninitialize();
    mem_free(wide);
    return SUCCEEDED(code) || err_set(err, ERR_SYSTEM, "The folder of %s cannot be shown", path);
}
