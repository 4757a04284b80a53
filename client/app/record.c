#include "client/app/record.h"

#include <string.h>

#include "client/app/app_state.h"
#include "client/app/temporary.h"
#include "client/media/recorder.h"
#include "client/media/sound_port.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/os/file.h"

#define SHORTEST_MS 300 /* a click on the microphone by mistake */

_Static_assert(RECORDING_LEVEL_MS == RECORDER_LEVEL_MS,
               "the model shows what the recorder measures");

/* One voice message, from the first word until its file is not needed any more. */
struct spoken {
    struct spoken *next;
    struct recorder *recorder; /* NULL: its file is whole */
    uint64_t number;           /* the recorder's */
    char path[OS_PATH_MAX];    /* in a folder that is this person's alone */
    char room[NAME_SIZE];
    struct handle handle; /* of the message, once there is one */
    bool sent;
};

struct speech {
    struct spoken *all;
    struct spoken *now; /* of them, the one that is being spoken; NULL: none */
    uint64_t last_number;
    bool listens; /* the device is asked */
    int64_t due_ms;
};

static struct recording *state_of(struct app *app)
{
    return &app->model.recording;
}

static void stop_listening(struct app *app)
{
    if (app->speech->listens)
        app->config.sound->record_stop();
    app->speech->listens = false;
}

/* With its file. */
static void forget(struct app *app, struct spoken *spoken)
{
    for (struct spoken **at = &app->speech->all; *at != NULL; at = &(*at)->next)
        if (*at == spoken) {
            *at = spoken->next;
            break;
        }
    if (app->speech->now == spoken)
        app->speech->now = NULL;
    recorder_destroy(spoken->recorder);
    temporary_remove(spoken->path);
    mem_free(spoken);
}

static void give_up(struct app *app, struct spoken *spoken, const char *sentence)
{
    struct recording *recording = state_of(app);
    if (app->speech->now == spoken) {
        stop_listening(app);
        recording->active = false;
    }
    text_set(&recording->trouble, sentence);
    forget(app, spoken);
    model_touch(&app->model);
}

static struct message *make_message(struct app *app, struct room *room, const struct spoken *spoken,
                                    struct err *err)
{
    struct file_info info;
    char label[LABEL_SIZE];
    uint8_t wave[WAVE_BARS];
    const struct clock_day day = clock_local(clock_wall_ms());
    if (!action_check_file(app, spoken->path, &info, err))
        return NULL;
    struct message *message = action_add_file(app, room, spoken->path, "audio");
    str_format(label, sizeof label, "Voice message %04d-%02d-%02d %02d.%02d.ogg", day.year,
               day.month, day.day, day.hour, day.minute);
    text_set(&message->file->label, label);
    recorder_wave(spoken->recorder, wave);
    message->file->wave = mem_copy(wave, sizeof wave);
    message->file->voice = true;
    message->file->duration_ms = recorder_ms(spoken->recorder);
    outbox_add(&app->outbox, room, message);
    transfer_prepare_upload(app, room, message);
    app_touch(app, room, message);
    return message;
}

/* Its file is whole. */
static void send_it(struct app *app, struct spoken *spoken)
{
    struct room *room = model_find_room(&app->model, spoken->room);
    struct err err = {0};
    struct message *message = room != NULL ? make_message(app, room, spoken, &err) : NULL;
    if (message == NULL) {
        give_up(app, spoken, room != NULL ? err.text : NULL);
        return;
    }
    recorder_destroy(spoken->recorder);
    spoken->recorder = NULL;
    spoken->sent = true;
    spoken->handle = handle_of(room, message);
}

static void on_recorder(struct mail *opened, void *reader)
{
    struct recorder_mail *mail = (struct recorder_mail *)opened;
    struct app *app = reader;
    struct spoken *spoken = app->speech != NULL ? app->speech->all : NULL;
    while (spoken != NULL && (spoken->recorder == NULL || spoken->number != mail->number))
        spoken = spoken->next;
    if (!app->closing && spoken != NULL) {
        if (mail->ok && spoken != app->speech->now)
            send_it(app, spoken);
        else
            give_up(app, spoken, mail->err.text);
    }
    mem_free(mail);
}

static bool make_path(char *path, struct err *err)
{
    char folder[OS_PATH_MAX];
    return temporary_folder(folder, err) && file_make_folder(folder, err) &&
           (path_join(path, folder, "voice.ogg") ||
            err_set(err, ERR_LIMIT, "The name of the temporary file is too long."));
}

