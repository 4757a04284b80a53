#include "client/platform/clipboard.h"

#include <SDL.h>

#include "protocol/base/mem.h"

char *clipboard_get(void)
{
    char *text = SDL_GetClipboardText();
    char *copy = mem_string(text ? text : "");
    SDL_free(text);
    return copy;
}

bool clipboard_set(const char *utf8)
{
    return SDL_SetClipboardText(utf8) == 0;
}
