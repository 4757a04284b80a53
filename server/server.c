#include "server/server.h"

#include <stddef.h>
#include <string.h>

#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "server/console.h"
#include "server/flush.h"
#include "server/marks.h"
#include "server/running.h"
#include "server/session.h"
#include "server/state.h"

#define ACCEPT_MAX 64      /* callers taken in one turn */
#define GOODBYE_MS 1000    /* for everyone to get the rest of the talk before the goodbye */
#define LAST_WORDS_MS 2500 /* ... and then for the goodbye itself */

/* Writing */

static bool is_stored(const struct roomlog *log)
{
    return roomlog_stored(log) >= roomlog_last_seq(log);
}

void server_add_busy(struct server *server, struct room *room)
{
    if (server->busy_count == server->busy_room) {
        server->busy_room = server->busy_room == 0 ? 16 : server->busy_room * 2;
        server->busy = mem_resize(server->busy, server->busy_room, sizeof(struct room *));
    }
    server->busy[server->busy_count++] = room;
    room->busy = true;
}

void server_write(struct server *server)
{
    if (!server->dirty)
        return;
    server->dirty = false;
    bool ok = roomlog_write(roster_log(server->roster), NULL);
    ok &= roomlog_write(marks_log(server->marks), NULL);
    for (size_t i = 0; i < server->busy_count; i++)
        ok &= roomlog_write(server->busy[i]->log, NULL);
    if (!ok)
        server->dirty = true; /* try again with the next turn */
}

/* Rooms are few in which something has just been said, of however many there are. */
static void sync_rooms(struct server *server, int64_t now_ms)
{
    size_t left = 0;
    for (size_t i = 0; i < server->busy_count; i++) {
        struct room *room = server->busy[i];
        roomlog_sync(room->log, now_ms);
        room->busy = !is_stored(room->log);
        if (room->busy)
            server->busy[left++] = room;
    }
    server->busy_count = left;
}

static void sync_logs(struct server *server)
{
    int64_t now_ms = clock_now_ms();
    roomlog_sync(roster_log(server->roster), now_ms);
    /* never an event on the disk before the person that it is from: rooms wait a turn or two */
    if (!roomlog_sync_is_coming(roster_log(server->roster)))
        return;
    sync_rooms(server, now_ms);
    roomlog_sync(marks_log(server->marks), now_ms);
}

/* Callers */

/* For one who cannot be let in: say why, straight into the fresh socket's empty buffer. */
static void turn_away(struct server *server, os_sock sock, enum msg_error_code code,
                      const char *text)
{
    char word[WORD_MAX + 1], sentence[ERR_TEXT_MAX];
    struct msg msg = {.type = MSG_ERROR, .code = word, .text = sentence};
    struct buf frame;
    size_t moved;
    server->metrics.turned_away++;
    server->metrics.errors[code]++;
    str_copy(word, sizeof word, msg_code_word(code));
    str_copy(sentence, sizeof sentence, text != NULL ? text : msg_code_sentence(code));
    buf_init(&frame, FRAME_SIZE_MAX);
    if (msg_encode(&msg, &frame))
        sock_send(sock, buf_peek(&frame).data, frame.size, &moved);
    buf_finish(&frame);
    sock_end_sending(sock);
    sock_close(sock);
}

static struct server *server_of_listener(struct watch *watch)
{
    return (struct server *)((char *)watch - offsetof(struct server, listen_watch));
}

static unsigned listen_prepare(struct watch *watch)
{
    struct server *server = server_of_listener(watch);
    if (server->deaf_until_ms > clock_now_ms()) {
        loop_due(server->loop, server->deaf_until_ms);
        return 0;
    }
    return SOCK_READ;
}

static void listen_serve(struct watch *watch, unsigned ready)
{
    struct server *server = server_of_listener(watch);
    (void)ready;
    for (int i = 0; i < ACCEPT_MAX; i++) {
        struct sock_address from;
        struct err err = {0};
        os_sock sock = sock_accept(watch->sock, &from, &err);
        if (err.kind == ERR_LIMIT && sock != OS_SOCK_NONE) {
            turn_away(server, sock, CODE_SERVER_FULL,
                      "The server has no room for another connection. Try again in a while.");
            continue;
        }
        if (err.kind == ERR_LIMIT) {
            server->deaf_until_ms = clock_now_ms() + DEAF_MS;
            if (!server->told_full)
                log_warn("people are turned away: %s", err.text);
            server->told_full = true;
            return;
        }
        if (sock == OS_SOCK_NONE) {
            if (err.kind == ERR_NONE)
                return;
            log_warn("%s", err.text); /* no memory, perhaps: the caller still waits there */
            server->deaf_until_ms = clock_now_ms() + DEAF_MS;
            return;
        }
        struct gate_host *host;
        if (server->session_count >= server->config.max_clients + STRANGERS_MAX)
            turn_away(server, sock, CODE_SERVER_FULL, NULL);
        else if ((host = gate_enter(server->gate, &from, server->config.max_per_address)) == NULL)
            turn_away(server, sock, CODE_TOO_MANY_CONNECTIONS, NULL);
        else
            session_create(server, sock, &from, host);
        server->told_full = false;
    }
}

