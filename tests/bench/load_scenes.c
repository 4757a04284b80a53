#include "tests/bench/load.h"

#include <inttypes.h>
#include <stdio.h>

#include "protocol/base/err.h"

#define SECOND INT64_C(1000000000)
#define WARM_UP (SECOND / 2)
#define DRAIN_PATIENCE (20 * SECOND) /* without a single text: what is missing then is lost */

/* Say as many texts as the window has room for, several at once. */
static void fill(struct load *load, struct link *sender)
{
    uint64_t on_way = load->said - load_slowest(load);
    if (on_way > load->window - (load->window + 7) / 8 || sender->writing)
        return;
    for (uint64_t i = on_way; i < load->window; i++)
        load_say(sender);
    load_flush(sender);
}

static uint64_t delivered(const struct load *load)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < load->count; i++) {
        if (load->links[i].role == LINK_RECEIVER)
            sum += load->links[i].got;
    }
    return sum;
}

/* Wait until every receiver has all; returns how many deliveries are missing. */
static uint64_t drain(struct load *load)
{
    uint64_t all = load->said * load->receivers, got = delivered(load);
    int64_t patience = load_now() + DRAIN_PATIENCE;
    while (got < all && load_now() < patience) {
        load_turn(load, SECOND / 10);
        uint64_t now = delivered(load);
        if (now != got)
            patience = load_now() + DRAIN_PATIENCE;
        got = now;
    }
    return all - got;
}

void scene_flood(struct load *load, uint32_t receivers)
{
    load_connect(load, LINK_RECEIVER, receivers);
    struct link *sender = load_connect(load, LINK_SENDER, 1);
    for (int64_t end = load_now() + WARM_UP; load_now() < end;) {
        fill(load, sender);
        load_turn(load, SECOND / 10);
    }
    int64_t start = load_now(), now = start, end = start + (int64_t)(load->seconds * 1e9);
    int64_t own = load_own_cpu(), server = load_server_cpu(load->pid);
    uint64_t before = delivered(load);
    while (now < end) {
        fill(load, sender);
        load_turn(load, SECOND / 10);
        now = load_now();
    }
    uint64_t count = delivered(load) - before;
    own = load_own_cpu() - own;
    server = load_server_cpu(load->pid) - server;
    double took = (double)(now - start);
    uint64_t lost = drain(load);
    printf("{\"scene\":\"flood\",\"proto\":\"%s\",\"receivers\":%u,\"seconds\":%.3f,"
           "\"deliveries\":%" PRIu64 ",\"per_second\":%.0f,\"server_us\":%.4f,"
           "\"server_share\":%.3f,\"load_share\":%.3f,\"rss\":%" PRIu64 ",\"lost\":%" PRIu64 "}\n",
           load->driver->name, receivers, took / 1e9, count, (double)count * 1e9 / took,
           count > 0 ? (double)server / 1000 / (double)count : 0, (double)server / took,
           (double)own / took, load_server_rss(load->pid), lost);
}
