/* SDL's own audio is enough for one sound, and costs nothing at the start of the program. */
#include "client/platform/sound.h"

#include <math.h>
#include <stdatomic.h>

#include <SDL.h>

#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/os/thread.h"

#define LEVEL 0.22    /* of full: it tells, it does not startle */
#define SECOND_S 0.10 /* when the second stroke comes */
#define TAIL_MS 120   /* what a device may still hold when its queue is empty */
#define LOOK_MS 20

static struct {
    struct thread *thread;
    atomic_bool playing;
} chime;

/* A struck bar: the tone and two overtones that die sooner. */
static double stroke(double hz, double s)
{
    static const struct {
        double times, part, decay;
    } tones[] = {{1.0, 1.0, 9.0}, {2.0, .25, 16.0}, {3.98, .08, 30.0}};
    const double tau = 6.283185307179586, attack = s < .004 ? s / .004 : 1.0;
    double sum = 0;
    for (size_t i = 0; s >= 0 && i < sizeof tones / sizeof *tones; i++)
        sum += tones[i].part * exp(-tones[i].decay * s) * sin(tau * hz * tones[i].times * s);
    return sum * attack;
}

void sound_chime_samples(int16_t out[SOUND_CHIME_FRAMES])
{
    const int frames = SOUND_CHIME_FRAMES;
    for (int i = 0; i < frames; i++) {
        const double s = (double)i / SOUND_RATE, left = (double)(frames - i) / SOUND_RATE;
        const double fade = left < .05 ? left / .05 : 1.0;
        const double sound = stroke(659.26, s) + (s >= SECOND_S ? stroke(987.77, s - SECOND_S) : 0);
        out[i] = (int16_t)(sound * fade * LEVEL * 32767.0);
    }
}

static void play(void)
{
    const SDL_AudioSpec wanted = {
        .freq = SOUND_RATE, .format = AUDIO_S16SYS, .channels = 1, .samples = 1024};
    int16_t *samples = mem_alloc(SOUND_CHIME_FRAMES, sizeof *samples);
    SDL_AudioDeviceID device = SDL_OpenAudioDevice(NULL, 0, &wanted, NULL, 0);
    if (device == 0)
        log_info("no sound: %s", SDL_GetError());
    sound_chime_samples(samples);
    if (device != 0 && SDL_QueueAudio(device, samples, SOUND_CHIME_FRAMES * sizeof *samples) == 0) {
        SDL_PauseAudioDevice(device, 0);
        for (int ms = 0; SDL_GetQueuedAudioSize(device) > 0 && ms < 2000; ms += LOOK_MS)
            SDL_Delay(LOOK_MS);
        SDL_Delay(TAIL_MS);
    }
    if (device != 0)
        SDL_CloseAudioDevice(device);
    mem_free(samples);
}

static void body(void *arg)
{
    (void)arg;
    if (SDL_InitSubSystem(SDL_INIT_AUDIO) == 0) {
        play();
        SDL_QuitSubSystem(SDL_INIT_AUDIO);
    } else {
        log_info("no sound: %s", SDL_GetError());
    }
    SDL_TLSCleanup(); /* what SDL keeps for a thread that it did not make: its last error */
    atomic_store(&chime.playing, false);
}

void sound_chime(void)
{
    if (atomic_exchange(&chime.playing, true))
        return;
    thread_join(chime.thread); /* of the one before, which has ended */
    chime.thread = thread_start(body, NULL, NULL);
    if (!chime.thread)
        atomic_store(&chime.playing, false);
}

void sound_close(void)
{
    thread_join(chime.thread);
    chime.thread = NULL;
}
