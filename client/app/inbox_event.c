/* Events of a room's log, live or from its history, each perhaps more than once. */
#include <string.h>

#include "client/app/app_state.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

static void look_for_mention(const struct app *app, struct message *message)
{
    message->mentions_me = message->kind == MESSAGE_TEXT && !message->own && !message->deleted &&
                           message_mentions(message->text, app->model.my_name);
}

void inbox_look_for_mentions(struct app *app)
{
    str_copy(app->called, sizeof app->called, app->model.my_name);
    for (size_t i = 0; i < app->model.room_count; i++) {
        struct room *room = app->model.rooms[i];
        for (size_t k = 0; k < room->message_count; k++)
            look_for_mention(app, room->messages[k]);
        room->version++;
    }
}

static void note_row(struct app *app, struct room *room, struct message *message, const char *json)
{
    room_catch_up(room, message, app->model.my_uid);
    look_for_mention(app, message);
    app_touch(app, room, message);
    app_note(app,
             &(struct note){.kind = NOTE_MESSAGE, .room = room, .message = message, .json = json});
}

static bool is_mine(const struct app *app, const struct msg *msg)
{
    return str_equal(msg->from, app->model.my_uid);
}

/* What every row knows of its event. */
static void fill(struct app *app, const struct room *room, struct message *message,
                 const struct msg *msg)
{
    message->seq = msg->seq;
    message->time_ms = msg->time;
    message->own = is_mine(app, msg);
    message->history = msg->seq <= room->history_until;
    message->state = MESSAGE_RELAYED;
    if (msg->from != NULL)
        str_copy(message->from, sizeof message->from, msg->from);
    text_set(&message->name, msg->name);
    if (message->own)
        text_set(&message->id, msg->id);
}

/* Our own message comes back: the bubble that waits becomes the event. Otherwise a new row. NULL if
 * it is there already. */
static struct message *take_row(struct app *app, struct room *room, enum message_kind kind,
                                const struct msg *msg)
{
    struct message *message = NULL;
    if (room_find_seq(room, msg->seq) != NULL)
        return NULL;
    if (is_mine(app, msg) && msg->id != NULL)
        message = room_find_pending(room, msg->id);
    if (message != NULL && message->kind != kind)
        message = NULL; /* nothing that we said */
    if (message != NULL) {
        fill(app, room, message, msg);
        text_set(&message->trouble, NULL);
        room_settle_message(room, message);
        return message;
    }
    message = message_create(kind);
    fill(app, room, message, msg);
    if (message->own) { /* not in our outbox */
        message->elsewhere = true;
        message->state = MESSAGE_STORED;
    }
    return room_add_message(room, message);
}

static void on_said(struct app *app, struct room *room, const struct msg *msg, const char *json)
{
    struct message *message = take_row(app, room, MESSAGE_TEXT, msg);
    struct member *member = msg->from != NULL ? room_find_member(room, msg->from) : NULL;
    if (message == NULL)
        return;
    text_set(&message->text, msg->text);
    message->reply = msg->reply;
    if (member != NULL)
        member->typing_until_ms = 0;
    note_row(app, room, message, json);
}

/* Files */

static void apply_end(struct message *message, const char *sha256, const char *trouble)
{
    if (sha256 != NULL && sha256[0] != '\0') {
        message->file->state = FILE_COMPLETE;
        text_set(&message->file->sha256, sha256);
        return;
    }
    message->file->state = FILE_FAILED;
    text_set(&message->trouble, trouble != NULL ? trouble : "This file was not sent to its end.");
}

/* A page of history may hold a file's beginning whose end we were told long ago. */
static void look_up_end(const struct app *app, struct message *message)
{
    for (size_t i = 0; i < app->end_count; i++) {
        if (strcmp(app->ends[i].file, message->file->id) == 0)
            apply_end(message, app->ends[i].sha256, NULL);
    }
}

static void keep_end(struct app *app, const struct msg *msg)
{
    app->ends = mem_resize(app->ends, app->end_count + 1, sizeof *app->ends);
    struct file_end *end = &app->ends[app->end_count++];
    memset(end, 0, sizeof *end);
    str_copy(end->file, sizeof end->file, msg->file);
    if (msg->sha256 != NULL)
        str_copy(end->sha256, sizeof end->sha256, msg->sha256);
}

static void on_file(struct app *app, struct room *room, const struct msg *msg, const char *json)
{
    struct message *message = take_row(app, room, MESSAGE_FILE, msg);
    if (message == NULL)
        return;
    text_set(&message->file->id, msg->file);
    text_set(&message->file->label, msg->label);
    text_set(&message->file->kind, msg->kind);
    message->file->size = message->file->transfer.size = msg->size;
    message->file->width = (int)msg->width;
    message->file->height = (int)msg->height;
    message->file->duration_ms = msg->duration;
    message->file->voice = msg->voice;
    text_set(&message->file->album, msg->album);
    message->file->state = FILE_COMING;
    if (str_equal(msg->kind, "audio")) {
        if (msg->payload.size == WAVE_BARS && message->file->wave == NULL)
            message->file->wave = mem_copy(msg->payload.data, WAVE_BARS);
    } else if (!message->file->transfer.upload && msg->payload.size > 0 &&
               message->file->tiny == NULL) {
        message->file->tiny = mem_copy(msg->payload.data, msg->payload.size);
        message->file->tiny_size = msg->payload.size;
    }
    look_up_end(app, message);
    note_row(app, room, message, json);
    if (app->config.save_all && !message->deleted && !message->own && !message->history)
        transfer_fetch(app, room, message, true);
}

