#include "server/status.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/base/buf.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"
#include "protocol/os/sock.h"
#include "protocol/wire/limits.h"
#include "server/metrics.h"

#define PATIENCE_MS 5000
#define ANSWER_MAX (METRICS_TEXT_MAX + 4096)

/* Asking */

/* Wait until the socket is ready for `want`. */
static bool wait_for(struct sock_set *set, os_sock sock, unsigned want, int64_t until_ms,
                     struct err *err)
{
    int64_t left_ms = until_ms - clock_now_ms();
    sock_set_clear(set);
    sock_set_add(set, sock, want);
    int ready = sock_set_wait(set, left_ms > 0 ? left_ms : 0, err);
    if (ready == 0 && clock_now_ms() >= until_ms)
        return err_set(err, ERR_TIMEOUT, "The server does not answer; it may be very busy.");
    return ready >= 0;
}

static bool send_request(struct sock_set *set, os_sock sock, int64_t until_ms, struct err *err)
{
    static const char request[] = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for (size_t sent = 0; sent < sizeof request - 1;) {
        size_t moved;
        enum sock_status status =
            sock_send(sock, request + sent, sizeof request - 1 - sent, &moved);
        if (status == SOCK_OK)
            sent += moved;
        else if (status != SOCK_AGAIN)
            return err_set(err, ERR_CLOSED, "The server went before it had answered.");
        else if (!wait_for(set, sock, SOCK_WRITE, until_ms, err))
            return false;
    }
    return true;
}

static bool read_answer(struct sock_set *set, os_sock sock, int64_t until_ms, struct buf *answer,
                        struct err *err)
{
    for (;;) {
        size_t moved;
        uint8_t *space = buf_reserve(answer, 4096);
        if (space == NULL)
            return err_set(err, ERR_LIMIT, "The answer has no end; another program answers there.");
        enum sock_status status = sock_receive(sock, space, 4096, &moved);
        if (status == SOCK_OK)
            buf_commit(answer, moved);
        else if (status == SOCK_CLOSED)
            return buf_append(answer, "", 1);
        else if (status == SOCK_FAILED)
            return err_set(err, ERR_CLOSED, "The server went before it had answered.");
        else if (!wait_for(set, sock, SOCK_READ, until_ms, err))
            return false;
    }
}

static bool ask(uint16_t port, struct buf *answer, struct err *err)
{
    struct sock_address address[SOCK_RESOLVE_MAX];
    int64_t until_ms = clock_now_ms() + PATIENCE_MS;
    if (sock_resolve("127.0.0.1", port, address, err) == 0)
        return false;
    os_sock sock = sock_connect(&address[0], err);
    if (sock == OS_SOCK_NONE)
        return false;
    struct sock_set *set = sock_set_create();
    bool ok = wait_for(set, sock, SOCK_WRITE, until_ms, err) &&
              sock_connect_result(sock, &address[0], err) &&
              send_request(set, sock, until_ms, err) &&
              read_answer(set, sock, until_ms, answer, err);
    sock_set_destroy(set);
    sock_close(sock);
    return ok;
}

/* Figures */

/* The number behind `name` and a space at the beginning of a line; 0 if there is none. */
static double figure(const char *figures, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = figures; (at = strstr(at, name)) != NULL; at += length) {
        if ((at == figures || at[-1] == '\n') && at[length] == ' ')
            return strtod(at + length + 1, NULL);
    }
    return 0;
}

static uint64_t count_of(const char *figures, const char *name)
{
    char full[96];
    str_format(full, sizeof full, "confab_%s", name);
    double value = figure(figures, full);
    return value > 0 && value < (double)NUMBER_MAX ? (uint64_t)value : 0;
}

static void size_of(const char *figures, const char *name, char out[STR_SIZE_MAX])
{
    str_size(count_of(figures, name), out);
}

/* The limit under which `part` of a histogram's times are, in words. */
static void time_of(const char *figures, const char *name, double part, char *out, size_t size)
{
    char full[96];
    str_format(full, sizeof full, "confab_%s_count", name);
    double count = figure(figures, full);
    for (int i = 0; i < HISTOGRAM_CLASSES - 1; i++) {
        double limit_ms = histogram_limits_us[i] / 1e3;
        str_format(full, sizeof full, "confab_%s_bucket{le=\"%g\"}", name, limit_ms / 1e3);
        if (figure(figures, full) >= count * part) {
            str_format(out, size, "under %g ms", limit_ms);
            return;
        }
    }
    str_format(out, size, "over a second");
}

static void print_times(const char *figures, FILE *out, const char *what, const char *name)
{
    char half[32], most[32], full[64];
    str_format(full, sizeof full, "%s_count", name);
    uint64_t count = count_of(figures, full);
    if (count == 0) {
        fprintf(out, "%-18s none yet\n", what);
        return;
    }
    time_of(figures, name, 0.5, half, sizeof half);
    time_of(figures, name, 0.99, most, sizeof most);
    fprintf(out, "%-18s half of them %s, 99 of 100 %s; %" PRIu64 " so far\n", what, half, most,
            count);
}

static void print_uptime(uint64_t seconds, FILE *out)
{
    if (seconds >= 2 * 86400)
        fprintf(out, "%" PRIu64 " days", seconds / 86400);
    else if (seconds >= 2 * 3600)
        fprintf(out, "%" PRIu64 " hours", seconds / 3600);
    else if (seconds >= 2 * 60)
        fprintf(out, "%" PRIu64 " minutes", seconds / 60);
    else
        fprintf(out, "%" PRIu64 " seconds", seconds);
}

