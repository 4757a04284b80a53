#include "client/app/action.h"

#include <string.h>

#include "client/app/app_state.h"
#include "client/app/kind.h"
#include "client/app/smaller.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"
#include "protocol/os/clock.h"
#include "protocol/os/file.h"

/* Saying */

static struct message *add_own(struct app *app, struct room *room, enum message_kind kind)
{
    char id[ID_MAX + 1];
    struct message *message = message_create(kind);
    app_random_id(id);
    message->state = MESSAGE_PENDING;
    message->own = true;
    message->sent_ms = clock_now_ms();
    message->time_ms = clock_wall_ms();
    text_set(&message->id, id);
    text_set(&message->name, app->model.my_name);
    str_copy(message->from, sizeof message->from, app->model.my_uid);
    return room_add_message(room, message);
}

/* batch: the files that go first; 0: none. */
static void send_text(struct app *app, struct room *room, struct message *message, uint32_t batch)
{
    struct outbox_item *item = outbox_add(&app->outbox, room, message);
    item->batch = batch;
    if (app_is_online(app) && !app->outbox.paced && !outbox_is_behind(&app->outbox, item))
        connection_send_item(app, item); /* else connection_on_welcome() or _send_held() does */
    app_touch(app, room, message);
}

static void say(struct app *app, struct room *room, const char *from, size_t size, uint64_t reply,
                uint32_t batch)
{
    struct message *message = add_own(app, room, MESSAGE_TEXT);
    message->text = mem_alloc(size + 1, 1);
    memcpy(message->text, from, size);
    message->reply = reply;
    send_text(app, room, message, batch);
}

void action_say_behind(struct app *app, struct room *room, const char *text, uint64_t reply,
                       uint32_t batch)
{
    const char *from;
    const size_t size = action_trim(text, &from);
    if (size > 0)
        say(app, room, from, size, reply, batch);
}

/* Blank lines in front and white space behind are nobody's message; the first line's indentation
 * is (code). Returns the length of what is left from *from on. */
size_t action_trim(const char *text, const char **from)
{
    const char *first = text + strspn(text, " \t\r\n"), *line = first;
    while (line > text && line[-1] != '\n' && line[-1] != '\r')
        line--;
    size_t size = strlen(line);
    while (size > 0 && strchr(" \t\r\n", line[size - 1]) != NULL)
        size--;
    *from = line;
    return size;
}

bool action_check_text(const char *from, size_t size, struct err *err)
{
    if (size > TEXT_MAX)
        return err_set(err, ERR_LIMIT,
                       "This message is too long: %zu of at most %d bytes. Send it as a file.",
                       size, TEXT_MAX);
    if (!utf8_valid(from, size))
        return err_set(err, ERR_FORMAT, "This message is not text (UTF-8), and was not sent.");
    return true;
}

bool action_say(struct app *app, struct room *room, const char *text, uint64_t reply,
                struct err *err)
{
    const char *from;
    size_t size = action_trim(text, &from);
    if (size == 0)
        return true;
    if (!action_check_text(from, size, err))
        return false;
    app->typed_ms = 0; /* what is typed next is news again */
    app->typed_room = NULL;
    say(app, room, from, size, reply, 0);
    return true;
}

/* Files */

bool action_check_file(struct app *app, const char *path, struct file_info *info, struct err *err)
{
    char size[STR_SIZE_MAX], limit[STR_SIZE_MAX];
    *info = file_info(path);
    if (!info->exists)
        return err_set(err, ERR_NOT_FOUND, "There is no file %s.", path);
    if (info->is_folder)
        return err_set(err, ERR_FORMAT,
                       "%s is a folder; only files can be sent. Pack it into one first.", path);
    if (app->model.max_upload != 0 && info->size > app->model.max_upload) {
        str_size(info->size, size);
        str_size(app->model.max_upload, limit);
        return err_set(err, ERR_LIMIT, "%s has %s; this server takes files up to %s.",
                       path_base(path), size, limit);
    }
    os_file file = file_open(path, FILE_READ, err);
    if (file == OS_FILE_NONE)
        return false;
    file_close(file);
    return true;
}

struct message *action_add_file(struct app *app, struct room *room, const char *path,
                                const char *kind)
{
    char label[LABEL_SIZE];
    struct message *message = add_own(app, room, MESSAGE_FILE);
    label_clean(path_base(path), label);
    text_set(&message->file->label, label);
    text_set(&message->file->kind, kind);
    message->file->size = message->file->transfer.size = file_info(path).size;
    message->file->transfer.upload = true;
    text_set(&message->file->transfer.path, path);
    return message;
}