/* The bell: the disk's thread has answers, or someone wants us to stop. */
static struct server *server_of_wake(struct watch *watch)
{
    return (struct server *)((char *)watch - offsetof(struct server, wake_watch));
}

static unsigned wake_prepare(struct watch *watch)
{
    (void)watch;
    return SOCK_READ;
}

static void wake_serve(struct watch *watch, unsigned ready)
{
    struct server *server = server_of_wake(watch);
    (void)ready;
    wake_drain(server->wake);
    disk_collect(server->disk);
    password_collect(server->password);
    if (server->config.rang != NULL)
        server->config.rang(server, server->config.rang_context);
}

/* Creating */

/* The server's own uid: one server on two interfaces is seen as one. */
static bool load_uid(struct server *server, struct err *err)
{
    char path[OS_PATH_MAX];
    size_t size;
    if (!path_join(path, server->config.data_dir, "server-id"))
        return err_set(err, ERR_LIMIT, "The path of the data folder is too long.");
    char *text = file_info(path).exists ? file_load(path, UID_DIGITS, &size, NULL) : NULL;
    uint8_t bytes[UID_DIGITS / 2];
    bool ok = text != NULL && str_unhex(text, bytes, sizeof bytes);
    mem_free(text);
    if (!ok)
        random_fill(bytes, sizeof bytes);
    str_hex(bytes, sizeof bytes, server->uid);
    return ok || file_save(path, server->uid, UID_DIGITS, err);
}

static bool open_data(struct server *server, struct err *err)
{
    char people[OS_PATH_MAX];
    const char *folder = server->config.data_dir;
    if (!path_join(people, folder, "people"))
        return err_set(err, ERR_LIMIT, "The path of the data folder is too long.");
    if (!file_make_folder(folder, err))
        return false;
    if (!file_lock_folder(folder, &server->lock, err)) {
        if (err->kind == ERR_EXISTS)
            err_set(err, ERR_EXISTS,
                    "The data folder %s is in use by another server; choose another with --data.",
                    folder);
        return false;
    }
    if (!file_info(people).exists) /* the first start: the data folder may be new as well */
        file_sync_above(people);
    if (!server->config.plain) {
        server->tls = tls_open_server(folder, err);
        if (server->tls == NULL)
            return false;
    }
    server->disk = disk_create(server->wake, err);
    if (server->disk == NULL || !load_uid(server, err))
        return false;
    server->was_cut = running_was_cut(folder);
    server->bans = bans_open(folder, err);
    if (server->bans == NULL)
        return false;
    server->password = password_open(folder, server->config.password_file, server->wake, err);
    if (server->password == NULL)
        return false;
    server->roster = roster_open(people, server->config.sync, server->disk, err);
    if (server->roster == NULL)
        return false;
    gate_know_all(server);
    server->blobs = blob_store_open(folder, server->config.sync == SYNC_ALWAYS, server->disk,
                                    files_on_checked, err);
    if (server->blobs == NULL || !rooms_open(server, err) || !path_join(people, folder, "marks"))
        return false;
    server->marks = marks_open(server, people, err);
    if (server->marks == NULL)
        return false;
    files_settle(server);
    running_begin(folder);
    server->dirty = true;
    return true;
}

static os_sock listen_anywhere(struct server *server, struct err *err)
{
    if (server->config.host != NULL)
        return sock_listen(server->config.host, server->config.port, err);
    os_sock sock = sock_listen("::", server->config.port, err); /* takes IPv4 too */
    if (sock == OS_SOCK_NONE && err->kind != ERR_EXISTS) {
        struct err second = {0};
        sock = sock_listen("0.0.0.0", server->config.port, &second);
        *err = sock == OS_SOCK_NONE ? second : (struct err){0};
    }
    return sock;
}

static bool open_listener(struct server *server, struct err *err)
{
    static const struct watch_ops ops = {.prepare = listen_prepare, .serve = listen_serve};
    struct sock_address address;
    os_sock sock = listen_anywhere(server, err);
    if (sock == OS_SOCK_NONE)
        return false;
    server->listen_watch = (struct watch){.sock = sock, .ops = &ops};
    loop_add(server->loop, &server->listen_watch);
    if (!sock_local_address(sock, &address))
        return err_set(err, ERR_SYSTEM, "The system does not say which port it gave us.");
    server->port = sock_address_port(&address);
    return true;
}

