#include "client/app/playback.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "client/app/app_state.h"
#include "client/media/player.h"
#include "client/media/sound_port.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"

#define PLACES_MAX 64       /* sounds and films of which we know where they were left */
#define PLACE_LEAST_MS 1000 /* ... if that is so far from both ends */
#define LOOK_EVERY_MS 100   /* while a sound plays: where it is now */
#define LOOK_DRY_MS 1000    /* while nothing can go on */
#define NEAR_END_MS 300
#define FADED_MS 60   /* after a pause: by then the sound has faded out */
#define BOX_WIDTH 640 /* px of a film's pictures until a view says how large it shows them */
#define BOX_HEIGHT 360
#define GAIN_FULL 65536

struct place {
    char room[NAME_SIZE];
    uint64_t seq;
    int64_t ms;
};

struct playing {
    struct player *player; /* NULL: nothing is to be played, or its bytes are not here yet */
    uint64_t number;       /* its own: mail of another number is of one that has gone */
    struct handle handle;
    bool whole;          /* all of its bytes are here */
    int64_t start_ms;    /* where it is to begin, when it can */
    bool silent;         /* a film without sound */
    bool heard;          /* the device pulls */
    int64_t quiet_at_ms; /* paused: when the device is let go of; INT64_MAX: it is */
    int64_t due_ms;
    int width, height; /* px in which the film is shown */
    struct place places[PLACES_MAX];
    size_t place_count;
    atomic_int gain; /* of GAIN_FULL: what it is to be */
    atomic_bool paused;
    float gain_now; /* the device's thread's own: what it is */
};

/* ---- what the device's thread does ---- */

/* The loudness goes to where it is wanted over one call's frames: a step would be heard as a click. */
static size_t pull(void *context, float *frames, size_t count)
{
    struct playing *playing = context;
    if (atomic_load(&playing->paused) && playing->gain_now == 0) {
        memset(frames, 0, count * SOUND_CHANNELS * sizeof *frames);
        return 0;
    }
    const float wanted = (float)atomic_load(&playing->gain) / GAIN_FULL;
    const float before = playing->gain_now;
    playing->gain_now = wanted;
    const size_t got = player_pull(playing->player, frames, count);
    if (wanted == 1.0f && before == 1.0f)
        return got;
    for (size_t i = 0; i < got; i++) {
        const float gain = before + (wanted - before) * ((float)i / (float)count);
        for (size_t k = 0; k < SOUND_CHANNELS; k++)
            frames[i * SOUND_CHANNELS + k] *= gain;
    }
    return got;
}

/* ---- small things ---- */

static struct playback *state_of(struct app *app)
{
    return &app->model.playback;
}

static const struct sound_port *port(const struct app *app)
{
    return app->config.sound;
}

static bool is_on(const struct playback *playback)
{
    return playback->state == PLAY_OPENING || playback->state == PLAY_PLAYING ||
           playback->state == PLAY_WAITING;
}

/* What the ear takes for half as loud is about a quarter of the swing. */
static void set_gain(struct app *app)
{
    const struct playback *playback = state_of(app);
    const int volume = playback->quiet || playback->state == PLAY_PAUSED ? 0 : playback->volume;
    atomic_store(&app->playing->paused, playback->state == PLAY_PAUSED);
    atomic_store(&app->playing->gain, GAIN_FULL * volume / 100 * volume / 100);
}

static void set_state(struct app *app, enum play_state state)
{
    struct playback *playback = state_of(app);
    if (playback->state == state)
        return;
    playback->state = state;
    set_gain(app);
    model_touch(&app->model);
}

static void touch_row(struct app *app)
{
    struct room *room;
    struct message *message = handle_find(app, &app->playing->handle, &room);
    if (message != NULL)
        app_touch(app, room, message);
    else
        model_touch(&app->model);
}

static int delay_ms(const struct app *app)
{
    return app->playing->heard ? port(app)->delay_ms() : 0;
}

