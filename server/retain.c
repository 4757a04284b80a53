#include "server/retain.h"

#include <stdlib.h>

#include "protocol/base/log.h"
#include "protocol/os/clock.h"
#include "server/session.h"
#include "server/state.h"

#define JUMP_MS 60000 /* more than a clock that is steered drifts between two looks */
#define DAY_MS INT64_C(86400000)

bool retain_is_calm(struct retain_clock *clock, int64_t wall_ms, int64_t now_ms)
{
    int64_t apart_ms = wall_ms - now_ms;
    int64_t moved_ms = apart_ms - clock->apart_ms;
    if (clock->known && (moved_ms > JUMP_MS || moved_ms < -JUMP_MS)) {
        clock->jumped = true;
        clock->jumped_ms = now_ms;
    }
    clock->known = true;
    clock->apart_ms = apart_ms;
    if (clock->jumped && now_ms - clock->jumped_ms >= RETAIN_CALM_MS)
        clock->jumped = false;
    return !clock->jumped;
}

struct leaving {
    const struct room *room;
    uint64_t first_kept;
};

static bool goes(const struct blob *blob, const void *context)
{
    const struct leaving *leaving = context;
    return blob->room == leaving->room && blob->seq < leaving->first_kept;
}

static void retain_room(struct room *room, const struct roomlog_keep *keep, int64_t wall_ms)
{
    struct server *server = room->server;
    struct err err = {0};
    roomlog_cut(room->log, keep, wall_ms);
    uint64_t first = roomlog_first_kept(room->log, keep, wall_ms);
    if (first == 0)
        return;
    struct leaving leaving = {.room = room, .first_kept = first};
    /* files before their events: after a crash in between an event may name a file that is gone, and
     * goes soon; a file without an event would stay forever */
    blob_store_drop(server->blobs, goes, &leaving);
    if (roomlog_drop(room->log, first, &err))
        log_about(LOG_INFO, (struct log_about){.room = room->name},
                  "messages before number %llu are not kept any more", (unsigned long long)first);
    else
        log_about(LOG_WARN, (struct log_about){.room = room->name},
                  "old messages cannot be removed: %s", err.text);
    for (size_t i = server->session_count; i > 0; i--) {
        if (i <= server->session_count) /* one may close */
            session_skip(server->sessions[i - 1], room);
    }
}

int64_t retain_tick(struct server *server, int64_t now_ms)
{
    const struct server_config *config = &server->config;
    int64_t wall_ms = clock_wall_ms();
    struct roomlog_keep keep = {.count = config->keep_messages, .bytes = config->keep_size};
    if (config->keep_days > 0) {
        bool calm = !server->retain_clock.jumped;
        if (retain_is_calm(&server->retain_clock, wall_ms, now_ms))
            keep.age_ms = config->keep_days * DAY_MS;
        else if (calm)
            log_warn("the clock has jumped; for an hour no message goes because of its age");
    }
    if (keep.count == 0 && keep.bytes == 0 && config->keep_days == 0)
        return INT64_MAX;
    for (size_t i = 0; i < server->room_count; i++)
        retain_room(server->rooms[i], &keep, wall_ms);
    return now_ms + RETAIN_EVERY_MS;
}
