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
    outbox_remove_changes(&app->outbox, room, 0);
    room_clear_changes(room);
    room->newest_seq = room->oldest_seq = room->read_seq = room->members_seq = 0;
    room->read_told = room->gap_from = room->gap_to = 0;
    room->history_complete = false;
}

static void begin_room(struct app *app, struct room *room, const struct msg *msg)
{
    if (msg->seq < room->newest_seq)
        forget_events(app, room);
    if (room->newest_seq == 0) { /* the first time here: what follows up to now is history */
        room->history_until = msg->seq;
        room->newest_seq = msg->first != 0 ? msg->first - 1 : msg->seq;
        room->oldest_seq = msg->first != 0 ? msg->first : msg->seq + 1;
        room->history_complete = room->oldest_seq <= 1;
        room->read_seq = 0;
    }
    recall_room(app, room);
    if (!room->joined)
        recall_later(app, room);
    room->joined = true;
    room->asked = false;
    room->members_seq = msg->seq;
    room_clear_members(room);
}

/* How far we have read is known by the server; a newcomer has missed nothing, but for what the other
 * one said in a room of two. */
static void take_own_read(struct app *app, struct room *room)
{
    const struct member *me = room_find_member(room, app->model.my_uid);
    uint64_t read_seq = me != NULL ? me->read_seq : 0;
    const bool knows = model_has_feature(&app->model, "read");
    room->read_told = read_seq;
    if (knows && room->kind == ROOM_DIRECT && room->message_count == 0)
        room->history_until =
            read_seq; /* what one has not read is news, though it came with the join */
    if (read_seq == 0 && room->read_seq == 0 && !(knows && room->kind == ROOM_DIRECT))
        read_seq = room->history_until;
    if (read_seq > room->read_seq)
        room->read_seq = read_seq;
}

static void take_members(struct room *room, const struct msg *msg)
{
    for (size_t i = 0; i < msg->member_count; i++) {
        const struct msg_member *member = &msg->members[i];
        room_set_member(room, member->uid, member->name, member->online);
        room_find_member(room, member->uid)->read_seq = member->read;
    }
}

static void show_some_room(struct app *app)
{
    struct model *model = &app->model;
    for (size_t i = 0; i < model->room_count && model->room == NULL; i++) {
        if (model->rooms[i]->joined)
            model->room = model->rooms[i];
    }
}

static void on_room(struct app *app, const struct msg *msg)
{
    struct model *model = &app->model;
    struct room *room = model_add_room(model, msg->room);
    if (app->listing != room)
        begin_room(app, room, msg);
    take_members(room, msg);
    app->listing = msg->more ? room : NULL;
    if (msg->more)
        return;
    room_sort_members(room);
    take_own_read(app, room);
    room->people = (uint32_t)room_online(room);
    const struct member *peer = room_find_member(room, room->peer);
    if (peer != NULL)
        model_set_title(model, room, peer->name);
    if (name_equal(app->going_to, room->name)) {
        app->going_to[0] = '\0';
        model->room = room;
    } else if (app->going_to[0] == '\0') {
        show_some_room(app);
    }
    app_touch(app, room, NULL);
    app_note(app, &(struct note){.kind = NOTE_ROOM_READY, .room = room});
}

static void take_room(struct app *app, const struct msg_room *entry)
{
    struct room *room = model_add_room(&app->model, entry->name);
    room->listed = true;
    if (room->kind != ROOM_DIRECT)
        room->kind = entry->private ? ROOM_PRIVATE : ROOM_OPEN;
    else if (entry->title != NULL)
        model_set_title(&app->model, room, entry->title);
    if (room->joined)
        return;
    recall_room(app, room);
    room->people = entry->people;
    const struct recalled *recalled = recall_find(&app->recall, room->name);
    const bool was_in = recalled != NULL && recalled->joined && app->config.rejoin;
    if (was_in && !recalled->is_private)
        return; /* hello asked for it */
    const bool is_direct =
        app->config.directs && room->kind == ROOM_DIRECT && room->peer[0] != '\0';
    if (!room->asked && (is_direct || (was_in && room->kind == ROOM_PRIVATE)))
        connection_join(app, room);
}

/* It is not on the server, and nothing of it is here. */
static bool is_nothing(const struct room *room)
{
    return !room->joined && !room->listed && room->message_count == 0;
}

