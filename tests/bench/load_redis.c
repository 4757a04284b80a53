/* Redis: RESP, SUBSCRIBE and PUBLISH (https://redis.io/docs/latest/develop/reference/protocol-spec). */
#include "tests/bench/load.h"

#include <stdio.h>

#include "protocol/base/err.h"
#include "protocol/base/str.h"

#define CHANNEL "lobby"
#define FILES "files"

static void greet(struct link *link)
{
    static const char subscribe[] = "*2\r\n$9\r\nSUBSCRIBE\r\n$5\r\n" CHANNEL "\r\n";
    static const char files[] = "*2\r\n$9\r\nSUBSCRIBE\r\n$5\r\n" FILES "\r\n";
    static const char ping[] = "*1\r\n$4\r\nPING\r\n";
    if (link->role == LINK_RECEIVER && link->load->with_files)
        load_send(link, files, sizeof files - 1);
    if (link->role == LINK_RECEIVER)
        load_send(link, subscribe, sizeof subscribe - 1);
    else
        load_send(link, ping, sizeof ping - 1);
}

/* A line "$123\r\n" at bytes[*at]: its number, *at behind it. -1: not whole. */
static long number_line(const uint8_t *bytes, size_t size, size_t *at)
{
    long value = 0;
    for (size_t i = *at + 1; i < size; i++) {
        if (bytes[i] == '\n') {
            *at = i + 1;
            return value;
        }
        if (bytes[i] >= '0' && bytes[i] <= '9')
            value = value * 10 + (bytes[i] - '0');
    }
    return -1;
}

/* "*3 $7 message $5 lobby $100 text": the same with `subscribe` and a number at the end, or with
 * `files` and a piece, which need not be here whole. */
static bool take_list(struct link *link, const uint8_t *bytes, size_t size, size_t *used)
{
    size_t at = *used;
    bool message = false, piece = false;
    long count = number_line(bytes, size, &at);
    if (count < 0)
        return false;
    for (long i = 0; i < count; i++) {
        bool bulk = at < size && bytes[at] == '$';
        long length = number_line(bytes, size, &at);
        if (length < 0)
            return false;
        if (i == 2 && message && piece) {
            at += load_on_piece(link, (size_t)length, 2, size - at);
            break;
        }
        size_t part = bulk ? (size_t)length + 2 : 0;
        if (at + part > size)
            return false;
        if (i == 0)
            message = bytes[at] == 'm';
        else if (i == 1)
            piece = bytes[at] == FILES[0];
        else if (message)
            load_on_text(link, bytes + at);
        else
            link->ready = link->ready || !piece; /* the lobby is the last that is asked for */
        at += part;
    }
    *used = at;
    return true;
}

static size_t take(struct link *link, const uint8_t *bytes, size_t size)
{
    size_t at = 0;
    while (at < size && link->skip == 0) {
        if (bytes[at] == '*') {
            if (!take_list(link, bytes, size, &at))
                break;
            continue;
        }
        const uint8_t *end = memchr(bytes + at, '\n', size - at);
        if (end == NULL)
            break;
        if (bytes[at] == '-')
            die("redis says: %.*s", (int)(end - bytes - (long)at), (const char *)bytes + at);
        link->ready = true; /* +PONG, or the number of those that a text went to */
        at = (size_t)(end - bytes) + 1;
    }
    return at;
}

static void say(struct link *link, const char *text)
{
    char head[64];
    size_t size = link->load->text_size;
    str_format(head, sizeof head, "*3\r\n$7\r\nPUBLISH\r\n$5\r\n" CHANNEL "\r\n$%zu\r\n", size);
    load_send(link, head, strlen(head));
    load_send(link, text, size);
    load_send(link, "\r\n", 2);
}

static void file_begin(struct link *link)
{
    link->load->file_open = link->load->file_done = true;
}

static void file_piece(struct link *link, uint64_t offset, size_t size)
{
    char head[64];
    (void)offset;
    str_format(head, sizeof head, "*3\r\n$7\r\nPUBLISH\r\n$5\r\n" FILES "\r\n$%zu\r\n", size);
    load_send(link, head, strlen(head));
    link->lent =
        (struct bytes){.data = link->load->content + LOAD_PIECE_MAX - size, .size = size + 2};
}

const struct driver driver_redis = {.name = "redis",
                                    .window = 1000,
                                    .greet = greet,
                                    .take = take,
                                    .say = say,
                                    .files = true,
                                    .piece_size = 65536,
                                    .file_window = 4 << 20,
                                    .file_begin = file_begin,
                                    .file_piece = file_piece};
