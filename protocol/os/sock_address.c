/* The same calls on every system; only the headers differ. */
#include "protocol/os/sock.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#endif

#include "protocol/base/str.h"

#define HOST_MAX 255 /* bytes: RFC 1035, section 2.3.4 */

_Static_assert(sizeof(struct sockaddr_storage) <= sizeof((struct sock_address *)0)->bytes,
               "every kind of address fits");

static const struct sockaddr *raw(const struct sock_address *address)
{
    return (const struct sockaddr *)(const void *)address->bytes;
}

static bool host_text(const struct sock_address *address, char *out, size_t size)
{
    return address->size > 0 && getnameinfo(raw(address), (socklen_t)address->size, out,
                                            (unsigned)size, NULL, 0, NI_NUMERICHOST) == 0;
}

uint16_t sock_address_port(const struct sock_address *address)
{
    if (address->size == 0)
        return 0;
    if (raw(address)->sa_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)(const void *)address->bytes)->sin6_port);
    return ntohs(((const struct sockaddr_in *)(const void *)address->bytes)->sin_port);
}

/* The IPv4 address inside ::ffff:a.b.c.d is what people typed and want to read. */
static const uint8_t *mapped_v4(const struct sock_address *address)
{
    static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};
    if (address->size == 0 || raw(address)->sa_family != AF_INET6)
        return NULL;
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)address->bytes;
    const uint8_t *bytes = (const uint8_t *)&six->sin6_addr;
    return memcmp(bytes, prefix, sizeof prefix) == 0 ? bytes + sizeof prefix : NULL;
}

void sock_address_host(const struct sock_address *address, char out[SOCK_ADDRESS_SIZE])
{
    const uint8_t *v4 = mapped_v4(address);
    if (v4)
        str_format(out, SOCK_ADDRESS_SIZE, "%u.%u.%u.%u", v4[0], v4[1], v4[2], v4[3]);
    else if (!host_text(address, out, SOCK_ADDRESS_SIZE))
        str_copy(out, SOCK_ADDRESS_SIZE, "unknown address");
}

void sock_address_network(const struct sock_address *address, char out[SOCK_ADDRESS_SIZE])
{
    struct sock_address network = *address;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)(void *)network.bytes;
    uint8_t *bytes = (uint8_t *)&six->sin6_addr;
    if (address->size > 0 && raw(address)->sa_family == AF_INET6 && mapped_v4(address) == NULL &&
        !(bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80)) {
        memset(bytes + 8, 0, 8);
        sock_address_host(&network, out);
        size_t length = strlen(out);
        str_format(out + length, SOCK_ADDRESS_SIZE - length, "/64");
    } else {
        sock_address_host(address, out);
    }
}

void sock_address_text(const struct sock_address *address, char out[SOCK_ADDRESS_SIZE])
{
    char host[SOCK_ADDRESS_SIZE];
    sock_address_host(address, host);
    str_format(out, SOCK_ADDRESS_SIZE, strchr(host, ':') ? "[%s]:%u" : "%s:%u", host,
               (unsigned)sock_address_port(address));
}

bool sock_address_is_loopback(const struct sock_address *address)
{
    static const uint8_t one[16] = {[15] = 1};
    const uint8_t *v4 = mapped_v4(address);
    if (v4)
        return v4[0] == 127;
    if (address->size == 0)
        return false;
    if (raw(address)->sa_family == AF_INET6)
        return memcmp(&((const struct sockaddr_in6 *)(const void *)address->bytes)->sin6_addr, one,
                      sizeof one) == 0;
    return ((const uint8_t *)&((const struct sockaddr_in *)(const void *)address->bytes)
                ->sin_addr)[0] == 127;
}

bool sock_address_parse(const char *text, struct sock_address *out)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    hints.ai_flags = AI_NUMERICHOST;
    if (text[0] == '\0' || getaddrinfo(text, NULL, &hints, &list) != 0)
        return false;
    bool fits = (size_t)list->ai_addrlen <= sizeof out->bytes;
    if (fits) {
        memset(out, 0, sizeof *out);
        memcpy(out->bytes, list->ai_addr, (size_t)list->ai_addrlen);
        out->size = (uint32_t)list->ai_addrlen;
    }
    freeaddrinfo(list);
    return fits;
}

size_t sock_resolve(const char *host, uint16_t port, struct sock_address out[SOCK_RESOLVE_MAX],
                    struct err *err)
{
    char name[HOST_MAX + 1];
    char service[8];
    size_t length = strlen(host);
    if (length > 2 && host[0] == '[' && host[length - 1] == ']') {
        host++;
        length -= 2;
    }
    if (length == 0) {
        err_set(err, ERR_ADDRESS, "There is no address. Type one, such as 192.168.1.20.");
        return 0;
    }
    if (length > HOST_MAX) {
        err_set(err, ERR_ADDRESS, "The address is longer than any computer name may be.");
        return 0;
    }
    memcpy(name, host, length);
    name[length] = '\0';
    str_format(service, sizeof service, "%u", (unsigned)port);

    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    hints.ai_flags = AI_NUMERICSERV;
    if (getaddrinfo(name, service, &hints, &list) != 0) {
        err_set(err, ERR_ADDRESS,
                "\"%s\" is not an address or a known computer name. Check the spelling.", name);
        return 0;
    }
    size_t count = 0;
    for (const struct addrinfo *a = list; a && count < SOCK_RESOLVE_MAX; a = a->ai_next) {
        if ((a->ai_family != AF_INET && a->ai_family != AF_INET6) ||
            (size_t)a->ai_addrlen > sizeof out[count].bytes)
            continue;
        memset(&out[count], 0, sizeof out[count]);
        memcpy(out[count].bytes, a->ai_addr, (size_t)a->ai_addrlen);
        out[count].size = (uint32_t)a->ai_addrlen;
        count++;
    }
    freeaddrinfo(list);
    if (count == 0)
        err_set(err, ERR_ADDRESS, "\"%s\" has no address on this kind of network.", name);
    return count;
}