void inbox_take_rooms(struct app *app, const struct msg *msg)
{
    struct model *model = &app->model;
    for (size_t i = 0; i < model->room_count && !app->rooms_more; i++)
        model->rooms[i]->listed = false;
    for (size_t i = 0; i < msg->room_count; i++)
        take_room(app, &msg->rooms[i]);
    app->rooms_more = msg->more;
    for (size_t i = model->room_count; i > 0 && !msg->more; i--) {
        if (is_nothing(model->rooms[i - 1]) && model->rooms[i - 1] != model->room &&
            !name_equal(app->going_to, model->rooms[i - 1]->name))
            model_remove_room(model, model->rooms[i - 1]);
    }
    model_touch(model);
}

static void on_rooms(struct app *app, const struct msg *msg)
{
    inbox_take_rooms(app, msg);
    if (!msg->more)
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
    else
        room->gap_from = room->gap_to = 0;
    room->history_asked = false;
    room_trim_changes(room, room->oldest_seq);
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

/* Someone, or we in another window, has read further. */
static void on_read(struct app *app, const struct msg *msg, const char *json)
{
    struct room *room = model_find_room(&app->model, msg->room);
    struct member *member =
        room != NULL && msg->from != NULL ? room_find_member(room, msg->from) : NULL;
    if (member == NULL || msg->seq <= member->read_seq)
        return;
    member->read_seq = msg->seq;
    if (strcmp(msg->from, app->model.my_uid) == 0) {
        if (msg->seq > room->read_seq)
            room->read_seq = msg->seq;
        if (msg->seq > room->read_told)
            room->read_told = msg->seq;
    }
    app_touch(app, room, NULL);
    app_note(app, &(struct note){.kind = NOTE_READ, .room = room, .json = json});
}

/* A room that we may not come into, or that is not there. */
static void on_room_refused(struct app *app, struct note *note)
{
    const enum msg_error_code code = msg_code_from_word(note->code);
    struct model *model = &app->model;
    struct room *room = note->room;
    if (name_equal(app->going_to, room->name))
        app->going_to[0] = '\0';
    if (room->joined || code == CODE_TOO_FAST)
        return;
    room->asked = false;
    struct recalled *recalled = recall_find(&app->recall, room->name);
    if (recalled != NULL && recalled->joined && code == CODE_NOT_INVITED) {
        recalled->joined = false; /* not asked for again */
        recall_later(app, room);
        recall_save(app);
    }
    if (is_nothing(room)) {
        model_remove_room(model, room);
        note->room = NULL;
    } else if (model->room == room) {
        model->room = NULL;
    }
    show_some_room(app);
    model_touch(model);
}

/* An edit or a reaction. */
static void on_change_refused(struct app *app, struct outbox_item *item, const struct msg *msg,
                              struct note *note)
{
    if (msg_code_from_word(msg->code) == CODE_TOO_FAST) {
        outbox_hold(&app->outbox, item, clock_now_ms() + msg->wait);
        return; /* it goes on by itself */
    }
    note->room = item->room;
    note->message = room_find_seq(item->room, item->of);
    change_refused(app, item);
    app_note(app, note);
}

/* The server refused something. */
static void on_error(struct app *app, const struct msg *msg)
{
    const char *text = msg_code_explain(msg->code, msg->text);
    struct note note = {.kind = NOTE_REFUSED, .text = text, .code = msg->code};
    struct outbox_item *item = msg->re != NULL ? outbox_find(&app->outbox, msg->re) : NULL;
    if (item != NULL && item->message == NULL) {
        on_change_refused(app, item, msg, &note);
        return;
    }
    if (msg->re != NULL) {
        note.message = app_find_upload(app, msg->re, &note.room); /* any of ours, by its id */
        if (note.message == NULL)
            note.room = model_find_room(&app->model, msg->re);
        if (note.message == NULL && note.room != NULL)
            on_room_refused(app, &note);
    }
    if (note.message != NULL && note.message->seq == 0 && note.message->kind == MESSAGE_TEXT &&
        msg_code_from_word(msg->code) == CODE_TOO_FAST && item != NULL) {
        outbox_hold(&app->outbox, item, clock_now_ms() + msg->wait);
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
    case MSG_READ:
        on_read(app, msg, json);
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
