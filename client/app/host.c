#include "client/app/host.h"

#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/os/thread.h"
#include "protocol/wire/limits.h"
#include "server/server.h"

struct host {
    struct server *server;
    struct thread *thread;
};

static void run(void *arg)
{
    struct host *host = arg;
    struct err err = {0};
    if (!server_run(host->server, &err))
        log_error("the server inside has ended: %s", err.text);
}

struct host *host_start(const char *bind, uint16_t beacon_port, bool plain, struct err *err)
{
    struct server_config config = {.host = bind,
                                   .plain = plain,
                                   .quiet = true,
                                   .beacon = true,
                                   .beacon_port = beacon_port,
                                   .rate = GATE_RATE_DEFAULT,
                                   .joins = GATE_JOINS_DEFAULT,
                                   .max_rooms = GATE_ROOMS_DEFAULT,
                                   .max_per_address = GATE_PER_ADDRESS_DEFAULT};
    struct server *server = NULL;
    struct err why = {0};
    for (unsigned i = 0; i < HOST_PORTS && server == NULL; i++) {
        config.port = (uint16_t)(WIRE_PORT + i);
        why = (struct err){0};
        server = server_create(&config, &why);
        if (server == NULL && why.kind != ERR_EXISTS) /* else the port is somebody's */
            break;
    }
    if (server == NULL) {
        if (err != NULL)
            *err = why;
        return NULL;
    }
    struct host *host = mem_alloc(1, sizeof *host);
    host->server = server;
    host->thread = thread_start(run, host, err);
    if (host->thread == NULL) {
        host_stop(host);
        return NULL;
    }
    return host;
}

uint16_t host_port(const struct host *host)
{
    return server_port(host->server);
}

const char *host_fingerprint(const struct host *host)
{
    return server_fingerprint(host->server);
}

void host_release(struct host *host)
{
    server_stop(host->server);
}

void host_stop(struct host *host)
{
    if (host == NULL)
        return;
    server_stop(host->server);
    thread_join(host->thread);
    server_destroy(host->server);
    mem_free(host);
}
