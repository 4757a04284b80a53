/* The libraries that texts are laid out with. */
#include <SDL_ttf.h>
#include <fribidi.h>
#include <hb.h>
#include <linebreak.h>
#include <string.h>

#include "client/ui/text.h"
#include "protocol/base/str.h"
#include "protocol/base/versions.h"

/* "(GNU FriBidi) 1.0.8", and lines of copyright. */
static void add_fribidi(char *out, size_t size)
{
    char words[64];
    str_copy(words, sizeof words, fribidi_version_info);
    words[strcspn(words, "\n")] = '\0';
    const char *last = strrchr(words, ' ');
    versions_add(out, size, "FriBidi", last ? last + 1 : NULL);
}

void text_add_versions(char *out, size_t size)
{
    const SDL_version *ttf = TTF_Linked_Version();
    int major = 0, minor = 0, patch = 0;
    versions_add_numbers(out, size, "SDL2_ttf", ttf->major, ttf->minor, ttf->patch);
    TTF_Init(); /* FreeType knows its version once it is started; ended again by as many TTF_Quit() */
    TTF_GetFreeTypeVersion(&major, &minor, &patch);
    TTF_Quit();
    versions_add_numbers(out, size, "FreeType", major, minor, patch);
    versions_add(out, size, "HarfBuzz", hb_version_string());
    add_fribidi(out, size);
#ifdef UNIBREAK_VERSION
    const int unibreak = unibreak_version;
#else
    const int unibreak = linebreak_version;
#endif
    char version[16];
    str_format(version, sizeof version, "%d.%d", unibreak >> 8, unibreak & 0xff);
    versions_add(out, size, "libunibreak", version);
}
