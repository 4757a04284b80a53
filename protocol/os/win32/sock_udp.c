/* Datagrams and interfaces, for discovery. */
#include "protocol/os/sock.h"

#include <string.h>
#include <winsock2.h>
#include <ws2tcpip.h>
#include <iphlpapi.h>
#include <windows.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/win32/wide.h"

#define ADAPTERS_SIZE 65536 /* bytes; doubled while the system asks for more, at most so often: */
#define ADAPTERS_TRIES 4

static IP_ADAPTER_ADDRESSES *adapters(void)
{
    ULONG size = ADAPTERS_SIZE;
    for (int i = 0; i < ADAPTERS_TRIES; i++, size *= 2) {
        ULONG room = size;
        IP_ADAPTER_ADDRESSES *list = mem_alloc(1, room);
        ULONG code = GetAdaptersAddresses(
            AF_INET, GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER,
            NULL, list, &room);
        if (code == ERROR_SUCCESS)
            return list;
        mem_free(list);
        if (code != ERROR_BUFFER_OVERFLOW)
            return NULL;
    }
    return NULL;
}

static void fill(struct sock_interface *out, const IP_ADAPTER_ADDRESSES *adapter,
                 const IP_ADAPTER_UNICAST_ADDRESS *address)
{
    struct sockaddr_in four;
    memset(out, 0, sizeof *out);
    memcpy(&four, address->Address.lpSockaddr, sizeof four);
    memcpy(out->address, &four.sin_addr, 4);
    out->index = adapter->IfIndex;
    out->loopback = adapter->IfType == IF_TYPE_SOFTWARE_LOOPBACK;
    if (!wide_to(adapter->FriendlyName, out->name, sizeof out->name))
        str_format(out->name, sizeof out->name, "interface %lu", (unsigned long)adapter->IfIndex);
    if (out->loopback || address->OnLinkPrefixLength >= 31) /* RFC 3021: none there */
        return;
    for (unsigned bit = 0; bit < 32; bit++) {
        uint8_t mask = (uint8_t)(0x80 >> bit % 8);
        uint8_t set = bit < address->OnLinkPrefixLength ? out->address[bit / 8] & mask : mask;
        out->broadcast[bit / 8] = (uint8_t)(out->broadcast[bit / 8] | set);
    }
}

size_t sock_interfaces(struct sock_interface out[SOCK_INTERFACES_MAX])
{
    size_t count = 0;
    IP_ADAPTER_ADDRESSES *list = adapters();
    for (const IP_ADAPTER_ADDRESSES *a = list; a; a = a->Next) {
        if (a->OperStatus != IfOperStatusUp)
            continue;
        for (const IP_ADAPTER_UNICAST_ADDRESS *u = a->FirstUnicastAddress;
             u && count < SOCK_INTERFACES_MAX; u = u->Next)
            if (u->Address.lpSockaddr->sa_family == AF_INET)
                fill(&out[count++], a, u);
    }
    mem_free(list);
    return count;
}

static void set_option(SOCKET sock, int level, int option, int value)
{
    setsockopt(sock, level, option, (const char *)&value, sizeof value);
}

os_sock sock_udp_open(uint16_t port, struct err *err)
{
    struct sockaddr_in here = {0};
    u_long on = 1;
    SOCKET sock = socket(AF_INET, SOCK_DGRAM, 0);
    here.sin_family = AF_INET;
    here.sin_port = htons(port);
    if (sock == INVALID_SOCKET || ioctlsocket(sock, (long)FIONBIO, &on) != 0)
        goto failed;
    SetHandleInformation((HANDLE)sock, HANDLE_FLAG_INHERIT, 0);
    if (port != 0)
        set_option(sock, SOL_SOCKET, SO_REUSEADDR, 1);
    set_option(sock, SOL_SOCKET, SO_BROADCAST, 1);
    set_option(sock, IPPROTO_IP, IP_MULTICAST_LOOP, 1);
    if (bind(sock, (const struct sockaddr *)(const void *)&here, sizeof here) == 0)
        return (os_sock)sock;
failed:;
    int code = WSAGetLastError();
    if (sock != INVALID_SOCKET)
        closesocket(sock);
    wide_fail(err, (unsigned long)code, "UDP port %u for finding others can't be opened",
              (unsigned)port);
    return OS_SOCK_NONE;
}

bool sock_udp_join(os_sock sock, const uint8_t group[4], const struct sock_interface *through,
                   struct err *err)
{
    struct ip_mreq request;
    memcpy(&request.imr_multiaddr, group, 4);
    memcpy(&request.imr_interface, through->address, 4);
    if (setsockopt((SOCKET)sock, IPPROTO_IP, IP_ADD_MEMBERSHIP, (const char *)&request,
                   sizeof request) == 0)
        return true;
    int code = WSAGetLastError();
    if (code == WSAEADDRINUSE || code == WSAEINVAL) /* we are in already */
        return true;
    return wide_fail(err, (unsigned long)code, "Can't hear announcements on %s", through->name);
}

static bool send_to(os_sock sock, const void *to, int to_size, const void *bytes, size_t size)
{
    return sendto((SOCKET)sock, bytes, (int)size, 0, to, to_size) == (int)size;
}

bool sock_udp_send(os_sock sock, const uint8_t address[4], uint16_t port,
                   const struct sock_interface *through, const void *bytes, size_t size)
{
    struct sockaddr_in to = {0};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    memcpy(&to.sin_addr, address, 4);
    if (through)
        setsockopt((SOCKET)sock, IPPROTO_IP, IP_MULTICAST_IF, (const char *)through->address, 4);
    return send_to(sock, &to, sizeof to, bytes, size);
}

bool sock_udp_reply(os_sock sock, const struct sock_address *to, const void *bytes, size_t size)
{
    return send_to(sock, to->bytes, (int)to->size, bytes, size);
}

enum sock_status sock_udp_receive(os_sock sock, void *bytes, size_t size, size_t *moved,
                                  struct sock_address *from)
{
    int from_size, got;
    *moved = 0;
    do {
        from_size = sizeof from->bytes;
        memset(from, 0, sizeof *from);
        got = recvfrom((SOCKET)sock, bytes, (int)size, 0, (struct sockaddr *)(void *)from->bytes,
                       &from_size);
        if (got < 0 && WSAGetLastError() == WSAEMSGSIZE)
            got = (int)size; /* it was longer; this much is here */
        /* WSAECONNRESET: an answer of ours found nobody; the next datagram may still be good */
    } while (got < 0 && WSAGetLastError() == WSAECONNRESET);
    if (got < 0)
        return SOCK_AGAIN;
    from->size = (uint32_t)from_size;
    *moved = (size_t)got;
    return SOCK_OK;
}
