#include "client/platform/versions.h"

#include <SDL.h>
#include <SDL_image.h>

#include "client/platform/fonts.h"
#include "client/platform/sdl/sound_mixer.h"
#include "protocol/base/versions.h"

static void add(char *out, size_t size, const char *name, const SDL_version *version)
{
    versions_add_numbers(out, size, name, version->major, version->minor, version->patch);
}

void platform_add_versions(char *out, size_t size)
{
    SDL_version sdl;
    char fonts[32];
    SDL_GetVersion(&sdl);
    add(out, size, "SDL2", &sdl);
    add(out, size, "SDL2_image", IMG_Linked_Version());
    const struct mixer *mixer = mixer_load(NULL);
    if (mixer)
        add(out, size, "SDL2_mixer", mixer->version());
    if (fonts_version(fonts, sizeof fonts))
        versions_add(out, size, "fontconfig", fonts);
}
