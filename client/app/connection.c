/* Connecting, coming back, giving up. */
#include <string.h>

#include "client/app/action.h"
#include "client/app/app_state.h"
#include "client/app/address.h"
#include "client/app/identity.h"
#include "client/app/record.h"
#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "version.h"

/* Dialing */

/* Shortly after the loss, then slower; each time a little different, so that a crowd whose server
 * was restarted does not come back all at once. */
static int64_t back_off_ms(unsigned retries)
{
    static const int64_t steps_ms[] = {1000, 2000, 4000, 8000, 15000};
    const unsigned last = sizeof steps_ms / sizeof *steps_ms - 1;
    int64_t step_ms = steps_ms[retries < last ? retries : last];
    uint16_t dice;
    random_fill(&dice, sizeof dice);
    return step_ms * 3 / 4 + step_ms / 2 * dice / UINT16_MAX;
}

/* Private rooms are not among them: a server that has lost its data would make them anew, open to all.
 * They are joined after welcome (join_private_rooms(), inbox_take_rooms()). */
static size_t list_resume(struct app *app, struct msg_room *resume)
{
    size_t count = 0;
    for (size_t i = 0; i < app->model.room_count && count < ROOMS_MAX; i++) {
        struct room *room = app->model.rooms[i];
        if (room->joined && room->kind != ROOM_PRIVATE)
            resume[count++] = (struct msg_room){.name = room->name, .seq = room->newest_seq};
    }
    for (size_t i = 0; i < app->recall.count && count < ROOMS_MAX; i++) {
        struct recalled *recalled = &app->recall.rooms[i];
        const struct room *room = model_find_room(&app->model, recalled->name);
        if (app->config.rejoin && recalled->joined && !recalled->is_private && room == NULL &&
            !name_equal(recalled->name, app->start_room))
            resume[count++] = (struct msg_room){.name = recalled->name};
    }
    return count;
}

void connection_open(struct app *app)
{
    struct model *model = &app->model;
    struct msg_room resume[ROOMS_MAX];
    char secret[IDENTITY_SECRET_SIZE], features[] = "edit react read private direct";
    struct err err = {0};
    if (!identity_secret(model->my_name, secret, &err)) {
        model->link = LINK_OFFLINE;
        text_set(&model->trouble, err.text);
        model_touch(model);
        app_note(app, &(struct note){.kind = NOTE_OFFLINE, .text = model->trouble});
        return;
    }
    if (!app->recall_is_open)
        recall_open(app);
    app->recall_is_open = true;
    struct msg hello = {
        .type = MSG_HELLO,
        .features = features,
        .version = WIRE_VERSION,
        .name = model->my_name,
        .secret = secret,
        .password = app->password,
        .client = "confab " CONFAB_VERSION,
        .resume = resume,
        .resume_count = list_resume(app, resume),
    };
    model->retry_at_ms = INT64_MAX; /* until this attempt has failed */
    model_touch(model);
    /* the server inside is known without a visit; another one may have had its port before */
    bool inside = model->hosting && model->port == host_port(app->host);
    net_connect(app->net, ++app->attempt, model->host, model->port, &hello,
                inside ? host_fingerprint(app->host) : NULL);
}

void connection_rename(struct app *app)
{
    struct model *model = &app->model;
    model->link = LINK_LOST; /* the rooms stay on the screen */
    text_set(&model->trouble, NULL);
    app->retries = 0;
    connection_open(app);
}

void connection_forget_password(struct app *app)
{
    if (app->password != NULL)
        secret_wipe(app->password, strlen(app->password));
    mem_free(app->password);
    app->password = NULL;
}

void action_set_password(struct app *app, const char *password)
{
    connection_forget_password(app);
    if (password[0] != '\0')
        app->password = mem_string(password);
}

void connection_forget(struct app *app)
{
    connection_tell_read(app, INT64_MAX);
    recall_save(app);
    recall_finish(&app->recall);
    app->recall_is_open = false;
    net_disconnect(app->net);
    app->oldest_attempt = ++app->attempt; /* mail of transfers before is about another server */
    outbox_clear(&app->outbox);
    record_forget(app);
    app->listing = NULL;
    app->typed_room = NULL;
    app->typed_ms = 0;
    app->going_to[0] = app->name_before[0] = '\0';
    mem_free(app->ends);
    app->ends = NULL;
    app->end_count = 0;
    model_forget_server(&app->model);
}

