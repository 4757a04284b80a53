#include "client/platform/desktop.h"

#include <string.h>

#include <windows.h>

#include <SDL.h>
#include <SDL_syswm.h>

void desktop_prepare(void)
{
}

float desktop_scale(void *native)
{
    (void)native;
    return 1.0f; /* SDL scales its points by the monitor's setting (SDL_HINT_WINDOWS_DPI_SCALING) */
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
    (void)message;
    return false;
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
    (void)native; /* Windows tells a window of drags by OLE only, which SDL does not use */
}

enum desktop_drag desktop_drag(const void *message, int *x, int *y)
{
    (void)message;
    *x = *y = 0;
    return DRAG_NONE;
}
