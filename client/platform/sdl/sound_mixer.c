#include "client/platform/sdl/sound_mixer.h"

#include <SDL.h>

static const char *const names[] = {
#if defined(_WIN32)
    "SDL2_mixer.dll",
#elif defined(__APPLE__)
    "@executable_path/../Frameworks/libSDL2_mixer.dylib", /* in the bundle */
    "libSDL2_mixer-2.0.0.dylib",
    "libSDL2_mixer.dylib",
#else
    "libSDL2_mixer-2.0.so.0",
#endif
#ifdef CONFAB_MIXER_PATH
    CONFAB_MIXER_PATH, /* where it was when this was built */
#endif
};

static bool find(void *library, const char *name, void *function)
{
    void *found = SDL_LoadFunction(library, name);
    SDL_memcpy(function, &found, sizeof found); /* C knows no cast from an object to a function */
    return found != NULL;
}

const struct mixer *mixer_load(struct err *err)
{
    static struct mixer mixer;
    static bool loaded;
    void *library = NULL;
    if (loaded)
        return &mixer;
    for (size_t i = 0; !library && i < sizeof names / sizeof *names; i++)
        library = SDL_LoadObject(names[i]);
    loaded = library && find(library, "Mix_Linked_Version", &mixer.version) &&
             find(library, "Mix_OpenAudioDevice", &mixer.open) &&
             find(library, "Mix_CloseAudio", &mixer.close) &&
             find(library, "Mix_QuerySpec", &mixer.query) &&
             find(library, "Mix_HookMusic", &mixer.hook) &&
             find(library, "Mix_QuickLoad_RAW", &mixer.chunk) &&
             find(library, "Mix_FreeChunk", &mixer.free) &&
             find(library, "Mix_PlayChannelTimed", &mixer.play) &&
             find(library, "Mix_Playing", &mixer.playing);
    if (loaded)
        return &mixer;
    if (library)
        SDL_UnloadObject(library);
    err_set(err, ERR_NOT_FOUND,
            "Nothing can be heard: SDL2_mixer is missing on this computer. Install it and press "
            "play again.");
    return NULL;
}
