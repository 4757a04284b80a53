/* Mail from the net thread: what the server said, and how transfers go. */
#include <string.h>

#include "client/app/app_state.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"

/* Rooms */

/* The server's log is younger than what we know: it was lost, or begun anew. What we hold is of no
 * use; what was not safe there is said again. */
static void forget_events(struct app *app, struct room *room)
{
    for (size_t i = room->message_count - room->pending_count; i > 0; i--) {
        struct message *message = room->messages[i - 1];
        if (outbox_has(&app->outbox, message)) {
            message->state = MESSAGE_PENDING;
            if (message->file != NULL)
                text_set(&message->file->id, NULL);
            room_unsettle_message(room, message);
            if (outbox_forget_whole(&app->outbox, message))
                transfer_prepare_upload(app, room, message);
        } else {
            room_remove_message(room, message);
        }
    }
    room->newest_seq = room->oldest_seq = room->read_seq = room->members_seq = 0;
    room->history_complete = false;
}

static void begin_room(struct app *app, struct room *room, const struct msg *msg)
{
    if (msg->seq < room->newest_seq)
        forget_events(app, room);
    if (room->newest_seq == 0) { /* the first time here: what follows up to now is history */
        room->history_until = room->read_seq = msg->seq;
        room->newest_seq = msg->first != 0 ? msg->first - 1 : msg->seq;
        room->oldest_seq = msg->first != 0 ? msg->first : msg->seq + 1;
        room->history_complete = room->oldest_seq <= 1;
    }
    room->joined = true;
    room->members_seq = msg->seq;
    room_clear_members(room);
}

static void on_room(struct app *app, const struct msg *msg)
{
    struct model *model = &app->model;
    struct room *room = model_add_room(model, msg->room);
    if (app->listing != room)
        begin_room(app, room, msg);
    for (size_t i = 0; i < msg->member_count; i++)
        room_set_member(room, msg->members[i].uid, msg->members[i].name, msg->members[i].online);
    app->listing = msg->more ? room : NULL;
    if (msg->more)
        return;
    room_sort_members(room);
    room->people = (uint32_t)room_online(room);
    if (model->room == NULL || name_equal(app->going_to, room->name))
        model->room = room;
    if (name_equal(app->going_to, room->name))
        app->going_to[0] = '\0';
    app_touch(app, room, NULL);
    app_note(app, &(struct note){.kind = NOTE_ROOM_READY, .room = room});
}

static bool is_listed(const struct msg *msg, const char *name)
{
    for (size_t i = 0; i < msg->room_count; i++) {
        if (name_equal(msg->rooms[i].name, name))
            return true;
    }
    return false;
}

static void on_rooms(struct app *app, const struct msg *msg)
{
    struct model *model = &app->model;
    for (size_t i = 0; i < msg->room_count; i++) {
        struct room *room = model_add_room(model, msg->rooms[i].name);
        if (!room->joined)
            room->people = msg->rooms[i].people;
    }
    for (size_t i = model->room_count; i > 0; i--) {
        struct room *room = model->rooms[i - 1];
        if (!room->joined && room->message_count == 0 && room != model->room &&
            msg->room_count < ROOMS_MAX && !is_listed(msg, room->name))
            model_remove_room(model, room);
    }
    model_touch(model);
    app_note(app, &(struct note){.kind = NOTE_ROOMS});
}

static void on_stored(struct app *app, const struct msg *msg)
{
    struct room *room = model_find_room(&app->model, msg->room);
    if (room == NULL)
        return;
    struct message *newest = outbox_on_stored(&app->outbox, room, msg->seq);
    app_touch(app, room, newest);
    app_note(app, &(struct note){.kind = NOTE_STORED, .room = room, .message = newest});
}

static void on_history_end(struct app *app, const struct msg *msg)
{
    struct room *room = model_find_room(&app->model, msg->room);
    if (room == NULL)
        return;
    if (msg->before != 0 && msg->before < room->oldest_seq)
        room->oldest_seq = msg->before;
    if (room->history_asked)
        room->history_complete = msg->before <= 1;
    room->history_asked = false;
    app_touch(app, room, NULL);
    app_note(app, &(struct note){.kind = NOTE_HISTORY, .room = room});
}

