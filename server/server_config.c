/* What a server was told: copied when it is made, and what may change while it runs again later. */
#include <string.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"
#include "protocol/os/dirs.h"
#include "server/session.h"
#include "server/state.h"

/* Descriptors: a connection, and the files that it may send and fetch; a room's newest segment with
 * its index, and an older one's while somebody reads it; a direct room's newest; the rest of the
 * server. Where the system gives fewer, direct rooms may have half of them, as people need the rest to
 * come in. */
#define SESSION_DESCRIPTORS ((size_t)1 + SESSION_UPLOADS_MAX + SESSION_DOWNLOADS_MAX)
#define ROOM_DESCRIPTORS ((size_t)4)
#define DIRECT_DESCRIPTORS ((size_t)2)
#define OTHER_DESCRIPTORS ((size_t)64)

bool server_clean_name(const char *text, char out[NAME_SIZE], struct err *err)
{
    if (!name_clean(text, out, err))
        return false;
    return strlen(out) <= WORD_MAX ||
           err_set(err, ERR_LIMIT,
                   "The server's name can have %d bytes at most, and this one has %zu.", WORD_MAX,
                   strlen(out));
}

static struct server_names copy_names(const struct server_names *names)
{
    struct server_names copy = {.count = names->count};
    if (names->count > 0)
        copy.names = mem_alloc(names->count, sizeof copy.names[0]);
    for (size_t i = 0; i < names->count; i++)
        copy.names[i] = mem_string(names->names[i]);
    return copy;
}

static void free_names(struct server_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        mem_free((char *)names->names[i]);
    mem_free(names->names);
}

/* What may also change later. */
static bool copy_limits(struct server *server, const struct server_config *config, struct err *err)
{
    char raw[NAME_SIZE];
    if (config->name == NULL) {
        dirs_host_name(raw, sizeof raw);
        if (!name_clean(raw, server->name, NULL))
            str_copy(server->name, sizeof server->name, "Confab");
        server->name[utf8_cut(server->name, WORD_MAX)] = '\0';
    } else if (!server_clean_name(config->name, raw, err)) {
        return false;
    } else {
        str_copy(server->name, sizeof server->name, raw);
    }
    server->config.max_clients =
        config->max_clients != 0 ? config->max_clients : SERVER_CLIENTS_DEFAULT;
    server->config.rooms = config->rooms != 0 ? config->rooms : ROOMS_MAX;
    server->config.hello_within =
        config->hello_within != 0 ? config->hello_within : HELLO_WITHIN_MS / 1000;
    server->config.max_upload = config->max_upload != 0 ? config->max_upload : UPLOAD_MAX_DEFAULT;
    free_names(&server->config.bots);
    server->config.bots = copy_names(&config->bots);
    free_names(&server->config.admins);
    server->config.admins = copy_names(&config->admins);
    server->config.rate = config->rate;
    server->config.joins = config->joins;
    server->config.max_rooms = config->max_rooms;
    server->config.max_per_address = config->max_per_address;
    server->config.newcomers = config->newcomers;
    server->config.keep_days = config->keep_days;
    server->config.keep_messages = config->keep_messages;
    server->config.keep_size = config->keep_size;
    server->config.quota = config->quota;
    server->quota = (struct quota){0};
    server->retain_ms = 0;
    size_t wanted = server->config.max_clients * SESSION_DESCRIPTORS + STRANGERS_MAX +
                    ROOMS_MAX * ROOM_DESCRIPTORS + DIRECT_ROOMS_MAX * DIRECT_DESCRIPTORS +
                    OTHER_DESCRIPTORS;
    size_t given = sock_raise_limit(wanted), half = given / 2 / DIRECT_DESCRIPTORS;
    server->direct_rooms = given >= wanted || half > DIRECT_ROOMS_MAX ? DIRECT_ROOMS_MAX : half;
    return true;
}

bool server_reconfigure(struct server *server, const struct server_config *config, struct err *err)
{
    if (!copy_limits(server, config, err))
        return false;
    gate_know_all(server);
    return true;
}

bool server_copy_config(struct server *server, const struct server_config *config, struct err *err)
{
    char folder[OS_PATH_MAX];
    server->config = *config;
    server->config.host = mem_string(config->host);
    if (config->data_dir == NULL)
        dirs_data(folder);
    else
        str_copy(folder, sizeof folder, config->data_dir);
    server->config.data_dir = mem_string(folder);
    server->config.password_file = mem_string(config->password_file);
    server->config.name = server->config.metrics = NULL;
    server->config.bots = server->config.admins = (struct server_names){0};
    if (!copy_limits(server, config, err))
        return false;
    if (server->config.beacon_port == 0)
        server->config.beacon_port = WIRE_PORT;
    return true;
}

void server_free_config(struct server *server)
{
    free_names(&server->config.bots);
    free_names(&server->config.admins);
    mem_free((char *)server->config.host);
    mem_free((char *)server->config.data_dir);
    mem_free((char *)server->config.password_file);
}
