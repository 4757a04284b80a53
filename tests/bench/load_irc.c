/* IRC (RFC 1459, RFC 2812). It has no files. */
#include "tests/bench/load.h"

#include <stdlib.h>

#include "protocol/base/err.h"
#include "protocol/base/str.h"

#define SENDER "load" /* its nick: lines of others are no texts */
#define CHANNEL "#lobby"

enum { /* replies that the greeting waits for */
       END_OF_NAMES = 366,
       END_OF_MOTD = 376,
       NO_MOTD = 422,
       ERRORS = 432, /* and up: a nick or a channel was refused */
};

static void greet(struct link *link)
{
    char lines[96];
    if (link->role == LINK_SENDER)
        str_format(lines, sizeof lines, "NICK " SENDER "\r\nUSER load 0 * :load\r\n");
    else
        str_format(lines, sizeof lines, "NICK n%u\r\nUSER load 0 * :load\r\n", link->number);
    load_send(link, lines, strlen(lines));
}

static void on_number(struct link *link, long number)
{
    static const char join[] = "JOIN " CHANNEL "\r\n";
    if (number == END_OF_MOTD || number == NO_MOTD) {
        if (link->role == LINK_IDLE)
            link->ready = true;
        else
            load_send(link, join, sizeof join - 1);
    } else if (number == END_OF_NAMES) {
        link->ready = true;
    } else if (number >= ERRORS) {
        die("irc refuses: %ld", number);
    }
}

static void on_line(struct link *link, const uint8_t *line, size_t size)
{
    static const char from[] = ":" SENDER "!";
    size_t text_size = link->load->text_size;
    if (line[0] != ':') {
        if (size > 5 && memcmp(line, "PING ", 5) == 0) {
            load_send(link, "PONG ", 5);
            load_send(link, line + 5, size - 5);
            load_send(link, "\r\n", 2);
        } else if (!link->ready && line[0] == 'E') {
            die("irc says: %.*s", (int)size, (const char *)line);
        }
        return;
    }
    const uint8_t *word = memchr(line, ' ', size);
    if (word == NULL)
        return;
    if (word[1] == 'P' && memcmp(line, from, sizeof from - 1) == 0) {
        /* ngircd sends a sender its own text, once, when it hangs up on somebody meanwhile */
        if (link->role == LINK_RECEIVER)
            load_on_text(link, line + size - text_size);
    } else if (!link->ready && word[1] >= '0' && word[1] <= '9')
        on_number(link, strtol((const char *)word, NULL, 10));
}

static size_t take(struct link *link, const uint8_t *bytes, size_t size)
{
    size_t at = 0;
    while (at < size) {
        const uint8_t *line = bytes + at, *end = memchr(line, '\n', size - at);
        if (end == NULL)
            break;
        size_t length = (size_t)(end - line);
        if (length > 1)
            on_line(link, line, length - (end[-1] == '\r' ? 1 : 0));
        at += length + 1;
    }
    return at;
}

static void say(struct link *link, const char *text)
{
    static const char before[] = "PRIVMSG " CHANNEL " :";
    load_send(link, before, sizeof before - 1);
    load_send(link, text, link->load->text_size);
    load_send(link, "\r\n", 2);
}

/* ngircd hangs up on who has more than 64 KiB in its queue, so fewer texts are on their way. */
const struct driver driver_irc = {
    .name = "irc", .window = 200, .greet = greet, .take = take, .say = say};
