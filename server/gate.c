#include "server/gate.h"

#include <assert.h>
#include <string.h>

#include "protocol/base/mem.h"
#include "protocol/base/name.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "server/session.h"
#include "server/state.h"

/* How much people do */

#define ONE 60000 /* what one costs: per_minute of these units come back in a millisecond */

bool bucket_take(struct bucket *bucket, int64_t now_ms, uint32_t per_minute, uint32_t burst,
                 uint32_t *wait_ms)
{
    int64_t most = (int64_t)burst * ONE, rate = per_minute;
    int64_t passed_ms = now_ms > bucket->at_ms ? now_ms - bucket->at_ms : 0;
    bucket->at_ms = now_ms;
    bucket->used = passed_ms > bucket->used / rate ? 0 : bucket->used - passed_ms * rate;
    if (bucket->used > most) /* there was a larger burst when it was taken */
        bucket->used = most;
    if (bucket->used + ONE > most) {
        *wait_ms = (uint32_t)((bucket->used + ONE - most + rate - 1) / rate);
        return false;
    }
    bucket->used += ONE;
    return true;
}

static bool is_among(const struct server_names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (name_equal(names->names[i], name))
            return true;
    }
    return false;
}

void gate_know(const struct server *server, struct person *person)
{
    person->bot = is_among(&server->config.bots, person->name);
    person->admin = is_among(&server->config.admins, person->name);
}

static void forget_names(struct person *person, void *context)
{
    (void)context;
    person->bot = person->admin = false;
}

/* By the names that were told, which are few; people may be many. */
void gate_know_all(const struct server *server)
{
    const struct server_names *bots = &server->config.bots, *admins = &server->config.admins;
    roster_visit(server->roster, forget_names, NULL);
    for (size_t i = 0; i < bots->count; i++) {
        struct person *person = roster_named(server->roster, bots->names[i]);
        if (person != NULL)
            person->bot = true;
    }
    for (size_t i = 0; i < admins->count; i++) {
        struct person *person = roster_named(server->roster, admins->names[i]);
        if (person != NULL)
            person->admin = true;
    }
}

bool gate_is_admin(const struct session *session)
{
    return session->person != NULL && session->person->admin;
}

/* Bans */

static uint32_t left_of(const struct ban *ban, int64_t now_ms)
{
    int64_t left_ms = ban->until_ms == 0 ? WAIT_MAX_MS : ban->until_ms - now_ms;
    return (uint32_t)(left_ms < WAIT_MAX_MS ? left_ms : WAIT_MAX_MS);
}

bool gate_is_banned(struct session *session, const struct person *person)
{
    const struct bans *bans = session->server->bans;
    int64_t now_ms = clock_wall_ms();
    const struct ban *ban = bans_find(bans, BAN_PERSON, person->uid, now_ms);
    if (ban == NULL)
        ban = bans_find(bans, BAN_ADDRESS, session->host->name, now_ms);
    if (ban == NULL || person->admin)
        return false;
    session_refuse_for(session, CODE_BANNED, left_of(ban, now_ms));
    return true;
}

static bool is_muted(struct session *session, const char *re)
{
    int64_t now_ms = clock_wall_ms();
    const struct bans *bans = session->server->bans;
    if (bans_find(bans, BAN_MUTE, session->person->uid, now_ms) == NULL || gate_is_admin(session))
        return false;
    session_error(session, CODE_MUTED, re, NULL);
    return true;
}

/* How much */

static bool take(struct session *session, struct bucket *bucket, uint32_t per_minute,
                 uint32_t burst, uint32_t *wait_ms)
{
    int64_t now_ms = loop_now_ms(session->server->loop);
    if (per_minute == 0 || session->person->bot ||
        bucket_take(bucket, now_ms, per_minute, burst, wait_ms))
        return true;
    if (*wait_ms < GATE_WAIT_LEAST_MS)
        *wait_ms = GATE_WAIT_LEAST_MS;
    return false;
}

static void forget_late(struct session *session)
{
    mem_free(session->late_id);
    session->late_id = NULL;
}

bool gate_may_say(struct session *session, const char *id)
{
    uint32_t rate = session->server->config.rate, wait_ms = GATE_WAIT_LEAST_MS;
    if (is_muted(session, id))
        return false;
    int64_t now_ms = loop_now_ms(session->server->loop);
    bool late = session->late_id != NULL && now_ms < session->late_until_ms &&
                strcmp(session->late_id, id) != 0; /* something else is to come first */
    if (!late &&
        take(session, &session->person->gate.says, 60 * rate, GATE_BURST(rate), &wait_ms)) {
        forget_late(session);
        return true;
    }
    if (!late) {
        forget_late(session);
        session->late_id = mem_string(id);
        session->late_until_ms = now_ms + GATE_ORDER_MS;
    }
    session_too_fast(session, id, wait_ms);
    return false;
}

/* The same for what need not keep its order; what is refused is `re`. */
static bool take_or_tell(struct session *session, struct bucket *bucket, uint32_t per_minute,
                         uint32_t burst, const char *re)
{
    uint32_t wait_ms;
    if (take(session, bucket, per_minute, burst, &wait_ms))
        return true;
    session_too_fast(session, re, wait_ms);
    return false;
}

bool gate_may_act(struct session *session, const char *room)
{
    uint32_t rate = session->server->config.rate;
    return !is_muted(session, room) &&
           take_or_tell(session, &session->person->gate.says, 60 * rate, GATE_BURST(rate), room);
}

