#include "protocol/os/sock.h"

#include <assert.h>
#include <string.h>
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>

#include "protocol/os/sock_words.h"
#include "protocol/os/win32/wide.h"

void sock_start(void)
{
    WSADATA data;
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0)
        die("Windows has no network for this program (Winsock 2.2 did not start).");
}

void sock_close(os_sock sock)
{
    if (sock != OS_SOCK_NONE)
        closesocket((SOCKET)sock);
}

static const struct sockaddr *raw(const struct sock_address *address)
{
    return (const struct sockaddr *)(const void *)address->bytes;
}

static enum sock_trouble trouble_of(int code)
{
    switch (code) {
    case WSAECONNREFUSED:
        return TROUBLE_REFUSED;
    case WSAEHOSTUNREACH:
    case WSAENETUNREACH:
    case WSAENETDOWN:
    case WSAEHOSTDOWN:
    case WSAEINVAL:
        return TROUBLE_NO_ROUTE;
    case WSAETIMEDOUT:
        return TROUBLE_NO_ANSWER;
    case WSAEACCES:
        return TROUBLE_DENIED;
    case WSAEADDRINUSE:
        return TROUBLE_IN_USE;
    case WSAEADDRNOTAVAIL:
        return TROUBLE_NOT_OURS;
    case WSAEMFILE:
    case WSAENOBUFS:
        return TROUBLE_NO_DESCRIPTORS;
    default:
        return TROUBLE_OTHER;
    }
}

static void set_option(SOCKET sock, int level, int option, int value)
{
    setsockopt(sock, level, option, (const char *)&value, sizeof value);
}

static bool prepare(SOCKET sock)
{
    u_long on = 1;
    SetHandleInformation((HANDLE)sock, HANDLE_FLAG_INHERIT, 0);
    return ioctlsocket(sock, (long)FIONBIO, &on) == 0;
}

static SOCKET open_stream(int family)
{
    SOCKET sock = socket(family, SOCK_STREAM, 0);
    if (sock != INVALID_SOCKET && !prepare(sock)) {
        int code = WSAGetLastError();
        closesocket(sock);
        WSASetLastError(code);
        return INVALID_SOCKET;
    }
    return sock;
}

os_sock sock_listen(const char *host, uint16_t port, struct err *err)
{
    struct sock_address found[SOCK_RESOLVE_MAX];
    char reason[WIDE_REASON_SIZE];
    if (sock_resolve(host, port, found, err) == 0)
        return OS_SOCK_NONE;
    const struct sockaddr *address = raw(&found[0]);
    SOCKET sock = open_stream(address->sa_family);
    if (sock == INVALID_SOCKET)
        goto failed;
    /* without this one, any program could take the port over while we listen */
    set_option(sock, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1);
    if (address->sa_family == AF_INET6)
        set_option(sock, IPPROTO_IPV6, IPV6_V6ONLY, 0); /* "::" is everybody, IPv4 too */
    if (bind(sock, address, (int)found[0].size) == 0 && listen(sock, SOMAXCONN) == 0)
        return (os_sock)sock;
failed:;
    int code = WSAGetLastError();
    if (sock != INVALID_SOCKET)
        closesocket(sock);
    sock_words_listen(err, trouble_of(code), host, port, wide_reason((unsigned long)code, reason));
    return OS_SOCK_NONE;
}

os_sock sock_accept(os_sock listener, struct sock_address *from, struct err *err)
{
    int size = sizeof from->bytes;
    assert(err);
    err->kind = ERR_NONE;
    memset(from, 0, sizeof *from);
    SOCKET sock = accept((SOCKET)listener, (struct sockaddr *)(void *)from->bytes, &size);
    if (sock == INVALID_SOCKET) {
        int code = WSAGetLastError();
        if (code == WSAEMFILE || code == WSAENOBUFS)
            err_set(err, ERR_LIMIT,
                    "No more connections: the system allows this program no further sockets.");
        else if (code != WSAEWOULDBLOCK && code != WSAECONNRESET && code != WSAEINTR)
            wide_fail(err, (unsigned long)code, "A caller could not be accepted");
        return OS_SOCK_NONE;
    }
    if (!prepare(sock)) {
        closesocket(sock);
        return OS_SOCK_NONE;
    }
    from->size = (uint32_t)size;
    set_option(sock, IPPROTO_TCP, TCP_NODELAY, 1);
    return (os_sock)sock;
}

os_sock sock_connect(const struct sock_address *address, struct err *err)
{
    char reason[WIDE_REASON_SIZE];
    SOCKET sock = open_stream(raw(address)->sa_family);
    if (sock != INVALID_SOCKET && (connect(sock, raw(address), (int)address->size) == 0 ||
                                   WSAGetLastError() == WSAEWOULDBLOCK))
        return (os_sock)sock;
    int code = WSAGetLastError();
    if (sock != INVALID_SOCKET)
        closesocket(sock);
    sock_words_connect(err, trouble_of(code), address, wide_reason((unsigned long)code, reason));
    return OS_SOCK_NONE;
}

