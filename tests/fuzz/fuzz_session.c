/* fuzz_session.c - any bytes as what clients do to a whole server on a disk in memory. The input is
 * lines; the first byte of a line says what becomes of the rest:
 *   {     a header: it is framed, without a payload; $ in it stands for the newest file's name
 *   0-9   a number, then a header: framed with a payload of so many bytes
 *   !     bytes, sent as they are
 *   ~     the connection closes and another one is made
 *   other the rest goes to the second connection, by these same rules
 * An honest client must be answered in the end, and hear of no room that is closed to it. */
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/sock.h"
#include "protocol/wire/msg_json.h"
#include "server/server.h"
#include "tests/fakes/disk/fakedisk.h"

#define CLIENTS 2
#define LINE_MAX_BYTES 4096
#define PAYLOAD_MOST 70000
#define CALM 3 /* turns in which nothing comes: the server has done what it will */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct client {
    int sock; /* -1: none */
    struct buf out, in;
};
static struct server *server;
static struct client clients[CLIENTS], honest;
static const uint8_t *input;
static size_t input_size;
static char newest_file[FILE_DIGITS + 1], honest_uid[UID_DIGITS + 1];
static int calm;
static bool asked, said, answered;

static void open_client(struct client *client)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(server_port(server))};
    struct linger linger = {.l_onoff = 1}; /* a reset: no port stays behind for a minute */
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    client->sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert(client->sock >= 0);
    setsockopt(client->sock, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    if (connect(client->sock, (struct sockaddr *)&address, sizeof address) != 0)
        abort();
    buf_init(&client->out, 1 << 22);
    buf_init(&client->in, FRAME_SIZE_MAX);
}

static void close_client(struct client *client)
{
    if (client->sock < 0)
        return;
    close(client->sock);
    client->sock = -1;
    buf_finish(&client->out);
    buf_finish(&client->in);
}

static void put_frame(struct client *client, const uint8_t *header, size_t size, size_t payload)
{
    static uint8_t bytes[PAYLOAD_MOST];
    char text[LINE_MAX_BYTES];
    size_t used = 0;
    for (size_t i = 0; i < size && used + FILE_DIGITS < sizeof text; i++) {
        if (header[i] == '$' && newest_file[0] != '\0') {
            memcpy(text + used, newest_file, FILE_DIGITS);
            used += FILE_DIGITS;
        } else {
            text[used++] = (char)header[i];
        }
    }
    if (used >= FRAME_HEADER_MIN)
        frame_append(&client->out, (struct bytes){(const uint8_t *)text, used},
                     (struct bytes){bytes, payload});
}

static void do_line(const uint8_t *line, size_t size)
{
    struct client *client = &clients[0];
    size_t payload = 0;
    if (size > 0 && strchr("{0123456789!~", line[0]) == NULL) {
        client = &clients[1];
        line++;
        size--;
    }
    if (size == 0)
        return;
    if (line[0] == '~') {
        close_client(client);
        open_client(client);
    } else if (line[0] == '!') {
        buf_append(&client->out, line + 1, size - 1);
    } else {
        while (size > 0 && line[0] >= '0' && line[0] <= '9' && payload < PAYLOAD_MOST / 10) {
            payload = payload * 10 + (size_t)(line[0] - '0');
            line++;
            size--;
        }
        put_frame(client, line, size, payload);
    }
}

/* It is in the lobby alone. (Others may invite it into a private room, or begin to talk to it.) */
static void check_rooms(const struct msg *msg)
{
    char peer[DIRECT_UID_DIGITS + 1];
    if (msg->type == MSG_WELCOME)
        str_copy(honest_uid, sizeof honest_uid, msg->uid);
    if (msg->type != MSG_ERROR && msg->room != NULL)
        assert(strcmp(msg->room, "lobby") == 0);
    for (size_t i = 0; i < msg->room_count; i++)
        assert(!name_is_direct(msg->rooms[i].name) ||
               name_direct_peer(msg->rooms[i].name, honest_uid, peer));
}

