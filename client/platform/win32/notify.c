/* A balloon of an icon in the notification area, which Windows 10 and later show as a toast. What is clicked comes
 * as a message to a window of our own that is never seen; SDL's loop hands it out. */
#include "client/platform/notify.h"

#include <windows.h>
#include <shellapi.h>

#include "client/platform/sdl/window_inside.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

#define ICON_MESSAGE (WM_APP + 1)
#define CLASS_NAME L"ConfabNotices"

static struct {
    HWND window;
    bool shown;
    char *tag;
} notify;

static LRESULT CALLBACK on_message(HWND window, UINT message, WPARAM wparam, LPARAM lparam)
{
    if (message != ICON_MESSAGE)
        return DefWindowProcW(window, message, wparam, lparam);
    if ((LOWORD(lparam) == NIN_BALLOONUSERCLICK || LOWORD(lparam) == WM_LBUTTONUP) && notify.tag)
        window_post_notice(mem_string(notify.tag));
    if (LOWORD(lparam) == NIN_BALLOONUSERCLICK)
        notify_withdraw();
    return 0;
}

static bool start(void)
{
    if (notify.window)
        return true;
    const HINSTANCE program = GetModuleHandleW(NULL);
    const WNDCLASSW kind = {
        .lpfnWndProc = on_message, .hInstance = program, .lpszClassName = CLASS_NAME};
    RegisterClassW(&kind);
    notify.window =
        CreateWindowW(CLASS_NAME, L"Confab", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, program, NULL);
    return notify.window != NULL;
}

/* Cut to what the structure holds, at the border of a character. */
static void put(WCHAR *out, int room, const char *text)
{
    char part[1024];
    str_copy(part, (size_t)room < sizeof part ? (size_t)room : sizeof part, text);
    if (MultiByteToWideChar(CP_UTF8, 0, part, -1, out, room) == 0)
        out[0] = L'\0';
}

void notify_watch_theme(void)
{
    /* the window asks when it gets the keyboard */
}

void notify_show(const char *title, const char *text, const char *tag)
{
    if (!start())
        return;
    NOTIFYICONDATAW data = {.cbSize = sizeof data,
                            .hWnd = notify.window,
                            .uID = 1,
                            .uFlags = NIF_ICON | NIF_TIP | NIF_INFO | NIF_MESSAGE,
                            .uCallbackMessage = ICON_MESSAGE,
                            .dwInfoFlags = NIIF_NONE | NIIF_NOSOUND | NIIF_RESPECT_QUIET_TIME};
    data.hIcon = LoadIconW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(1));
    if (!data.hIcon)
        data.hIcon = LoadIconW(NULL, (LPCWSTR)IDI_APPLICATION);
    put(data.szTip, (int)(sizeof data.szTip / sizeof *data.szTip), "Confab");
    put(data.szInfoTitle, (int)(sizeof data.szInfoTitle / sizeof *data.szInfoTitle), title);
    put(data.szInfo, (int)(sizeof data.szInfo / sizeof *data.szInfo), text[0] ? text : " ");
    mem_free(notify.tag);
    notify.tag = mem_string(tag);
    notify.shown = Shell_NotifyIconW(notify.shown ? NIM_MODIFY : NIM_ADD, &data);
}

void notify_withdraw(void)
{
    NOTIFYICONDATAW data = {.cbSize = sizeof data, .hWnd = notify.window, .uID = 1};
    if (notify.shown)
        Shell_NotifyIconW(NIM_DELETE, &data);
    notify.shown = false;
}

void notify_close(void)
{
    notify_withdraw();
    if (notify.window)
        DestroyWindow(notify.window);
    notify.window = NULL;
    mem_free(notify.tag);
    notify.tag = NULL;
}
