/* beacon.h - finding each other on the local network: a server calls out, a client listens
 * (protocol/README.md, "Discovery").
 *
 * Datagrams hold one frame: `beacon` from servers, `who` from clients, to BEACON_GROUP and to each
 * interface's broadcast address, UDP port WIRE_PORT (or another for tests). A server bound to one
 * address calls on that interface only (127.0.0.1: nobody but this computer hears it). */
#ifndef CONFAB_NET_BEACON_H
#define CONFAB_NET_BEACON_H

#include "protocol/base/name.h"
#include "protocol/net/loop.h"
#include "protocol/wire/msg.h"

#define BEACON_GROUP "239.255.50.50" /* administratively scoped, RFC 2365 */

/* The server's side. */
struct beacon_server;
struct beacon_facts {   /* read at each call, so it may change */
    const char *server; /* name */
    const char *uid;
    uint16_t port;
    uint32_t people;
    bool encrypted;
};
/* `facts` (owned by the caller, outlives the beacon; `uid` of UID_DIGITS hex digits). bind_host:
 * where the server listens ("0.0.0.0", "::", or one address; resolved, so a name may take time).
 * NULL on failure: the server goes on without, and says so. A `who` is answered to the asker. Both
 * kinds of beacon are destroyed before their loop. */
struct beacon_server *beacon_server_create(struct loop *loop, const char *bind_host,
                                           uint16_t udp_port, const struct beacon_facts *facts,
                                           struct err *err);
void beacon_server_destroy(struct beacon_server *beacon);
/* Call when clock_now_ms() >= the returned time of the call before; calls out every
 * BEACON_EVERY_MS. Returns when next. */
int64_t beacon_server_tick(struct beacon_server *beacon, int64_t now_ms);

/* The client's side. */
#define BEACON_SEEN_MAX 64
struct beacon_seen {
    char server[NAME_SIZE];
    char host[SOCK_ADDRESS_SIZE]; /* numeric address it was heard from */
    char uid[32];
    uint16_t port;
    uint32_t people;
    bool encrypted;
    int64_t heard_ms;      /* clock_now_ms() */
    int64_t host_heard_ms; /* ... at that host */
};
struct beacon_client;
struct beacon_client *beacon_client_create(struct loop *loop, uint16_t udp_port, struct err *err);
void beacon_client_destroy(struct beacon_client *beacon);
/* Ask (at once, then every BEACON_EVERY_MS) and forget what is stale. Returns when next. */
int64_t beacon_client_tick(struct beacon_client *beacon, int64_t now_ms);
/* Who is here now, sorted by name; one entry a server, whatever the number of networks it is heard
 * on (its address stays as long as it is heard there; not loopback if another is known). Control
 * characters in names are pictures. Valid until the next turn. *version changes with the list. */
size_t beacon_client_list(const struct beacon_client *beacon, const struct beacon_seen **list,
                          uint32_t *version);

#endif
