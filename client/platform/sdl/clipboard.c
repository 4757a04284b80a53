#include "client/platform/clipboard.h"

#include <SDL.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"

char *clipboard_get(void)
{
    char *text = SDL_GetClipboardText();
    char *copy = mem_string(text ? text : ""), *to = copy;
    SDL_free(text);
    for (const char *from = copy; *from; from++) /* lines end so on Windows */
        if (from[0] != '\r' || from[1] != '\n')
            *to++ = *from;
    *to = '\0';
    return copy;
}

bool clipboard_set(const char *utf8)
{
    return SDL_SetClipboardText(utf8) == 0;
}

/* SDL would keep one of its own where the system has none; nobody expects that there. */
#if SDL_VERSION_ATLEAST(2, 26, 0)
static bool has_primary(void)
{
    const char *driver = SDL_GetCurrentVideoDriver();
    return driver && (str_equal(driver, "x11") || str_equal(driver, "wayland"));
}
#endif

char *clipboard_get_primary(void)
{
#if SDL_VERSION_ATLEAST(2, 26, 0)
    if (has_primary()) {
        char *text = SDL_GetPrimarySelectionText();
        char *copy = mem_string(text ? text : "");
        SDL_free(text);
        return copy;
    }
#endif
    return mem_string("");
}

void clipboard_set_primary(const char *utf8)
{
#if SDL_VERSION_ATLEAST(2, 26, 0)
    if (has_primary())
        SDL_SetPrimarySelectionText(utf8);
#else
    (void)utf8;
#endif
}
