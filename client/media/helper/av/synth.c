#include "client/media/helper/av/synth.h"

#include <stdio.h>
#include <stdlib.h>

#include "client/media/helper/av/channel.h"
#include "client/media/helper/library.h"
#include "protocol/base/mem.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"

#define GAIN 0.6        /* as loud as other sounds; many notes at once are not cut off yet */
#define TAIL_US 2000000 /* for the last notes to fade */
#define MARK_FRAMES \
    4800 /* between two places that are remembered for seeking: a tenth of a second */
#define MARKS_MAX 72000 /* two hours */
#define SECOND_US 1000000
#define FLUID_OK 0
#define FLUID_PLAYING 1 /* fluid_player_status */
#define LOG_LEVELS 5

/* The few functions that are needed, by their names in fluidsynth.h; found when they are, so that no other file waits for them. */
static struct fluid {
    void *(*new_fluid_settings)(void);
    void (*delete_fluid_settings)(void *settings);
    int (*fluid_settings_setnum)(void *settings, const char *name, double value);
    int (*fluid_settings_setint)(void *settings, const char *name, int value);
    void *(*new_fluid_synth)(void *settings);
    void (*delete_fluid_synth)(void *synth);
    int (*fluid_synth_sfload)(void *synth, const char *path, int reset);
    int (*fluid_synth_write_float)(void *synth, int frames, void *left, int left_at, int left_step,
                                   void *right, int right_at, int right_step);
    void *(*new_fluid_player)(void *synth);
    void (*delete_fluid_player)(void *player);
    int (*fluid_player_add_mem)(void *player, const void *bytes, size_t size);
    int (*fluid_player_play)(void *player);
    int (*fluid_player_get_status)(void *player);
    int (*fluid_player_get_current_tick)(void *player);
    int (*fluid_player_seek)(void *player, int tick);
    void *(*fluid_set_log_function)(int level, void *function, void *data);
} fluid;
static bool loaded;
static char own_instruments[OS_PATH_MAX]; /* what came with the program, "" if nothing did */

struct synth {
    void *settings, *synth, *player;
    uint8_t *bytes;
    size_t size;
    int *marks; /* ticks at each MARK_FRAMES */
    size_t mark_count;
    int64_t frames; /* until the last note begins */
    int64_t tail;   /* frames that are still heard after it */
};

void synth_load(void)
{
    static const char *const names[] = {"libfluidsynth.so.3",    "libfluidsynth.so.2",
                                        "libfluidsynth.3.dylib", "libfluidsynth-3.dll",
                                        "libfluidsynth-2.dll",   NULL};
    const struct {
        const char *name;
        void *function;
    } needed[] = {
#define NEEDED(name) {#name, &fluid.name}
        NEEDED(new_fluid_settings),
        NEEDED(delete_fluid_settings),
        NEEDED(fluid_settings_setnum),
        NEEDED(fluid_settings_setint),
        NEEDED(new_fluid_synth),
        NEEDED(delete_fluid_synth),
        NEEDED(fluid_synth_sfload),
        NEEDED(fluid_synth_write_float),
        NEEDED(new_fluid_player),
        NEEDED(delete_fluid_player),
        NEEDED(fluid_player_add_mem),
        NEEDED(fluid_player_play),
        NEEDED(fluid_player_get_status),
        NEEDED(fluid_player_seek),
        NEEDED(fluid_player_get_current_tick),
        NEEDED(fluid_set_log_function),
#undef NEEDED
    };
    void *library = library_open(names);
    dirs_asset(own_instruments, "instruments.sf2");
    loaded = library != NULL;
    for (size_t i = 0; loaded && i < sizeof needed / sizeof *needed; i++)
        loaded = library_find(library, needed[i].name, needed[i].function);
}

static bool load_instruments(const struct synth *synth)
{
    static const char *const places[] = {
        "/usr/share/sounds/sf2/default-GM.sf2",       "/usr/share/sounds/sf3/default-GM.sf3",
        "/usr/share/sounds/sf2/TimGM6mb.sf2",         "/usr/share/sounds/sf2/FluidR3_GM.sf2",
        "/usr/share/soundfonts/default.sf2",          "/usr/share/soundfonts/FluidR3_GM.sf2",
        "/opt/homebrew/share/soundfonts/default.sf2", "/usr/local/share/soundfonts/default.sf2",
    };
    const char *own = getenv("SDL_SOUNDFONTS"); /* as for SDL2_mixer; the first of them */
    if (own && fluid.fluid_synth_sfload(synth->synth, own, 1) >= 0)
        return true;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (fluid.fluid_synth_sfload(synth->synth, places[i], 1) >= 0)
            return true;
    return own_instruments[0] && fluid.fluid_synth_sfload(synth->synth, own_instruments, 1) >= 0;
}

