/* download.h - files on their way here: into a part file, hashed as they come, named when they are
 * whole. Net thread only. */
#ifndef CONFAB_CLIENT_NET_DOWNLOAD_H
#define CONFAB_CLIENT_NET_DOWNLOAD_H

#include <stdbool.h>
#include <stdint.h>
#include "client/net/net.h"

struct download;

struct downloads {
    struct download *first; /* in the order in which they were asked for */
};

void downloads_add(struct net *net, const struct net_fetch *fetch);
void downloads_stop(struct net *net, const char *file);
void downloads_forget(struct net *net); /* all of them, without mail; parts are removed */

void downloads_on_ready(struct net *net);
void downloads_on_lost(struct net *net);
void downloads_on_chunk(struct net *net, const struct msg *msg);
void downloads_on_hash(struct net *net, const char *file, const char *sha256);
void downloads_on_file_failed(struct net *net, const struct msg *msg);
bool downloads_on_error(struct net *net, const struct msg *msg);
/* Tell how far the downloads have come; returns when to call again, INT64_MAX: no need. */
int64_t downloads_tick(struct net *net, int64_t now_ms);

#endif
