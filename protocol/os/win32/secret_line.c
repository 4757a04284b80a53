#include "protocol/os/secret_line.h"

#include <windows.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include "protocol/os/win32/wide.h"

#define UNITS_MAX 1024

static bool cut_end(char *line)
{
    size_t length = strlen(line);
    bool whole = length > 0 && line[length - 1] == '\n';
    while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
        line[--length] = '\0';
    return whole;
}

static bool read_pipe(char *out, size_t size, struct err *err)
{
    if (size > INT_MAX || fgets(out, (int)size, stdin) == NULL)
        return err_set(err, ERR_CANCELLED, "Nothing was entered.");
    if (!cut_end(out) && !feof(stdin))
        return err_set(err, ERR_LIMIT, "That is too long: %zu bytes at most.", size - 1);
    return true;
}

bool secret_line_is_shown(void)
{
    DWORD mode;
    return GetConsoleMode(GetStdHandle(STD_INPUT_HANDLE), &mode);
}

bool secret_line_read(const char *question, char *out, size_t size, struct err *err)
{
    HANDLE in = GetStdHandle(STD_INPUT_HANDLE);
    DWORD before, got = 0;
    wchar_t units[UNITS_MAX + 1];
    if (!GetConsoleMode(in, &before))
        return read_pipe(out, size, err);
    fputs(question, stderr);
    fflush(stderr);
    /* Ctrl-C is not processed, so that the console is never left silent */
    SetConsoleMode(in, ENABLE_LINE_INPUT);
    BOOL ok = ReadConsoleW(in, units, UNITS_MAX, &got, NULL);
    SetConsoleMode(in, before);
    fputs("\n", stderr);
    units[ok ? got : 0] = L'\0';
    if (!ok || got == 0 || wcschr(units, 3) != NULL)
        return err_set(err, ERR_CANCELLED, "Nothing was entered.");
    bool whole = wcschr(units, L'\n') != NULL;
    units[wcscspn(units, L"\r\n")] = L'\0';
    if (!whole || !wide_to(units, out, size))
        return err_set(err, ERR_LIMIT, "That is too long: %zu bytes at most.", size - 1);
    return true;
}
