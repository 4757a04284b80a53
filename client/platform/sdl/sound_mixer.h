/* sound_mixer.h - SDL_mixer, loaded when it is first needed: its libraries would cost each start of the program some milliseconds. */
#ifndef CONFAB_PLATFORM_SDL_SOUND_MIXER_H
#define CONFAB_PLATFORM_SDL_SOUND_MIXER_H

#include <SDL_mixer.h>

#include "protocol/base/err.h"

struct mixer {
    const SDL_version *(*version)(void);
    int (*open)(int rate, Uint16 format, int channels, int frames, const char *device, int changes);
    void (*close)(void);
    int (*query)(int *rate, Uint16 *format, int *channels);
    void (*hook)(void (*fill)(void *context, Uint8 *bytes, int size), void *context);
    Mix_Chunk *(*chunk)(Uint8 *bytes, Uint32 size); /* the bytes stay the caller's */
    void (*free)(Mix_Chunk *chunk);
    int (*play)(int channel, Mix_Chunk *chunk, int loops, int ms);
    int (*playing)(int channel);
};

/* One thread. It stays until the program ends. NULL with a sentence: it is not installed. */
const struct mixer *mixer_load(struct err *err);

#endif
