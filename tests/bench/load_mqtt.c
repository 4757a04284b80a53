/* MQTT 3.1.1, quality of service 0 (https://docs.oasis-open.org/mqtt/mqtt/v3.1.1). */
#include "tests/bench/load.h"

#include "protocol/base/err.h"
#include "protocol/base/str.h"

#define TEXTS "lobby"
#define FILES "files"
#define TOPIC_SIZE 5 /* of both */

enum {
    CONNECT = 0x10,
    CONNACK = 0x20,
    PUBLISH = 0x30,
    SUBSCRIBE = 0x82,
    SUBACK = 0x90,
};

/* First byte and the length of what follows, seven bits in each byte. */
static void head(struct link *link, uint8_t type, size_t size)
{
    uint8_t bytes[5] = {type};
    size_t count = 1;
    do {
        bytes[count] = size & 0x7f;
        size >>= 7;
        if (size > 0)
            bytes[count] |= 0x80;
        count++;
    } while (size > 0);
    load_send(link, bytes, count);
}

static void words(struct link *link, const char *text, size_t size)
{
    uint8_t length[2] = {(uint8_t)(size >> 8), (uint8_t)size};
    load_send(link, length, 2);
    load_send(link, text, size);
}

/* A clean session without keep-alive. */
static void greet(struct link *link)
{
    static const uint8_t about[] = {0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0};
    char id[32];
    str_format(id, sizeof id, "load%u", link->number);
    head(link, CONNECT, sizeof about + 2 + strlen(id));
    load_send(link, about, sizeof about);
    words(link, id, strlen(id));
}

static void subscribe(struct link *link)
{
    bool files = link->load->with_files;
    head(link, SUBSCRIBE, 2 + (TOPIC_SIZE + 3) * (files ? 2U : 1U));
    load_send(link, "\0\1", 2);
    words(link, TEXTS, TOPIC_SIZE);
    load_send(link, "\0", 1);
    if (files) {
        words(link, FILES, TOPIC_SIZE);
        load_send(link, "\0", 1);
    }
}

/* The length behind the first byte: how many bytes it took, 0: not all are here. */
static size_t length_at(const uint8_t *bytes, size_t size, size_t *length)
{
    *length = 0;
    for (size_t i = 0; i < 4 && 1 + i < size; i++) {
        *length |= (size_t)(bytes[1 + i] & 0x7f) << (7 * i);
        if ((bytes[1 + i] & 0x80) == 0)
            return i + 1;
    }
    return 0;
}

static void on_answer(struct link *link, const uint8_t *bytes, size_t before)
{
    if (bytes[0] == CONNACK && bytes[before + 1] != 0)
        die("mqtt refuses: %d", bytes[before + 1]);
    if (bytes[0] == CONNACK && link->role == LINK_RECEIVER)
        subscribe(link);
    else if (bytes[0] == CONNACK || bytes[0] == SUBACK)
        link->ready = true;
}

static size_t take(struct link *link, const uint8_t *bytes, size_t size)
{
    size_t at = 0, length, topic = 2 + TOPIC_SIZE;
    while (at < size && link->skip == 0) {
        const uint8_t *packet = bytes + at;
        size_t count = length_at(packet, size - at, &length);
        size_t before = 1 + count, here = size - at;
        if (count == 0)
            break;
        if (packet[0] == PUBLISH && here > before + topic && packet[before + 2] == FILES[0]) {
            before += topic;
            at += before + load_on_piece(link, length - topic, 0, here - before);
            continue;
        }
        if (here < before + length)
            break;
        if (packet[0] == PUBLISH)
            load_on_text(link, packet + before + topic);
        else
            on_answer(link, packet, before);
        at += before + length;
    }
    return at;
}

static void say(struct link *link, const char *text)
{
    size_t size = link->load->text_size;
    head(link, PUBLISH, 2 + TOPIC_SIZE + size);
    words(link, TEXTS, TOPIC_SIZE);
    load_send(link, text, size);
}

static void file_begin(struct link *link)
{
    link->load->file_open = link->load->file_done = true;
}

static void file_piece(struct link *link, uint64_t offset, size_t size)
{
    (void)offset;
    head(link, PUBLISH, 2 + TOPIC_SIZE + size);
    words(link, FILES, TOPIC_SIZE);
    link->lent = (struct bytes){.data = link->load->content, .size = size};
}

const struct driver driver_mqtt = {.name = "mqtt",
                                   .window = 1000,
                                   .greet = greet,
                                   .take = take,
                                   .say = say,
                                   .files = true,
                                   .piece_size = 65536,
                                   .file_window = 4 << 20,
                                   .file_begin = file_begin,
                                   .file_piece = file_piece};
