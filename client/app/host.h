/* host.h - the server inside this process, on a thread of its own. UI thread. */
#ifndef CONFAB_APP_HOST_H
#define CONFAB_APP_HOST_H

#include <stdint.h>
#include "protocol/base/err.h"

struct host;
#define HOST_PORTS 11 /* WIRE_PORT and the next ten are tried */

/* Listen on `bind` (an address of this computer), call out on the network, serve. */
struct host *host_start(const char *bind, uint16_t beacon_port, bool plain, struct err *err);
uint16_t host_port(const struct host *host);
const char *host_fingerprint(const struct host *host); /* NULL: plain */
/* Let it end by itself, soon; host_stop() still has to follow. */
void host_release(struct host *host);
/* Everybody is told goodbye; returns when all is written down. NULL is fine. */
void host_stop(struct host *host);

#endif
