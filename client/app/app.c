#include "client/app/app.h"

#include <string.h>

#include "client/app/app_state.h"
#include "client/app/playback.h"
#include "client/app/record.h"
#include "client/app/smaller.h"
#include "client/media/preview.h"
#include "client/net/cache.h"
#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"
#include "protocol/os/thread.h"

#define WORKERS_MIN 2
#define WORKERS_MAX 8 /* each may run a decoder of a gigabyte */
#define ID_BYTES 16   /* of an id of ours: random, so that two clients never take the same */
_Static_assert(2 * ID_BYTES <= ID_MAX, "the server takes our ids");

/* Telling the front end */

void app_note(struct app *app, const struct note *note)
{
    if (app->config.observe != NULL && !app->closing)
        app->config.observe(app->config.observe_context, note);
}

void app_random_id(char id[ID_MAX + 1])
{
    random_hex(ID_BYTES, id);
}

bool app_is_online(const struct app *app)
{
    return app->model.link == LINK_ONLINE;
}

void app_touch(struct app *app, struct room *room, struct message *message)
{
    room->version++;
    if (message != NULL)
        message->version++;
    model_touch(&app->model);
}

/* Finding what mail is about */

static struct message *find_in_rooms(struct app *app, const char *key, struct room **room,
                                     struct message *(*find)(const struct room *, const char *))
{
    for (size_t i = 0; i < app->model.room_count; i++) {
        struct message *message = find(app->model.rooms[i], key);
        if (message != NULL) {
            *room = app->model.rooms[i];
            return message;
        }
    }
    return NULL;
}

struct message *app_find_upload(struct app *app, const char *id, struct room **room)
{
    return find_in_rooms(app, id, room, room_find_id);
}

struct message *app_find_download(struct app *app, const char *file, struct room **room)
{
    return find_in_rooms(app, file, room, room_find_file);
}

struct handle handle_of(const struct room *room, const struct message *message)
{
    struct handle handle = {.seq = message->seq, .time_ms = message->time_ms};
    str_copy(handle.room, sizeof handle.room, room->name);
    if (message->id != NULL)
        str_copy(handle.id, sizeof handle.id, message->id);
    return handle;
}

/* The server may have lost its log and given the number to another one since: then their times are
 * not the same. */
struct message *handle_find(struct app *app, const struct handle *handle, struct room **room)
{
    *room = model_find_room(&app->model, handle->room);
    if (*room == NULL)
        return NULL;
    struct message *message = room_find_seq(*room, handle->seq);
    if (message != NULL && message->time_ms == handle->time_ms)
        return message;
    return handle->id[0] != '\0' ? room_find_id(*room, handle->id)
                                 : NULL; /* relayed, or taken back */
}

struct message *handle_follow_file(struct app *app, struct handle *handle, const char *path,
                                   struct room **room)
{
    struct message *message = handle_find(app, handle, room);
    for (size_t i = *room != NULL ? (*room)->message_count : 0; message == NULL && i > 0; i--) {
        const struct file_part *file = (*room)->messages[i - 1]->file;
        if (file != NULL && file->transfer.upload && str_equal(file->transfer.path, path))
            message = (*room)->messages[i - 1];
    }
    if (message != NULL)
        *handle = handle_of(*room, message);
    return message;
}

/* Birth and end */

static bool choose_name(struct app *app, struct err *err)
{
    const char *kept = settings_get(app->settings, "name");
    char system_name[256] = "";
    if (app->config.name != NULL)
        return name_clean(app->config.name, app->model.my_name, err);
    dirs_user_name(system_name, sizeof system_name);
    if ((kept == NULL || !name_clean(kept, app->model.my_name, NULL)) &&
        !name_clean(system_name, app->model.my_name, NULL))
        str_copy(app->model.my_name, sizeof app->model.my_name, "Guest");
    return true;
}

static void choose_downloads(struct app *app)
{
    char folder[OS_PATH_MAX];
    const char *kept = settings_get(app->settings, "downloads");
    if (app->config.downloads != NULL)
        app->downloads = mem_string(app->config.downloads);
    else if (kept != NULL && kept[0] != '\0')
        app->downloads = mem_string(kept);
    if (app->downloads != NULL)
        return;
    dirs_downloads(folder);
    app->downloads = mem_string(folder);
}

/* recent.1 = PORT HOST NAME */
static void load_recent(struct app *app)
{
    struct model *model = &app->model;
    for (int i = 1; i <= MODEL_RECENT_MAX; i++) {
        struct server_place place = {0};
        char key[16], text[512];
        uint64_t port;
        str_format(key, sizeof key, "recent.%d", i);
        const char *value = settings_get(app->settings, key);
        if (value == NULL || !str_copy(text, sizeof text, value))
            continue;
        char *host = strchr(text, ' ');
        char *name = host != NULL ? strchr(host + 1, ' ') : NULL;
        if (name == NULL)
            continue;
        *host++ = '\0';
        *name++ = '\0';
        if (!str_to_u64(text, PORT_MAX, &port) || port == 0 || host[0] == '\0')
            continue;
        place.port = (uint16_t)port;
        if (!str_copy(place.host, sizeof place.host, host))
            continue;
        str_copy(place.name, sizeof place.name, name);
        model->recent[model->recent_count++] = place;
    }
}

