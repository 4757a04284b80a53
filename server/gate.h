/* gate.h - who may come in, and how much a person may do in which time. Server thread.
 *
 * What goes past a limit is refused in words and the connection lives on. Source of the bucket:
 * RFC 2697 section 3 (one rate, one burst). */
#ifndef CONFAB_SERVER_GATE_H
#define CONFAB_SERVER_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/os/sock.h"

struct room;
struct server;
struct person;
struct session;

#define GATE_RATE_DEFAULT 3 /* messages, and files, a second, for people */
#define GATE_RATE_MAX 1000000
#define GATE_BURST(rate) (3 * (rate) + 1)
/* Told to who was too fast, at least: so that one refusal pays for several messages. */
#define GATE_WAIT_LEAST_MS 1000
/* So long after a refusal nothing else is taken from that connection before what was refused, so
 * that what was already on its way does not overtake it. */
#define GATE_ORDER_MS 5000
#define GATE_JOINS_DEFAULT 60 /* a minute, and at once */
#define GATE_JOINS_MAX 60000
/* Read marks of a person in a minute, unless there is no --rate; and at once. */
#define GATE_READS_A_MINUTE 600
#define GATE_READS_BURST 256
#define GATE_ROOMS_DEFAULT 20 /* that a person may make */
#define GATE_DIRECTS_MAX 256  /* direct rooms that a person may begin between two restarts */
#define GATE_PER_ADDRESS_DEFAULT 100
#define GATE_PER_ADDRESS_MAX 100000
#define GATE_NEWCOMERS_DEFAULT 100 /* of an address in a minute, and at once */
#define GATE_NEWCOMERS_MAX 60000

struct bucket {   /* zero-initialised: full */
    int64_t used; /* in milliseconds of what comes back in a minute */
    int64_t at_ms;
};
/* Take one of up to `burst`, which come back at `per_minute`. False: there is none; *wait_ms: how
 * long until there is. A clock that goes back gives nothing and takes nothing. */
bool bucket_take(struct bucket *bucket, int64_t now_ms, uint32_t per_minute, uint32_t burst,
                 uint32_t *wait_ms);

/* Who is a bot and who an admin stands with the person (bot, admin), as names take time to compare:
 * found out anew when one comes in, perhaps under another name ... */
void gate_know(const struct server *server, struct person *person);
/* ... and for all when the server starts, and when it was told other names. */
void gate_know_all(const struct server *server);
bool gate_is_admin(const struct session *session); /* false before hello */

struct gate_person { /* of each person, over all connections */
    struct bucket says, files, joins, returns, reads;
    uint32_t rooms_made, directs_made; /* directs_made: since the start */
};

/* Did an admin forbid this person, or its address, to come in? True: it was told, and goes. */
bool gate_is_banned(struct session *session, const struct person *person);
/* May this session's person say one more message, send one more file (`id`), come into one more
 * room? False: it was told too-fast. */
bool gate_may_say(struct session *session, const char *id);
/* Delete one more, invite one more? It is paid for as a message, but nothing has to wait for it: it
 * does not come again by itself. */
bool gate_may_act(struct session *session, const char *room);
bool gate_may_read(struct session *session, const char *room);
bool gate_may_send_file(struct session *session, const char *id);
bool gate_may_join(struct session *session, const char *room);
/* Come back into a room that `hello` names? For nothing as long as the seat is kept; each time that
 * it is not, everybody there reads a line of it. */
bool gate_may_come_back(struct session *session, const struct room *room);
/* Make one more room, one more direct room? False: it was told. Everybody waits while the disk takes a
 * room, so a hello that names hundreds of direct ones makes no more at once than `join`s do. */
bool gate_may_make_room(struct session *session, const char *room);
bool gate_may_make_direct(struct session *session, const char *room);

#define GATE_TRIES 5 /* wrong passwords of an address, then it waits */
#define GATE_TRIES_WAIT_MS 60000

/* An address (IPv6: a network of 64 bits) that has connections here, or tried passwords. */
struct gate_host {
    char name[SOCK_ADDRESS_SIZE];
    uint32_t connections;
    uint32_t tries;   /* wrong ones */
    int64_t tried_ms; /* when the last one was */
    struct bucket newcomers;
};
struct gate;
struct gate *gate_create(void);
void gate_destroy(struct gate *gate); /* NULL is fine */
/* One more connection of that address; at most so many, 0: no limit. This computer itself is not
 * counted. NULL: too many. */
struct gate_host *gate_enter(struct gate *gate, const struct sock_address *from, uint32_t most);
void gate_exit(struct gate *gate, struct gate_host *host, int64_t now_ms);
/* How long this address has to wait until it may try a password; 0: it need not. */
uint32_t gate_wait_ms(const struct gate_host *host, int64_t now_ms);
void gate_tried(struct gate_host *host, bool right, int64_t now_ms);
/* May one more come from there who was never here before? Whoever is new costs memory for good, and
 * all limits of a person begin anew with it. This computer's own are not counted. */
bool gate_may_be_new(struct gate_host *host, uint32_t per_minute, int64_t now_ms,
                     uint32_t *wait_ms);
/* Forget addresses of which nothing has to be remembered. */
void gate_tick(struct gate *gate, int64_t now_ms);
size_t gate_known(const struct gate *gate); /* addresses */

#endif
