#include "client/platform/dialog_ask.h"

#include <windows.h>
#include <commdlg.h>
#include <shlobj.h>
#include <string.h>
#include <wchar.h>

#include "client/platform/dialog.h"
#include "protocol/base/mem.h"

#define ANSWER_CHARS (256 * 1024) /* a folder and the names in it: thousands of files */

bool dialog_available(void)
{
    return true;
}

static wchar_t *wide(const char *text)
{
    int n = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
    wchar_t *out = mem_alloc((size_t)n + 1, sizeof *out);
    MultiByteToWideChar(CP_UTF8, 0, text, -1, out, n);
    return out;
}

static void add_wide(struct dialog_wish *wish, const wchar_t *path)
{
    int n = WideCharToMultiByte(CP_UTF8, 0, path, -1, NULL, 0, NULL, NULL);
    char *out = mem_alloc((size_t)n + 1, 1);
    WideCharToMultiByte(CP_UTF8, 0, path, -1, out, n, NULL, NULL);
    wish->add(wish, out);
    mem_free(out);
}

/* One file: its path. Several: the folder, then each name, each ended by a NUL, two at the end. */
static void add_answer(struct dialog_wish *wish, const wchar_t *answer)
{
    const wchar_t *name = answer + wcslen(answer) + 1;
    if (*name == L'\0') {
        add_wide(wish, answer);
        return;
    }
    wchar_t *path = mem_alloc(ANSWER_CHARS, sizeof *path);
    for (; *name; name += wcslen(name) + 1) {
        const wchar_t *slash = answer[wcslen(answer) - 1] == L'\\' ? L"" : L"\\";
        wcscpy(path, answer);
        wcscat(path, slash);
        wcscat(path, name);
        add_wide(wish, path);
    }
    mem_free(path);
}

/* The dialog's own timer looks whether it is still wanted. */
static UINT_PTR CALLBACK watch(HWND inner, UINT message, WPARAM wparam, LPARAM lparam)
{
    (void)wparam;
    if (message == WM_INITDIALOG) {
        SetWindowLongPtrW(inner, GWLP_USERDATA, ((OPENFILENAMEW *)lparam)->lCustData);
        SetTimer(inner, 1, 200, NULL);
    } else if (message == WM_TIMER) {
        struct dialog_wish *wish = (struct dialog_wish *)GetWindowLongPtrW(inner, GWLP_USERDATA);
        if (wish && atomic_load(&wish->cancelled))
            PostMessageW(GetParent(inner), WM_COMMAND, IDCANCEL, 0);
    }
    return 0;
}

/* It opens where the last one was chosen. */
static int CALLBACK watch_folder(HWND box, UINT message, LPARAM lparam, LPARAM start)
{
    (void)lparam;
    if (message == BFFM_INITIALIZED && start)
        SendMessageW(box, BFFM_SETSELECTIONW, TRUE, start);
    return 0;
}

static bool ask_folder(struct dialog_wish *wish)
{
    wchar_t *title = wide(wish->title), *folder = wish->folder ? wide(wish->folder) : NULL;
    wchar_t path[MAX_PATH] = L"";
    const bool started = SUCCEEDED(CoInitializeEx(NULL, COINIT_APARTMENTTHREADED));
    BROWSEINFOW ask = {.lpszTitle = title,
                       .ulFlags = BIF_RETURNONLYFSDIRS | BIF_USENEWUI,
                       .lpfn = watch_folder,
                       .lParam = (LPARAM)folder};
    PIDLIST_ABSOLUTE chosen = SHBrowseForFolderW(&ask);
    if (chosen && SHGetPathFromIDListW(chosen, path))
        add_wide(wish, path);
    CoTaskMemFree(chosen);
    if (started)
        CoUninitialize();
    mem_free(folder);
    mem_free(title);
    return true;
}

/* Runs on dialog.c's thread; the window's own thread goes on drawing. */
bool dialog_ask(struct dialog_wish *wish, struct err *err)
{
    if (wish->kind == DIALOG_FOLDER)
        return ask_folder(wish);
    wchar_t *title = wide(wish->title);
    wchar_t *folder = wish->folder ? wide(wish->folder) : NULL;
    wchar_t *answer = mem_alloc(ANSWER_CHARS, sizeof *answer);
    if (wish->name) {
        wchar_t *name = wide(wish->name);
        wcsncpy(answer, name, MAX_PATH);
        mem_free(name);
    }
    OPENFILENAMEW ask = {
        .lStructSize = sizeof ask,
        .lpstrFile = answer,
        .nMaxFile = ANSWER_CHARS,
        .lpstrTitle = title,
        .lpstrInitialDir = folder,
        .lpfnHook = watch,
        .lCustData = (LPARAM)wish,
        .Flags = OFN_EXPLORER | OFN_ENABLEHOOK | OFN_ENABLESIZING | OFN_NOCHANGEDIR |
                 (wish->kind == DIALOG_SAVE ? OFN_OVERWRITEPROMPT
                                            : OFN_ALLOWMULTISELECT | OFN_FILEMUSTEXIST),
    };
    bool chosen = wish->kind == DIALOG_SAVE ? GetSaveFileNameW(&ask) : GetOpenFileNameW(&ask);
    DWORD why = chosen ? 0 : CommDlgExtendedError(); /* 0: the person closed it */
    if (chosen && wish->kind == DIALOG_SAVE)
        add_wide(wish, answer); /* behind it may be the rest of a longer name that we proposed */
    else if (chosen)
        add_answer(wish, answer);
    mem_free(answer);
    mem_free(folder);
    mem_free(title);
    if (why)
        return err_set(err, ERR_SYSTEM, "Windows could not show its file window (error %lu)", why);
    return true;
}