static void *play_on(const struct synth *synth, void *instrument)
{
    void *player = fluid.new_fluid_player(instrument);
    if (player && (fluid.fluid_player_add_mem(player, synth->bytes, synth->size) != FLUID_OK ||
                   fluid.fluid_player_play(player) != FLUID_OK)) {
        fluid.delete_fluid_player(player);
        player = NULL;
    }
    return player;
}

static void *settings_create(bool room)
{
    void *settings = fluid.new_fluid_settings();
    if (!settings)
        return NULL;
    fluid.fluid_settings_setnum(settings, "synth.sample-rate", CHANNEL_RATE);
    fluid.fluid_settings_setnum(settings, "synth.gain", GAIN);
    fluid.fluid_settings_setint(settings, "synth.reverb.active", room);
    fluid.fluid_settings_setint(settings, "synth.chorus.active", room);
    return settings;
}

/* How long it is, and where in it each moment lies: it is played through once by an instrument without sounds and without a room to
 * sound in, which takes a second for two hours. */
static bool measure(struct synth *synth)
{
    float none[2 * MARK_FRAMES];
    void *settings = settings_create(false);
    void *mute = settings ? fluid.new_fluid_synth(settings) : NULL;
    void *player = mute ? play_on(synth, mute) : NULL;
    const bool ok = player != NULL;
    synth->marks = mem_alloc(MARKS_MAX, sizeof *synth->marks);
    while (ok && synth->mark_count < MARKS_MAX &&
           (synth->mark_count == 0 || fluid.fluid_player_get_status(player) == FLUID_PLAYING)) {
        synth->marks[synth->mark_count++] = fluid.fluid_player_get_current_tick(player);
        fluid.fluid_synth_write_float(mute, MARK_FRAMES, none, 0, 2, none, 1, 2);
    }
    synth->frames = (int64_t)synth->mark_count * MARK_FRAMES;
    if (player)
        fluid.delete_fluid_player(player);
    if (mute)
        fluid.delete_fluid_synth(mute);
    if (settings)
        fluid.delete_fluid_settings(settings);
    return ok && synth->mark_count > 1;
}

struct synth *synth_create(struct err *err)
{
    if (!loaded) {
        err_set(err, ERR_NOT_FOUND, "MIDI cannot be played: FluidSynth is not installed.");
        return NULL;
    }
    for (int level = 0; level < LOG_LEVELS; level++)
        fluid.fluid_set_log_function(level, NULL, NULL);
    struct synth *synth = mem_alloc(1, sizeof *synth);
    synth->settings = settings_create(true);
    synth->synth = synth->settings ? fluid.new_fluid_synth(synth->settings) : NULL;
    if (!synth->synth)
        err_set(err, ERR_SYSTEM, "MIDI cannot be played: FluidSynth does not start.");
    else if (load_instruments(synth))
        return synth;
    else
        err_set(err, ERR_NOT_FOUND,
                "MIDI cannot be played: there are no instruments on this computer. Install a "
                "sound font (on Debian: timgm6mb-soundfont).");
    synth_destroy(synth);
    return NULL;
}

bool synth_take(struct synth *synth, const void *bytes, size_t size, struct err *err)
{
    synth->bytes = mem_copy(bytes, size);
    synth->size = size;
    return (measure(synth) && synth_seek(synth, 0)) ||
           err_set(err, ERR_FORMAT, "The file is damaged: there are no notes in it.");
}

void synth_destroy(struct synth *synth)
{
    if (!synth)
        return;
    if (synth->player)
        fluid.delete_fluid_player(synth->player);
    if (synth->synth)
        fluid.delete_fluid_synth(synth->synth);
    if (synth->settings)
        fluid.delete_fluid_settings(synth->settings);
    mem_free(synth->bytes);
    mem_free(synth->marks);
    mem_free(synth);
}

int64_t synth_duration_us(const struct synth *synth)
{
    return synth->frames * SECOND_US / CHANNEL_RATE + TAIL_US;
}

bool synth_seek(struct synth *synth, int64_t time_us)
{
    const int64_t frame = time_us * CHANNEL_RATE / SECOND_US;
    const size_t mark = (size_t)(frame / MARK_FRAMES);
    if (synth->player)
        fluid.delete_fluid_player(synth->player);
    synth->tail = synth->frames + (int64_t)TAIL_US * CHANNEL_RATE / SECOND_US - frame;
    synth->player = play_on(synth, synth->synth);
    if (!synth->player)
        return false;
    if (mark > 0)
        fluid.fluid_player_seek(
            synth->player, synth->marks[mark < synth->mark_count ? mark : synth->mark_count - 1]);
    return true;
}

bool synth_read(struct synth *synth, float *pairs, size_t frames)
{
    if (synth->tail <= 0)
        return false;
    synth->tail -= (int64_t)frames;
    return fluid.fluid_synth_write_float(synth->synth, (int)frames, pairs, 0, 2, pairs, 1, 2) ==
           FLUID_OK;
}
