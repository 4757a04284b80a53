#include "protocol/os/win32/wide.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"

#define FULL_MAX 32768   /* units: what Windows takes at all */
#define OLD_PATH_MAX 240 /* MAX_PATH less room for a name that the system appends */

wchar_t *wide_from(const char *text)
{
    int length = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, NULL, 0);
    if (length <= 0)
        return NULL;
    wchar_t *wide = mem_alloc((size_t)length, sizeof *wide);
    MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, wide, length);
    return wide;
}

wchar_t *wide_path(const char *path, struct err *err)
{
    static const wchar_t prefix[] = L"\\\\?\\", share_prefix[] = L"\\\\?\\UNC\\";
    wchar_t *wide = wide_from(path);
    if (!wide) {
        err_set(err, ERR_FORMAT, "The name of a file is not valid text.");
        return NULL;
    }
    for (wchar_t *c = wide; *c; c++)
        if (*c == L'/')
            *c = L'\\';
    if (wcslen(wide) < OLD_PATH_MAX || wcsncmp(wide, prefix, wcslen(prefix)) == 0)
        return wide;
    /* behind the prefix nothing is resolved any more: no "..", no folder that we are in */
    wchar_t *full = mem_alloc(FULL_MAX, sizeof *full);
    DWORD length = GetFullPathNameW(wide, FULL_MAX, full, NULL);
    mem_free(wide);
    if (length == 0 || length >= FULL_MAX) {
        mem_free(full);
        err_set(err, ERR_LIMIT, "The path of a file is too long.");
        return NULL;
    }
    const bool share = wcsncmp(full, L"\\\\", 2) == 0;
    wchar_t *longer = mem_alloc(length + 16, sizeof *longer);
    wcscpy(longer, share ? share_prefix : prefix);
    wcscat(longer, share ? full + 2 : full);
    mem_free(full);
    return longer;
}

bool wide_to(const wchar_t *wide, char *out, size_t size)
{
    int room = size > INT_MAX ? INT_MAX : (int)size;
    if (WideCharToMultiByte(CP_UTF8, 0, wide, -1, out, room, NULL, NULL) > 0)
        return true;
    if (size > 0)
        out[0] = '\0';
    return false;
}

const char *wide_reason(unsigned long code, char out[WIDE_REASON_SIZE])
{
    wchar_t text[WIDE_REASON_SIZE];
    const DWORD flags = FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS;
    const DWORD room = sizeof text / sizeof text[0];
    /* our sentences are English, so the reason should be; not every system has it in English */
    DWORD length = FormatMessageW(flags, NULL, code, MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US),
                                  text, room, NULL);
    if (length == 0)
        length = FormatMessageW(flags, NULL, code, 0, text, room, NULL);
    while (length > 0 && wcschr(L" .\r\n", text[length - 1]))
        length--;
    text[length < room ? length : room - 1] = L'\0';
    if (length == 0 || !wide_to(text, out, WIDE_REASON_SIZE))
        str_format(out, WIDE_REASON_SIZE, "error %lu", code);
    return out;
}

static enum err_kind kind_of(unsigned long code)
{
    switch (code) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
        return ERR_NOT_FOUND;
    case ERROR_ACCESS_DENIED:
    case ERROR_WRITE_PROTECT:
        return ERR_DENIED;
    case ERROR_DISK_FULL:
    case ERROR_HANDLE_DISK_FULL:
        return ERR_FULL;
    case ERROR_FILE_EXISTS:
    case ERROR_ALREADY_EXISTS:
        return ERR_EXISTS;
    default:
        return ERR_SYSTEM;
    }
}

bool wide_fail(struct err *err, unsigned long code, const char *format, ...)
{
    char sentence[ERR_TEXT_MAX], reason[WIDE_REASON_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    return err_set(err, kind_of(code), "%s: %s.", sentence, wide_reason(code, reason));
}