/* ---- places ---- */

static struct place *find_place(struct playing *playing, const char *room, uint64_t seq)
{
    for (size_t i = 0; i < playing->place_count; i++)
        if (playing->places[i].seq == seq && str_equal(playing->places[i].room, room))
            return &playing->places[i];
    return NULL;
}

/* The newest is the first. */
static void keep_place(struct app *app)
{
    struct playing *playing = app->playing;
    const struct playback *playback = state_of(app);
    const int64_t ms = playback->position_ms, all_ms = playback->duration_ms;
    struct place *place = find_place(playing, playback->room, playback->seq);
    struct place kept = {.seq = playback->seq, .ms = ms};
    if (playback->seq == 0)
        return;
    str_copy(kept.room, sizeof kept.room, playback->room);
    if (place == NULL && playing->place_count < PLACES_MAX)
        place = &playing->places[playing->place_count++];
    else if (place == NULL)
        place = &playing->places[PLACES_MAX - 1];
    memmove(playing->places + 1, playing->places,
            (size_t)(place - playing->places) * sizeof *place);
    playing->places[0] = kept;
    if (ms < PLACE_LEAST_MS || (all_ms > 0 && ms > all_ms - PLACE_LEAST_MS) ||
        playback->state == PLAY_ENDED)
        playing->places[0].ms = 0;
}

/* ---- beginning and end ---- */

static void let_go_of_device(struct app *app)
{
    struct playing *playing = app->playing;
    if (playing->heard)
        port(app)->stop();
    playing->heard = false;
    playing->quiet_at_ms = INT64_MAX;
}

static void drop_player(struct app *app)
{
    let_go_of_device(app);
    player_destroy(app->playing->player);
    app->playing->player = NULL;
}

static void drop_frame(struct app *app)
{
    picture_destroy(state_of(app)->frame);
    state_of(app)->frame = NULL;
}

static void fail(struct app *app, const char *sentence)
{
    drop_player(app);
    text_set(&state_of(app)->trouble, sentence);
    set_state(app, PLAY_FAILED);
    touch_row(app);
}

static void stop(struct app *app)
{
    struct playback *playback = state_of(app);
    if (playback->state == PLAY_NONE)
        return;
    if (playback->state != PLAY_FAILED)
        keep_place(app);
    touch_row(app);
    drop_player(app);
    drop_frame(app);
    text_set(&playback->trouble, NULL);
    playback->seq = 0;
    playback->room[0] = '\0';
    playback->film = playback->no_device = false;
    playback->width = playback->height = 0;
    playback->position_ms = playback->duration_ms = playback->buffered_ms = 0;
    set_state(app, PLAY_NONE);
}

static void run(struct app *app)
{
    struct playing *playing = app->playing;
    const struct playback *playback = state_of(app);
    const bool by_sound = port(app) != NULL && !playback->no_device && !playing->silent;
    if (playing->player == NULL)
        return;
    if (!is_on(playback)) {
        player_run(playing->player, PLAYER_STANDS);
        return;
    }
    playing->quiet_at_ms = INT64_MAX;
    player_run(playing->player, by_sound ? PLAYER_BY_SOUND : PLAYER_BY_WALL);
    if (by_sound && !playing->heard) {
        playing->gain_now = 0;
        port(app)->play(pull, playing);
        playing->heard = true;
    }
}

static void on_player(struct mail *opened, void *reader);

static bool start_player(struct app *app, const char *path, const struct message *message,
                         bool whole)
{
    struct playing *playing = app->playing;
    struct err err = {0};
    const struct player_order order = {
        .path = path,
        .size = message->file->size,
        .whole = whole,
        .start_ms = playing->start_ms,
        .speed = state_of(app)->speed,
        .width = state_of(app)->film ? playing->width : 0,
        .height = state_of(app)->film ? playing->height : 0,
        .number = ++playing->number,
        .box = app->box,
        .open = on_player,
        .helper = app->config.helper,
    };
    playing->player = player_create(&order, &err);
    playing->whole = whole;
    if (playing->player == NULL) {
        /* a part that has just become whole has another name: that mail is on its way */
        if (whole || err.kind != ERR_NOT_FOUND)
            fail(app, err.text);
        return false;
    }
    run(app);
    return true;
}