static void on_file_end(struct app *app, struct room *room, const struct msg *msg, const char *json)
{
    struct message *message = room_find_file(room, msg->file);
    if (message == NULL) {
        keep_end(app, msg);
        return;
    }
    if (message->file->state != FILE_COMING)
        return;
    apply_end(message, msg->sha256,
              msg->type == MSG_FILE_FAILED ? msg_code_explain(msg->code, msg->text) : NULL);
    const struct transfer *transfer = &message->file->transfer;
    if (msg->type == MSG_FILE_DONE && !transfer->upload &&
        (transfer->state == TRANSFER_WAITING || transfer->state == TRANSFER_ACTIVE))
        net_file_done(app->net, message->file->id, message->file->sha256);
    app_touch(app, room, message);
    app_note(app,
             &(struct note){.kind = NOTE_FILE, .room = room, .message = message, .json = json});
}

/* People */

/* Rooms of two have no events of coming and going: who is there is seen elsewhere. */
static void see_in_direct_room(struct app *app, const char *uid, const char *name)
{
    bool online = false;
    for (size_t i = 0; i < app->model.room_count; i++) {
        const struct room *room = app->model.rooms[i];
        const struct member *member =
            room->kind != ROOM_DIRECT ? room_find_member(room, uid) : NULL;
        online = online || (member != NULL && member->online);
    }
    for (size_t i = 0; i < app->model.room_count; i++) {
        struct room *room = app->model.rooms[i];
        if (room->kind != ROOM_DIRECT || strcmp(room->peer, uid) != 0)
            continue;
        if (room_find_member(room, uid) != NULL)
            room_set_member(room, uid, name, online);
        app_touch(app, room, NULL);
        if (name != NULL)
            model_set_title(&app->model, room, name);
        return;
    }
}

static void on_member(struct app *app, struct room *room, const struct msg *msg, const char *json)
{
    bool joined = msg->type == MSG_JOINED;
    struct message *message = take_row(app, room, joined ? MESSAGE_JOINED : MESSAGE_LEFT, msg);
    if (message == NULL)
        return;
    note_row(app, room, message, json);
    if (msg->seq <= room->members_seq || msg->from == NULL)
        return; /* the list of members is newer than this */
    room->members_seq = msg->seq;
    room_set_member(room, msg->from, msg->name, joined);
    room_sort_members(room);
    room->people = (uint32_t)room_online(room);
    see_in_direct_room(app, msg->from, msg->name);
    app_note(app, &(struct note){.kind = NOTE_MEMBER, .room = room, .message = message});
}

static void on_invited(struct app *app, struct room *room, const struct msg *msg, const char *json)
{
    struct message *message = take_row(app, room, MESSAGE_INVITED, msg);
    if (message == NULL)
        return;
    text_set(&message->text, msg->text);
    note_row(app, room, message, json);
}

/* Numbers are without gaps; where one is, ask once for what is missing. */
static void count_event(struct app *app, struct room *room, uint64_t seq)
{
    if (seq <= room->newest_seq)
        return;
    uint64_t missing = seq - room->newest_seq - 1;
    if (missing == 0) {
        room->newest_seq = seq;
        return;
    }
    room->gap_from = room->newest_seq;
    room->gap_to = seq;
    room->newest_seq = seq;
    struct msg msg = {.type = MSG_HISTORY,
                      .room = room->name,
                      .before = seq,
                      .count = missing < HISTORY_COUNT_MAX ? (uint32_t)missing : HISTORY_COUNT_MAX};
    net_send(app->net, &msg);
}

void inbox_on_event(struct app *app, const struct msg *msg, const char *json)
{
    struct room *room = model_find_room(&app->model, msg->room);
    if (room == NULL || !room->joined)
        return; /* we left; this was on its way */
    uint64_t newest = room->newest_seq;
    count_event(app, room, msg->seq);
    switch (msg->type) {
    case MSG_SAID:
        on_said(app, room, msg, json);
        break;
    case MSG_FILE:
        on_file(app, room, msg, json);
        break;
    case MSG_FILE_DONE:
    case MSG_FILE_FAILED:
        on_file_end(app, room, msg, json);
        break;
    case MSG_DELETED:
    case MSG_EDITED:
    case MSG_REACTED:
        change_on_event(app, room, msg, newest, json);
        break;
    case MSG_INVITED:
        on_invited(app, room, msg, json);
        break;
    case MSG_JOINED:
    case MSG_LEFT:
        on_member(app, room, msg, json);
        break;
    default: /* from the future: it counts, and that is all */
        break;
    }
}
