/* link_text.h - a link of a message as an address to open, and as what a person must see before.
 * Pure. */
#ifndef CONFAB_MARKUP_LINK_TEXT_H
#define CONFAB_MARKUP_LINK_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include "client/markup/markup.h"

#define LINK_ADDRESS_SIZE (3 * LINK_BYTES_MAX + 16)
#define LINK_HOST_SIZE 512

/* The address: "www.a" gets "http://", the scheme is in lower case; what cannot be seen or turns
 * the order of what follows is written as %XX. False if it is no link or too long. */
bool link_address(const char *text, size_t size, char out[LINK_ADDRESS_SIZE]);
/* The address's host as the name servers get it, "xn--..." for each part with other letters than
 * ASCII's (Punycode, RFC 3492). False if there is nothing to tell: the host is ASCII as it stands. */
bool link_ascii_host(const char *address, char out[LINK_HOST_SIZE]);

#endif
