/* upload.h - files on their way to the server: announced, hashed as they are read, a chunk at a
 * time when the connection has drained. Net thread only. */
#ifndef CONFAB_CLIENT_NET_UPLOAD_H
#define CONFAB_CLIENT_NET_UPLOAD_H

#include <stdbool.h>
#include <stdint.h>
#include "protocol/wire/msg.h"

struct net;
struct upload;

struct uploads {
    struct upload *first;     /* in the order in which they were asked for */
    struct upload *last_sent; /* whose turn it was */
    int64_t held_until_ms;    /* the server has no time for more before (clock_now_ms()) */
    uint8_t *chunk;           /* CHUNK_MAX bytes, while something is sent */
};

void uploads_add(struct net *net, struct msg *announce, const char *path, int64_t modified_ms);
void uploads_cancel(struct net *net, const char *id);
void uploads_forget(struct net *net); /* all of them, without mail */

void uploads_on_ready(struct net *net);
void uploads_on_lost(struct net *net);
void uploads_on_accept(struct net *net, const struct msg *msg);
void uploads_on_file_done(struct net *net, const struct msg *msg);
void uploads_on_file_failed(struct net *net, const struct msg *msg);
/* True if the error was about one of them (which has ended then). */
bool uploads_on_error(struct net *net, const struct msg *msg);

/* Hash a slice of what the server has already. True: there is more to do, do not sleep. */
bool uploads_work(struct net *net);
/* Announce what waited; returns when to be called again, INT64_MAX: when something happens. */
int64_t uploads_tick(struct net *net, int64_t now_ms);
/* In the conn's flush: queue one chunk. True: there is more. */
bool uploads_pump(struct net *net);
bool uploads_pending(const struct net *net); /* uploads_pump() would have something to do */

#endif