bool gate_may_read(struct session *session, const char *room)
{
    uint32_t most = session->server->config.rate == 0 ? 0 : GATE_READS_A_MINUTE;
    return take_or_tell(session, &session->person->gate.reads, most, GATE_READS_BURST, room);
}

bool gate_may_send_file(struct session *session, const char *id)
{
    uint32_t rate = session->server->config.rate;
    return !is_muted(session, id) &&
           take_or_tell(session, &session->person->gate.files, 60 * rate, GATE_BURST(rate), id);
}

bool gate_may_join(struct session *session, const char *room)
{
    uint32_t joins = session->server->config.joins;
    if (name_is_direct(room)) /* clients come into all of theirs when they connect */
        return take_or_tell(session, &session->person->gate.returns, joins, ROOMS_MAX + joins,
                            room);
    return take_or_tell(session, &session->person->gate.joins, joins, joins, room);
}

bool gate_may_come_back(struct session *session, const struct room *room)
{
    uint32_t joins = session->server->config.joins;
    return room_find_seat(room, session->person) != NULL ||
           take_or_tell(session, &session->person->gate.returns, joins, ROOMS_MAX + joins,
                        room->name);
}

bool gate_may_make_room(struct session *session, const char *room)
{
    uint32_t most = session->server->config.max_rooms;
    if (most == 0 || session->person->gate.rooms_made < most || session->person->bot)
        return true;
    session_error(session, CODE_TOO_MANY_ROOMS, room,
                  "You have made as many rooms as one person may make on this server.");
    return false;
}

bool gate_may_make_direct(struct session *session, const char *room)
{
    uint32_t joins = session->server->config.joins;
    if (session->person->gate.directs_made < GATE_DIRECTS_MAX || session->person->bot)
        return take_or_tell(session, &session->person->gate.joins, joins, joins, room);
    session_error(session, CODE_TOO_MANY_ROOMS, room,
                  "You have begun as many talks with one person as the server allows for now.");
    return false;
}

/* Where people come from */

struct gate {
    struct strmap hosts; /* name -> struct gate_host, owned */
};

struct gate *gate_create(void)
{
    return mem_alloc(1, sizeof(struct gate));
}

void gate_destroy(struct gate *gate)
{
    if (gate == NULL)
        return;
    for (size_t i = 0; i < gate->hosts.room; i++)
        mem_free(gate->hosts.slots[i].value);
    strmap_finish(&gate->hosts);
    mem_free(gate);
}

static bool is_counted(const char *host)
{
    return strcmp(host, "127.0.0.1") != 0 && strcmp(host, "::/64") != 0;
}

struct gate_host *gate_enter(struct gate *gate, const struct sock_address *from, uint32_t most)
{
    char name[SOCK_ADDRESS_SIZE];
    sock_address_network(from, name);
    struct gate_host *host = strmap_get(&gate->hosts, name);
    if (host != NULL && most != 0 && host->connections >= most && is_counted(name))
        return NULL;
    if (host == NULL) {
        host = mem_alloc(1, sizeof *host);
        str_copy(host->name, sizeof host->name, name);
        strmap_put(&gate->hosts, host->name, host);
    }
    host->connections++;
    return host;
}

static bool has_tried(const struct gate_host *host, int64_t now_ms)
{
    return host->tries > 0 && now_ms - host->tried_ms < GATE_TRIES_WAIT_MS;
}

/* Buckets are full again after a minute. */
static bool is_needed(const struct gate_host *host, int64_t now_ms)
{
    return host->connections > 0 || has_tried(host, now_ms) ||
           (host->newcomers.used > 0 && now_ms - host->newcomers.at_ms < 60000);
}

static void forget(struct gate *gate, struct gate_host *host)
{
    strmap_remove(&gate->hosts, host->name);
    mem_free(host);
}

void gate_exit(struct gate *gate, struct gate_host *host, int64_t now_ms)
{
    assert(host->connections > 0);
    host->connections--;
    if (!is_needed(host, now_ms))
        forget(gate, host);
}

uint32_t gate_wait_ms(const struct gate_host *host, int64_t now_ms)
{
    if (host->tries < GATE_TRIES || !has_tried(host, now_ms))
        return 0;
    return (uint32_t)(host->tried_ms + GATE_TRIES_WAIT_MS - now_ms);
}

void gate_tried(struct gate_host *host, bool right, int64_t now_ms)
{
    host->tries = right ? 0 : has_tried(host, now_ms) ? host->tries + 1 : 1;
    host->tried_ms = now_ms;
}

bool gate_may_be_new(struct gate_host *host, uint32_t per_minute, int64_t now_ms, uint32_t *wait_ms)
{
    return per_minute == 0 || !is_counted(host->name) ||
           bucket_take(&host->newcomers, now_ms, per_minute, per_minute, wait_ms);
}

void gate_tick(struct gate *gate, int64_t now_ms)
{
    for (size_t i = 0; i < gate->hosts.room; i++) {
        struct gate_host *host = gate->hosts.slots[i].value;
        if (host == NULL || is_needed(host, now_ms))
            continue;
        forget(gate, host);
        i--; /* another one may stand here now */
    }
}

size_t gate_known(const struct gate *gate)
{
    return gate->hosts.count;
}
