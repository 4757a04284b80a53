/* address.h - where a chat is, as people write it. Pure. */
#ifndef CONFAB_APP_ADDRESS_H
#define CONFAB_APP_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include "protocol/base/err.h"
#include "protocol/base/name.h"

struct address {
    char host[256];
    uint16_t port;        /* WIRE_PORT if none was written */
    char room[NAME_SIZE]; /* "" none */
};

/* "host", "host:port", "host port", "fe80::1", "[v6]:port", "confab://host:port/room". A link may come
 * from anywhere, so it says no more than it must: a name or number of ASCII, a port, one room, percent
 * signs decoded (RFC 3986); what follows ? or # is not for us. */
bool address_parse(const char *text, struct address *address, struct err *err);
bool address_is_link(const char *text); /* begins with confab:// */
/* Begins with confab: alone: the system hands that over as a link too, whatever is behind it. */
bool address_is_foreign(const char *text);

#endif
