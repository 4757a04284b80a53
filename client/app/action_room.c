/* What a person does with rooms. */
#include <string.h>

#include "client/app/action.h"
#include "client/app/app_state.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"

static void send_join(struct app *app, struct room *room)
{
    str_copy(app->going_to, sizeof app->going_to, room->name);
    connection_join(app, room);
}

bool action_join(struct app *app, const char *name, struct err *err)
{
    char clean[NAME_SIZE];
    if (!name_clean_room(name, clean, err))
        return false;
    if (!app_is_online(app)) {
        str_copy(app->start_room, sizeof app->start_room, clean);
        return true;
    }
    struct room *room = model_add_room(&app->model, clean);
    if (room->joined)
        action_show_room(app, room);
    else
        send_join(app, room);
    return true;
}

void action_show_room(struct app *app, struct room *room)
{
    app->model.room = room;
    model_touch(&app->model);
    if (room->joined)
        return;
    if (app_is_online(app))
        send_join(app, room);
    else
        str_copy(app->start_room, sizeof app->start_room, room->name);
}

void action_leave(struct app *app, struct room *room)
{
    struct model *model = &app->model;
    struct msg msg = {.type = MSG_LEAVE, .room = room->name};
    if (!room->joined || room->kind == ROOM_DIRECT)
        return;
    net_send(app->net, &msg);
    room->joined = false;
    recall_later(app, room);
    room_clear_members(room);
    for (size_t i = 0; i < model->room_count && model->room == room; i++) {
        if (model->rooms[i]->joined)
            model->room = model->rooms[i];
    }
    app_touch(app, room, NULL);
}

void action_list_rooms(struct app *app)
{
    static const struct msg msg = {.type = MSG_LIST};
    net_send(app->net, &msg);
}

void action_load_history(struct app *app, struct room *room)
{
    if (room->history_asked || room->history_complete || !room->joined || !app_is_online(app))
        return;
    struct msg msg = {
        .type = MSG_HISTORY, .room = room->name, .before = room->oldest_seq, .count = HISTORY_PAGE};
    room->history_asked = true;
    net_send(app->net, &msg);
    app_touch(app, room, NULL);
}

void action_typing(struct app *app, struct room *room)
{
    int64_t now_ms = clock_now_ms();
    struct msg msg = {.type = MSG_TYPING, .room = room->name};
    if (!room->joined || !app_is_online(app) ||
        (app->typed_room == room && now_ms - app->typed_ms < TYPING_EVERY_MS))
        return;
    app->typed_room = room;
    app->typed_ms = now_ms;
    net_send(app->net, &msg);
}

void action_mark_read(struct app *app, struct room *room, uint64_t seq)
{
    if (seq <= room->read_seq)
        return;
    room->read_seq = seq;
    app_touch(app, room, NULL);
}

void action_keep_draft(struct app *app, struct room *room, const char *text)
{
    if (str_equal(room->draft != NULL ? room->draft : "", text != NULL ? text : ""))
        return;
    text_set(&room->draft, text);
    recall_later(app, room);
}

void action_set_muted(struct app *app, struct room *room, bool muted)
{
    room->muted = muted;
    recall_later(app, room);
    app_touch(app, room, NULL);
}

static bool may(const struct app *app, const char *feature, const char *sentence, struct err *err)
{
    if (!app_is_online(app))
        return err_set(err, ERR_CLOSED, "There is no connection to a server.");
    return model_has_feature(&app->model, feature) || err_set(err, ERR_DENIED, "%s", sentence);
}

bool action_make_room(struct app *app, const char *name, bool private_room, struct err *err)
{
    char clean[NAME_SIZE];
    if (!private_room)
        return action_join(app, name, err);
    if (!may(app, "private", "This server has no private rooms.", err) ||
        !name_clean_room(name, clean, err))
        return false;
    struct room *room = model_find_room(&app->model, clean);
    if (room != NULL && room->joined && room->kind == ROOM_PRIVATE) {
        action_show_room(app, room);
        return true;
    }
    if (room != NULL)
        return err_set(err, ERR_EXISTS, "There is a room of this name already.");
    room = model_add_room(&app->model, clean);
    room->kind = ROOM_PRIVATE;
    str_copy(app->going_to, sizeof app->going_to, clean);
    struct msg msg = {.type = MSG_JOIN, .room = room->name, .private = true};
    net_send(app->net, &msg);
    return true;
}

bool action_invite(struct app *app, struct room *room, const char *name, struct err *err)
{
    char clean[NAME_SIZE];
    if (!may(app, "private", "This server has no private rooms.", err) ||
        !name_clean(name, clean, err))
        return false;
    if (room->kind != ROOM_PRIVATE || !room->joined)
        return err_set(err, ERR_DENIED, "Only into a private room in which you are.");
    struct msg msg = {.type = MSG_INVITE, .room = room->name, .target = clean};
    net_send(app->net, &msg);
    return true;
}

static const char *name_of(const struct model *model, const char *uid)
{
    for (size_t i = 0; i < model->room_count; i++) {
        const struct member *member = room_find_member(model->rooms[i], uid);
        if (member != NULL)
            return member->name;
    }
    return NULL;
}

void action_open_direct(struct app *app, const char *uid)
{
    char name[NAME_SIZE];
    if (!model_has_feature(&app->model, "direct") || !name_direct(app->model.my_uid, uid, name))
        return;
    struct room *room = model_add_room(&app->model, name);
    const char *title = name_of(&app->model, uid);
    if (title != NULL && room->title[0] == '\0')
        model_set_title(&app->model, room, title);
    if (room->joined)
        action_show_room(app, room);
    else
        send_join(app, room);
}
