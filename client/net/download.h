/* download.h - files on their way here: into a part file that may have holes, hashed as they come (or,
 * what did not come in order, read again), named when they are whole. Net thread only. */
#ifndef CONFAB_CLIENT_NET_DOWNLOAD_H
#define CONFAB_CLIENT_NET_DOWNLOAD_H

#include <stdbool.h>
#include <stdint.h>
#include "client/net/net.h"

struct download;

struct downloads {
    struct download
        *first;     /* in the order in which they were asked for; what somebody waits for first */
    uint8_t *slice; /* to read in; NULL: not needed yet */
};

void downloads_add(struct net *net, const struct net_fetch *fetch);
void downloads_want(struct net *net, const char *file, uint64_t offset, uint64_t size);
void downloads_stop(struct net *net, const char *file);
void downloads_forget(struct net *net); /* all of them, without mail; parts are removed */

void downloads_on_ready(struct net *net);
void downloads_on_lost(struct net *net);
void downloads_on_chunk(struct net *net, const struct msg *msg);
void downloads_on_hash(struct net *net, const char *file, const char *sha256);
void downloads_on_file_failed(struct net *net, const struct msg *msg);
bool downloads_on_error(struct net *net, const struct msg *msg);
/* Tell how far the downloads have come; returns when to call again, INT64_MAX: no need. */
/* A slice of what is to be hashed; false: nothing is. */
bool downloads_work(struct net *net);
int64_t downloads_tick(struct net *net, int64_t now_ms);

#endif
