/* scrape.h - the smallest HTTP server there can be: on this computer's own address (127.0.0.1), GET
 * /metrics and nothing else (RFC 9112), a few askers at a time. On the server's loop and thread. */
#ifndef CONFAB_SERVER_SCRAPE_H
#define CONFAB_SERVER_SCRAPE_H

#include "protocol/base/buf.h"
#include "protocol/net/loop.h"

#define SCRAPE_REQUEST_MAX 4096 /* bytes of a request; more is refused */
#define SCRAPE_ASKERS_MAX 8     /* at once; one more takes the place of the oldest */

struct scrape;

/* `write` appends the page, up to `most` bytes, and is called for each GET /metrics. Port 0: the
 * system picks one. NULL with a sentence: the port is in use. */
struct scrape *scrape_open(struct loop *loop, uint16_t port, size_t most,
                           void (*write)(void *context, struct buf *out), void *context,
                           struct err *err);
uint16_t scrape_port(const struct scrape *scrape);
/* Askers go in the middle of what they were told. Its memory goes with the loop's next turn. NULL is
 * fine. */
void scrape_close(struct scrape *scrape);

#endif
