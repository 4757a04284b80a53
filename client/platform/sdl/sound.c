/* One thread of its own opens and closes devices, for that may take its time; the devices' threads call fill() and hear(). What
 * they all look at is behind one mutex, which no call into SDL is made under: SDL has locks of its own around its calls of us. */
#include "client/platform/sound.h"

#include <stdatomic.h>
#include <string.h>

#include <SDL.h>

#include "client/platform/sdl/sound_mixer.h"
#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/os/clock.h"
#include "protocol/os/thread.h"

#define BUFFER_FRAMES 1024 /* that the device asks for at a time: 21 ms */
#define BUFFERS 2          /* one is heard while the next is filled */
#define MIC_FRAMES 1024
#define FRAME_SIZE (SOUND_CHANNELS * sizeof(float))
#define CHIME_MS (SOUND_CHIME_FRAMES * 1000 / SOUND_RATE)

typedef size_t (*pull_function)(void *context, float *frames, size_t count);
typedef void (*take_function)(void *context, const float *samples, size_t count);

static struct {
    struct thread *thread;
    struct mutex *mutex; /* for all that follows */
    struct cond *todo;
    bool quit;
    pull_function pull; /* NULL: nothing plays */
    void *pull_context;
    take_function take;
    void *take_context;
    bool chime; /* is to be played */
    enum sound_state out, in;
    struct err out_err, in_err;
    bool out_open, in_open;
    int64_t used_ms;   /* when the device was last wanted */
    int64_t called_ms; /* when it last asked for sound, or was opened */
    int64_t heard_ms;  /* the same of the microphone */
    int delay_ms;
    atomic_bool out_lost, in_lost; /* SDL says so */
} sound;

/* ---- on the devices' threads ---- */

static void SDLCALL fill(void *unused, Uint8 *bytes, int size)
{
    (void)unused;
    const size_t count = (size_t)size / FRAME_SIZE;
    mutex_lock(sound.mutex);
    sound.called_ms = clock_now_ms();
    size_t got = 0;
    if (sound.pull)
        got = sound.pull(sound.pull_context, (float *)(void *)bytes, count);
    mutex_unlock(sound.mutex);
    memset(bytes + got * FRAME_SIZE, 0, (count - got) * FRAME_SIZE);
}

static void SDLCALL hear(void *unused, Uint8 *bytes, int size)
{
    (void)unused;
    mutex_lock(sound.mutex);
    sound.heard_ms = clock_now_ms();
    if (sound.take)
        sound.take(sound.take_context, (const float *)(const void *)bytes,
                   (size_t)size / sizeof(float));
    mutex_unlock(sound.mutex);
}

static int SDLCALL watch(void *unused, SDL_Event *event)
{
    (void)unused;
    if (event->type == SDL_AUDIODEVICEREMOVED && event->adevice.which != 0)
        atomic_store(event->adevice.iscapture ? &sound.in_lost : &sound.out_lost, true);
    return 1;
}

/* ---- on the thread that opens and closes ---- */

static bool cannot_start(struct err *err, bool to_hear)
{
    if (to_hear)
        return err_set(err, ERR_SYSTEM,
                       "Nothing can be heard: this computer's sound could not be started.");
    return err_set(err, ERR_SYSTEM,
                   "Nothing can be recorded: this computer's sound could not be started.");
}

static bool open_out(const struct mixer **mixer, struct err *err)
{
    int rate = SOUND_RATE, channels = SOUND_CHANNELS;
    Uint16 format = AUDIO_F32SYS;
    *mixer = mixer_load(err);
    if (!*mixer)
        return false;
    if ((*mixer)->open(rate, format, channels, BUFFER_FRAMES, NULL, 0) != 0)
        return err_set(
            err, ERR_SYSTEM,
            "Nothing can be heard: no loudspeaker or headphones were found. Plug them in "
            "and press play again.");
    if (!(*mixer)->query(&rate, &format, &channels) || rate != SOUND_RATE ||
        channels != SOUND_CHANNELS || format != AUDIO_F32SYS) {
        (*mixer)->close();
        return cannot_start(err, true);
    }
    (*mixer)->hook(fill, NULL);
    return true;
}

static SDL_AudioDeviceID open_in(struct err *err)
{
    const SDL_AudioSpec wanted = {.freq = SOUND_RATE,
                                  .format = AUDIO_F32SYS,
                                  .channels = 1,
                                  .samples = MIC_FRAMES,
                                  .callback = hear};
    SDL_AudioDeviceID device = SDL_OpenAudioDevice(NULL, 1, &wanted, NULL, 0);
    if (device == 0)
        err_set(err, ERR_SYSTEM, "No microphone was found. Plug one in and try again.");
    else
        SDL_PauseAudioDevice(device, 0);
    return device;
}