static void tell_ranges(struct app *app, const struct message *message)
{
    struct player_range ranges[PLAYER_RANGES_MAX];
    const struct transfer *transfer = &message->file->transfer;
    size_t count = 0;
    for (size_t i = 0; i < transfer->have_count && i < PLAYER_RANGES_MAX; i++)
        ranges[count++] = (struct player_range){transfer->have[i].from, transfer->have[i].to};
    player_have(app->playing->player, ranges, count, false);
}

/* As soon as there are bytes to begin with; which ones it needs, the helper says. */
static void begin_if_there(struct app *app, struct room *room, struct message *message)
{
    char path[OS_PATH_MAX];
    const struct transfer *transfer = &message->file->transfer;
    if (picture_find_here(message, path)) {
        start_player(app, path, message, true);
        return;
    }
    if (transfer->upload || transfer->state == TRANSFER_NONE ||
        transfer->state == TRANSFER_DONE) /* it was here, and is not any more */
        transfer_fetch(app, room, message, false);
    else if (transfer->state == TRANSFER_WAITING) /* not behind all others */
        net_want(app->net, message->file->id, 0, 1);
    else if (transfer->state == TRANSFER_FAILED || transfer->state == TRANSFER_CANCELLED)
        fail(app, transfer->trouble != NULL
                      ? transfer->trouble
                      : "Its download was cancelled, so it cannot be played.");
    else if (transfer->part != NULL && transfer->have_count > 0 &&
             start_player(app, transfer->part, message, false))
        tell_ranges(app, message);
}

static void begin(struct app *app, struct room *room, struct message *message, int64_t start_ms)
{
    char path[OS_PATH_MAX];
    struct playing *playing = app->playing;
    struct playback *playback = state_of(app);
    stop(app);
    playing->handle = handle_of(room, message);
    playing->start_ms = start_ms;
    playing->whole = playing->silent = false;
    str_copy(playback->room, sizeof playback->room, room->name);
    playback->seq = message->seq;
    playback->film = str_equal(message->file->kind, "video");
    playback->width = message->file->width;
    playback->height = message->file->height;
    playback->duration_ms = message->file->duration_ms;
    playback->position_ms = start_ms;
    set_state(app, PLAY_OPENING);
    if ((message->file->transfer.state == TRANSFER_FAILED ||
         message->file->transfer.state == TRANSFER_CANCELLED) &&
        !picture_find_here(message, path))
        transfer_fetch(app, room, message, false); /* the person asks for it again */
    begin_if_there(app, room, message);
    playing->due_ms = clock_now_ms();
    touch_row(app);
}

/* ---- what the player says ---- */

static void on_facts(struct app *app, const struct player_mail *mail)
{
    struct playback *playback = state_of(app);
    struct room *room;
    struct message *message = handle_find(app, &app->playing->handle, &room);
    playback->film = mail->film;
    if (mail->width > 0 && mail->height > 0) {
        playback->width = mail->width;
        playback->height = mail->height;
    }
    if (mail->duration_ms > 0)
        playback->duration_ms = mail->duration_ms;
    if (message != NULL && message->file != NULL && message->file->duration_ms == 0)
        message->file->duration_ms = mail->duration_ms;
    app->playing->silent = mail->silent;
    if (mail->silent)
        let_go_of_device(app);
    run(app);
    if (mail->film)
        player_show(app->playing->player, app->playing->width, app->playing->height);
    touch_row(app);
}

