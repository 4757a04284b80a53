/* A file from one to many, alone and with texts between. */
#include "tests/bench/load.h"

#include <inttypes.h>
#include <stdio.h>

#include "protocol/base/err.h"

#define SECOND INT64_C(1000000000)
#define LOOK_EVERY (SECOND / 100)
#define PATIENCE (30 * SECOND)
/* A relay that takes pieces as fast as they come must not keep the generator from reading what the
 * receivers got and from saying texts in time. */
#define PUMP_MOST (1 << 20)

struct file {
    struct link *uploader;
    uint64_t sent;  /* of this file */
    uint64_t start; /* bytes that each receiver had before */
    uint64_t rss;   /* the most that was seen */
    int64_t look;
};

static void begin(struct load *load, struct file *file)
{
    file->sent = 0;
    file->start = (uint64_t)load->file_number * load->file_size;
    load->file_open = load->file_done = false;
    load->file_number++;
    load->driver->file_begin(file->uploader);
    load_flush(file->uploader);
}

/* Pieces, as many as go in now, up to PUMP_MOST bytes. True: more would go in. */
static bool pump(struct load *load, struct file *file)
{
    const struct driver *driver = load->driver;
    struct link *link = file->uploader;
    uint64_t most = file->sent + PUMP_MOST;
    while (load->file_open && driver->piece_size > 0 && !link->writing &&
           file->sent < load->file_size && file->sent < most) {
        uint64_t left = load->file_size - file->sent;
        size_t size = left < driver->piece_size ? (size_t)left : driver->piece_size;
        if (driver->file_window > 0 &&
            file->start + file->sent + size - load_slowest_bytes(load) > driver->file_window)
            return false;
        driver->file_piece(link, file->sent, size);
        file->sent += size;
        if (file->sent == load->file_size && driver->file_end != NULL) {
            /* what was lent goes first: the end is asked for when that is away */
            load_flush(link);
            while (link->writing)
                load_turn(load, SECOND / 10);
            driver->file_end(link);
        }
        load_flush(link);
    }
    return file->sent == most;
}

static bool everybody_has_it(const struct load *load, const struct file *file)
{
    return load_slowest_bytes(load) >= file->start + load->file_size;
}

static void look(struct load *load, struct file *file)
{
    int64_t now = load_now();
    if (now < file->look)
        return;
    file->look = now + LOOK_EVERY;
    uint64_t rss = load_server_rss(load->pid);
    file->rss = rss > file->rss ? rss : file->rss;
}

void scene_files(struct load *load, uint32_t receivers)
{
    struct file file = {0};
    struct stretch stretch;
    load->with_files = true;
    load_connect(load, LINK_RECEIVER, receivers);
    file.uploader = load_connect(load, LINK_UPLOADER, 1);
    uint64_t rss_before = load_server_rss(load->pid);
    stretch_begin(load, &stretch);
    begin(load, &file);
    for (int64_t patience = load_now() + PATIENCE; !everybody_has_it(load, &file);) {
        bool more = pump(load, &file);
        load_turn(load, more ? 0 : LOOK_EVERY);
        look(load, &file);
        if (load_now() > patience)
            die("the file did not reach everybody: %" PRIu64 " bytes did",
                load_slowest_bytes(load));
    }
    stretch_end(load, &stretch);
    double bytes = (double)load->file_size * receivers;
    printf("{\"scene\":\"files\",\"receivers\":%u,\"seconds\":%.4f,\"gb_per_second\":%.3f,"
           "\"server_ms_per_gb\":%.1f,\"server_share\":%.3f,\"load_share\":%.3f,"
           "\"rss_before\":%" PRIu64 ",\"rss\":%" PRIu64 "}\n",
           receivers, stretch.seconds, bytes / 1e9 / stretch.seconds,
           stretch.server_us / 1000 / (bytes / 1e9), stretch.server_share, stretch.load_share,
           rss_before, file.rss);
}

void scene_mixed(struct load *load, uint32_t receivers)
{
    struct file file = {0};
    struct stretch stretch;
    load->with_files = true;
    load_connect(load, LINK_RECEIVER, receivers);
    struct link *sender = load_connect(load, LINK_SENDER, 1);
    file.uploader = load_connect(load, LINK_UPLOADER, 1);
    begin(load, &file);
    pace_begin(load);
    stretch_begin(load, &stretch);
    for (int64_t end = load_now() + (int64_t)(load->seconds * 1e9); load_now() < end;) {
        if (load->file_done && everybody_has_it(load, &file))
            begin(load, &file);
        bool more = pump(load, &file);
        int64_t wait = pace_say(load, sender);
        if (wait > LOOK_EVERY)
            wait = LOOK_EVERY;
        load_turn(load, more ? 0 : wait);
        look(load, &file);
    }
    stretch_end(load, &stretch);
    double bytes = (double)load_slowest_bytes(load) * receivers;
    printf("{\"scene\":\"mixed\",\"receivers\":%u,\"gb_per_second\":%.3f,", receivers,
           bytes / 1e9 / stretch.seconds);
    pace_print(load);
    printf(",\"server_share\":%.3f,\"load_share\":%.3f,\"rss\":%" PRIu64 "}\n",
           stretch.server_share, stretch.load_share, file.rss);
}
