/* Texts at a steady rate: how long until the last receiver has one. */
#include "tests/bench/load.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "protocol/base/err.h"
#include "protocol/base/mem.h"

#define SECOND INT64_C(1000000000)
#define TEXTS_MAX 100000 /* of one run */
#define PATIENCE (5 * SECOND)

static struct {
    uint64_t first; /* text */
    int64_t due;
    int64_t *sent;     /* ns, by number less first */
    int64_t *took;     /* until the last receiver had it; in order of arrival */
    uint32_t *arrived; /* at how many receivers */
    uint64_t done;     /* texts that everybody has */
} pace;

static void on_arrival(struct link *link, uint64_t number)
{
    if (number < pace.first)
        return;
    uint64_t at = number - pace.first;
    if (++pace.arrived[at] == link->load->receivers)
        pace.took[pace.done++] = load_now() - pace.sent[at];
}

void pace_begin(struct load *load)
{
    pace.first = load->said;
    pace.due = load_now();
    pace.sent = mem_alloc(TEXTS_MAX, sizeof *pace.sent);
    pace.took = mem_alloc(TEXTS_MAX, sizeof *pace.took);
    pace.arrived = mem_alloc(TEXTS_MAX, sizeof *pace.arrived);
    load->on_arrival = on_arrival;
}

int64_t pace_say(struct load *load, struct link *sender)
{
    int64_t now = load_now();
    while (pace.due <= now) {
        if (load->said - pace.first >= TEXTS_MAX)
            die("more than %d texts in one run", TEXTS_MAX);
        /* when it was due: a server or a generator that falls behind is not excused */
        pace.sent[load->said - pace.first] = pace.due;
        load_say(sender);
        pace.due += SECOND / load->rate;
        if (!sender->writing)
            load_flush(sender);
    }
    return pace.due - now;
}

static int in_order(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

void pace_print(struct load *load)
{
    int64_t patience = load_now() + PATIENCE, first_ns = pace.took[0];
    uint64_t said = load->said - pace.first;
    while (pace.done < said && load_now() < patience)
        load_turn(load, SECOND / 10);
    if (pace.done == 0)
        die("no text reached everybody");
    qsort(pace.took, pace.done, sizeof *pace.took, in_order);
    printf("\"texts\":%" PRIu64 ",\"first_ms\":%.3f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,"
           "\"max_ms\":%.3f,\"lost\":%" PRIu64,
           said, (double)first_ns / 1e6, (double)pace.took[pace.done / 2] / 1e6,
           (double)pace.took[pace.done * 99 / 100] / 1e6, (double)pace.took[pace.done - 1] / 1e6,
           said - pace.done);
    mem_free(pace.sent);
    mem_free(pace.took);
    mem_free(pace.arrived);
    load->on_arrival = NULL;
}

/* With load->idle others who only stay connected. */
void scene_paced(struct load *load, uint32_t receivers)
{
    struct stretch stretch;
    uint64_t bare = load_server_rss(load->pid);
    if (load->idle > 0)
        load_connect(load, LINK_IDLE, load->idle);
    uint64_t idle_rss = load_server_rss(load->pid) - bare;
    load_connect(load, LINK_RECEIVER, receivers);
    struct link *sender = load_connect(load, LINK_SENDER, 1);
    pace_begin(load);
    stretch_begin(load, &stretch);
    for (int64_t end = load_now() + (int64_t)(load->seconds * 1e9); load_now() < end;)
        load_turn(load, pace_say(load, sender));
    stretch_end(load, &stretch);
    printf("{\"scene\":\"paced\",\"receivers\":%u,\"idle\":%u,", receivers, load->idle);
    if (load->idle > 0)
        printf("\"idle_bytes\":%.0f,", (double)idle_rss / load->idle);
    pace_print(load);
    printf(",\"server_share\":%.3f,\"load_share\":%.3f}\n", stretch.server_share,
           stretch.load_share);
}