static void on_need(struct app *app, const struct player_mail *mail)
{
    struct room *room;
    struct message *message = handle_find(app, &app->playing->handle, &room);
    if (message == NULL || message->file == NULL)
        return;
    if (message->file->transfer.state == TRANSFER_NONE)
        transfer_fetch(app, room, message, false);
    if (message->file->id != NULL)
        net_want(app->net, message->file->id, mail->offset, mail->size);
}

static void on_player(struct mail *opened, void *reader)
{
    struct player_mail *mail = (struct player_mail *)opened;
    struct app *app = reader;
    if (!app->closing && app->playing->player != NULL && mail->number == app->playing->number) {
        app->playing->due_ms = 0; /* look at once: playback_turn() follows */
        if (mail->kind == PLAYER_FACTS)
            on_facts(app, mail);
        else if (mail->kind == PLAYER_NEED)
            on_need(app, mail);
        else if (mail->kind == PLAYER_FAILED)
            fail(app, mail->err.text);
    }
    mem_free(mail);
}

/* ---- its end ---- */

static void on_over(struct app *app, struct room *room, struct message *message)
{
    struct playback *playback = state_of(app);
    struct message *next = playback->film ? NULL : playback_next(app, room, message);
    if (playback->duration_ms > 0)
        playback->position_ms = playback->duration_ms;
    set_state(app, PLAY_ENDED);
    drop_player(app);
    keep_place(app);
    touch_row(app);
    if (next != NULL)
        begin(app, room, next, 0);
}

/* ---- turns ---- */

static void take_frame(struct app *app, int *next_ms)
{
    struct playback *playback = state_of(app);
    int width, height;
    uint8_t *pixels = player_frame(app->playing->player, delay_ms(app), &width, &height, next_ms);
    if (pixels == NULL)
        return;
    drop_frame(app);
    playback->frame = picture_create(1, 1);
    mem_free(playback->frame->pixels);
    playback->frame->width = width;
    playback->frame->height = height;
    playback->frame->pixels = pixels;
    model_touch(&app->model);
}

/* The device, if it is to be heard. *soon: it is still being opened. False: it cannot be, and this has ended. */
static bool look_after_device(struct app *app, bool *soon)
{
    struct playback *playback = state_of(app);
    struct err err = {0};
    *soon = false;
    if (!app->playing->heard)
        return true;
    enum sound_state state = port(app)->state(&err);
    *soon = state == SOUND_OPENING;
    if (state != SOUND_NONE)
        return true;
    playback->no_device = true;
    let_go_of_device(app);
    if (!playback->film) {
        keep_place(app);
        fail(app, err.text);
        return false;
    }
    text_set(&playback->trouble, err.text);
    run(app);
    model_touch(&app->model);
    return true;
}

/* From the position on, in one piece: bytes stand for time, as nothing better is known. */
static int64_t buffered_ms(const struct app *app, const struct message *message)
{
    const struct playback *playback = &app->model.playback;
    const struct transfer *transfer = &message->file->transfer;
    if (app->playing->whole)
        return playback->duration_ms;
    if (message->file->size == 0 || playback->duration_ms <= 0)
        return 0;
    const double share = (double)playback->duration_ms / (double)message->file->size;
    for (size_t i = 0; i < transfer->have_count; i++) {
        const double from = (double)transfer->have[i].from * share;
        const double to = (double)transfer->have[i].to * share;
        if (from <= (double)playback->position_ms && (double)playback->position_ms < to)
            return (int64_t)to;
    }
    return playback->position_ms;
}

static void follow_transfer(struct app *app, struct message *message)
{
    char path[OS_PATH_MAX];
    struct playing *playing = app->playing;
    const struct transfer *transfer = &message->file->transfer;
    if (playing->whole)
        return;
    if (transfer->state == TRANSFER_DONE && picture_find_here(message, path)) {
        playing->whole = true; /* the player has the same file open, under its old name */
        player_have(playing->player, NULL, 0, true);
    } else if (transfer->state == TRANSFER_FAILED || transfer->state == TRANSFER_CANCELLED) {
        if (player_waits_for_bytes(playing->player))
            fail(app, transfer->trouble != NULL
                          ? transfer->trouble
                          : "Its download was cancelled, so it cannot be played.");
    } else {
        tell_ranges(app, message);
    }
}

