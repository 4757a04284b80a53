/* metrics.h - what a server has done and how it is, in figures. Server thread.
 *
 * What happens is counted where it happens; what is, is looked up when somebody asks. */
#ifndef CONFAB_SERVER_METRICS_H
#define CONFAB_SERVER_METRICS_H

#include "protocol/base/buf.h"
#include "protocol/wire/msg.h"
#include "server/histogram.h"

#define METRICS_TEXT_MAX ((size_t)65536)
#define METRICS_FILE "metrics" /* in the data folder: the port where a running server tells them */

struct server;

struct metrics { /* since the start */
    int64_t started_ms;
    uint64_t connections, turned_away;
    uint64_t messages_in;         /* frames of all kinds */
    uint64_t events;              /* ... that became events of rooms */
    uint64_t deliveries;          /* events times the connections that followed the room then */
    uint64_t bytes_in, bytes_out; /* of connections that have ended */
    uint64_t uploads, uploads_done, uploads_failed, downloads;
    uint64_t files_let_go, bytes_let_go; /* for the quota */
    uint64_t errors[CODE_COUNT];
    struct histogram turns; /* of the loop, without its sleep */
};

/* All figures as Prometheus' text (exposition format 0.0.4) into `out`, which is empty and has a cap
 * of METRICS_TEXT_MAX. */
void metrics_write(const struct server *server, struct buf *out);

#endif
