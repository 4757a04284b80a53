#include "protocol/net/beacon.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"
#include "protocol/net/beacon_radio.h"
#include "protocol/wire/limits.h"

struct beacon_client {
    /* `ask` sends and gets the answers that are for us alone; `ear` hears what servers call out to
     * everybody. If another program keeps the port for itself, there is no ear; answers will do. */
    struct beacon_radio ask, ear;
    bool has_ear;
    unsigned radios; /* not yet retired */
    uint16_t udp_port;
    int64_t next_ms;
    struct beacon_seen seen[BEACON_SEEN_MAX]; /* [count], sorted */
    size_t count;
    uint32_t version;
};

static int by_name(const void *left, const void *right)
{
    const struct beacon_seen *a = left, *b = right;
    int order = strcmp(a->server, b->server);
    return order != 0 ? order : strcmp(a->uid, b->uid);
}

static void sort(struct beacon_client *beacon)
{
    qsort(beacon->seen, beacon->count, sizeof beacon->seen[0], by_name);
    beacon->version++;
}

static bool is_loopback(const char *host)
{
    return str_starts(host, "127.");
}

/* A server on two of our networks is heard at two addresses. Keep the one that we have, else the
 * list would change with every call; but take a new one when ours fell silent, and a real one
 * instead of loopback, since that is what can be told to others. */
static bool should_move(const struct beacon_seen *seen, const char *host, int64_t now_ms)
{
    return now_ms - seen->host_heard_ms > BEACON_STALE_MS ||
           (is_loopback(seen->host) && !is_loopback(host));
}

static void on_message(struct beacon_radio *radio, const struct msg *msg,
                       const struct sock_address *from)
{
    struct beacon_client *beacon = radio->owner;
    struct beacon_seen now = {0};
    struct beacon_seen *seen = NULL;
    if (msg->type != MSG_BEACON || msg->port == 0 || msg->port > UINT16_MAX)
        return;
    now.port = (uint16_t)msg->port;
    now.people = msg->people;
    now.encrypted = msg->encrypted;
    now.heard_ms = now.host_heard_ms = loop_now_ms(radio->loop);
    utf8_show(msg->server, false, now.server, sizeof now.server);
    str_copy(now.uid, sizeof now.uid, msg->uid);
    sock_address_host(from, now.host);

    for (size_t i = 0; i < beacon->count && !seen; i++)
        if (str_equal(beacon->seen[i].uid, now.uid))
            seen = &beacon->seen[i];
    if (!seen) {
        if (beacon->count == BEACON_SEEN_MAX) /* some go stale, the rest would not be read anyway */
            return;
        beacon->seen[beacon->count++] = now;
        sort(beacon);
        return;
    }
    if (!str_equal(seen->host, now.host) && !should_move(seen, now.host, now.heard_ms)) {
        memcpy(now.host, seen->host, sizeof now.host);
        now.host_heard_ms = seen->host_heard_ms;
    }
    bool changed = !str_equal(seen->server, now.server) || !str_equal(seen->host, now.host) ||
                   seen->port != now.port || seen->people != now.people ||
                   seen->encrypted != now.encrypted;
    *seen = now;
    if (changed)
        sort(beacon);
}

static void on_retire(struct beacon_radio *radio)
{
    struct beacon_client *beacon = radio->owner;
    if (--beacon->radios == 0)
        mem_free(beacon);
}

static bool open_radio(struct beacon_client *beacon, struct beacon_radio *radio, struct loop *loop,
                       uint16_t port, struct err *err)
{
    radio->owner = beacon;
    radio->on_message = on_message;
    radio->on_retire = on_retire;
    if (!beacon_radio_open(radio, loop, port, err))
        return false;
    beacon->radios++;
    return true;
}

struct beacon_client *beacon_client_create(struct loop *loop, uint16_t udp_port, struct err *err)
{
    struct beacon_client *beacon = mem_alloc(1, sizeof *beacon);
    beacon->udp_port = udp_port;
    if (!open_radio(beacon, &beacon->ask, loop, 0, err)) {
        mem_free(beacon);
        return NULL;
    }
    beacon->has_ear = open_radio(beacon, &beacon->ear, loop, udp_port, NULL);
    return beacon;
}

void beacon_client_destroy(struct beacon_client *beacon)
{
    if (!beacon)
        return;
    if (beacon->has_ear)
        beacon_radio_close(&beacon->ear);
    beacon_radio_close(&beacon->ask);
}

static void ask(struct beacon_client *beacon)
{
    struct sock_interface list[SOCK_INTERFACES_MAX];
    struct msg who = {.type = MSG_WHO};
    size_t count = sock_interfaces(list); /* anew each time: they come and go */
    if (beacon->has_ear)
        beacon_radio_join(&beacon->ear, list, count);
    beacon_radio_shout(&beacon->ask, list, count, beacon->udp_port, &who);
}

int64_t beacon_client_tick(struct beacon_client *beacon, int64_t now_ms)
{
    int64_t next_ms;
    size_t kept = 0;
    if (now_ms >= beacon->next_ms) {
        ask(beacon);
        beacon->next_ms = now_ms + BEACON_EVERY_MS;
    }
    next_ms = beacon->next_ms;
    for (size_t i = 0; i < beacon->count; i++) {
        int64_t stale_ms = beacon->seen[i].heard_ms + BEACON_STALE_MS;
        if (now_ms >= stale_ms)
            continue;
        if (stale_ms < next_ms)
            next_ms = stale_ms;
        if (kept != i)
            beacon->seen[kept] = beacon->seen[i];
        kept++;
    }
    if (kept != beacon->count) {
        beacon->count = kept;
        beacon->version++;
    }
    return next_ms;
}

size_t beacon_client_list(const struct beacon_client *beacon, const struct beacon_seen **list,
                          uint32_t *version)
{
    *list = beacon->seen;
    *version = beacon->version;
    return beacon->count;
}
