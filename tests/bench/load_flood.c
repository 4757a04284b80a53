/* As much as goes through, with everybody reading and with one who stops. */
#include "tests/bench/load.h"

#include <inttypes.h>
#include <stdio.h>

#include "protocol/base/err.h"

#define SECOND INT64_C(1000000000)
#define WARM_UP (SECOND / 2)
#define DRAIN_PATIENCE (5 * SECOND) /* without a single text: what is missing then is lost */

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

/* Flood for a while; returns the highest memory of the server that was seen. */
static uint64_t flood_for(struct load *load, struct link *sender, int64_t ns)
{
    int64_t now = load_now(), end = now + ns, look = now;
    uint64_t most = 0;
    while (now < end) {
        fill(load, sender);
        load_turn(load, SECOND / 10);
        now = load_now();
        if (now >= look) {
            uint64_t rss = load_server_rss(load->pid);
            most = rss > most ? rss : most;
            look = now + SECOND / 20;
        }
    }
    return most;
}

/* Wait until every receiver has all; returns how many deliveries are missing. */
static uint64_t drain(struct load *load)
{
    uint64_t all = load->said * load->receivers, got = load_delivered(load);
    int64_t patience = load_now() + DRAIN_PATIENCE;
    while (got < all && load_now() < patience) {
        load_turn(load, SECOND / 10);
        uint64_t now = load_delivered(load);
        if (now != got)
            patience = load_now() + DRAIN_PATIENCE;
        got = now;
    }
    return all - got;
}

static int64_t run_time(const struct load *load)
{
    return (int64_t)(load->seconds * 1e9);
}

void scene_flood(struct load *load, uint32_t receivers)
{
    struct stretch stretch;
    load_connect(load, LINK_RECEIVER, receivers);
    struct link *sender = load_connect(load, LINK_SENDER, 1);
    flood_for(load, sender, WARM_UP);
    uint64_t before = load_delivered(load);
    stretch_begin(load, &stretch);
    uint64_t rss = flood_for(load, sender, run_time(load));
    stretch_end(load, &stretch);
    double count = (double)(load_delivered(load) - before);
    uint64_t lost = drain(load);
    printf("{\"scene\":\"flood\",\"receivers\":%u,\"seconds\":%.3f,\"deliveries\":%.0f,"
           "\"per_second\":%.0f,\"server_us\":%.4f,\"server_share\":%.3f,\"load_share\":%.3f,"
           "\"rss\":%" PRIu64 ",\"lost\":%" PRIu64 "}\n",
           receivers, stretch.seconds, count, count / stretch.seconds,
           count > 0 ? stretch.server_us / count : 0, stretch.server_share, stretch.load_share, rss,
           lost);
}

void scene_stops(struct load *load, uint32_t receivers)
{
    struct stretch with, without;
    struct link *reader = load_connect(load, LINK_RECEIVER, receivers);
    struct link *sender = load_connect(load, LINK_SENDER, 1);
    uint64_t rss_before = flood_for(load, sender, WARM_UP);
    uint64_t said = load->said;
    stretch_begin(load, &without);
    flood_for(load, sender, run_time(load) / 2);
    stretch_end(load, &without);
    double rate_without = (double)(load->said - said) / without.seconds;

    load_sleep(reader, true);
    said = load->said;
    stretch_begin(load, &with);
    uint64_t rss = flood_for(load, sender, run_time(load) / 2);
    stretch_end(load, &with);
    double rate_with = (double)(load->said - said) / with.seconds;

    load_sleep(reader, false);
    uint64_t lost = drain(load);
    printf("{\"scene\":\"stops\",\"receivers\":%u,\"rate_without\":%.0f,\"rate_with\":%.0f,"
           "\"rss_before\":%" PRIu64 ",\"rss\":%" PRIu64 ",\"behind\":%" PRIu64 ",\"hung_up\":%s,"
           "\"lost\":%" PRIu64 "}\n",
           receivers, rate_without, rate_with, rss_before, rss, load->said - said,
           reader->lost ? "true" : "false", lost);
}
