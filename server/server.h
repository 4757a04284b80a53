/* server.h - the whole server as a thing that a program can hold: confab-server's main() has one on
 * its only thread, the window client keeps one on a thread of its own ("Start a chat on this
 * computer"). No globals: several may run in one process. */
#ifndef CONFAB_SERVER_SERVER_H
#define CONFAB_SERVER_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include "protocol/base/err.h"
#include "protocol/base/name.h"
#include "protocol/os/wake.h"
#include "server/gate.h"
#include "server/roomlog.h"

#define SERVER_CLIENTS_DEFAULT 100
#define SERVER_CLIENTS_MAX 100000
#define SERVER_HELLO_WITHIN_MAX 60 /* seconds */

/* A list of texts, in the order in which they were given. */
struct server_names {
    const char **names;
    size_t count;
};

struct server;

/* Strings are copied by server_create(). */
struct server_config {
    const char *host;          /* address to listen on; NULL: all of this computer's */
    uint16_t port;             /* 0: the system picks one, server_port() tells */
    const char *data_dir;      /* NULL: the folder of dirs_data() */
    const char *name;          /* as people see it; NULL: this computer's name */
    const char *password_file; /* its first line is asked of everyone; NULL: what the folder says */
    uint32_t max_clients;      /* connections that have said hello; 0: SERVER_CLIENTS_DEFAULT */
    uint32_t rooms;            /* in all; 0: ROOMS_MAX */
    uint32_t hello_within;     /* seconds; 0: HELLO_WITHIN_MS */
    uint64_t max_upload;       /* bytes; 0: UPLOAD_MAX_DEFAULT */
    /* Of each person; 0: no limit */
    uint32_t rate;            /* messages a second */
    uint32_t joins;           /* of rooms, a minute */
    uint32_t max_rooms;       /* that it may make */
    uint32_t max_per_address; /* connections; 0: no limit */
    uint32_t newcomers;       /* of an address in a minute; 0: no limit */
    struct server_names bots; /* whom these do not hold for */
    struct server_names admins;
    /* What each room keeps, retain.h; 0: no limit */
    uint32_t keep_days, keep_messages;
    uint64_t keep_size;  /* bytes of messages */
    uint64_t quota;      /* bytes of messages and files, in all; 0: no limit */
    bool plain;          /* no TLS */
    const char *metrics; /* port at which this computer is told figures, "0": any; NULL: none */
    bool quiet;          /* nothing on standard output */
    enum roomlog_sync sync;
    bool beacon;          /* call out on the local network */
    uint16_t beacon_port; /* UDP; 0: WIRE_PORT */
    bool (*quit)(void);   /* asked whenever the wake rang; NULL: only server_stop() ends it */
    /* Called whenever the wake rang, on the server's thread; NULL: nobody is. */
    void (*rang)(struct server *server, void *context);
    void *rang_context;
};

/* A server's name as people see it, tidied into out; false with a sentence if it cannot be one. */
bool server_clean_name(const char *text, char out[NAME_SIZE], struct err *err);

/* Lock and read the data folder, listen. NULL with a sentence fit to print: port in use, bad
 * address, folder not writable or in use by another server. sock_start() comes before. */
struct server *server_create(const struct server_config *config, struct err *err);
/* Take over what can change while it runs: name and limits. On its thread. False with
 * a sentence, and nothing has changed, if it does not fit. */
bool server_reconfigure(struct server *server, const struct server_config *config, struct err *err);
uint16_t server_port(const struct server *server); /* any thread */
/* Of its certificate, as in tls.h; NULL: it speaks plain. Any thread. */
const char *server_fingerprint(const struct server *server);
/* Serve until stopped; then say goodbye to everyone, send what is queued (at most a few seconds)
 * and write everything down. False if the loop broke. */
bool server_run(struct server *server, struct err *err);
/* Let server_run() return soon. Any thread, also before it began. */
void server_stop(struct server *server);
/* Rings end the loop's sleep (for signals_watch()). */
struct wake *server_wake(struct server *server);
void server_destroy(struct server *server); /* NULL is fine; not while it runs */

#endif