static void print_refusals(const char *figures, FILE *out)
{
    bool any = false;
    fprintf(out, "%-18s", "refusals");
    for (int i = 0; i < CODE_COUNT; i++) {
        char name[96];
        const char *word = msg_code_word((enum msg_error_code)i);
        str_format(name, sizeof name, "errors_total{code=\"%s\"}", word);
        uint64_t count = count_of(figures, name);
        if (count == 0)
            continue;
        fprintf(out, "%s %s %" PRIu64, any ? "," : "", word, count);
        any = true;
    }
    fprintf(out, "%s\n", any ? "" : " none");
}

static void print_disk(const char *figures, FILE *out)
{
    char all[STR_SIZE_MAX], files[STR_SIZE_MAX], quota[STR_SIZE_MAX], gone[STR_SIZE_MAX];
    size_of(figures, "disk_bytes", all);
    size_of(figures, "disk_file_bytes", files);
    size_of(figures, "quota_bytes", quota);
    size_of(figures, "bytes_let_go_total", gone);
    fprintf(out, "%-18s %s, %s of it files", "disk", all, files);
    if (count_of(figures, "quota_bytes") > 0)
        fprintf(out, "; of at most %s; %" PRIu64 " files (%s) were let go", quota,
                count_of(figures, "files_let_go_total"), gone);
    fprintf(out, "\n");
}

bool status_page(const char *figures, FILE *out)
{
    static const char info[] = "confab_info{version=\"";
    char in[STR_SIZE_MAX], sent[STR_SIZE_MAX], behind[STR_SIZE_MAX], memory[STR_SIZE_MAX];
    const char *version = strstr(figures, info);
    if (version == NULL)
        return false;
    version += sizeof info - 1;
    size_of(figures, "bytes_in_total", in);
    size_of(figures, "bytes_out_total", sent);
    size_of(figures, "bytes_behind", behind);
    size_of(figures, "memory_bytes", memory);
    fprintf(out, "confab-server %.*s, up for ", (int)strcspn(version, "\"\n"), version);
    print_uptime(count_of(figures, "uptime_seconds"), out);
    fprintf(out,
            "\n\n%-18s %" PRIu64 " with %" PRIu64 " connections; %" PRIu64
            " connections so far, %" PRIu64 " turned away\n",
            "people", count_of(figures, "people"), count_of(figures, "ready"),
            count_of(figures, "connections_total"), count_of(figures, "turned_away_total"));
    fprintf(out,
            "%-18s %" PRIu64 "; %" PRIu64 " events since the start, for %" PRIu64
            " readers in all\n",
            "rooms", count_of(figures, "rooms"), count_of(figures, "events_total"),
            count_of(figures, "deliveries_total"));
    fprintf(out, "%-18s %" PRIu64 " came; %s in, %s out\n", "messages",
            count_of(figures, "messages_in_total"), in, sent);
    fprintf(out, "%-18s %" PRIu64 " of %" PRIu64 ", by %s\n", "readers behind",
            count_of(figures, "cursors_behind"), count_of(figures, "cursors"), behind);
    fprintf(out,
            "%-18s %" PRIu64 " on their way in, %" PRIu64 " out; so far %" PRIu64
            " became whole, %" PRIu64 " failed, %" PRIu64 " were fetched\n",
            "files", count_of(figures, "uploads"), count_of(figures, "downloads"),
            count_of(figures, "uploads_done_total"), count_of(figures, "uploads_failed_total"),
            count_of(figures, "downloads_total"));
    print_disk(figures, out);
    print_refusals(figures, out);
    print_times(figures, out, "turns of the loop", "turn_seconds");
    print_times(figures, out, "syncs of the disk", "sync_seconds");
    fprintf(out, "%-18s %" PRIu64 "\n", "not stored yet", count_of(figures, "events_not_stored"));
    if (count_of(figures, "logs_stuck") > 0)
        fprintf(out, "%-18s %" PRIu64 " logs cannot be written: is the disk full?\n", "trouble",
                count_of(figures, "logs_stuck"));
    fprintf(out, "%-18s %s\n", "memory", memory);
    return true;
}

/* Together */

static bool read_port(const char *data_dir, uint16_t *port, struct err *err)
{
    char data[OS_PATH_MAX], path[OS_PATH_MAX];
    size_t size;
    uint64_t number;
    if (data_dir != NULL)
        str_copy(data, sizeof data, data_dir);
    else
        dirs_data(data);
    if (!path_join(path, data, METRICS_FILE))
        return err_set(err, ERR_LIMIT, "The path of the data folder is too long.");
    if (!file_info(path).exists)
        return err_set(err, ERR_NOT_FOUND,
                       "No server on %s tells its figures: start it with --metrics PORT.", data);
    char *text = file_load(path, 16, &size, err);
    if (text == NULL)
        return false;
    text[strcspn(text, "\n")] = '\0';
    bool ok = str_to_u64(text, PORT_MAX, &number) && number > 0;
    mem_free(text);
    *port = ok ? (uint16_t)number : 0;
    return ok || err_set(err, ERR_FORMAT, "%s does not hold a port.", path);
}

bool status_print(const char *data_dir, FILE *out, struct err *err)
{
    struct buf answer;
    uint16_t port;
    if (!read_port(data_dir, &port, err))
        return false;
    buf_init(&answer, ANSWER_MAX);
    bool ok = ask(port, &answer, err);
    if (!ok && err->kind == ERR_REFUSED)
        (void)err_set(err, ERR_REFUSED, "The server on that folder has ended without a goodbye.");
    if (ok && !status_page((const char *)buf_peek(&answer).data, out))
        ok = err_set(err, ERR_FORMAT, "Another program answers where the server should.");
    buf_finish(&answer);
    return ok;
}
