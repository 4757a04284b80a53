#include "server/metrics.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/os/memory.h"
#include "server/session.h"
#include "server/state.h"
#include "version.h"

static void put(struct buf *out, const char *text)
{
    bool fits = buf_append(out, text, strlen(text));
    assert(fits); /* the longest text there can be is a quarter of the cap */
    (void)fits;
}

static void put_head(struct buf *out, const char *name, const char *type, const char *help)
{
    char line[256];
    str_format(line, sizeof line, "# HELP confab_%s %s\n# TYPE confab_%s %s\n", name, help, name,
               type);
    put(out, line);
}

static void put_value(struct buf *out, const char *name, const char *type, uint64_t value,
                      const char *help)
{
    char line[128];
    put_head(out, name, type, help);
    str_format(line, sizeof line, "confab_%s %" PRIu64 "\n", name, value);
    put(out, line);
}

static void put_gauge(struct buf *out, const char *name, uint64_t value, const char *help)
{
    put_value(out, name, "gauge", value, help);
}

static void put_counter(struct buf *out, const char *name, uint64_t value, const char *help)
{
    put_value(out, name, "counter", value, help);
}

static void put_histogram(struct buf *out, const char *name, const struct histogram *histogram,
                          const char *help)
{
    char line[160];
    uint64_t count = 0;
    put_head(out, name, "histogram", help);
    for (int i = 0; i < HISTOGRAM_CLASSES - 1; i++) {
        count += histogram->counts[i];
        str_format(line, sizeof line, "confab_%s_bucket{le=\"%g\"} %" PRIu64 "\n", name,
                   histogram_limits_us[i] / 1e6, count);
        put(out, line);
    }
    count = histogram_count(histogram);
    str_format(line, sizeof line,
               "confab_%s_bucket{le=\"+Inf\"} %" PRIu64 "\nconfab_%s_sum %.6f\nconfab_%s_count "
               "%" PRIu64 "\n",
               name, count, name, (double)histogram->sum_us / 1e6, name, count);
    put(out, line);
}

static void put_errors(struct buf *out, const struct metrics *metrics)
{
    char line[128];
    put_head(out, "errors_total", "counter", "Refusals, by the code that the peer was told.");
    for (int i = 0; i < CODE_COUNT; i++) {
        str_format(line, sizeof line, "confab_errors_total{code=\"%s\"} %" PRIu64 "\n",
                   msg_code_word((enum msg_error_code)i), metrics->errors[i]);
        put(out, line);
    }
}

static void put_sessions(struct buf *out, const struct server *server)
{
    uint64_t bytes_in = server->metrics.bytes_in, bytes_out = server->metrics.bytes_out;
    uint64_t cursors = 0, behind = 0, bytes_behind = 0, downloads = 0;
    for (size_t i = 0; i < server->session_count; i++) {
        const struct session *session = server->sessions[i];
        bytes_in += session->conn->bytes_in;
        bytes_out += session->conn->bytes_out;
        downloads += session->files != NULL ? session->files->download_count : 0;
        for (size_t j = 0; j < session->follow_count; j++) {
            const struct follow *follow = &session->follows[j];
            uint64_t left = roomlog_end(follow->room->log) - follow->cursor;
            cursors++;
            behind += left > 0;
            bytes_behind += left;
        }
    }
    put_counter(out, "bytes_in_total", bytes_in, "Bytes that came from clients.");
    put_counter(out, "bytes_out_total", bytes_out, "Bytes that went to clients.");
    put_gauge(out, "cursors", cursors, "Places of readers in rooms' logs.");
    put_gauge(out, "cursors_behind", behind, "... that are not at the end.");
    put_gauge(out, "bytes_behind", bytes_behind, "... and what they still have to read.");
    put_gauge(out, "downloads", downloads, "Files that are being fetched.");
}

static void put_logs(struct buf *out, const struct server *server)
{
    struct roomlog *people = roster_log(server->roster);
    struct histogram syncs = *roomlog_syncs(people);
    uint64_t stuck = roomlog_is_stuck(people), waiting = 0;
    for (size_t i = 0; i < server->room_count; i++) {
        const struct roomlog *log = server->rooms[i]->log;
        histogram_add_all(&syncs, roomlog_syncs(log));
        stuck += roomlog_is_stuck(log);
        waiting += roomlog_last_seq(log) - roomlog_stored(log);
    }
    put_histogram(out, "sync_seconds", &syncs, "Time of a log's sync to the disk.");
    put_gauge(out, "events_not_stored", waiting, "Events that no sync has covered yet.");
    put_gauge(out, "logs_stuck", stuck, "Logs whose last write failed.");
}

static void put_disk(struct buf *out, const struct server *server)
{
    put_gauge(out, "disk_bytes", quota_used(server), "Messages and files on the disk.");
    put_gauge(out, "disk_file_bytes", blob_store_bytes(server->blobs), "... of it files.");
    put_gauge(out, "quota_bytes", server->config.quota, "What they may come to; 0: no limit.");
    put_counter(out, "files_let_go_total", server->metrics.files_let_go,
                "Files that went because of that.");
    put_counter(out, "bytes_let_go_total", server->metrics.bytes_let_go, "... and their bytes.");
}

void metrics_write(const struct server *server, struct buf *out)
{
    const struct metrics *metrics = &server->metrics;
    char line[160];
    size_t growing;
    blob_growing(server->blobs, &growing);
    put_head(out, "info", "gauge", "Which server this is.");
    str_format(line, sizeof line, "confab_info{version=\"%s\",uid=\"%s\"} 1\n", CONFAB_VERSION_FULL,
               server->uid);
    put(out, line);
    put_gauge(out, "uptime_seconds", (uint64_t)(clock_now_ms() - metrics->started_ms) / 1000,
              "Time since the start.");
    put_gauge(out, "memory_bytes", memory_resident(), "Resident memory; 0: unknown.");
    put_gauge(out, "connections", server->session_count, "Connections.");
    put_gauge(out, "ready", server->ready_count, "... that said hello.");
    put_gauge(out, "people", server->people, "Persons with a connection.");
    put_gauge(out, "rooms", server->listed_count, "Rooms, without direct ones.");
    put_gauge(out, "direct_rooms", server->room_count - server->listed_count,
              "Rooms of two people.");
    put_counter(out, "connections_total", metrics->connections, "Connections let in.");
    put_counter(out, "turned_away_total", metrics->turned_away, "Connections not let in.");
    put_counter(out, "messages_in_total", metrics->messages_in, "Messages of all kinds taken.");
    put_counter(out, "events_total", metrics->events, "Events that rooms got.");
    put_counter(out, "deliveries_total", metrics->deliveries,
                "Events times the connections that followed their room.");
    put_sessions(out, server);
    put_gauge(out, "uploads", growing, "Files that are being sent.");
    put_counter(out, "uploads_total", metrics->uploads, "Files that were begun to be sent.");
    put_counter(out, "uploads_done_total", metrics->uploads_done, "... that became whole.");
    put_counter(out, "uploads_failed_total", metrics->uploads_failed, "... that never will be.");
    put_counter(out, "downloads_total", metrics->downloads, "Files that were asked for.");
    put_disk(out, server);
    put_errors(out, metrics);
    put_logs(out, server);
    put_histogram(out, "turn_seconds", &metrics->turns,
                  "Time of a turn of the loop, without its sleep.");
}