struct works { /* the thread's own */
    const struct mixer *mixer;
    SDL_AudioDeviceID mic;
    bool begun; /* SDL's audio */
    float *chime;
    Mix_Chunk *chunk;
};

/* SDL's audio is there while a device is open: some systems' wakes up now and then. */
static bool begin_audio(struct works *works, struct err *err, bool to_hear)
{
    if (works->begun)
        return true;
    works->begun = SDL_InitSubSystem(SDL_INIT_AUDIO) == 0;
    if (works->begun)
        SDL_AddEventWatch(watch, NULL);
    else
        log_info("no sound: %s", SDL_GetError());
    return works->begun || cannot_start(err, to_hear);
}

static void end_audio(struct works *works)
{
    if (works->begun) {
        SDL_DelEventWatch(watch, NULL);
        SDL_QuitSubSystem(SDL_INIT_AUDIO);
    }
    works->begun = false;
}

static void play_chime(struct works *works)
{
    if (!works->chunk) {
        int16_t *samples = mem_alloc(SOUND_CHIME_FRAMES, sizeof *samples);
        works->chime = mem_alloc(SOUND_CHIME_FRAMES, SOUND_CHANNELS * sizeof(float));
        sound_chime_samples(samples);
        for (size_t i = 0; i < SOUND_CHIME_FRAMES; i++)
            works->chime[2 * i] = works->chime[2 * i + 1] = (float)samples[i] / 32768.0f;
        mem_free(samples);
        works->chunk =
            works->mixer->chunk((Uint8 *)(void *)works->chime,
                                (Uint32)(SOUND_CHIME_FRAMES * SOUND_CHANNELS * sizeof(float)));
    }
    if (works->chunk && !works->mixer->playing(-1))
        works->mixer->play(-1, works->chunk, 0, -1);
}

static void close_out(struct works *works)
{
    if (works->mixer && works->chunk)
        works->mixer->free(works->chunk);
    mem_free(works->chime);
    works->chunk = NULL;
    works->chime = NULL;
    if (works->mixer)
        works->mixer->close();
}

/* The next thing to do; the mutex is let go of while it is done. False: there is nothing for now. */
static bool step(struct works *works)
{
    const bool wants_out = !sound.quit && (sound.pull || sound.chime);
    const bool wants_in = !sound.quit && sound.take;
    const bool stale = clock_now_ms() - sound.used_ms >= SOUND_KEEP_MS;
    struct err err = {0};
    bool ok;
    if (sound.out_open &&
        (atomic_exchange(&sound.out_lost, false) || sound.quit || (!wants_out && stale))) {
        sound.out_open = false;
        sound.out = SOUND_OPENING; /* once it is wanted */
        mutex_unlock(sound.mutex);
        close_out(works);
        mutex_lock(sound.mutex);
        return true;
    }
    if (sound.in_open && (atomic_exchange(&sound.in_lost, false) || !wants_in)) {
        sound.in_open = false;
        sound.in = SOUND_OPENING;
        mutex_unlock(sound.mutex);
        SDL_CloseAudioDevice(works->mic);
        mutex_lock(sound.mutex);
        return true;
    }
    if (wants_out && !sound.out_open && sound.out == SOUND_OPENING) {
        mutex_unlock(sound.mutex);
        ok = begin_audio(works, &err, true) && open_out(&works->mixer, &err);
        mutex_lock(sound.mutex);
        sound.out_open = ok;
        sound.out = ok ? SOUND_READY : SOUND_NONE;
        sound.out_err = err;
        sound.chime = sound.chime && ok;
        sound.called_ms = sound.used_ms = clock_now_ms();
        sound.delay_ms = BUFFERS * BUFFER_FRAMES * 1000 / SOUND_RATE;
        return true;
    }
    if (wants_in && !sound.in_open && sound.in == SOUND_OPENING) {
        mutex_unlock(sound.mutex);
        ok = begin_audio(works, &err, false);
        works->mic = ok ? open_in(&err) : 0;
        mutex_lock(sound.mutex);
        sound.in_open = works->mic != 0;
        sound.in = works->mic != 0 ? SOUND_READY : SOUND_NONE;
        sound.in_err = err;
        sound.heard_ms = clock_now_ms();
        return true;
    }
    if (sound.chime && sound.out_open) {
        sound.chime = false;
        sound.used_ms = clock_now_ms() + CHIME_MS;
        mutex_unlock(sound.mutex);
        play_chime(works);
        mutex_lock(sound.mutex);
        return true;
    }
    if (!sound.out_open && !sound.in_open && works->begun && !wants_out && !wants_in) {
        mutex_unlock(sound.mutex);
        end_audio(works);
        mutex_lock(sound.mutex);
        return true;
    }
    return false;
}

