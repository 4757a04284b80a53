#include "client/app/address.h"

#include <string.h>

#include "protocol/base/str.h"
#include "protocol/base/utf8.h"
#include "protocol/wire/limits.h"

#define TEXT_LIMIT 512

static const char SCHEME[] = "confab://";

static bool not_an_address(struct err *err, const char *text)
{
    return err_set(err, ERR_ADDRESS,
                   "\"%s\" is not an address: write a computer's name or number, and a port if it "
                   "is not %d, like 192.168.1.20:%d.",
                   text, WIRE_PORT, WIRE_PORT);
}

static bool not_a_link(struct err *err) /* without its text, which is of nobody we know */
{
    return err_set(err, ERR_ADDRESS, "This link does not lead to a chat.");
}

static char *trim(char *text)
{
    text += strspn(text, " \t\r\n");
    size_t size = strlen(text);
    while (size > 0 && strchr(" \t\r\n", text[size - 1]) != NULL)
        size--;
    text[size] = '\0';
    return text;
}

/* Cut "host" and "port" apart in place. *port: NULL if there is none. */
static bool split(char *text, char **host, char **port)
{
    char *colon = strrchr(text, ':'), *space = strpbrk(text, " \t");
    *host = text;
    *port = NULL;
    if (text[0] == '[') {
        char *end = strchr(text, ']');
        if (end == NULL)
            return false;
        *host = text + 1;
        *end++ = '\0';
        if (*end == ':' || *end == ' ')
            *port = trim(end + 1);
        return *end == '\0' || *port != NULL;
    }
    if (space != NULL) {
        *space = '\0';
        *port = trim(space + 1);
    } else if (colon != NULL && strchr(text, ':') == colon) { /* more than one: an IPv6 number */
        *colon = '\0';
        *port = colon + 1;
    }
    return true;
}

/* %41 is A; nothing that could end a text or a line, nor half a character. */
static bool decode(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++, to++) {
        uint8_t byte = (uint8_t)*from;
        if (byte == '%') {
            const char digits[] = {from[1], from[1] != '\0' ? from[2] : '\0', '\0'};
            if (!str_unhex(digits, &byte, 1))
                return false;
            from += 2;
        }
        if (byte < ' ' || byte == 0x7f)
            return false;
        *to = (char)byte;
    }
    *to = '\0';
    return utf8_valid(text, strlen(text));
}

static bool begins_with(const char *text, const char *scheme, size_t size)
{
    for (size_t i = 0; i < size; i++) /* letters of either case are the same (RFC 3986, 3.1) */
        if ((text[i] >= 'A' && text[i] <= 'Z' ? text[i] - 'A' + 'a' : text[i]) != scheme[i])
            return false;
    return true;
}

bool address_is_link(const char *text)
{
    return begins_with(text, SCHEME, sizeof SCHEME - 1);
}

bool address_is_foreign(const char *text)
{
    return begins_with(text, SCHEME, sizeof SCHEME - sizeof "//");
}

/* The room of a link goes to *room, what is left of `text` is the host and its port. */
static bool take_link(char *text, char room[NAME_SIZE], struct err *err)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]%";
    memmove(text, text + sizeof SCHEME - 1, strlen(text) - sizeof SCHEME + 2);
    text[strcspn(text, "?#")] = '\0';
    char *slash = strchr(text, '/');
    if (slash != NULL) {
        *slash++ = '\0';
        size_t size = strlen(slash);
        if (size > 0 && slash[size - 1] == '/')
            slash[size - 1] = '\0';
        if (slash[0] != '\0' && (!decode(slash) || strchr(slash, ' ') != NULL ||
                                 name_is_direct(slash) || !name_clean_room(slash, room, NULL)))
            return err_set(err, ERR_ADDRESS, "This link leads to a room that there cannot be.");
    }
    /* a dash at the beginning is an option to other programs, and no name of a computer */
    return (decode(text) && text[0] != '-' && text[strspn(text, letters)] == '\0') ||
           not_a_link(err);
}

bool address_parse(const char *text, struct address *address, struct err *err)
{
    char copy[TEXT_LIMIT], *host, *port;
    uint64_t number = WIRE_PORT;
    memset(address, 0, sizeof *address);
    bool whole = str_copy(copy, sizeof copy, text);
    char *rest = trim(copy);
    const bool link = address_is_link(rest);
    if (whole && link && !take_link(rest, address->room, err))
        return false;
    if (!whole || !split(rest, &host, &port) || host[0] == '\0' ||
        strpbrk(host, " \t/@[]") != NULL ||
        (port != NULL && (!str_to_u64(port, PORT_MAX, &number) || number == 0)) ||
        !str_copy(address->host, sizeof address->host, host))
        return link ? not_a_link(err) : not_an_address(err, text);
    address->port = (uint16_t)number;
    return true;
}
