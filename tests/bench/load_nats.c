/* NATS: lines of text (https://docs.nats.io/reference/reference-protocols/nats-protocol). */
#include "tests/bench/load.h"

#include <stdlib.h>

#include "protocol/base/err.h"
#include "protocol/base/str.h"

#define TEXTS "lobby"
#define FILES "files"

static void greet(struct link *link)
{
    static const char hello[] = "CONNECT {\"verbose\":false,\"pedantic\":false}\r\n";
    static const char texts[] = "SUB " TEXTS " 1\r\n", files[] = "SUB " FILES " 2\r\n";
    load_send(link, hello, sizeof hello - 1);
    if (link->role == LINK_RECEIVER)
        load_send(link, texts, sizeof texts - 1);
    if (link->role == LINK_RECEIVER && link->load->with_files)
        load_send(link, files, sizeof files - 1);
    load_send(link, "PING\r\n", 6);
}

/* "MSG lobby 1 100": how many bytes follow. */
static size_t size_of(const uint8_t *line, const uint8_t *end)
{
    const uint8_t *at = end;
    while (at > line && at[-1] != ' ')
        at--;
    return (size_t)strtoul((const char *)at, NULL, 10);
}

static size_t take(struct link *link, const uint8_t *bytes, size_t size)
{
    size_t at = 0;
    while (at < size && link->skip == 0) {
        const uint8_t *line = bytes + at, *end = memchr(line, '\n', size - at);
        if (end == NULL)
            break;
        size_t used = (size_t)(end - line) + 1;
        if (line[0] == 'M') {
            size_t payload = size_of(line, end), here = size - at - used;
            if (line[4] == FILES[0]) {
                used += load_on_piece(link, payload, 2, here);
            } else {
                if (here < payload + 2)
                    break;
                load_on_text(link, line + used);
                used += payload + 2;
            }
        } else if (line[0] == 'P' && line[1] == 'I') {
            load_send(link, "PONG\r\n", 6);
        } else if (line[0] == 'P') {
            link->ready = true;
        } else if (line[0] == '-' && !link->ready) {
            die("nats says: %.*s", (int)used, (const char *)line);
        }
        at += used;
    }
    return at;
}

static void head(struct link *link, const char *subject, size_t size)
{
    char line[64];
    str_format(line, sizeof line, "PUB %s %zu\r\n", subject, size);
    load_send(link, line, strlen(line));
}

static void say(struct link *link, const char *text)
{
    head(link, TEXTS, link->load->text_size);
    load_send(link, text, link->load->text_size);
    load_send(link, "\r\n", 2);
}

static void file_begin(struct link *link)
{
    link->load->file_open = link->load->file_done = true;
}

static void file_piece(struct link *link, uint64_t offset, size_t size)
{
    (void)offset;
    head(link, FILES, size);
    link->lent =
        (struct bytes){.data = link->load->content + LOAD_PIECE_MAX - size, .size = size + 2};
}

const struct driver driver_nats = {.name = "nats",
                                   .window = 1000,
                                   .greet = greet,
                                   .take = take,
                                   .say = say,
                                   .files = true,
                                   .piece_size = 65536,
                                   .file_window = 4 << 20,
                                   .file_begin = file_begin,
                                   .file_piece = file_piece};