bool sock_connect_result(os_sock sock, const struct sock_address *address, struct err *err)
{
    char reason[WIDE_REASON_SIZE];
    int code = 0, size = sizeof code;
    if (getsockopt((SOCKET)sock, SOL_SOCKET, SO_ERROR, (char *)&code, &size) != 0)
        code = WSAGetLastError();
    if (code != 0)
        return sock_words_connect(err, trouble_of(code), address,
                                  wide_reason((unsigned long)code, reason));
    set_option((SOCKET)sock, IPPROTO_TCP, TCP_NODELAY, 1);
    return true;
}

bool sock_local_address(os_sock sock, struct sock_address *address)
{
    int size = sizeof address->bytes;
    memset(address, 0, sizeof *address);
    if (getsockname((SOCKET)sock, (struct sockaddr *)(void *)address->bytes, &size) != 0)
        return false;
    address->size = (uint32_t)size;
    return true;
}

void sock_set_unsent_limit(os_sock sock, size_t bytes)
{
    (void)sock; /* Windows has no such option */
    (void)bytes;
}

void sock_end_sending(os_sock sock)
{
    shutdown((SOCKET)sock, SD_SEND);
}

size_t sock_raise_limit(size_t count)
{
    return count; /* sockets are limited by memory only */
}

/* Bytes */

static enum sock_status status_of(int code)
{
    switch (code) {
    case WSAEWOULDBLOCK:
    case WSAENOBUFS:
    case WSAEINTR:
        return SOCK_AGAIN;
    case WSAECONNRESET:
    case WSAECONNABORTED:
    case WSAESHUTDOWN:
    case WSAENETRESET:
        return SOCK_CLOSED;
    default:
        return SOCK_FAILED;
    }
}

#define CALL_MAX (1 << 30) /* bytes in one call: its counts are ints */

enum sock_status sock_receive(os_sock sock, void *bytes, size_t size, size_t *moved)
{
    assert(size > 0);
    *moved = 0;
    int got = recv((SOCKET)sock, bytes, size > CALL_MAX ? CALL_MAX : (int)size, 0);
    if (got < 0)
        return status_of(WSAGetLastError());
    *moved = (size_t)got;
    return got == 0 ? SOCK_CLOSED : SOCK_OK;
}

enum sock_status sock_send(os_sock sock, const void *bytes, size_t size, size_t *moved)
{
    assert(size > 0);
    *moved = 0;
    int sent = send((SOCKET)sock, bytes, size > CALL_MAX ? CALL_MAX : (int)size, 0);
    if (sent < 0)
        return status_of(WSAGetLastError());
    *moved = (size_t)sent;
    return sent == 0 ? SOCK_AGAIN : SOCK_OK;
}

enum sock_status sock_send_more(os_sock sock, const void *bytes, size_t size, size_t *moved)
{
    return sock_send(sock, bytes, size, moved);
}

enum sock_status sock_send_pieces(os_sock sock, const struct sock_piece *pieces, size_t count,
                                  size_t *moved)
{
    WSABUF buffers[SOCK_PIECES_MAX];
    DWORD sent = 0;
    assert(count > 0 && count <= SOCK_PIECES_MAX);
    *moved = 0;
    for (size_t i = 0; i < count; i++) {
        memcpy(&buffers[i].buf, &pieces[i].data, sizeof(void *)); /* WSABUF knows no const */
        buffers[i].len = pieces[i].size > CALL_MAX ? CALL_MAX : (u_long)pieces[i].size;
        if (pieces[i].size > CALL_MAX)
            count = i + 1; /* what follows would be in the wrong place */
    }
    if (WSASend((SOCKET)sock, buffers, (DWORD)count, &sent, 0, NULL, NULL) != 0)
        return status_of(WSAGetLastError());
    *moved = sent;
    return sent == 0 ? SOCK_AGAIN : SOCK_OK;
}

#define COPY_SIZE 65536

/* TransmitFile() ignores that a socket must not block, so: read and send. */
enum sock_status sock_send_file(os_sock sock, intptr_t file, uint64_t offset, size_t size,
                                size_t *moved)
{
    uint8_t block[COPY_SIZE];
    OVERLAPPED at = {0};
    DWORD got = 0;
    assert(size > 0);
    *moved = 0;
    at.Offset = (DWORD)offset;
    at.OffsetHigh = (DWORD)(offset >> 32);
    if (!ReadFile((HANDLE)file, block, size < sizeof block ? (DWORD)size : sizeof block, &got,
                  &at) ||
        got == 0)
        return SOCK_FAILED;
    return sock_send(sock, block, got, moved);
}