static void move_position(struct app *app, const struct message *message)
{
    struct playback *playback = state_of(app);
    int64_t ms = player_position_ms(app->playing->player, delay_ms(app));
    if (playback->duration_ms > 0 && ms > playback->duration_ms)
        ms = playback->duration_ms;
    const int64_t buffered = buffered_ms(app, message);
    if (ms == playback->position_ms && buffered == playback->buffered_ms)
        return;
    playback->position_ms = ms;
    playback->buffered_ms = buffered;
    model_touch(&app->model);
}

static void play_on(struct app *app, struct room *room, struct message *message, int64_t now_ms)
{
    struct playing *playing = app->playing;
    struct playback *playback = state_of(app);
    int next_ms = -1;
    bool soon = false;
    follow_transfer(app, message);
    if (playing->player == NULL || !look_after_device(app, &soon))
        return;
    take_frame(app, &next_ms);
    move_position(app, message);
    if (player_is_over(playing->player, delay_ms(app)) && is_on(playback)) {
        on_over(app, room, message);
        return;
    }
    const bool dry = player_is_dry(playing->player);
    if (is_on(playback)) {
        if (!dry)
            set_state(app, PLAY_PLAYING);
        else if (player_waits_for_bytes(playing->player) || playback->state == PLAY_PLAYING)
            set_state(app, PLAY_WAITING);
        int64_t wait_ms = dry ? LOOK_DRY_MS : LOOK_EVERY_MS;
        if (playback->duration_ms > 0 &&
            playback->position_ms > playback->duration_ms - NEAR_END_MS)
            wait_ms = SOUND_ASK_MS;
        if (soon)
            wait_ms = SOUND_ASK_MS;
        if (next_ms >= 0 && next_ms < wait_ms)
            wait_ms = next_ms;
        playing->due_ms = now_ms + wait_ms;
        return;
    }
    if (playing->quiet_at_ms <= now_ms) {
        run(app);
        let_go_of_device(app);
    }
    playing->due_ms = playing->quiet_at_ms;
}

void playback_turn(struct app *app, int64_t now_ms)
{
    struct playing *playing = app->playing;
    struct playback *playback = state_of(app);
    struct room *room;
    if (playback->state == PLAY_NONE)
        return;
    struct message *message = handle_find(app, &playing->handle, &room);
    if (message == NULL || message->file == NULL || message->deleted) {
        stop(app);
        return;
    }
    if (playback->seq != message->seq) { /* ours, relayed now */
        playing->handle = handle_of(room, message);
        playback->seq = message->seq;
        model_touch(&app->model);
    }
    playing->due_ms = INT64_MAX;
    if (playing->player == NULL && is_on(playback))
        begin_if_there(app, room, message);
    if (playing->player != NULL)
        play_on(app, room, message, now_ms);
}

int64_t playback_due_ms(const struct app *app)
{
    return app->model.playback.state == PLAY_NONE ? INT64_MAX : app->playing->due_ms;
}

/* ---- what a person does ---- */

void action_play(struct app *app, struct room *room, struct message *message)
{
    struct playing *playing = app->playing;
    struct playback *playback = state_of(app);
    struct room *where;
    if (message->kind != MESSAGE_FILE || message->file == NULL || message->deleted)
        return;
    const bool same =
        playback->state != PLAY_NONE && handle_find(app, &playing->handle, &where) == message;
    if (same && is_on(playback))
        return;
    if (same && playback->state == PLAY_PAUSED) {
        action_pause(app, false);
        return;
    }
    const struct place *place = find_place(playing, room->name, message->seq);
    const bool again = same && playback->state == PLAY_ENDED;
    begin(app, room, message, place != NULL && message->seq != 0 && !again ? place->ms : 0);
}

