/* Confab's own wire. Frames that are no text are read with the program's own decoder. */
#include "tests/bench/load.h"

#include <stdio.h>

#include "protocol/base/err.h"
#include "protocol/base/str.h"
#include "protocol/wire/msg_json.h"

#define ROOM "lobby"
#define SAID "{\"type\":\"said\""

static void send_msg(struct link *link, struct msg *msg)
{
    if (!msg_encode(msg, &link->out))
        die("a message does not fit");
    msg_destroy(msg);
}

/* The sender is called "load", so that a server can let it say more than people may. */
static void greet(struct link *link)
{
    char name[32], secret[64];
    struct msg hello = {.type = MSG_HELLO, .version = WIRE_VERSION};
    struct msg join = {.type = MSG_JOIN};
    str_format(name, sizeof name, link->role == LINK_SENDER ? "load" : "load%u", link->number);
    str_format(secret, sizeof secret, "a secret of connection %u", link->number);
    msg_set(&hello.name, name);
    msg_set(&hello.secret, secret);
    send_msg(link, &hello);
    if (link->role == LINK_IDLE)
        return;
    msg_set(&join.room, ROOM);
    send_msg(link, &join);
}

static void on_other(struct link *link, const struct frame *frame)
{
    struct msg msg = {0}, pong = {.type = MSG_PONG};
    struct err err = {0};
    if (!msg_decode(&msg, frame, &err))
        die("connection %u: %s", link->number, err.text);
    switch (msg.type) {
    case MSG_WELCOME:
        link->ready = link->role == LINK_IDLE;
        break;
    case MSG_ROOM:
        link->ready = link->ready || !msg.more;
        break;
    case MSG_PING:
        send_msg(link, &pong);
        break;
    case MSG_ERROR:
        die("connection %u: the server says: %s (%s)", link->number, msg.text, msg.code);
    default:
        break;
    }
    msg_destroy(&msg);
}

static size_t take(struct link *link, const uint8_t *bytes, size_t size)
{
    const size_t text_size = link->load->text_size;
    size_t at = 0;
    for (;;) {
        struct frame frame;
        long length = frame_next(bytes + at, size - at, FRAME_BODY_MAX, &frame, NULL);
        if (length < 0)
            die("connection %u: a torn frame", link->number);
        if (length == 0)
            return at;
        /* the text is the last field: it ends where the header does, less a quote and a brace */
        if (frame.header.size > text_size + sizeof SAID + 2 &&
            memcmp(frame.header.data, SAID, sizeof SAID - 1) == 0)
            load_on_text(link, frame.header.data + frame.header.size - 2 - text_size);
        else
            on_other(link, &frame);
        at += (size_t)length;
    }
}

/* The frame is the same each time but for the number, in `id` and at the front of `text`. */
static void say(struct link *link, const char *text)
{
    static const char before[] = "{\"type\":\"say\",\"room\":\"" ROOM "\",\"id\":\"n";
    static const char between[] = "\",\"text\":\"", after[] = "\"}";
    uint8_t head[FRAME_HEAD_SIZE];
    size_t text_size = link->load->text_size;
    frame_head(head,
               sizeof before - 1 + LOAD_DIGITS + sizeof between - 1 + text_size + sizeof after - 1,
               0);
    load_send(link, head, sizeof head);
    load_send(link, before, sizeof before - 1);
    load_send(link, text, LOAD_DIGITS);
    load_send(link, between, sizeof between - 1);
    load_send(link, text, text_size);
    load_send(link, after, sizeof after - 1);
}

const struct driver driver_confab = {
    .name = "confab", .window = 1000, .greet = greet, .take = take, .say = say};
