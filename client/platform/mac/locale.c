#include "client/platform/locale.h"

#include <ctype.h>
#include <stdbool.h>

#include "protocol/os/spawn.h"

/* The list looks like ( "de-DE", "en-GB" ): what is no part of a word goes. */
void locale_languages(char *out, size_t size)
{
    const char *argv[] = {"defaults", "read", "-g", "AppleLanguages", NULL};
    char answer[512] = "";
    size_t got = 0, used = 0;
    struct spawn *child = spawn_start(argv, OS_FILE_NONE, NULL);
    out[0] = '\0';
    if (!child)
        return;
    if (!spawn_read(child, answer, sizeof answer - 1, 500, &got, NULL))
        spawn_kill(child);
    spawn_finish(child);
    for (const char *at = answer; *at && used + 1 < size; at++) {
        const bool part = isalnum((unsigned char)*at) || *at == '-' || *at == '_';
        if (part)
            out[used++] = *at;
        else if (used > 0 && out[used - 1] != ':')
            out[used++] = ':';
        out[used] = '\0';
    }
}
