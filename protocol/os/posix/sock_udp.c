/* Datagrams and interfaces, for discovery. */
#include "protocol/os/sock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol/base/str.h"
#include "protocol/os/posix/fd.h"

static void take_address(uint8_t out[4], const struct sockaddr *address)
{
    struct sockaddr_in four;
    memcpy(&four, address, sizeof four);
    memcpy(out, &four.sin_addr, 4);
}

size_t sock_interfaces(struct sock_interface out[SOCK_INTERFACES_MAX])
{
    struct ifaddrs *list = NULL;
    size_t count = 0;
    if (getifaddrs(&list) != 0)
        return 0;
    for (const struct ifaddrs *a = list; a && count < SOCK_INTERFACES_MAX; a = a->ifa_next) {
        if (!a->ifa_addr || a->ifa_addr->sa_family != AF_INET || !(a->ifa_flags & IFF_UP))
            continue;
        struct sock_interface *one = &out[count++];
        memset(one, 0, sizeof *one);
        str_copy(one->name, sizeof one->name, a->ifa_name);
        one->index = if_nametoindex(a->ifa_name);
        one->loopback = (a->ifa_flags & IFF_LOOPBACK) != 0;
        take_address(one->address, a->ifa_addr);
        if ((a->ifa_flags & IFF_BROADCAST) && a->ifa_broadaddr &&
            a->ifa_broadaddr->sa_family == AF_INET)
            take_address(one->broadcast, a->ifa_broadaddr);
    }
    freeifaddrs(list);
    return count;
}

os_sock sock_udp_open(uint16_t port, struct err *err)
{
    int on = 1;
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0 || !fd_close_on_exec(fd) || !fd_never_block(fd))
        goto failed;
    if (port != 0) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
#if defined(SO_REUSEPORT) && !defined(__linux__)
        /* the BSDs share a port by this one; on Linux it would deal datagrams out among us */
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
#endif
    }
    setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on);
    unsigned char loop = 1; /* other programs on this computer hear us too */
    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_LOOP, &loop, sizeof loop);
    if (bind(fd, (const struct sockaddr *)(const void *)&here, sizeof here) == 0)
        return fd;
failed:;
    int code = errno;
    if (fd >= 0)
        close(fd);
    err_set_errno(err, code, "UDP port %u for finding others can't be opened", (unsigned)port);
    return OS_SOCK_NONE;
}

bool sock_udp_join(os_sock sock, const uint8_t group[4], const struct sock_interface *through,
                   struct err *err)
{
    struct ip_mreq request;
    memcpy(&request.imr_multiaddr, group, 4);
    memcpy(&request.imr_interface, through->address, 4);
    if (setsockopt((int)sock, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request) == 0 ||
        errno == EADDRINUSE) /* we are in already */
        return true;
    return err_set_errno(err, errno, "Can't hear announcements on %s", through->name);
}

static bool send_to(os_sock sock, const struct sockaddr *to, socklen_t to_size, const void *bytes,
                    size_t size)
{
    return sendto((int)sock, bytes, size, 0, to, to_size) == (ssize_t)size;
}

bool sock_udp_send(os_sock sock, const uint8_t address[4], uint16_t port,
                   const struct sock_interface *through, const void *bytes, size_t size)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    memcpy(&to.sin_addr, address, 4);
    if (through) {
        struct in_addr from;
        memcpy(&from, through->address, 4);
        setsockopt((int)sock, IPPROTO_IP, IP_MULTICAST_IF, &from, sizeof from);
    }
    return send_to(sock, (const struct sockaddr *)(const void *)&to, sizeof to, bytes, size);
}

bool sock_udp_reply(os_sock sock, const struct sock_address *to, const void *bytes, size_t size)
{
    return send_to(sock, (const struct sockaddr *)(const void *)to->bytes, (socklen_t)to->size,
                   bytes, size);
}

enum sock_status sock_udp_receive(os_sock sock, void *bytes, size_t size, size_t *moved,
                                  struct sock_address *from)
{
    socklen_t from_size = sizeof from->bytes;
    ssize_t got;
    memset(from, 0, sizeof *from);
    *moved = 0;
    do {
        got =
            recvfrom((int)sock, bytes, size, 0, (struct sockaddr *)(void *)from->bytes, &from_size);
        /* ECONNREFUSED: an answer of ours found nobody; the next datagram may still be good */
    } while (got < 0 && (errno == EINTR || errno == ECONNREFUSED));
    if (got < 0)
        return SOCK_AGAIN;
    from->size = (uint32_t)from_size;
    *moved = (size_t)got;
    return SOCK_OK;
}
