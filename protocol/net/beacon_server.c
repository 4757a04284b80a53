#include "protocol/net/beacon.h"

#include <string.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/net/beacon_radio.h"
#include "protocol/wire/limits.h"

/* An answer is larger than its question, and a question's sender can be forged: so only that many
 * answers in that time, or we could be used to flood somebody. */
#define ANSWERS_MAX 40
#define ANSWERS_WITHIN_MS 1000

struct beacon_server {
    struct beacon_radio radio;
    const struct beacon_facts *facts;
    uint16_t udp_port;
    bool everywhere; /* else on the interface with this address only */
    uint8_t only[4];
    int64_t next_ms;
    int64_t answers_since_ms;
    unsigned answers;
};

/* The interfaces that we call on now. */
static size_t interfaces(const struct beacon_server *beacon,
                         struct sock_interface out[SOCK_INTERFACES_MAX])
{
    size_t count = sock_interfaces(out), kept = 0;
    for (size_t i = 0; i < count; i++) {
        bool wanted = beacon->everywhere || memcmp(out[i].address, beacon->only, 4) == 0 ||
                      (out[i].loopback && beacon->only[0] == 127);
        if (wanted)
            out[kept++] = out[i];
    }
    return kept;
}

/* The strings of *msg are owned: msg_destroy() it. */
static void compose(const struct beacon_server *beacon, struct msg *msg)
{
    const struct beacon_facts *facts = beacon->facts;
    char name[WORD_MAX + 1];
    str_copy(name, sizeof name, facts->server);
    *msg = (struct msg){
        .type = MSG_BEACON,
        .version = WIRE_VERSION,
        .port = facts->port,
        .people = facts->people,
        .encrypted = facts->encrypted,
    };
    msg_set(&msg->server, name);
    msg_set(&msg->uid, facts->uid);
}

static void shout(struct beacon_server *beacon)
{
    struct sock_interface list[SOCK_INTERFACES_MAX];
    struct msg msg;
    size_t count = interfaces(beacon, list);
    compose(beacon, &msg);
    beacon_radio_join(&beacon->radio, list, count);
    beacon_radio_shout(&beacon->radio, list, count, beacon->udp_port, &msg);
    msg_destroy(&msg);
}

static void on_message(struct beacon_radio *radio, const struct msg *question,
                       const struct sock_address *from)
{
    struct beacon_server *beacon = radio->owner;
    int64_t now_ms = loop_now_ms(radio->loop);
    if (question->type != MSG_WHO)
        return;
    if (now_ms - beacon->answers_since_ms >= ANSWERS_WITHIN_MS) {
        beacon->answers_since_ms = now_ms;
        beacon->answers = 0;
    }
    if (beacon->answers++ >= ANSWERS_MAX)
        return;
    if (!beacon->everywhere) {
        /* An answer to the asker alone would leave by whatever address the system picks for the
         * way, and clients take the sender's address for the server's. A call on our interface
         * carries the right one, and is heard by nobody who can't reach us. */
        shout(beacon);
        return;
    }
    struct msg msg;
    compose(beacon, &msg);
    beacon_radio_reply(radio, from, &msg);
    msg_destroy(&msg);
}

static void on_retire(struct beacon_radio *radio)
{
    mem_free(radio->owner);
}

struct beacon_server *beacon_server_create(struct loop *loop, const char *bind_host,
                                           uint16_t udp_port, const struct beacon_facts *facts,
                                           struct err *err)
{
    struct sock_address address[SOCK_RESOLVE_MAX];
    char host[SOCK_ADDRESS_SIZE];
    struct beacon_server *beacon = mem_alloc(1, sizeof *beacon);
    if (sock_resolve(bind_host, udp_port, address, err) == 0)
        goto failed;
    sock_address_host(&address[0], host);
    beacon->everywhere = str_equal(host, "0.0.0.0") || str_equal(host, "::");
    if (!beacon->everywhere && !beacon_parse_v4(host, beacon->only)) {
        err_set(err, ERR_ADDRESS,
                "Others will not find this server by themselves: it listens at %s alone, and "
                "discovery needs an IPv4 address. Tell people the address.",
                host);
        goto failed;
    }
    beacon->facts = facts;
    beacon->udp_port = udp_port;
    beacon->radio.owner = beacon;
    beacon->radio.on_message = on_message;
    beacon->radio.on_retire = on_retire;
    if (beacon_radio_open(&beacon->radio, loop, udp_port, err))
        return beacon;
failed:
    mem_free(beacon);
    return NULL;
}

void beacon_server_destroy(struct beacon_server *beacon)
{
    if (beacon)
        beacon_radio_close(&beacon->radio);
}

int64_t beacon_server_tick(struct beacon_server *beacon, int64_t now_ms)
{
    if (now_ms >= beacon->next_ms) {
        shout(beacon);
        beacon->next_ms = now_ms + BEACON_EVERY_MS;
    }
    return beacon->next_ms;
}
