/* state.h - what a running server consists of. For the files of this folder only; server thread
 * only, but for `stop`. */
#ifndef CONFAB_SERVER_STATE_H
#define CONFAB_SERVER_STATE_H

#include <stdatomic.h>
#include "protocol/net/beacon.h"
#include "protocol/net/conn.h"
#include "protocol/net/tls.h"
#include "server/bans.h"
#include "server/blob.h"
#include "server/disk.h"
#include "server/metrics.h"
#include "server/password.h"
#include "server/quota.h"
#include "server/retain.h"
#include "server/roster.h"
#include "server/scrape.h"
#include "server/server.h"
#include "server/strmap.h"

struct marks;
struct room;
struct session;

struct server {
    struct server_config config; /* its strings are ours */
    char name[NAME_SIZE];
    char uid[UID_DIGITS + 1]; /* the server's own, kept in the data folder */
    os_file lock;
    bool was_cut; /* the newest that people saw before may be lost: numbers skip */
    struct loop *loop;
    struct wake *wake;
    struct watch wake_watch, listen_watch;
    uint16_t port;
    struct tls *tls; /* NULL: plain */
    struct disk *disk;
    struct roster *roster;
    struct gate *gate;
    struct marks *marks;
    struct bans *bans;
    struct password *password;
    struct blob_store *blobs;
    struct beacon_server *beacon; /* NULL: without */
    struct beacon_facts facts;
    struct session **sessions; /* one for each connection */
    size_t session_count, session_room;
    uint32_t ready_count; /* those that said hello */
    uint32_t people;      /* persons that have at least one of those */
    uint32_t next_number; /* of a session, for the log */
    struct room **rooms;  /* all */
    size_t room_count;
    struct room **listed; /* without direct ones, which their people list; lobby first */
    size_t listed_count;
    size_t direct_rooms; /* so many may be made: DIRECT_ROOMS_MAX, fewer if descriptors are few */
    struct room **busy;  /* with something that is not written or not stored yet */
    size_t busy_count, busy_room;
    struct strmap room_names;              /* folded name -> struct room */
    struct buf encoded;                    /* the event under way */
    uint64_t seed;                         /* of the rooms' memory of ids */
    bool dirty;                            /* something was appended and not yet written */
    bool told_full;                        /* the log knows that descriptors have run out */
    int64_t deaf_until_ms;                 /* out of descriptors: nobody is accepted until then */
    int64_t tick_ms, beacon_ms, retain_ms; /* when these are due */
    struct retain_clock retain_clock;
    struct quota quota;
    struct metrics metrics;
    struct scrape *scrape; /* NULL: without */
    struct buf lines;      /* for standard output, at the end of the turn */
    uint64_t unshown;      /* ... and how many found no room there */
    atomic_bool stop;
};

#define LOBBY "lobby"
#define DIRECT_ROOMS_MAX 4096 /* of a server; each has two descriptors */
#define STRANGERS_MAX 64      /* connections without hello, beyond max_clients */
#define DEAF_MS 250           /* after running out of descriptors */
#define TICK_MS 500           /* seats, silence, uploads without a sender: looked at so often */

/* server_config.c: the server's own copy of what it is told; false with a sentence if that cannot be.
 * Free it in either case. */
bool server_copy_config(struct server *server, const struct server_config *config, struct err *err);
void server_free_config(struct server *server);
/* Something was appended to the log of this room, which is not busy yet. */
void server_add_busy(struct server *server, struct room *room);
/* Write what the turn appended, before anybody is sent it. */
void server_write(struct server *server);

#endif
