/* net.h - the network thread: one connection to a server, the files that move over it, and the
 * servers heard on this network. It knows no model: orders go in, mail comes out.
 *
 * Reading order: here, net_state.h, net.c (thread and orders), line.c (the connection), upload.c,
 * download.c, cache.c. The functions below are called on the owner's thread and return at once. */
#ifndef CONFAB_CLIENT_NET_H
#define CONFAB_CLIENT_NET_H

#include <stdbool.h>
#include <stdint.h>
#include "client/net/ranges.h"
#include "client/work/mailbox.h"
#include "protocol/base/hash.h"
#include "protocol/net/beacon.h"
#include "protocol/net/tls.h"
#include "protocol/wire/limits.h"
#include "protocol/wire/msg.h"

#define NET_PROGRESS_EVERY_MS 100 /* mail about one transfer */
#define NET_UPLOADS_MAX 3         /* under way at once; the others wait in line */
#define NET_ALBUM_UPLOADS_MAX \
    8 /* the same, if it belongs to the album of the last one: nothing is to come in between */
#define NET_DOWNLOADS_MAX 3
#define NET_RUN_MIN CHUNK_MAX /* bytes of a download in a row, before another want moves it */
#define NET_SOON \
    (UINT64_C(1) << 20) /* so far ahead of what comes now is waited for, not moved to */
#define NET_STALL_MS \
    300 /* nothing came: what is wanted of a file that still grows is not there yet */
#define NET_ASK_AGAIN_MS 2000      /* ... and is asked for again */
#define NET_ANSWER_WITHIN_MS 10000 /* from dialing, and from hello, to an answer */

enum net_mail_kind {
    NET_MESSAGE, /* msg: from the server, all but pings, chunks, accepts and what ends a transfer */
    NET_LOST,    /* the connection is gone or never was: err, code, final */
    NET_UPLOAD,  /* key (the id), done, rate: it moves */
    NET_UPLOAD_END,   /* key, ok; else err, code */
    NET_DOWNLOAD,     /* key (the file), done, rate, path (the part), have */
    NET_DOWNLOAD_END, /* key, ok: path, sha256; else err, code */
    NET_SEEN,         /* seen: servers on this network */
};

struct net_mail {
    struct mail mail; /* first */
    enum net_mail_kind kind;
    uint32_t attempt; /* of net_connect(): what belongs to an older one is stale */
    struct msg *msg;
    char fingerprint[TLS_FINGERPRINT_SIZE]; /* with welcome: of the server's key; "" plain */
    bool first_visit;                       /* ... which was not known before */
    char *json; /* the header as text, when asked for (net_config.want_json) and msg is an event */
    bool ok;
    bool final; /* the server said no: trying again would not help */
    struct err err;
    char code[WORD_MAX + 1]; /* "" none */
    char key[ID_MAX + 1];
    uint64_t done;
    double rate; /* bytes per second */
    struct ranges have;
    char *path;
    char sha256[SHA256_HEX_SIZE];
    struct beacon_seen *seen;
    size_t seen_count;
};
void net_mail_free(struct net_mail *mail);

struct net_config {
    struct mailbox *to_owner;                      /* outlives the net */
    void (*open)(struct mail *mail, void *reader); /* gets each net_mail; frees it */
    bool discover;
    uint16_t beacon_port; /* UDP; 0: WIRE_PORT */
    bool want_json;
    bool plain;         /* no TLS */
    uint64_t cache_cap; /* bytes that received files may take; the oldest go, at start */
};

struct net;
struct net *net_create(const struct net_config *config, struct err *err);
/* Says bye if connected and gives it NET_BYE_MS to be sent; joins the thread. NULL is fine. */
#define NET_BYE_MS 1000
void net_destroy(struct net *net);

/* Dial host:port and say `hello` (copied). An older connection is dropped without mail. The server's
 * key must be the one that it had at the last visit (known.h), or `key` (a fingerprint) if that is
 * not NULL; hello, with its secret, is not said to another. */
void net_connect(struct net *net, uint32_t attempt, const char *host, uint16_t port,
                 const struct msg *hello, const char *key);
/* Say bye, close, forget all transfers (parts are removed). No mail follows. */
void net_disconnect(struct net *net);
/* Copied. Dropped if there is no connection by then: the owner hears of that by NET_LOST. */
void net_send(struct net *net, const struct msg *msg);

/* Send the file at `path` as announce (MSG_UPLOAD, copied with its payload) says. Lives on over
 * lost connections until NET_UPLOAD_END. modified_ms: as the file was when announce->size was
 * read. */
void net_upload(struct net *net, const struct msg *announce, const char *path, int64_t modified_ms);
void net_cancel_upload(struct net *net, const char *id);

struct net_fetch { /* strings are copied */
    const char *file;
    uint64_t size;
    const char *sha256; /* NULL: not known yet, file-done will tell */
    const char *folder; /* where it is to be saved as `label`, numbered; NULL: into the cache */
    const char *label;
};
void net_download(struct net *net, const struct net_fetch *fetch);
/* The file is whole on the server, and this is its hash: what a download that was asked for
 * without one waits for. The owner says so, not the thread, which may see `file-done` before the
 * order to fetch reaches it. */
void net_file_done(struct net *net, const char *file, const char *sha256);
/* Somebody waits for these bytes of a file that is being fetched: they come next, and then what follows
 * them; the holes are filled later. A download that waits in line begins now. Told by NET_DOWNLOAD as soon
 * as they come (or at once, if they are here), else each NET_PROGRESS_EVERY_MS as ever. The newest want of
 * a file counts; many of them move the download no more often than NET_RUN_MIN allows. What the sender has
 * not sent yet is waited for while the rest is fetched. */
void net_want(struct net *net, const char *file, uint64_t offset, uint64_t size);
void net_stop_download(struct net *net, const char *file);

#endif