void action_connect(struct app *app, const char *host, uint16_t port)
{
    struct model *model = &app->model;
    char secret[IDENTITY_SECRET_SIZE], uid[UID_DIGITS + 1] = "";
    if (identity_secret(model->my_name, secret, NULL))
        identity_uid(secret, uid);
    /* What is there is kept if it is of the same person on the same server: it goes on. */
    bool elsewhere = strcmp(model->host, host) != 0 || model->port != port;
    if (elsewhere && model->host[0] != '\0')
        connection_forget_password(app);
    if (elsewhere || strcmp(app->uid, uid) != 0)
        connection_forget(app);
    str_copy(app->uid, sizeof app->uid, uid);
    str_copy(model->my_uid, sizeof model->my_uid, uid);
    str_copy(model->host, sizeof model->host, host);
    model->port = port;
    model->link = LINK_CONNECTING;
    model->password_asked = model->password_refused = false;
    text_set(&model->trouble, NULL);
    app->retries = 0;
    connection_open(app);
}

bool action_connect_text(struct app *app, const char *text, struct err *err)
{
    struct address address;
    if (!address_parse(text, &address, err))
        return false;
    if (address.room[0] != '\0')
        str_copy(app->start_room, sizeof app->start_room, address.room);
    action_connect(app, address.host, address.port);
    return true;
}

void action_disconnect(struct app *app)
{
    struct model *model = &app->model;
    connection_forget(app);
    if (model->hosting)
        host_release(app->host);
    model->hosting = false;
    model->link = LINK_OFFLINE;
    text_set(&model->trouble, NULL);
    model_touch(model);
}

void action_retry_now(struct app *app)
{
    if (app->model.link == LINK_LOST)
        connection_open(app);
}

bool action_host(struct app *app, struct err *err)
{
    struct model *model = &app->model;
    if (model->hosting) {
        action_connect(app, model->host, model->port);
        return true;
    }
    connection_forget(app);
    host_stop(app->host); /* an older one that may still write down what was said */
    app->host = host_start(app->config.host_bind, app->config.beacon_port, app->config.plain, err);
    if (app->host == NULL)
        return false;
    bool everywhere = strcmp(app->config.host_bind, "0.0.0.0") == 0;
    model->hosting = true;
    action_connect(app, everywhere ? "127.0.0.1" : app->config.host_bind, host_port(app->host));
    return true;
}

/* Welcome and loss */

static void save_recent(struct app *app)
{
    const struct model *model = &app->model;
    for (size_t i = 0; i < MODEL_RECENT_MAX; i++) {
        char key[16], text[512];
        const struct server_place *place = &model->recent[i];
        str_format(key, sizeof key, "recent.%zu", i + 1);
        str_format(text, sizeof text, "%u %s %s", (unsigned)place->port, place->host, place->name);
        settings_set(app->settings, key, i < model->recent_count ? text : NULL);
    }
}

static void remember_server(struct app *app)
{
    struct model *model = &app->model;
    struct server_place place = {.port = model->port};
    size_t at = 0;
    if (model->hosting)
        return; /* it is not there when this program is not */
    str_copy(place.name, sizeof place.name, model->server_name);
    str_copy(place.host, sizeof place.host, model->host);
    while (at < model->recent_count && (strcmp(model->recent[at].host, place.host) != 0 ||
                                        model->recent[at].port != place.port))
        at++;
    if (at == model->recent_count && model->recent_count < MODEL_RECENT_MAX)
        model->recent_count++;
    if (at == MODEL_RECENT_MAX)
        at--;
    memmove(model->recent + 1, model->recent, at * sizeof place);
    model->recent[0] = place;
    save_recent(app);
}

void connection_send_item(struct app *app, const struct outbox_item *item)
{
    struct msg msg = {.room = item->room->name, .id = (char *)item->id, .of = item->of};
    switch (item->kind) {
    case OUTBOX_SAY:
        msg.type = MSG_SAY;
        msg.id = item->message->id;
        msg.text = item->message->text;
        msg.reply = item->message->reply;
        break;
    case OUTBOX_EDIT:
        msg.type = MSG_EDIT;
        msg.text = item->text;
        break;
    case OUTBOX_REACT:
        msg.type = MSG_REACT;
        msg.emoji = item->text;
        msg.remove = item->remove;
        break;
    case OUTBOX_FILE:
        return;
    }
    net_send(app->net, &msg);
}

static void say_again(void *context, const struct outbox_item *item)
{
    connection_send_item(context, item);
}

void connection_join(struct app *app, struct room *room)
{
    struct msg msg = {.type = MSG_JOIN,
                      .room = room->name,
                      .seq = room->newest_seq,
                      .private = room->kind == ROOM_PRIVATE};
    room->asked = true;
    net_send(app->net, &msg);
}