static void load_settings(struct app *app)
{
    char path[OS_PATH_MAX];
    bool remember = app->config.remember && settings_path(path);
    app->settings = settings_create(remember ? path : NULL);
}

static unsigned workers(void)
{
    const unsigned count = thread_processors();
    return count < WORKERS_MIN ? WORKERS_MIN : count > WORKERS_MAX ? WORKERS_MAX : count;
}

struct app *app_create(const struct app_config *config, struct err *err)
{
    char helper[OS_PATH_MAX];
    struct app *app = mem_alloc(1, sizeof *app);
    app->config = *config;
    app->config.name = mem_string(config->name);
    app->config.downloads = mem_string(config->downloads);
    app->config.helper = mem_string(config->helper);
    app->config.host_bind = mem_string(config->host_bind ? config->host_bind : "0.0.0.0");
    model_init(&app->model);
    load_settings(app);
    if (!choose_name(app, err)) {
        app_destroy(app);
        return NULL;
    }
    app->recall_due_ms = INT64_MAX;
    choose_downloads(app);
    self_load(app);
    playback_load(app);
    record_load(app);
    load_recent(app);
    str_copy(app->start_room, sizeof app->start_room, "lobby");
    app->can_look = dirs_helper(helper, "confab-media");
    app->box = mailbox_create(config->ring, config->ring_context);
    app->drawing = 2; /* what was never asked for is of 0, and that is long ago */
    app->pool = pool_create(workers(), app->box);
    app->net = net_create(&(struct net_config){.to_owner = app->box,
                                               .plain = app->config.plain,
                                               .open = inbox_open_net,
                                               .discover = config->discover,
                                               .beacon_port = config->beacon_port,
                                               .want_json = config->want_json,
                                               .cache_cap = CACHE_CAP_DEFAULT},
                          err);
    if (app->net == NULL) {
        app_destroy(app);
        return NULL;
    }
    return app;
}

void app_destroy(struct app *app)
{
    if (app == NULL)
        return;
    app->closing = true;
    if (app->net != NULL)
        connection_tell_read(app, INT64_MAX);
    recall_save(app);
    playback_finish(app);
    record_finish(app);
    net_destroy(app->net);
    pool_destroy(app->pool);
    if (app->box != NULL)
        mailbox_drain(app->box, app); /* jobs that came back: what they hold is freed */
    mailbox_destroy(app->box);
    host_stop(app->host);
    outbox_clear(&app->outbox);
    album_queue_finish(&app->albums);
    smaller_finish(app);
    connection_forget_password(app);
    recall_finish(&app->recall);
    settings_destroy(app->settings);
    model_finish(&app->model);
    picture_finish(app);
    mem_free(app->ends);
    mem_free(app->downloads);
    mem_free(app->helper_versions);
    mem_free((char *)app->config.name);
    mem_free((char *)app->config.downloads);
    mem_free((char *)app->config.helper);
    mem_free((char *)app->config.host_bind);
    mem_free(app);
}

/* Turns */

static void hide_typing(struct app *app, int64_t now_ms)
{
    for (size_t i = 0; i < app->model.room_count; i++) {
        struct room *room = app->model.rooms[i];
        for (size_t k = 0; k < room->member_count; k++) {
            if (room->members[k].typing_until_ms == 0 || room->members[k].typing_until_ms > now_ms)
                continue;
            room->members[k].typing_until_ms = 0;
            app_touch(app, room, NULL);
        }
    }
}

bool app_turn(struct app *app)
{
    mailbox_drain(app->box, app);
    int64_t now_ms = clock_now_ms();
    hide_typing(app, now_ms);
    if (app->model.link == LINK_LOST && app->model.retry_at_ms <= now_ms)
        connection_open(app);
    smaller_turn(app);
    album_turn(app);
    playback_turn(app, now_ms);
    record_turn(app, now_ms);
    connection_send_held(app, now_ms);
    connection_tell_read(app, now_ms);
    if (app->recall_due_ms <= now_ms)
        recall_save(app);
    bool changed = app->model.version != app->version_told;
    app->version_told = app->model.version;
    return changed;
}

int64_t app_next_due_ms(const struct app *app)
{
    int64_t due_ms = app->model.link == LINK_LOST     ? app->model.retry_at_ms
                     : app->model.link == LINK_ONLINE ? outbox_due_ms(&app->outbox)
                                                      : INT64_MAX;
    if (app->recall_due_ms < due_ms)
        due_ms = app->recall_due_ms;
    if (connection_read_due_ms(app) < due_ms)
        due_ms = connection_read_due_ms(app);
    if (playback_due_ms(app) < due_ms)
        due_ms = playback_due_ms(app);
    if (record_due_ms(app) < due_ms)
        due_ms = record_due_ms(app);
    for (size_t i = 0; i < app->model.room_count; i++) {
        const struct room *room = app->model.rooms[i];
        for (size_t k = 0; k < room->member_count; k++) {
            int64_t until_ms = room->members[k].typing_until_ms;
            if (until_ms != 0 && until_ms < due_ms)
                due_ms = until_ms;
        }
    }
    return due_ms;
}

const struct model *app_model(const struct app *app)
{
    return &app->model;
}

bool app_is_settled(const struct app *app)
{
    return outbox_is_empty(&app->outbox);
}

const char *app_setting(const struct app *app, const char *key)
{
    return settings_get(app->settings, key);
}

const char *app_downloads(const struct app *app)
{
    return app->downloads;
}