static void on_answer(struct client *client, const struct msg *msg)
{
    assert(msg->type != MSG_UNKNOWN && msg->type != MSG_PERSON);
    if (client == &honest)
        check_rooms(msg);
    if (msg->type == MSG_FILE)
        str_copy(newest_file, sizeof newest_file, msg->file);
    if (client == &honest && msg->type == MSG_SAID && str_equal(msg->name, "honest"))
        said = true;
    if (client == &honest && msg->type == MSG_STORED && said)
        answered = true;
}

/* Send and take what can be; true if something moved. */
static bool pump(struct client *client)
{
    static uint8_t bytes[65536];
    bool moved = false;
    if (client->sock < 0)
        return false;
    while (client->out.size > 0) {
        ssize_t sent = send(client->sock, buf_peek(&client->out).data, client->out.size,
                            MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent <= 0)
            break;
        buf_consume(&client->out, (size_t)sent);
        moved = true;
    }
    ssize_t got;
    while ((got = recv(client->sock, bytes, sizeof bytes, MSG_DONTWAIT)) > 0) {
        struct frame frame;
        long used;
        moved = true;
        if (!buf_append(&client->in, bytes, (size_t)got))
            break;
        /* an answer to a browser is no frame; all others are good messages */
        while ((used = frame_next(buf_peek(&client->in).data, client->in.size, FRAME_BODY_MAX,
                                  &frame, NULL)) > 0) {
            struct msg msg = {0};
            struct err err = {0};
            bool good = msg_decode(&msg, &frame, &err);
            assert(good);
            on_answer(client, &msg);
            msg_destroy(&msg);
            buf_consume(&client->in, (size_t)used);
        }
        if (used < 0)
            buf_clear(&client->in);
    }
    return moved;
}

/* From the beginning, so that nobody takes its name. */
static void open_honest(void)
{
    static const char hello[] = "{\"type\":\"hello\",\"version\":1,\"name\":\"honest\","
                                "\"secret\":\"a secret of an honest one\","
                                "\"features\":[\"read\",\"direct\"]}";
    static const char join[] = "{\"type\":\"join\",\"room\":\"lobby\"}";
    open_client(&honest);
    put_frame(&honest, (const uint8_t *)hello, sizeof hello - 1, 0);
    put_frame(&honest, (const uint8_t *)join, sizeof join - 1, 0);
}

static void ask(void)
{
    static const char say[] = "{\"type\":\"say\",\"room\":\"lobby\",\"id\":\"h\",\"text\":\"!\"}";
    asked = true;
    put_frame(&honest, (const uint8_t *)say, sizeof say - 1, 0);
}

/* The server's loop asks whether to stop: this is when the clients do something. */
static bool next_turn(void)
{
    bool moved = pump(&honest);
    for (size_t i = 0; i < CLIENTS; i++)
        moved |= pump(&clients[i]);
    calm = moved ? 0 : calm + 1;
    if (calm >= CALM && input_size > 0) {
        const uint8_t *end = memchr(input, '\n', input_size);
        size_t size = end != NULL ? (size_t)(end - input) : input_size;
        do_line(input, size);
        size_t used = end != NULL ? size + 1 : size;
        input += used;
        input_size -= used;
        calm = 0;
    } else if (calm >= CALM && !asked) {
        ask();
        calm = 0;
    }
    wake_ring(server_wake(server));
    if (!answered)
        return false;
    close_client(&honest);
    for (size_t i = 0; i < CLIENTS; i++)
        close_client(&clients[i]);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct server_config config = {.host = "127.0.0.1",
                                   .data_dir = "/data",
                                   .name = "fuzz",
                                   .plain = true,
                                   .quiet = true,
                                   .max_upload = 100000,
                                   .sync = SYNC_ALWAYS,
                                   .quit = next_turn};
    struct err err = {0};
    static bool started;
    if (!started) {
        sock_start();
        log_set_level(LOG_ERROR);
        started = true;
    }
    input = data;
    input_size = size;
    newest_file[0] = '\0';
    calm = 0;
    asked = said = answered = false;
    fakedisk_open();
    server = server_create(&config, &err);
    if (server == NULL) {
        fprintf(stderr, "%s\n", err.text);
        abort();
    }
    for (size_t i = 0; i < CLIENTS; i++)
        open_client(&clients[i]);
    open_honest();
    bool ok = server_run(server, &err);
    assert(ok);
    server_destroy(server);
    fakedisk_close();
    return 0;
}