static void join_private_rooms(struct app *app)
{
    for (size_t i = 0; i < app->model.room_count; i++)
        if (app->model.rooms[i]->joined && app->model.rooms[i]->kind == ROOM_PRIVATE)
            connection_join(app, app->model.rooms[i]);
}

static void join_first_room(struct app *app)
{
    struct room *room = model_add_room(&app->model, app->start_room);
    if (room->joined)
        return; /* hello asked for it */
    str_copy(app->going_to, sizeof app->going_to, room->name);
    connection_join(app, room);
}

void connection_on_welcome(struct app *app, const struct msg *msg)
{
    struct model *model = &app->model;
    model->link = LINK_ONLINE;
    text_set(&model->trouble, NULL);
    app->retries = 0;
    self_on_welcome(app);
    str_copy(model->my_uid, sizeof model->my_uid, msg->uid);
    str_copy(model->my_name, sizeof model->my_name, msg->name);
    str_copy(model->server_name, sizeof model->server_name, msg->server);
    model->max_upload = msg->max_upload;
    text_set(&model->features, msg->features);
    model->password_asked = model->password_refused = false;
    for (size_t i = 0; i < model->room_count; i++)
        model->rooms[i]->history_asked = model->rooms[i]->asked = false;
    app->rooms_more = false;
    if (strcmp(app->called, model->my_name) != 0)
        inbox_look_for_mentions(app);
    remember_server(app);
    inbox_take_rooms(app, msg);
    join_private_rooms(app);
    join_first_room(app);
    outbox_restart(&app->outbox);
    outbox_each(&app->outbox, say_again, app);
    model_touch(model);
    app_note(app, &(struct note){.kind = NOTE_ONLINE});
}

void connection_send_held(struct app *app, int64_t now_ms)
{
    struct outbox_item *freed;
    while ((freed = outbox_take_freed(&app->outbox)) != NULL)
        if (app->model.link == LINK_ONLINE && !app->outbox.paced && freed->message->seq == 0)
            connection_send_item(app, freed);
    if (app->model.link != LINK_ONLINE)
        return;
    const struct outbox_item *item = outbox_next(&app->outbox, now_ms);
    if (item != NULL)
        connection_send_item(app, item);
}

#define READ_EVERY_MS 1000

static bool is_read_further(const struct room *room)
{
    return room->joined && room->read_seq > room->read_told;
}

int64_t connection_read_due_ms(const struct app *app)
{
    if (!app_is_online(app) || !model_has_feature(&app->model, "read"))
        return INT64_MAX;
    for (size_t i = 0; i < app->model.room_count; i++) {
        if (is_read_further(app->model.rooms[i]))
            return app->read_due_ms;
    }
    return INT64_MAX;
}

void connection_tell_read(struct app *app, int64_t now_ms)
{
    int64_t due_ms = connection_read_due_ms(app);
    if (due_ms == INT64_MAX || due_ms > now_ms)
        return;
    app->read_due_ms = clock_now_ms() + READ_EVERY_MS;
    for (size_t i = 0; i < app->model.room_count; i++) {
        struct room *room = app->model.rooms[i];
        if (!is_read_further(room))
            continue;
        struct msg msg = {.type = MSG_READ, .room = room->name, .seq = room->read_seq};
        net_send(app->net, &msg);
        room->read_told = room->read_seq;
    }
}

void connection_on_lost(struct app *app, const struct net_mail *mail)
{
    struct model *model = &app->model;
    enum msg_error_code code = msg_code_from_word(mail->code);
    bool refused = code == CODE_WRONG_PASSWORD || code == CODE_TOO_MANY_TRIES;
    /* Somebody else at our address guessed; ours was right, and will be again. */
    bool wait = code == CODE_TOO_MANY_TRIES && app->password != NULL;
    if (mail->final && self_on_refused(app, mail->err.text, mail->code))
        return;
    bool again = (!mail->final || wait) && app->config.reconnect && model->link != LINK_CONNECTING;
    app->listing = NULL;
    model->password_asked = !again && (refused || code == CODE_PASSWORD_NEEDED);
    model->password_refused = !again && refused;
    if (model->password_asked)
        connection_forget_password(app);
    text_set(&model->trouble, mail->err.text);
    model->link = again ? LINK_LOST : LINK_OFFLINE;
    if (again)
        model->retry_at_ms = clock_now_ms() + back_off_ms(app->retries++);
    model_touch(model);
    app_note(app, &(struct note){.kind = again ? NOTE_LOST : NOTE_OFFLINE,
                                 .text = model->trouble,
                                 .code = mail->code[0] != '\0' ? mail->code : NULL});
}
