#include "client/platform/window.h"

#include <stdio.h>
#include <string.h>

#include <SDL.h>

#include "protocol/os/program.h"

void window_say(const char *text, bool is_failure)
{
    FILE *out = is_failure ? stderr : stdout;
    if (is_failure ? program_has_error_output() : program_has_output()) {
        const size_t size = strlen(text);
        fputs(text, out);
        if (size == 0 || text[size - 1] != '\n')
            fputc('\n', out);
        return;
    }
    SDL_ShowSimpleMessageBox(is_failure ? SDL_MESSAGEBOX_ERROR : SDL_MESSAGEBOX_INFORMATION,
                             "Confab", text, NULL);
}
