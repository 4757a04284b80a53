/* Files that go and come: from the person's wish to the net and back into the bubble. */
#include <string.h>

#include "client/app/app_state.h"
#include "client/app/kind.h"
#include "client/media/preview.h"
#include "client/net/cache.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/file.h"

void transfer_fail(struct app *app, struct room *room, struct message *message, const char *text)
{
    message->file->transfer.state = TRANSFER_FAILED;
    message->file->transfer.rate = 0;
    text_set(&message->file->transfer.trouble, text);
    app_touch(app, room, message);
    app_note(app,
             &(struct note){
                 .kind = NOTE_TRANSFER_FAILED, .room = room, .message = message, .text = text});
}

static void note_about(struct app *app, enum note_kind kind, struct room *room,
                       struct message *message, const char *text)
{
    app_touch(app, room, message);
    app_note(app, &(struct note){.kind = kind, .room = room, .message = message, .text = text});
}

/* Sending */

/* The facts are known (or nobody could tell them): to the net. */
static void announce(struct app *app, struct room *room, struct message *message, struct bytes tiny)
{
    struct file_info info = file_info(message->file->transfer.path);
    const bool sound =
        strcmp(message->file->kind, "audio") == 0; /* its preview is how loud it is */
    const struct bytes wave = {message->file->wave, message->file->wave != NULL ? WAVE_BARS : 0};
    struct msg msg = {
        .type = MSG_UPLOAD,
        .room = room->name,
        .id = message->id,
        .label = message->file->label,
        .size = message->file->size,
        .kind = message->file->kind,
        .width = (uint32_t)message->file->width,
        .height = (uint32_t)message->file->height,
        .duration = message->file->duration_ms,
        .album = message->file->album,
        .voice = message->file->voice && sound,
        .payload = sound ? wave : tiny,
    };
    album_announce(app, &msg, message->file->transfer.path, info.modified_ms);
}

/* Still waiting for its facts, and nobody cancelled it meanwhile? */
static bool is_awaited(const struct message *message)
{
    return message->file != NULL && message->file->transfer.upload &&
           message->file->transfer.state == TRANSFER_WAITING;
}

static void on_facts(struct mail *mail, void *reader)
{
    struct preview *preview = (struct preview *)mail;
    struct app *app = reader;
    struct room *room;
    struct handle *handle = preview->owner;
    struct message *message = app->closing ? NULL : handle_find(app, handle, &room);
    struct bytes tiny = {0};
    if (message != NULL && is_awaited(message)) {
        if (preview->ok) {
            text_set(&message->file->kind, preview->kind);
            message->file->width = preview->width;
            message->file->height = preview->height;
            message->file->duration_ms = preview->duration_ms;
            if (preview->title != NULL)
                text_set(&message->file->title, preview->title);
            if (message->file->wave == NULL) {
                message->file->wave = preview->wave;
                preview->wave = NULL;
            }
        } else {
            text_set(&message->file->kind, "file"); /* whatever its name says */
        }
        if (preview->ok && preview->tiny != NULL && preview->tiny_size <= PREVIEW_MAX)
            tiny = (struct bytes){preview->tiny, preview->tiny_size};
        announce(app, room, message, tiny);
        app_touch(app, room, message);
    }
    mem_free(handle);
    preview_destroy(preview);
}

void transfer_prepare_upload(struct app *app, struct room *room, struct message *message)
{
    message->file->transfer.state = TRANSFER_WAITING;
    message->file->transfer.done = 0;
    message->file->transfer.rate = 0;
    text_set(&message->file->transfer.trouble, NULL);
    if (!app->can_look || message->file->plain) {
        announce(app, room, message, (struct bytes){0});
        return;
    }
    struct preview *preview = preview_create(message->file->transfer.path, on_facts);
    struct handle handle = handle_of(room, message);
    preview->want_tiny = preview->want_wave = true;
    preview->owner = mem_copy(&handle, sizeof handle);
    preview->job.urgency = 2; /* before what is only looked at */
    pool_post(app->pool, &preview->job);
}

