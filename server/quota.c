#include "server/quota.h"

#include <inttypes.h>

#include "protocol/base/log.h"
#include "protocol/base/str.h"
#include "server/marks.h"
#include "server/room.h"
#include "server/state.h"

static uint64_t messages(const struct server *server)
{
    uint64_t bytes =
        roomlog_bytes(roster_log(server->roster)) + roomlog_bytes(marks_log(server->marks));
    for (size_t i = 0; i < server->room_count; i++)
        bytes += roomlog_bytes(server->rooms[i]->log);
    return bytes;
}

uint64_t quota_used(const struct server *server)
{
    return messages(server) + blob_store_bytes(server->blobs);
}

/* What files may come to. */
static uint64_t most_files(const struct server *server)
{
    uint64_t quota = server->config.quota, talk = messages(server);
    if (talk < quota / QUOTA_SPARE_PART)
        talk = quota / QUOTA_SPARE_PART;
    return talk < quota ? quota - talk : 0;
}

/* The oldest files, of `least` bytes or more. */
static void let_go(struct server *server, uint64_t least)
{
    char quota[STR_SIZE_MAX], freed[STR_SIZE_MAX];
    uint64_t count;
    uint64_t bytes = blob_store_let_go(server->blobs, least, &count);
    server->metrics.files_let_go += count;
    server->metrics.bytes_let_go += bytes;
    if (count == 0)
        return;
    str_size(server->config.quota, quota);
    str_size(bytes, freed);
    if (!server->quota.told_first)
        log_warn("the data folder has come to its quota of %s: from now on the oldest files go",
                 quota);
    server->quota.told_first = true;
    log_info("%" PRIu64 " old files of %s are let go to keep within %s", count, freed, quota);
}

/* Uploads */

bool quota_fits(const struct server *server, uint64_t size)
{
    uint64_t most = most_files(server), stays = blob_store_held(server->blobs);
    return server->config.quota == 0 || size == 0 || (stays <= most && size <= most - stays);
}

/* Older files make room, but only if that is enough. */
static bool make_room(struct server *server, uint64_t size)
{
    uint64_t most = most_files(server);
    if (!quota_fits(server, size))
        return false;
    uint64_t files = blob_store_bytes(server->blobs);
    if (files + size > most)
        let_go(server, files + size - most);
    files = blob_store_bytes(server->blobs);
    if (files + size > most) /* the system kept one */
        return false;
    uint64_t left = most - files;
    server->quota.uploads = left < QUOTA_AHEAD || size > QUOTA_AHEAD ? left : QUOTA_AHEAD;
    return true;
}

bool quota_take(struct server *server, uint64_t size)
{
    if (server->config.quota == 0)
        return true;
    if (server->quota.uploads < size && !make_room(server, size))
        return false;
    server->quota.uploads -= size;
    return true;
}

/* Messages */

void quota_spend(struct server *server, uint64_t size)
{
    struct quota *quota = &server->quota;
    if (server->config.quota == 0)
        return;
    if (quota->events < size)
        server->retain_ms = 0;
    quota->events -= size < quota->events ? size : quota->events;
}

bool quota_keep(struct server *server)
{
    uint64_t most = server->config.quota, used = quota_used(server);
    if (used > most) {
        let_go(server, used - most);
        used = quota_used(server);
    }
    return used <= most || messages(server) <= most / 2;
}

void quota_settle(struct server *server)
{
    struct quota *quota = &server->quota;
    uint64_t most = server->config.quota, used = quota_used(server);
    char is[STR_SIZE_MAX], may[STR_SIZE_MAX];
    bool full = used > most;
    if (full && !quota->told_full) {
        str_size(used, is);
        str_size(most, may);
        log_warn("the data folder holds %s, may hold %s, and nothing more can go at the moment", is,
                 may);
    }
    quota->told_full = full;
    quota->events = full ? 0 : most - used;
    if (quota->events < QUOTA_AHEAD_LEAST)
        quota->events = QUOTA_AHEAD_LEAST;
    if (quota->events > QUOTA_AHEAD)
        quota->events = QUOTA_AHEAD;
}