static struct spoken *begin(struct app *app, const struct room *room, struct err *err)
{
    struct spoken *spoken = mem_alloc(1, sizeof *spoken);
    const struct recorder_order order = {
        .path = spoken->path,
        .helper = app->config.helper,
        .most_ms = RECORDING_MAX_MS,
        .number = ++app->speech->last_number,
        .box = app->box,
        .open = on_recorder,
    };
    str_copy(spoken->room, sizeof spoken->room, room->name);
    spoken->number = order.number;
    if (app->config.sound == NULL)
        err_set(err, ERR_NOT_FOUND, "This program has no microphone to listen to.");
    else if (make_path(spoken->path, err))
        spoken->recorder = recorder_create(&order, err);
    if (spoken->recorder == NULL) {
        if (spoken->path[0] != '\0')
            temporary_remove(spoken->path);
        mem_free(spoken);
        return NULL;
    }
    spoken->next = app->speech->all;
    app->speech->all = spoken;
    return spoken;
}

void action_record(struct app *app, struct room *room)
{
    struct recording *recording = state_of(app);
    struct err err = {0};
    if (recording->active)
        return;
    action_pause(app, true); /* it would be in the message as well */
    text_set(&recording->trouble, NULL);
    memset(recording->levels, 0, sizeof recording->levels);
    recording->ms = 0;
    recording->level = 0;
    str_copy(recording->room, sizeof recording->room, room->name);
    app->speech->now = begin(app, room, &err);
    recording->active = app->speech->now != NULL;
    if (recording->active) {
        app->config.sound->record(recorder_take, app->speech->now->recorder);
        app->speech->listens = true;
    } else {
        text_set(&recording->trouble, err.text);
    }
    model_touch(&app->model);
}

void action_record_end(struct app *app, bool send)
{
    struct recording *recording = state_of(app);
    struct spoken *spoken = app->speech->now;
    if (!recording->active)
        return;
    stop_listening(app);
    recording->active = false;
    app->speech->now = NULL;
    if (spoken == NULL) { /* a test's, that plays the model */
        model_touch(&app->model);
        return;
    }
    if (send && recorder_ms(spoken->recorder) >= SHORTEST_MS)
        recorder_finish(spoken->recorder); /* on_recorder() goes on */
    else
        forget(app, spoken);
    model_touch(&app->model);
}

/* The files of those that have gone out, or whose message is gone: what failed or was cancelled may be tried again. */
static void sweep(struct app *app)
{
    struct spoken *next;
    for (struct spoken *spoken = app->speech->all; spoken != NULL; spoken = next) {
        struct room *room;
        next = spoken->next;
        if (!spoken->sent)
            continue;
        struct message *message = handle_follow_file(app, &spoken->handle, spoken->path, &room);
        if (message != NULL && message->file != NULL && !message->deleted &&
            message->file->transfer.upload && message->file->transfer.state != TRANSFER_DONE)
            continue;
        forget(app, spoken);
    }
}

void record_turn(struct app *app, int64_t now_ms)
{
    struct recording *recording = state_of(app);
    struct spoken *spoken = app->speech->now;
    struct err err = {0};
    sweep(app);
    app->speech->due_ms = INT64_MAX;
    if (!recording->active || spoken == NULL)
        return;
    if (model_find_room(&app->model, spoken->room) == NULL) {
        action_record_end(app, false); /* we left */
        return;
    }
    if (!app->speech->listens)
        return;
    const enum sound_state state = app->config.sound->record_state(&err);
    if (state == SOUND_NONE && recorder_ms(spoken->recorder) < SHORTEST_MS) {
        give_up(app, spoken, err.text);
        return;
    }
    recording->ms = recorder_ms(spoken->recorder);
    recorder_levels(spoken->recorder, recording->levels, WAVE_BARS);
    recording->level = (float)recording->levels[WAVE_BARS - 1] / 255.0f;
    if (state == SOUND_NONE)
        text_set(&recording->trouble, err.text);
    if (recording->ms >= RECORDING_MAX_MS || state == SOUND_NONE)
        stop_listening(app); /* it is kept, to be sent or not */
    else
        app->speech->due_ms = now_ms + (state == SOUND_OPENING ? SOUND_ASK_MS : RECORDING_LEVEL_MS);
    model_touch(&app->model);
}

int64_t record_due_ms(const struct app *app)
{
    return app->speech->due_ms;
}

void record_load(struct app *app)
{
    app->speech = mem_alloc(1, sizeof *app->speech);
    app->speech->due_ms = INT64_MAX;
}

/* Rooms of other servers have the same names. */
void record_forget(struct app *app)
{
    stop_listening(app);
    state_of(app)->active = false;
    while (app->speech->all != NULL)
        forget(app, app->speech->all);
}

void record_finish(struct app *app)
{
    if (app->speech == NULL)
        return;
    record_forget(app);
    mem_free(app->speech);
    app->speech = NULL;
}