void transfer_on_upload(struct app *app, const struct net_mail *mail)
{
    struct room *room;
    struct message *message = app_find_upload(app, mail->key, &room);
    if (message == NULL || message->file == NULL || !message->file->transfer.upload)
        return;
    message->file->transfer.state = TRANSFER_ACTIVE;
    message->file->transfer.done = mail->done;
    message->file->transfer.rate = mail->rate;
    note_about(app, NOTE_PROGRESS, room, message, NULL);
}

void transfer_on_upload_end(struct app *app, const struct net_mail *mail)
{
    struct room *room;
    struct message *message = app_find_upload(app, mail->key, &room);
    if (message == NULL || message->file == NULL || !message->file->transfer.upload)
        return;
    if (mail->ok) {
        message->file->transfer.state = TRANSFER_DONE;
        message->file->transfer.done = message->file->transfer.size;
        message->file->transfer.rate = 0;
        outbox_on_whole(&app->outbox, message);
        note_about(app, NOTE_SENT, room, message, NULL);
        return;
    }
    outbox_remove(&app->outbox, message);
    if (message->seq == 0) { /* nobody else has heard of it */
        message->state = MESSAGE_FAILED;
        text_set(&message->trouble, mail->err.text);
    }
    transfer_fail(app, room, message, mail->err.text);
    if (mail->err.kind == ERR_CANCELLED) /* not a failure: somebody wanted it */
        message->file->transfer.state = TRANSFER_CANCELLED;
}

/* Saving what is here already */

struct save_job {
    struct job job; /* first */
    struct handle handle;
    char *from, *folder, *label;
    char path[OS_PATH_MAX];
    bool ok;
    struct err err;
};

static void save_free(struct mail *mail)
{
    struct save_job *save = (struct save_job *)mail;
    mem_free(save->from);
    mem_free(save->folder);
    mem_free(save->label);
    mem_free(save);
}

static void save_run(struct job *job)
{
    struct save_job *save = (struct save_job *)job;
    save->ok =
        save_copy(save->from, save->folder, save->label, &job->cancelled, save->path, &save->err);
}

static void on_saved(struct mail *mail, void *reader)
{
    struct save_job *save = (struct save_job *)mail;
    struct app *app = reader;
    struct room *room;
    struct message *message = app->closing ? NULL : handle_find(app, &save->handle, &room);
    if (message != NULL && message->file != NULL) {
        message->file->transfer.save = false;
        if (save->ok) {
            text_set(&message->file->transfer.saved_path, save->path);
            note_about(app, NOTE_SAVED, room, message, message->file->transfer.saved_path);
        } else {
            transfer_fail(app, room, message, save->err.text);
        }
    }
    save_free(mail);
}

static void save_from(struct app *app, struct room *room, struct message *message, const char *path)
{
    struct save_job *save = mem_alloc(1, sizeof *save);
    save->job.mail.open = on_saved;
    save->job.mail.drop = save_free;
    save->job.run = save_run;
    save->job.urgency = 1;
    save->handle = handle_of(room, message);
    save->from = mem_string(path);
    save->folder = mem_string(app->downloads);
    save->label = mem_string(message->file->label);
    message->file->transfer.save = true;
    pool_post(app->pool, &save->job);
}

static bool is_there(const char *path)
{
    struct file_info info = path != NULL ? file_info(path) : (struct file_info){0};
    return info.exists && !info.is_folder;
}

/* It is whole on this computer, at `path`. */
static void have_it(struct app *app, struct room *room, struct message *message, const char *path,
                    bool save)
{
    struct transfer *transfer = &message->file->transfer;
    transfer->state = TRANSFER_DONE;
    transfer->done = transfer->size;
    transfer->rate = 0;
    text_set(&transfer->path, path);
    text_set(&transfer->trouble, NULL);
    note_about(app, NOTE_RECEIVED, room, message, NULL);
    if (save && transfer->saved_path != NULL)
        note_about(app, NOTE_SAVED, room, message, transfer->saved_path);
    else if (save)
        save_from(app, room, message, transfer->path);
    picture_on_file(app, room, message);
}

