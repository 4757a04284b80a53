#include "protocol/os/win32/wide.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"

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
    static const wchar_t prefix[] = L"\\\\?\\";
    wchar_t *wide = wide_from(path);
    if (!wide) {
        err_set(err, ERR_FORMAT, "The name of a file is not valid text.");
        return NULL;
    }
    size_t length = wcslen(wide);
    for (size_t i = 0; i < length; i++)
        if (wide[i] == L'/')
            wide[i] = L'\\';
    if (length < OLD_PATH_MAX || wide[1] != L':')
        return wide;
    wchar_t *longer = mem_alloc(length + sizeof prefix / sizeof prefix[0], sizeof *longer);
    wcscpy(longer, prefix);
    wcscat(longer, wide);
    mem_free(wide);
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