static void on_typing(struct app *app, const struct msg *msg)
{
    struct room *room = model_find_room(&app->model, msg->room);
    struct member *member =
        room != NULL && msg->from != NULL ? room_find_member(room, msg->from) : NULL;
    if (member == NULL || strcmp(member->uid, app->model.my_uid) == 0)
        return;
    member->typing_until_ms = clock_now_ms() + TYPING_HIDE_MS;
    app_touch(app, room, NULL);
}

/* The server refused something. */
static void on_error(struct app *app, const struct msg *msg)
{
    const char *text = msg_code_explain(msg->code, msg->text);
    struct note note = {.kind = NOTE_REFUSED, .text = text, .code = msg->code};
    if (msg->re != NULL) {
        note.message = app_find_upload(app, msg->re, &note.room); /* any of ours, by its id */
        if (note.message == NULL)
            note.room = model_find_room(&app->model, msg->re);
        if (note.message == NULL && name_equal(app->going_to, msg->re))
            app->going_to[0] = '\0';
    }
    if (note.message != NULL && note.message->seq == 0 && note.message->kind == MESSAGE_TEXT &&
        msg_code_from_word(msg->code) == CODE_TOO_FAST) {
        outbox_hold(&app->outbox, note.message, clock_now_ms() + msg->wait);
        return; /* it goes on by itself */
    }
    if (note.message != NULL && note.message->seq == 0) {
        outbox_remove(&app->outbox, note.message);
        note.message->state = MESSAGE_FAILED;
        text_set(&note.message->trouble, text);
        app_touch(app, note.room, note.message);
    }
    app_note(app, &note);
}

static void on_message(struct app *app, const struct msg *msg, const char *json)
{
    switch (msg->type) {
    case MSG_WELCOME:
        connection_on_welcome(app, msg);
        break;
    case MSG_ROOM:
        on_room(app, msg);
        break;
    case MSG_ROOMS:
        on_rooms(app, msg);
        break;
    case MSG_STORED:
        on_stored(app, msg);
        break;
    case MSG_HISTORY_END:
        on_history_end(app, msg);
        break;
    case MSG_TYPING:
        on_typing(app, msg);
        break;
    case MSG_ERROR:
        on_error(app, msg);
        break;
    case MSG_NOTICE:
        app_note(app, &(struct note){.kind = NOTE_NOTICE, .text = msg->text});
        break;
    default:
        if (msg->seq != 0 && msg->room != NULL)
            inbox_on_event(app, msg, json);
    }
}

static void on_seen(struct app *app, struct net_mail *mail)
{
    mem_free(app->model.seen);
    app->model.seen = mail->seen;
    app->model.seen_count = mail->seen_count;
    mail->seen = NULL;
    model_touch(&app->model);
}

_Static_assert(MODEL_KEY_SIZE >= TLS_WORDS_SIZE, "a key's words fit");

void inbox_open_net(struct mail *opened, void *reader)
{
    struct net_mail *mail = (struct net_mail *)opened;
    struct app *app = reader;
    bool stale = mail->attempt != app->attempt;
    bool forgotten = mail->attempt < app->oldest_attempt &&
                     mail->kind != NET_SEEN; /* who is on the network has no server */
    if (app->closing || forgotten) {
        net_mail_free(mail);
        return;
    }
    switch (mail->kind) {
    case NET_MESSAGE:
        if (!stale && mail->msg->type == MSG_WELCOME) {
            app->model.encrypted = mail->fingerprint[0] != '\0';
            app->model.first_visit = mail->first_visit;
            tls_words(mail->fingerprint, app->model.key_words);
        }
        if (!stale)
            on_message(app, mail->msg, mail->json);
        break;
    case NET_LOST:
        if (!stale)
            connection_on_lost(app, mail);
        break;
    case NET_UPLOAD:
        transfer_on_upload(app, mail);
        break;
    case NET_UPLOAD_END:
        transfer_on_upload_end(app, mail);
        break;
    case NET_DOWNLOAD:
        transfer_on_download(app, mail);
        break;
    case NET_DOWNLOAD_END:
        transfer_on_download_end(app, mail);
        break;
    case NET_SEEN:
        on_seen(app, mail);
        break;
    }
    net_mail_free(mail);
}