/* Fetching */

_Static_assert(TRANSFER_RANGES_MAX >= RANGES_MAX, "all ranges of a mail fit");

static void ask_net(struct app *app, struct room *room, struct message *message, bool save)
{
    struct transfer *transfer = &message->file->transfer;
    struct net_fetch fetch = {
        .file = message->file->id,
        .size = message->file->size,
        .sha256 = message->file->sha256,
        .folder = save ? app->downloads : NULL,
        .label = message->file->label,
    };
    transfer->state = TRANSFER_WAITING;
    transfer->upload = false;
    transfer->done = 0;
    transfer->size = message->file->size;
    transfer->rate = 0;
    transfer->save = transfer->direct = save;
    text_set(&transfer->trouble, NULL);
    net_download(app->net, &fetch);
    app_touch(app, room, message);
}

void transfer_fetch(struct app *app, struct room *room, struct message *message, bool save)
{
    struct transfer *transfer = &message->file->transfer;
    char path[OS_PATH_MAX];
    if (transfer->saved_path != NULL && !is_there(transfer->saved_path))
        text_set(&transfer->saved_path, NULL); /* moved or removed by the person */
    if (transfer->state == TRANSFER_DONE && is_there(transfer->path)) {
        str_copy(path, sizeof path, transfer->path);
        have_it(app, room, message, path, save);
    } else if (transfer->upload &&
               (transfer->state == TRANSFER_WAITING || transfer->state == TRANSFER_ACTIVE)) {
        if (save && is_there(transfer->path)) /* ours, on its way: it is here all the same */
            save_from(app, room, message, transfer->path);
    } else if (transfer->state == TRANSFER_WAITING || transfer->state == TRANSFER_ACTIVE) {
        transfer->save = transfer->save || save;
        app_touch(app, room, message);
    } else if (message->file->sha256 != NULL && cache_find(message->file->sha256, path)) {
        have_it(app, room, message, path, save);
    } else if (message->file->state == FILE_FAILED) {
        transfer_fail(app, room, message, "This file was not sent to its end: nobody has it.");
    } else if (message->file->id != NULL) {
        ask_net(app, room, message, save);
    }
}

void transfer_on_download(struct app *app, const struct net_mail *mail)
{
    struct room *room;
    struct message *message = app_find_download(app, mail->key, &room);
    if (message == NULL || message->file->transfer.upload)
        return;
    struct transfer *transfer = &message->file->transfer;
    transfer->state = TRANSFER_ACTIVE;
    transfer->done = mail->done;
    transfer->rate = mail->rate;
    text_set(&transfer->part, mail->path);
    transfer->have_count = mail->have.count;
    for (size_t i = 0; i < mail->have.count; i++)
        transfer->have[i] = (struct byte_range){mail->have.at[i].from, mail->have.at[i].to};
    note_about(app, NOTE_PROGRESS, room, message, NULL);
}

void transfer_on_download_end(struct app *app, const struct net_mail *mail)
{
    struct room *room;
    struct message *message = app_find_download(app, mail->key, &room);
    if (message == NULL || message->file->transfer.upload)
        return;
    struct transfer *transfer = &message->file->transfer;
    text_set(&transfer->part, NULL); /* it has its name, or is gone */
    transfer->have_count = 0;
    if (mail->ok) {
        bool save = transfer->save;
        if (transfer->direct)
            text_set(&transfer->saved_path, mail->path);
        text_set(&message->file->sha256, mail->sha256);
        transfer->save = false;
        have_it(app, room, message, mail->path, save);
        return;
    }
    transfer->save = false;
    if (mail->err.kind == ERR_CANCELLED) {
        transfer->state = TRANSFER_CANCELLED;
        transfer->rate = 0;
        app_touch(app, room, message);
        return;
    }
    transfer_fail(app, room, message, mail->err.text);
}
