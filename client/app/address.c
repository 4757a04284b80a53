#include "client/app/address.h"

#include <string.h>

#include "protocol/base/str.h"
#include "protocol/wire/limits.h"

#define TEXT_LIMIT 512

static bool not_an_address(struct err *err, const char *text)
{
    return err_set(err, ERR_ADDRESS,
                   "\"%s\" is not an address: write a computer's name or number, and a port if it "
                   "is not %d, like 192.168.1.20:%d.",
                   text, WIRE_PORT, WIRE_PORT);
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

bool address_parse(const char *text, struct address *address, struct err *err)
{
    static const char scheme[] = "confab://";
    char copy[TEXT_LIMIT], *host, *port;
    uint64_t number = WIRE_PORT;
    memset(address, 0, sizeof *address);
    if (!str_copy(copy, sizeof copy, text))
        return not_an_address(err, copy);
    char *rest = trim(copy);
    if (str_starts(rest, scheme)) {
        rest += sizeof scheme - 1;
        char *slash = strchr(rest, '/');
        if (slash != NULL) {
            *slash = '\0';
            if (slash[1] != '\0' && !name_clean_room(slash + 1, address->room, err))
                return false;
        }
    }
    if (!split(rest, &host, &port) || host[0] == '\0' || strpbrk(host, " \t/@[]") != NULL)
        return not_an_address(err, text);
    if (port != NULL && (!str_to_u64(port, PORT_MAX, &number) || number == 0))
        return not_an_address(err, text);
    if (!str_copy(address->host, sizeof address->host, host))
        return not_an_address(err, text);
    address->port = (uint16_t)number;
    return true;
}