static void write_metrics(void *context, struct buf *out)
{
    metrics_write(context, out);
}

/* Its port stands in the data folder, for --status. */
static bool open_scrape(struct server *server, const char *port_text, struct err *err)
{
    char path[OS_PATH_MAX], text[16];
    uint64_t port;
    server->metrics.started_ms = clock_now_ms();
    if (!path_join(path, server->config.data_dir, METRICS_FILE))
        return err_set(err, ERR_LIMIT, "The path of the data folder is too long.");
    if (port_text == NULL)
        return file_remove(path, err); /* what a crash left */
    if (!str_to_u64(port_text, PORT_MAX, &port))
        return err_set(err, ERR_FORMAT, "\"%s\" is not a port.", port_text);
    server->scrape =
        scrape_open(server->loop, (uint16_t)port, METRICS_TEXT_MAX, write_metrics, server, err);
    str_format(text, sizeof text, "%u\n",
               server->scrape != NULL ? (unsigned)scrape_port(server->scrape) : 0);
    return server->scrape != NULL && file_save(path, text, strlen(text), err);
}

static void close_scrape(struct server *server)
{
    char path[OS_PATH_MAX];
    if (server->scrape != NULL && path_join(path, server->config.data_dir, METRICS_FILE))
        file_remove(path, NULL);
    scrape_close(server->scrape);
}

static void open_beacon(struct server *server)
{
    struct err err = {0};
    if (!server->config.beacon)
        return;
    server->facts = (struct beacon_facts){.server = server->name,
                                          .uid = server->uid,
                                          .port = server->port,
                                          .encrypted = server->tls != NULL};
    server->beacon =
        beacon_server_create(server->loop, server->config.host != NULL ? server->config.host : "::",
                             server->config.beacon_port, &server->facts, &err);
    if (server->beacon == NULL)
        log_warn("clients will not find this server by themselves: %s", err.text);
}

struct server *server_create(const struct server_config *config, struct err *err)
{
    static const struct watch_ops wake_ops = {.prepare = wake_prepare, .serve = wake_serve};
    struct server *server = mem_alloc(1, sizeof *server);
    struct err why = {0};
    server->lock = OS_FILE_NONE;
    server->listen_watch.sock = OS_SOCK_NONE;
    random_fill(&server->seed, sizeof server->seed);
    buf_init(&server->encoded, FRAME_SIZE_MAX);
    buf_init(&server->lines, CONSOLE_WAITING_MAX);
    server->loop = loop_create();
    server->gate = gate_create();
    server->wake = wake_create(&why);
    if (server->wake == NULL)
        goto fail;
    server->wake_watch = (struct watch){.sock = wake_sock(server->wake), .ops = &wake_ops};
    loop_add(server->loop, &server->wake_watch);
    if (!server_copy_config(server, config, &why))
        goto fail;
    /* the port first: who finds it taken must not touch the data of whoever has it */
    if (!open_listener(server, &why) || !open_data(server, &why))
        goto fail;
    if (!open_scrape(server, config->metrics, &why))
        goto fail;
    open_beacon(server);
    return server;
fail:
    server_destroy(server);
    if (err != NULL)
        *err = why;
    return NULL;
}

void server_destroy(struct server *server)
{
    if (server == NULL)
        return;
    if (server->disk != NULL)
        disk_drain(server->disk);
    beacon_server_destroy(server->beacon);
    close_scrape(server);
    loop_destroy(server->loop);
    tls_close(server->tls);
    gate_destroy(server->gate);
    password_close(server->password);
    bans_close(server->bans);
    sock_close(server->listen_watch.sock);
    rooms_close(server);
    marks_close(server->marks);
    blob_store_close(server->blobs);
    roster_close(server->roster);
    disk_destroy(server->disk);
    wake_destroy(server->wake);
    file_close(server->lock);
    buf_finish(&server->encoded);
    buf_finish(&server->lines);
    mem_free(server->sessions);
    server_free_config(server);
    mem_free(server);
}

uint16_t server_port(const struct server *server)
{
    return server->port;
}

const char *server_fingerprint(const struct server *server)
{
    return server->tls != NULL ? tls_fingerprint(server->tls) : NULL;
}

struct wake *server_wake(struct server *server)
{
    return server->wake;
}

void server_stop(struct server *server)
{
    atomic_store(&server->stop, true);
    wake_ring(server->wake);
}

/* Running */

