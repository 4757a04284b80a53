#include "protocol/net/beacon_radio.h"

#include <assert.h>
#include <string.h>

#include "protocol/base/buf.h"
#include "protocol/base/str.h"
#include "protocol/net/beacon.h"
#include "protocol/wire/msg_json.h"

bool beacon_parse_v4(const char *text, uint8_t out[4])
{
    char parts[16];
    char *part = parts;
    if (!str_copy(parts, sizeof parts, text))
        return false;
    for (int i = 0; i < 4; i++) {
        uint64_t value;
        char *dot = strchr(part, '.');
        if ((dot != NULL) != (i < 3))
            return false;
        if (dot)
            *dot = '\0';
        if (!str_to_u64(part, 255, &value))
            return false;
        out[i] = (uint8_t)value;
        part = dot ? dot + 1 : part;
    }
    return true;
}

static struct beacon_radio *radio_of(struct watch *watch)
{
    return (struct beacon_radio *)watch; /* it is the first member */
}

static unsigned radio_prepare(struct watch *watch)
{
    (void)watch;
    return SOCK_READ;
}

/* Anybody may send anything to a UDP port: what is not one whole frame with one good message is
 * dropped, and not worth a line in the log. */
static void hear(struct beacon_radio *radio, const uint8_t *bytes, size_t size,
                 const struct sock_address *from)
{
    struct frame frame;
    struct msg msg = {0};
    if (frame_next(bytes, size, BEACON_DATAGRAM_MAX, &frame, NULL) != (long)size)
        return;
    if (msg_decode(&msg, &frame, NULL))
        radio->on_message(radio, &msg, from);
    msg_destroy(&msg);
}

static void radio_serve(struct watch *watch, unsigned ready)
{
    struct beacon_radio *radio = radio_of(watch);
    (void)ready;
    for (int i = 0; i < BEACON_TURN_MAX && !watch->removed; i++) {
        uint8_t bytes[BEACON_DATAGRAM_MAX + 1]; /* one more shows that it was cut */
        struct sock_address from;
        size_t size;
        if (sock_udp_receive(watch->sock, bytes, sizeof bytes, &size, &from) != SOCK_OK)
            return;
        if (size > 0 && size <= BEACON_DATAGRAM_MAX)
            hear(radio, bytes, size, &from);
    }
}

static void radio_retire(struct watch *watch)
{
    struct beacon_radio *radio = radio_of(watch);
    radio->on_retire(radio);
}

bool beacon_radio_open(struct beacon_radio *radio, struct loop *loop, uint16_t port,
                       struct err *err)
{
    static const struct watch_ops ops = {
        .prepare = radio_prepare, .serve = radio_serve, .retire = radio_retire};
    radio->watch.sock = sock_udp_open(port, err);
    if (radio->watch.sock == OS_SOCK_NONE)
        return false;
    radio->watch.ops = &ops;
    radio->loop = loop;
    loop_add(loop, &radio->watch);
    return true;
}

void beacon_radio_close(struct beacon_radio *radio)
{
    loop_remove(radio->loop, &radio->watch);
    sock_close(radio->watch.sock);
}

static void group(uint8_t out[4])
{
    bool ok = beacon_parse_v4(BEACON_GROUP, out);
    assert(ok);
    (void)ok;
}

void beacon_radio_join(struct beacon_radio *radio, const struct sock_interface *interfaces,
                       size_t count)
{
    uint8_t address[4];
    group(address);
    for (size_t i = 0; i < count; i++)
        sock_udp_join(radio->watch.sock, address, &interfaces[i], NULL);
}

/* False: it does not fit in one datagram. */
static bool encode(const struct msg *msg, struct buf *out)
{
    buf_init(out, BEACON_DATAGRAM_MAX);
    if (msg_encode(msg, out))
        return true;
    buf_finish(out);
    return false;
}

void beacon_radio_shout(struct beacon_radio *radio, const struct sock_interface *interfaces,
                        size_t count, uint16_t port, const struct msg *msg)
{
    static const uint8_t none[4];
    uint8_t address[4];
    struct buf out;
    if (!encode(msg, &out))
        return;
    struct bytes bytes = buf_peek(&out);
    group(address);
    for (size_t i = 0; i < count; i++) {
        const struct sock_interface *through = &interfaces[i];
        sock_udp_send(radio->watch.sock, address, port, through, bytes.data, bytes.size);
        /* some access points and switches lose multicast, few lose broadcast */
        if (memcmp(through->broadcast, none, sizeof none) != 0)
            sock_udp_send(radio->watch.sock, through->broadcast, port, through, bytes.data,
                          bytes.size);
    }
    buf_finish(&out);
}

void beacon_radio_reply(struct beacon_radio *radio, const struct sock_address *to,
                        const struct msg *msg)
{
    struct buf out;
    if (!encode(msg, &out))
        return;
    struct bytes bytes = buf_peek(&out);
    sock_udp_reply(radio->watch.sock, to, bytes.data, bytes.size);
    buf_finish(&out);
}
