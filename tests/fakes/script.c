#include "tests/fakes/scene.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/wire/frame.h"
#include "protocol/wire/msg_json.h"

struct script {
    pthread_t thread;
    int listener, client;
    uint16_t port;
    script_on on;
    atomic_bool ends;
    atomic_uint greetings;
    char uid[SHA256_HEX_SIZE]; /* of who said hello last */
};

void script_send_raw(struct script *script, const void *bytes, size_t size)
{
    const char *at = bytes;
    while (size > 0) {
        ssize_t sent = send(script->client, at, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        at += sent;
        size -= (size_t)sent;
    }
}

void script_send(struct script *script, const struct msg *msg)
{
    struct buf out;
    buf_init(&out, FRAME_SIZE_MAX);
    if (!msg_encode(msg, &out))
        abort();
    script_send_raw(script, buf_peek(&out).data, out.size);
    buf_finish(&out);
}

void script_hang_up(struct script *script)
{
    shutdown(script->client, SHUT_RDWR);
}

bool script_greet(struct script *script, const struct msg *msg)
{
    if (msg->type == MSG_HELLO) {
        sha256_hex(msg->secret, strlen(msg->secret), script->uid);
        script->uid[UID_DIGITS] = '\0';
        struct msg welcome = {.type = MSG_WELCOME,
                              .version = WIRE_VERSION,
                              .server = "Script",
                              .uid = script->uid,
                              .name = msg->name,
                              .max_upload = 1 << 20};
        atomic_fetch_add(&script->greetings, 1);
        script_send(script, &welcome);
        for (size_t i = 0; i < msg->resume_count; i++) {
            struct msg room = {
                .type = MSG_ROOM, .room = msg->resume[i].name, .seq = msg->resume[i].seq};
            script_send(script, &room);
        }
        return true;
    }
    if (msg->type != MSG_JOIN)
        return false;
    struct msg room = {.type = MSG_ROOM, .room = msg->room, .seq = msg->seq};
    script_send(script, &room);
    return true;
}

static void hear(struct script *script, struct buf *in)
{
    struct frame frame;
    long length;
    while ((length = frame_next(buf_peek(in).data, in->size, FRAME_BODY_MAX, &frame, NULL)) > 0) {
        struct msg msg = {0};
        if (msg_decode(&msg, &frame, NULL))
            script->on(script, &msg);
        msg_destroy(&msg);
        buf_consume(in, (size_t)length);
    }
}

static void serve(struct script *script)
{
    struct buf in;
    buf_init(&in, FRAME_SIZE_MAX + 65536);
    while (!atomic_load(&script->ends)) {
        struct pollfd fd = {.fd = script->client, .events = POLLIN};
        if (poll(&fd, 1, 20) <= 0)
            continue;
        uint8_t *space = buf_reserve(&in, 65536);
        ssize_t got = recv(script->client, space, 65536, 0);
        if (got <= 0)
            break;
        buf_commit(&in, (size_t)got);
        hear(script, &in);
    }
    buf_finish(&in);
    close(script->client);
    script->client = -1;
}

static void *run(void *arg)
{
    struct script *script = arg;
    while (!atomic_load(&script->ends)) {
        struct pollfd fd = {.fd = script->listener, .events = POLLIN};
        if (poll(&fd, 1, 20) <= 0)
            continue;
        script->client = accept(script->listener, NULL, NULL);
        if (script->client >= 0)
            serve(script);
    }
    return NULL;
}

struct script *script_create(script_on on)
{
    struct script *script = mem_alloc(1, sizeof *script);
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    script->on = on;
    script->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(script->listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(script->listener, 8) != 0 ||
        getsockname(script->listener, (struct sockaddr *)&address, &size) != 0)
        abort();
    script->port = ntohs(address.sin_port);
    if (pthread_create(&script->thread, NULL, run, script) != 0)
        abort();
    return script;
}

void script_destroy(struct script *script)
{
    atomic_store(&script->ends, true);
    pthread_join(script->thread, NULL);
    close(script->listener);
    mem_free(script);
}

uint16_t script_port(const struct script *script)
{
    return script->port;
}

unsigned script_greetings(const struct script *script)
{
    return atomic_load(&script->greetings);
}

char *script_uid(struct script *script)
{
    return script->uid;
}
