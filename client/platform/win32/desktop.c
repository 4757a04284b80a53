#include "client/platform/desktop.h"

#include <string.h>

#include <windows.h>

#include <SDL.h>
#include <SDL_syswm.h>

void desktop_prepare(void)
{
}

#define DPI_OF_100_PERCENT 96.0f

/* Where a window is; without one, or before Windows 10 1607, of the screen that the person began with. */
static UINT dots_per_inch(void *native)
{
    typedef UINT(WINAPI * of_window)(HWND);
    of_window get = NULL;
    SDL_SysWMinfo about;
    const FARPROC found = GetProcAddress(GetModuleHandleW(L"user32.dll"), "GetDpiForWindow");
    memcpy(&get, &found, sizeof get);
    SDL_VERSION(&about.version)
    if (native && get && SDL_GetWindowWMInfo(native, &about) &&
        about.subsystem == SDL_SYSWM_WINDOWS)
        return get(about.info.win.window);
    HDC screen = GetDC(NULL);
    const int dots = screen ? GetDeviceCaps(screen, LOGPIXELSX) : 0;
    if (screen)
        ReleaseDC(NULL, screen);
    return dots > 0 ? (UINT)dots : 0;
}

/* SDL could scale its points (SDL_HINT_WINDOWS_DPI_SCALING), but would then give us a surface of points to draw on. */
float desktop_scale(void *native)
{
    const UINT dots = dots_per_inch(native);
    return dots ? (float)dots / DPI_OF_100_PERCENT : 1.0f;
}

bool desktop_is_dark(void)
{
    DWORD light = 0, size = sizeof light;
    LSTATUS status = RegGetValueW(
        HKEY_CURRENT_USER, L"Software\\Microsoft\\Windows\\CurrentVersion\\Themes\\Personalize",
        L"AppsUseLightTheme", RRF_RT_REG_DWORD, NULL, &light, &size);
    return status != ERROR_SUCCESS || light == 0;
}

bool desktop_has_motion(void)
{
    BOOL on = TRUE;
    return !SystemParametersInfoW(SPI_GETCLIENTAREAANIMATION, 0, &on, 0) || on;
}

bool desktop_places_frames(void)
{
    return false;
}

bool desktop_is_rescaled(const void *message)
{
    const SDL_SysWMmsg *system = message; /* SDL has kept its size in pixels */
    return system->subsystem == SDL_SYSWM_WINDOWS && system->msg.win.msg == WM_DPICHANGED;
}

#define DARK_TITLE 20 /* DWMWA_USE_IMMERSIVE_DARK_MODE: since Windows 10 2004, refused before */

/* SDL has the words; whether they stand on dark or light ground it leaves to us. */
void desktop_set_title(void *native, const char *title)
{
    typedef HRESULT(WINAPI * set_attribute)(HWND, DWORD, LPCVOID, DWORD);
    set_attribute set = NULL;
    SDL_SysWMinfo about;
    (void)title;
    HMODULE library = LoadLibraryExW(L"dwmapi.dll", NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
    const FARPROC found = library ? GetProcAddress(library, "DwmSetWindowAttribute") : NULL;
    memcpy(&set, &found, sizeof set);
    SDL_VERSION(&about.version)
    const BOOL dark = desktop_is_dark();
    if (set && SDL_GetWindowWMInfo(native, &about) && about.subsystem == SDL_SYSWM_WINDOWS)
        set(about.info.win.window, DARK_TITLE, &dark, sizeof dark);
    if (library)
        FreeLibrary(library);
}

void desktop_watch_drags(void *native)
{
    (void)native;
    /* Of drags Windows tells by OLE only, which SDL does not use; but of WM_DPICHANGED. */
    SDL_EventState(SDL_SYSWMEVENT, SDL_ENABLE);
}

enum desktop_drag desktop_drag(const void *message, int *x, int *y)
{
    (void)message;
    *x = *y = 0;
    return DRAG_NONE;
}
