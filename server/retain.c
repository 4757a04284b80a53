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

/* False: messages before that number could not be removed. */
static bool drop_before(struct room *room, uint64_t first)
{
    struct server *server = room->server;
    struct err err = {0};
    struct leaving leaving = {.room = room, .first_kept = first};
    /* files before their events: after a crash in between an event may name a file that is gone, and
     * goes soon; a file without an event would stay forever */
    blob_store_drop(server->blobs, goes, &leaving);
    bool gone = roomlog_drop(room->log, first, &err);
    if (gone)
        room_forget_deleted(room, first);
    if (gone)
        log_about(LOG_INFO, (struct log_about){.room = room->name},
                  "messages before number %llu are not kept any more", (unsigned long long)first);
    else
        log_about(LOG_WARN, (struct log_about){.room = room->name},
                  "old messages cannot be removed: %s", err.text);
    for (size_t i = server->session_count; i > 0; i--) {
        if (i <= server->session_count) /* one may close */
            session_skip(server->sessions[i - 1], room);
    }
    return gone;
}

static void retain_room(struct room *room, const struct roomlog_keep *keep, int64_t wall_ms)
{
    roomlog_cut(room->log, keep, wall_ms);
    uint64_t first = roomlog_first_kept(room->log, keep, wall_ms);
    if (first != 0)
        drop_before(room, first);
}

/* The quota: files go first. Where none can, messages do: the oldest segment of all rooms, again and
 * again. One that is written to cannot go, so where there are no others the longest is ended, and
 * goes next time. */

static bool drop_oldest_segment(struct server *server)
{
    struct room *oldest = NULL;
    int64_t time_ms, oldest_ms = 0;
    uint64_t first = 0;
    for (size_t i = 0; i < server->room_count; i++) {
        uint64_t second = roomlog_second(server->rooms[i]->log, &time_ms);
        if (second == 0 || (oldest != NULL && time_ms >= oldest_ms))
            continue;
        oldest = server->rooms[i];
        oldest_ms = time_ms;
        first = second;
    }
    return oldest != NULL && drop_before(oldest, first);
}

static void end_longest_segment(struct server *server, int64_t wall_ms)
{
    static const struct roomlog_keep least = {.bytes = 1};
    struct room *longest = server->rooms[0];
    for (size_t i = 1; i < server->room_count; i++) {
        if (roomlog_bytes(server->rooms[i]->log) > roomlog_bytes(longest->log))
            longest = server->rooms[i];
    }
    roomlog_cut(longest->log, &least, wall_ms);
}

static void retain_quota(struct server *server, int64_t wall_ms)
{
    const struct roomlog_keep pieces = {.bytes = server->config.quota};
    if (server->config.quota == 0)
        return;
    for (size_t i = 0; i < server->room_count; i++)
        roomlog_cut(server->rooms[i]->log, &pieces, wall_ms);
    while (!quota_keep(server)) {
        if (!drop_oldest_segment(server)) {
            end_longest_segment(server, wall_ms);
            break;
        }
    }
    quota_settle(server);
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
    bool keeps_all = keep.count == 0 && keep.bytes == 0 && config->keep_days == 0;
    for (size_t i = 0; i < server->room_count && !keeps_all; i++)
        retain_room(server->rooms[i], &keep, wall_ms);
    retain_quota(server, wall_ms);
    return keeps_all ? INT64_MAX : now_ms + RETAIN_EVERY_MS;
}
