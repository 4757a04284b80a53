/* What a sound's sender did not tell: once its file is here a worker looks into it. */
#include "client/app/action.h"
#include "client/app/app_state.h"
#include "client/media/preview.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/file.h"

/* picture_box of a sound: what was last found out, so that the disk is not asked with every frame. */
#define ASKED 1                            /* its facts: nobody looks a second time */
#define NOT_HERE(state) (2 + (int)(state)) /* its file, while the transfer was in this state */

static void take(struct message *message, struct preview *preview)
{
    struct file_part *file = message->file;
    if (!preview->ok || !str_equal(preview->kind, "audio"))
        return; /* it is played by a click all the same, which says what is wrong with it */
    if (preview->title != NULL)
        text_set(&file->title, preview->title);
    if (file->duration_ms == 0)
        file->duration_ms = preview->duration_ms;
    if (file->wave == NULL) {
        file->wave = preview->wave;
        preview->wave = NULL;
    }
}

static void on_facts(struct mail *mail, void *reader)
{
    struct preview *preview = (struct preview *)mail;
    struct app *app = reader;
    struct room *room;
    struct handle *handle = preview->owner;
    struct message *message = app->closing ? NULL : handle_find(app, handle, &room);
    if (message != NULL && message->file != NULL) {
        take(message, preview);
        app_touch(app, room, message);
    }
    mem_free(handle);
    preview_destroy(preview);
}

static void look(struct app *app, const struct room *room, const struct message *message,
                 const char *path)
{
    struct preview *preview = preview_create(path, on_facts);
    const struct handle handle = handle_of(room, message);
    preview->want_wave = message->file->wave == NULL;
    preview->owner = mem_copy(&handle, sizeof handle);
    if (message->file->sha256 != NULL && !message->file->transfer.upload)
        preview->sha256 = mem_string(message->file->sha256);
    pool_post(app->pool, &preview->job);
}

void action_want_sound(struct app *app, struct room *room, struct message *message)
{
    char path[OS_PATH_MAX];
    struct file_part *file = message->file;
    if (!app->config.pictures || file->picture_box == ASKED ||
        file->picture_box == NOT_HERE(file->transfer.state))
        return;
    file->picture_box = NOT_HERE(file->transfer.state);
    if (app->can_look && picture_find_here(message, path)) {
        file->picture_box = ASKED;
        if (!file->voice) /* its sender told all that there is */
            look(app, room, message, path);
    } else if (file->size <= app->config.auto_fetch && file->state != FILE_FAILED &&
               file->transfer.state == TRANSFER_NONE && file->id != NULL) {
        transfer_fetch(app, room, message, false);
    }
}
