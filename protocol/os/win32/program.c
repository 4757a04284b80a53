#include "protocol/os/program.h"

#include <share.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>
#include <shellapi.h>

#include "protocol/base/mem.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"
#include "protocol/os/win32/wide.h"

#define LOG_NAME "confab.log"
#define LOG_BEFORE "confab.1.log" /* that of the last time */

static UINT code_page_before;

static char *utf8_of(const wchar_t *wide)
{
    const size_t size = 3 * wcslen(wide) + 1;
    char *text = mem_alloc(size, 1);
    wide_to(wide, text, size);
    return text;
}

/* main() is given them in the code page of the system, which has not all letters. */
static void take_arguments(int *argc, char ***argv)
{
    int count = 0;
    wchar_t **wide = CommandLineToArgvW(GetCommandLineW(), &count);
    if (!wide)
        return;
    char **words = mem_alloc((size_t)count + 1, sizeof *words);
    for (int i = 0; i < count; i++)
        words[i] = utf8_of(wide[i]);
    words[count] = NULL;
    LocalFree(wide);
    *argc = count;
    *argv = words;
}

static void restore_code_page(void)
{
    SetConsoleOutputCP(code_page_before);
}

static bool is_console(DWORD which)
{
    DWORD mode;
    return GetConsoleMode(GetStdHandle(which), &mode) != 0;
}

static void prepare_console(void)
{
    if (!is_console(STD_OUTPUT_HANDLE) && !is_console(STD_ERROR_HANDLE))
        return;
    code_page_before = GetConsoleOutputCP();
    if (code_page_before != CP_UTF8 && SetConsoleOutputCP(CP_UTF8))
        atexit(restore_code_page);
}

static bool goes_somewhere(DWORD which)
{
    const HANDLE handle = GetStdHandle(which);
    return handle && handle != INVALID_HANDLE_VALUE && GetFileType(handle) != FILE_TYPE_UNKNOWN;
}

static void write_to(const wchar_t *path)
{
    FILE *log = _wfreopen(path, L"a", stderr);
#ifndef _UCRT /* this C library may refuse where there was no stream; there it is a plain structure */
    if (!log) {
        log = _wfsopen(path, L"a", _SH_DENYNO);
        if (log)
            *stderr = *log;
    }
#endif
    if (log)
        setvbuf(stderr, NULL, _IONBF, 0);
}

/* A second window writes behind the first one's words: what is open cannot be renamed. */
static void open_log(void)
{
    char folder[OS_PATH_MAX], path[OS_PATH_MAX], before[OS_PATH_MAX];
    dirs_cache(folder);
    if (!path_join(path, folder, LOG_NAME) || !path_join(before, folder, LOG_BEFORE))
        return;
    wchar_t *from = wide_path(path, NULL), *to = wide_path(before, NULL);
    if (from && to)
        MoveFileExW(from, to, MOVEFILE_REPLACE_EXISTING);
    if (from)
        write_to(from);
    mem_free(from);
    mem_free(to);
}

void program_start(int *argc, char ***argv)
{
    SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_DEFAULT_DIRS);
    take_arguments(argc, argv);
    if (program_has_error_output())
        prepare_console();
    else
        open_log();
}

bool program_has_output(void)
{
    return goes_somewhere(STD_OUTPUT_HANDLE);
}

bool program_has_error_output(void)
{
    return goes_somewhere(STD_ERROR_HANDLE);
}
