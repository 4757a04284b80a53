#include "tests/fakes/talker.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol/base/str.h"
#include "protocol/os/clock.h"

bool talker_open(struct talker *talker, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int on = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *talker = (struct talker){.sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    buf_init(&talker->in, FRAME_SIZE_MAX + 65536);
    buf_init(&talker->out, FRAME_SIZE_MAX);
    if (connect(talker->sock, (struct sockaddr *)&address, sizeof address) != 0) {
        talker_close(talker);
        return false;
    }
    setsockopt(talker->sock, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return true;
}

void talker_close(struct talker *talker)
{
    if (talker->sock >= 0)
        close(talker->sock);
    talker->sock = -1;
    buf_finish(&talker->in);
    buf_finish(&talker->out);
}

bool talker_send_bytes(struct talker *talker, const void *bytes, size_t size)
{
    const uint8_t *next = bytes;
    while (size > 0) {
        ssize_t sent = send(talker->sock, next, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        next += sent;
        size -= (size_t)sent;
    }
    return true;
}

bool talker_send(struct talker *talker, const struct msg *msg)
{
    buf_clear(&talker->out);
    return msg_encode(msg, &talker->out) &&
           talker_send_bytes(talker, buf_peek(&talker->out).data, talker->out.size);
}

static bool receive(struct talker *talker, int64_t until_ms)
{
    int64_t left_ms = until_ms - clock_now_ms();
    struct pollfd fd = {.fd = talker->sock, .events = POLLIN};
    if (poll(&fd, 1, left_ms > 0 ? (int)left_ms : 0) <= 0)
        return false;
    uint8_t *space = buf_reserve(&talker->in, 65536);
    ssize_t got = space != NULL ? recv(talker->sock, space, 65536, 0) : -1;
    if (got <= 0)
        return false;
    buf_commit(&talker->in, (size_t)got);
    return true;
}

bool talker_next(struct talker *talker, struct msg *msg, int timeout_ms)
{
    int64_t until_ms = clock_now_ms() + timeout_ms;
    struct frame frame;
    buf_consume(&talker->in, talker->used);
    talker->used = 0;
    for (;;) {
        long used =
            frame_next(buf_peek(&talker->in).data, talker->in.size, FRAME_BODY_MAX, &frame, NULL);
        if (used > 0) {
            talker->used = (size_t)used;
            return msg_decode(msg, &frame, NULL);
        }
        if (used < 0 || !receive(talker, until_ms))
            return false;
    }
}

bool talker_hello(struct talker *talker, const char *name, const char *salt)
{
    char secret[SECRET_MAX], own[WORD_MAX];
    str_format(secret, sizeof secret, "a secret of %s %s", name, salt);
    str_copy(own, sizeof own, name);
    struct msg hello = {.type = MSG_HELLO, .version = WIRE_VERSION, .name = own, .secret = secret};
    return talker_send(talker, &hello);
}
