/* A UDP socket on loopback that sends to itself: select() takes nothing but sockets here. */
#include "protocol/os/wake.h"

#include <string.h>
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>

#include "protocol/base/mem.h"
#include "protocol/os/win32/wide.h"

struct wake {
    SOCKET sock;
};

struct wake *wake_create(struct err *err)
{
    struct wake *wake = mem_alloc(1, sizeof *wake);
    struct sockaddr_in here = {0};
    int size = sizeof here;
    u_long on = 1;
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    wake->sock = socket(AF_INET, SOCK_DGRAM, 0);
    /* connected to itself, it hears nobody else */
    if (wake->sock != INVALID_SOCKET && ioctlsocket(wake->sock, (long)FIONBIO, &on) == 0 &&
        bind(wake->sock, (const struct sockaddr *)(const void *)&here, size) == 0 &&
        getsockname(wake->sock, (struct sockaddr *)(void *)&here, &size) == 0 &&
        connect(wake->sock, (const struct sockaddr *)(const void *)&here, size) == 0) {
        SetHandleInformation((HANDLE)wake->sock, HANDLE_FLAG_INHERIT, 0);
        return wake;
    }
    wide_fail(err, (unsigned long)WSAGetLastError(), "No socket for waking the network thread");
    wake_destroy(wake);
    return NULL;
}

void wake_destroy(struct wake *wake)
{
    if (!wake)
        return;
    if (wake->sock != INVALID_SOCKET)
        closesocket(wake->sock);
    mem_free(wake);
}

void wake_ring(struct wake *wake)
{
    send(wake->sock, "", 1, 0); /* if its buffer is full, it has been rung enough */
}

os_sock wake_sock(const struct wake *wake)
{
    return (os_sock)wake->sock;
}

void wake_drain(struct wake *wake)
{
    char ring[4];
    while (recv(wake->sock, ring, sizeof ring, 0) >= 0)
        continue;
}
