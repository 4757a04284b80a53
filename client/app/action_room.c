/* What a person does with rooms. */
#include <string.h>

#include "client/app/action.h"
#include "client/app/app_state.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"

static void send_join(struct app *app, struct room *room)
{
    struct msg msg = {.type = MSG_JOIN, .room = room->name, .seq = room->newest_seq};
    str_copy(app->going_to, sizeof app->going_to, room->name);
    net_send(app->net, &msg);
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
    if (!room->joined)
        return;
    net_send(app->net, &msg);
    room->joined = false;
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
    (void)app;
    text_set(&room->draft, text);
}

void action_set_muted(struct app *app, struct room *room, bool muted)
{
    room->muted = muted;
    app_touch(app, room, NULL);
}

bool action_make_room(struct app *app, const char *name, bool private_room, struct err *err)
{
    if (private_room && !model_has_feature(&app->model, "private"))
        return err_set(err, ERR_PROTOCOL, "This server has no private rooms.");
    return action_join(app, name, err);
}

bool action_invite(struct app *app, struct room *room, const char *name, struct err *err)
{
    (void)room, (void)name;
    if (!model_has_feature(&app->model, "private"))
        return err_set(err, ERR_PROTOCOL, "This server has no private rooms.");
    return true;
}

void action_open_direct(struct app *app, const char *uid)
{
    (void)app, (void)uid;
}
