/* Confab's own wire. Frames that are no text are read with the program's own decoder. */
#include "tests/bench/load.h"

#include <inttypes.h>

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

/* Who says or uploads has a name without a number, so that a server can let these do more than
 * people may (--bot). */
static void greet(struct link *link)
{
    static const char *const names[] = {[LINK_SENDER] = "load", [LINK_UPLOADER] = "loadfiles"};
    bool bot = link->role == LINK_SENDER || link->role == LINK_UPLOADER;
    char name[32], secret[64];
    struct msg hello = {.type = MSG_HELLO, .version = WIRE_VERSION};
    struct msg join = {.type = MSG_JOIN};
    if (bot)
        str_copy(name, sizeof name, names[link->role]);
    else
        str_format(name, sizeof name, "load%u", link->number);
    str_format(secret, sizeof secret, "a secret of connection %u", link->number);
    msg_set(&hello.name, name);
    msg_set(&hello.secret, secret);
    send_msg(link, &hello);
    if (link->role == LINK_IDLE)
        return;
    msg_set(&join.room, ROOM);
    send_msg(link, &join);
}

static void on_file(struct link *link, struct msg *file)
{
    struct msg fetch = {.type = MSG_FETCH};
    if (link->role != LINK_RECEIVER)
        return;
    msg_set(&fetch.file, file->file);
    send_msg(link, &fetch);
}

/* All that is no text. */
static void on_other(struct link *link, const struct frame *frame)
{
    struct load *load = link->load;
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
    case MSG_FILE:
        on_file(link, &msg);
        break;
    case MSG_ACCEPT:
        load->file_open = true;
        break;
    case MSG_CHUNK:
        if (msg.offset != link->bytes % load->file_size)
            die("connection %u: a chunk at %" PRIu64 " came, not at %" PRIu64, link->number,
                msg.offset, link->bytes % load->file_size);
        break;
    case MSG_FILE_DONE:
        load->file_done = true;
        break;
    case MSG_FILE_FAILED:
    case MSG_ERROR:
        die("connection %u: the server says: %s (%s)", link->number, msg.text, msg.code);
    default:
        break;
    }
    msg_destroy(&msg);
}

static size_t big_endian(const uint8_t *bytes)
{
    return (size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 | bytes[3];
}

/* A frame with a payload: only of files are such, and it need not be here whole. 0: its header is
 * not. */
static size_t take_chunk(struct link *link, const uint8_t *bytes, size_t size)
{
    size_t header = big_endian(bytes), payload = big_endian(bytes + 4);
    size_t before = FRAME_HEAD_SIZE + header;
    if (header > FRAME_HEADER_MAX || payload > FRAME_PAYLOAD_MAX)
        die("connection %u: a torn frame", link->number);
    if (size < before)
        return 0;
    struct frame frame = {.header = {.data = bytes + FRAME_HEAD_SIZE, .size = header}};
    on_other(link, &frame);
    return before + load_on_piece(link, payload, 0, size - before);
}

static size_t take(struct link *link, const uint8_t *bytes, size_t size)
{
    const size_t text_size = link->load->text_size;
    size_t at = 0;
    while (size - at >= FRAME_HEAD_SIZE && link->skip == 0) {
        struct frame frame;
        if (big_endian(bytes + at + 4) > 0) {
            size_t used = take_chunk(link, bytes + at, size - at);
            if (used == 0)
                break;
            at += used;
            continue;
        }
        long length = frame_next(bytes + at, size - at, FRAME_BODY_MAX, &frame, NULL);
        if (length < 0)
            die("connection %u: a torn frame", link->number);
        if (length == 0)
            break;
        /* the text is the last field: it ends where the header does, less a quote and a brace */
        if (frame.header.size > text_size + sizeof SAID + 2 &&
            memcmp(frame.header.data, SAID, sizeof SAID - 1) == 0)
            load_on_text(link, frame.header.data + frame.header.size - 2 - text_size);
        else
            on_other(link, &frame);
        at += (size_t)length;
    }
    return at;
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

static void file_id(const struct load *load, char out[32])
{
    str_format(out, 32, "file%u", load->file_number);
}

static void file_begin(struct link *link)
{
    struct msg upload = {.type = MSG_UPLOAD, .size = link->load->file_size};
    char id[32];
    file_id(link->load, id);
    msg_set(&upload.room, ROOM);
    msg_set(&upload.id, id);
    msg_set(&upload.label, "load.bin");
    msg_set(&upload.kind, "file");
    send_msg(link, &upload);
}

static void file_piece(struct link *link, uint64_t offset, size_t size)
{
    uint8_t head[FRAME_HEAD_SIZE];
    char header[128], id[32];
    file_id(link->load, id);
    str_format(header, sizeof header, "{\"type\":\"chunk\",\"id\":\"%s\",\"offset\":%" PRIu64 "}",
               id, offset);
    frame_head(head, strlen(header), size);
    load_send(link, head, sizeof head);
    load_send(link, header, strlen(header));
    link->lent = (struct bytes){.data = link->load->content, .size = size};
}

/* The hash was made before anything was measured: it is not the generator that is. */
static void file_end(struct link *link)
{
    struct msg finish = {.type = MSG_FINISH};
    char id[32];
    file_id(link->load, id);
    msg_set(&finish.id, id);
    msg_set(&finish.sha256, link->load->file_hash);
    send_msg(link, &finish);
}

const struct driver driver_confab = {.name = "confab",
                                     .window = 1000,
                                     .greet = greet,
                                     .take = take,
                                     .say = say,
                                     .files = true,
                                     .piece_size = CHUNK_MAX,
                                     .file_begin = file_begin,
                                     .file_piece = file_piece,
                                     .file_end = file_end};