bool action_send_file(struct app *app, struct room *room, const char *path, bool plain_file,
                      struct err *err)
{
    struct file_info info;
    if (!action_check_file(app, path, &info, err))
        return false;
    struct message *message =
        action_add_file(app, room, path, plain_file ? "file" : kind_of_label(path_base(path)));
    message->file->plain = plain_file;
    outbox_add(&app->outbox, room, message);
    message->file->transfer.state = TRANSFER_WAITING;
    album_expect(app, room, message, 0);
    transfer_prepare_upload(app, room, message);
    app_touch(app, room, message);
    return true;
}

static bool is_moving(const struct message *message)
{
    return message->file != NULL && (message->file->transfer.state == TRANSFER_WAITING ||
                                     message->file->transfer.state == TRANSFER_ACTIVE);
}

void action_cancel(struct app *app, struct room *room, struct message *message)
{
    if (message->seq == 0 && message->state == MESSAGE_FAILED) {
        room_remove_message(room, message); /* nobody has seen it */
        app_touch(app, room, NULL);
    } else if (is_moving(message) && message->file->transfer.upload) {
        /* At once, and the net is told; if the facts are still being looked for, it never hears of
         * the file at all. */
        net_cancel_upload(app->net, message->id);
        outbox_remove(&app->outbox, message);
        message->file->transfer.state = TRANSFER_CANCELLED;
        message->file->transfer.rate = 0;
        if (message->seq == 0) {
            message->state = MESSAGE_FAILED;
            text_set(&message->trouble, "You cancelled this.");
        }
        app_touch(app, room, message);
    } else if (is_moving(message)) {
        net_stop_download(app->net, message->file->id);
    }
}

void action_delete(struct app *app, struct room *room, struct message *message)
{
    struct msg msg = {.type = MSG_DELETE, .room = room->name, .of = message->seq};
    if (message->seq != 0 && !message->deleted)
        net_send(app->net, &msg);
}

void action_admin(struct app *app, const char *action, const char *target, uint32_t seconds)
{
    char word[WORD_MAX + 1], whom[TARGET_MAX + 1];
    struct msg msg = {.type = MSG_ADMIN, .action = word, .target = whom, .seconds = seconds};
    str_copy(word, sizeof word, action);
    str_copy(whom, sizeof whom, target);
    net_send(app->net, &msg);
}

/* The others saw it fail: a new bubble with the same file. */
static void send_in_new_bubble(struct app *app, struct room *room, const struct message *message)
{
    const struct file_part *file = message->file;
    struct message *again = action_add_file(app, room, file->transfer.path, file->kind);
    text_set(&again->file->label, file->label);
    again->file->plain = file->plain;
    again->file->voice = file->voice;
    again->file->duration_ms = file->duration_ms;
    if (file->wave != NULL)
        again->file->wave = mem_copy(file->wave, WAVE_BARS);
    outbox_add(&app->outbox, room, again);
    transfer_prepare_upload(app, room, again);
    app_touch(app, room, again);
}

/* Under a new id: the server may know the old one as failed. */
static void send_file_again(struct app *app, struct room *room, struct message *message)
{
    struct err err = {0};
    struct file_info info;
    char id[ID_MAX + 1];
    if (message->seq != 0) {
        if (action_check_file(app, message->file->transfer.path, &info, &err))
            send_in_new_bubble(app, room, message);
        else
            transfer_fail(app, room, message, err.text);
        return;
    }
    if (!action_check_file(app, message->file->transfer.path, &info, &err)) {
        text_set(&message->trouble, err.text);
        transfer_fail(app, room, message, err.text);
        return;
    }
    app_random_id(id);
    text_set(&message->id, id);
    text_set(&message->trouble, NULL);
    message->state = MESSAGE_PENDING;
    message->sent_ms = clock_now_ms();
    message->file->size = message->file->transfer.size = info.size;
    outbox_add(&app->outbox, room, message);
    if (message->file->smaller) /* it was cancelled before there was a copy */
        smaller_send(app, smaller_begin(app, message->file->transfer.path), room, message);
    else
        transfer_prepare_upload(app, room, message);
    app_touch(app, room, message);
}

void action_try_again(struct app *app, struct room *room, struct message *message)
{
    enum transfer_state state =
        message->file != NULL ? message->file->transfer.state : TRANSFER_NONE;
    if (message->kind == MESSAGE_TEXT && message->state == MESSAGE_FAILED) {
        message->state = MESSAGE_PENDING;
        message->sent_ms = clock_now_ms();
        text_set(&message->trouble, NULL);
        send_text(app, room, message, 0);
    } else if (message->kind == MESSAGE_FILE &&
               (state == TRANSFER_FAILED || state == TRANSFER_CANCELLED)) {
        if (message->file->transfer.upload)
            send_file_again(app, room, message);
        else
            transfer_fetch(app, room, message, message->file->transfer.direct);
    }
}

void action_fetch(struct app *app, struct room *room, struct message *message, bool save)
{
    if (message->kind == MESSAGE_FILE)
        transfer_fetch(app, room, message, save);
}