static void body(void *unused)
{
    (void)unused;
    struct works works = {0};
    mutex_lock(sound.mutex);
    for (;;) {
        while (step(&works))
            continue;
        if (sound.quit)
            break;
        /* A device that nobody uses is closed in a while; else only somebody who wants something wakes us. */
        int64_t wait_ms = -1;
        if (sound.out_open && !sound.pull)
            wait_ms = sound.used_ms + SOUND_KEEP_MS - clock_now_ms();
        cond_wait(sound.todo, sound.mutex, wait_ms < 0 && wait_ms != -1 ? 0 : wait_ms);
    }
    mutex_unlock(sound.mutex);
    SDL_TLSCleanup(); /* what SDL keeps for a thread that it did not make: its last error */
}

/* ---- the UI thread ---- */

static bool ready(void)
{
    if (!sound.mutex) {
        sound.mutex = mutex_create();
        sound.todo = cond_create();
    }
    if (!sound.thread)
        sound.thread = thread_start(body, NULL, NULL);
    return sound.thread != NULL;
}

static void want_out(void)
{
    if (sound.out != SOUND_READY || !sound.out_open)
        sound.out = SOUND_OPENING;
    sound.called_ms = clock_now_ms();
    cond_signal(sound.todo);
}

static void play(pull_function pull, void *context)
{
    if (!ready())
        return;
    mutex_lock(sound.mutex);
    sound.pull = pull;
    sound.pull_context = context;
    want_out();
    mutex_unlock(sound.mutex);
}

static void stop(void)
{
    if (!sound.thread)
        return;
    mutex_lock(sound.mutex);
    sound.pull = NULL;
    sound.used_ms = clock_now_ms();
    cond_signal(sound.todo); /* it sees to it that the device is closed in a while */
    mutex_unlock(sound.mutex);
}

/* A device that was taken away is closed by the thread, and the one that is the system's then is opened. */
static enum sound_state look(bool is_open, enum sound_state *state, atomic_bool *lost,
                             int64_t last_ms)
{
    if (is_open && *state == SOUND_READY) {
        if (clock_now_ms() - last_ms >= SOUND_LOST_MS)
            atomic_store(lost, true);
        if (atomic_load(lost)) {
            *state = SOUND_OPENING;
            cond_signal(sound.todo);
        }
    }
    return *state;
}

static enum sound_state state(struct err *err)
{
    if (!sound.thread) {
        cannot_start(err, true);
        return SOUND_NONE;
    }
    mutex_lock(sound.mutex);
    const enum sound_state now = look(sound.out_open, &sound.out, &sound.out_lost, sound.called_ms);
    if (now == SOUND_NONE)
        *err = sound.out_err;
    mutex_unlock(sound.mutex);
    return now;
}

static int delay_ms(void)
{
    if (!sound.thread)
        return 0;
    mutex_lock(sound.mutex);
    const int ms = sound.out_open ? sound.delay_ms : 0;
    mutex_unlock(sound.mutex);
    return ms;
}

static void record(take_function take, void *context)
{
    if (!ready())
        return;
    mutex_lock(sound.mutex);
    sound.take = take;
    sound.take_context = context;
    if (!sound.in_open)
        sound.in = SOUND_OPENING;
    sound.heard_ms = clock_now_ms();
    cond_signal(sound.todo);
    mutex_unlock(sound.mutex);
}

static void record_stop(void)
{
    if (!sound.thread)
        return;
    mutex_lock(sound.mutex);
    sound.take = NULL;
    cond_signal(sound.todo);
    mutex_unlock(sound.mutex);
}

static enum sound_state record_state(struct err *err)
{
    if (!sound.thread) {
        cannot_start(err, false);
        return SOUND_NONE;
    }
    mutex_lock(sound.mutex);
    const enum sound_state now = look(sound.in_open, &sound.in, &sound.in_lost, sound.heard_ms);
    if (now == SOUND_NONE)
        *err = sound.in_err;
    mutex_unlock(sound.mutex);
    return now;
}

const struct sound_port *sound_port(void)
{
    static const struct sound_port port = {.play = play,
                                           .stop = stop,
                                           .state = state,
                                           .delay_ms = delay_ms,
                                           .record = record,
                                           .record_stop = record_stop,
                                           .record_state = record_state};
    return &port;
}

void sound_chime(void)
{
    if (!ready())
        return;
    mutex_lock(sound.mutex);
    sound.chime = true;
    want_out();
    mutex_unlock(sound.mutex);
}

void sound_close(void)
{
    if (!sound.thread)
        return;
    mutex_lock(sound.mutex);
    sound.quit = true;
    sound.pull = NULL;
    sound.take = NULL;
    sound.chime = false;
    cond_signal(sound.todo);
    mutex_unlock(sound.mutex);
    thread_join(sound.thread);
    sound.thread = NULL;
    cond_destroy(sound.todo);
    mutex_destroy(sound.mutex);
    sound.mutex = NULL;
    sound.todo = NULL;
    sound.quit = false;
}