static bool wants_stop(struct server *server)
{
    return atomic_load(&server->stop) || (server->config.quit != NULL && server->config.quit());
}

static bool has_timers(const struct server *server)
{
    size_t growing;
    blob_growing(server->blobs, &growing);
    if (server->session_count > 0 || growing > 0 || server->dirty || server->lines.size > 0)
        return true;
    if (server->busy_count > 0 || !is_stored(marks_log(server->marks)))
        return true;
    for (size_t i = 0; i < server->listed_count; i++) { /* seats in direct ones are for ever */
        if (server->listed[i]->seat_count > 0)
            return true;
    }
    return false;
}

static void tick(struct server *server, int64_t now_ms)
{
    server->tick_ms = now_ms + TICK_MS;
    for (size_t i = server->session_count; i > 0; i--) {
        if (i <= server->session_count) /* the one before may have taken others along */
            session_tick(server->sessions[i - 1], now_ms);
    }
    for (size_t i = 0; i < server->room_count; i++) {
        room_tick(server->rooms[i], now_ms);
        roomlog_rest(server->rooms[i]->log);
    }
    marks_tick(server, now_ms);
    files_tick(server, now_ms);
    gate_tick(server->gate, now_ms);
}

/* One turn, and what is due after it. `until_ms`: be back by then. */
static bool turn(struct server *server, int64_t until_ms, struct err *err)
{
    if (has_timers(server) && server->tick_ms < until_ms)
        until_ms = server->tick_ms;
    if (server->beacon != NULL && server->beacon_ms < until_ms)
        until_ms = server->beacon_ms;
    if (server->retain_ms < until_ms)
        until_ms = server->retain_ms;
    if (!loop_turn(server->loop, until_ms, err))
        return false;
    int64_t now_ms = clock_now_ms();
    if (now_ms >= server->tick_ms)
        tick(server, now_ms);
    if (now_ms >= server->retain_ms)
        server->retain_ms = retain_tick(server, now_ms);
    server_write(server);
    sync_logs(server);
    console_flush(server);
    if (server->beacon != NULL && now_ms >= server->beacon_ms) {
        server->facts.people = server->people;
        server->beacon_ms = beacon_server_tick(server->beacon, now_ms);
    }
    histogram_add(&server->metrics.turns, clock_now_us() - loop_woke_us(server->loop));
    return true;
}

static bool everyone_is_level(const struct server *server)
{
    for (size_t i = 0; i < server->session_count; i++) {
        if (!flush_is_level(server->sessions[i]))
            return false;
    }
    return true;
}

/* Let everyone have the talk so far, then say goodbye. */
static bool say_goodbye(struct server *server, struct err *err)
{
    bool ok = true;
    int64_t until_ms = clock_now_ms() + GOODBYE_MS;
    if (server->listen_watch.sock != OS_SOCK_NONE) {
        loop_remove(server->loop, &server->listen_watch);
        sock_close(server->listen_watch.sock);
        server->listen_watch.sock = OS_SOCK_NONE;
    }
    while (ok && !everyone_is_level(server) && clock_now_ms() < until_ms)
        ok = turn(server, until_ms, err);
    for (size_t i = server->session_count; i > 0; i--) {
        if (i <= server->session_count && server->sessions[i - 1]->state != SESSION_GOING)
            session_bye(server->sessions[i - 1], "The server is closing.");
    }
    until_ms = clock_now_ms() + LAST_WORDS_MS;
    while (ok && server->session_count > 0 && clock_now_ms() < until_ms)
        ok = turn(server, until_ms, err);
    while (server->session_count > 0)
        conn_close(server->sessions[server->session_count - 1]->conn, ERR_CANCELLED,
                   "The server is closing.");
    return ok;
}

/* Everything on the disk before we say that we are closed. */
static void sync_all(struct server *server)
{
    server->dirty = true;
    server_write(server);
    disk_drain(server->disk);
    roomlog_sync_now(roster_log(server->roster));
    for (size_t i = 0; i < server->room_count; i++)
        roomlog_sync_now(server->rooms[i]->log);
    roomlog_sync_now(marks_log(server->marks));
    disk_drain(server->disk);
    bool stored = server->config.sync != SYNC_OS && is_stored(roster_log(server->roster));
    for (size_t i = 0; i < server->room_count; i++)
        stored = stored && is_stored(server->rooms[i]->log);
    if (stored)
        running_end(server->config.data_dir);
}

bool server_run(struct server *server, struct err *err)
{
    bool ok = true;
    console_open(server);
    while (ok && !wants_stop(server))
        ok = turn(server, INT64_MAX, err);
    ok = say_goodbye(server, err) && ok;
    sync_all(server);
    console_closed(server);
    return ok;
}