void action_pause(struct app *app, bool pause)
{
    struct playback *playback = state_of(app);
    if (pause && is_on(playback)) {
        set_state(app, PLAY_PAUSED);
        if (app->playing
                ->heard) { /* the device pulls once more, to fade out; then the player stands */
            app->playing->quiet_at_ms = clock_now_ms() + FADED_MS;
            app->playing->due_ms = app->playing->quiet_at_ms;
        } else {
            run(app);
        }
    } else if (!pause && playback->state == PLAY_PAUSED) {
        playback->no_device = false; /* there may be one now */
        text_set(&playback->trouble, NULL);
        set_state(app, PLAY_OPENING);
        app->playing->due_ms = clock_now_ms();
        run(app);
    } else {
        return;
    }
    touch_row(app);
}

void action_seek(struct app *app, int64_t ms)
{
    struct playing *playing = app->playing;
    struct playback *playback = state_of(app);
    struct room *room;
    if (playback->state == PLAY_NONE || playback->state == PLAY_FAILED)
        return;
    if (playback->duration_ms > 0 && ms > playback->duration_ms)
        ms = playback->duration_ms;
    if (ms < 0)
        ms = 0;
    struct message *message = handle_find(app, &playing->handle, &room);
    if (playback->state == PLAY_ENDED && message != NULL) {
        begin(app, room, message, ms);
        return;
    }
    playing->start_ms = ms;
    playback->position_ms = ms;
    if (playing->player != NULL)
        player_seek(playing->player, ms);
    playing->due_ms = clock_now_ms();
    model_touch(&app->model);
}

void action_stop_playing(struct app *app)
{
    stop(app);
}

void action_set_speed(struct app *app, int percent)
{
    struct playback *playback = state_of(app);
    if (percent < PLAYER_SPEED_MIN)
        percent = PLAYER_SPEED_MIN;
    if (percent > PLAYER_SPEED_MAX)
        percent = PLAYER_SPEED_MAX;
    playback->speed = percent;
    if (app->playing->player != NULL)
        player_speed(app->playing->player, percent);
    app->playing->due_ms = clock_now_ms();
    touch_row(app);
}

void action_set_volume(struct app *app, int percent, bool quiet)
{
    struct playback *playback = state_of(app);
    char text[16];
    playback->volume = percent < 0 ? 0 : percent > 100 ? 100 : percent;
    playback->quiet = quiet;
    set_gain(app);
    str_format(text, sizeof text, "%d", playback->volume);
    settings_set(app->settings, "volume", text);
    settings_set(app->settings, "quiet", quiet ? "1" : NULL);
    touch_row(app);
}

void action_show_film(struct app *app, int width, int height)
{
    struct playing *playing = app->playing;
    if (width == playing->width && height == playing->height)
        return;
    playing->width = width;
    playing->height = height;
    if (playing->player == NULL || !state_of(app)->film)
        return;
    player_show(playing->player, width, height);
    if (state_of(app)->state == PLAY_PAUSED && width > 0) /* no other picture comes by itself */
        player_seek(playing->player, state_of(app)->position_ms);
}

/* ---- birth and end ---- */

void playback_load(struct app *app)
{
    struct playback *playback = state_of(app);
    const char *kept = settings_get(app->settings, "volume");
    uint64_t volume;
    app->playing = mem_alloc(1, sizeof *app->playing);
    app->playing->quiet_at_ms = INT64_MAX;
    app->playing->width = BOX_WIDTH;
    app->playing->height = BOX_HEIGHT;
    playback->speed = playback->volume = 100;
    if (kept != NULL && str_to_u64(kept, 100, &volume))
        playback->volume = (int)volume;
    playback->quiet = str_equal(settings_get(app->settings, "quiet"), "1");
    set_gain(app);
}

void playback_finish(struct app *app)
{
    if (app->playing == NULL)
        return;
    drop_player(app);
    mem_free(app->playing);
    app->playing = NULL;
}
