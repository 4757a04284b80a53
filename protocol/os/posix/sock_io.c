/* Bytes through sockets. */
#include "protocol/os/sock.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "protocol/os/posix/sock_file.h"

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* SO_NOSIGPIPE does it there */
#endif

static enum sock_status status_of(int code)
{
    switch (code) {
    case EAGAIN:
#if EWOULDBLOCK != EAGAIN
    case EWOULDBLOCK:
#endif
    case ENOBUFS: /* macOS: the kernel's pool is short for a moment */
        return SOCK_AGAIN;
    case ECONNRESET:
    case ECONNABORTED:
    case EPIPE:
        return SOCK_CLOSED;
    default:
        return SOCK_FAILED;
    }
}

enum sock_status sock_receive(os_sock sock, void *bytes, size_t size, size_t *moved)
{
    assert(size > 0);
    ssize_t got;
    *moved = 0;
    do
        got = recv((int)sock, bytes, size, 0);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return status_of(errno);
    *moved = (size_t)got;
    return got == 0 ? SOCK_CLOSED : SOCK_OK;
}

#ifndef MSG_MORE
#define MSG_MORE 0 /* Linux has it; elsewhere two packets go out */
#endif

static enum sock_status send_with(os_sock sock, const void *bytes, size_t size, int flags,
                                  size_t *moved)
{
    assert(size > 0);
    ssize_t sent;
    *moved = 0;
    do
        sent = send((int)sock, bytes, size, MSG_NOSIGNAL | flags);
    while (sent < 0 && errno == EINTR);
    if (sent < 0)
        return status_of(errno);
    *moved = (size_t)sent;
    return sent == 0 ? SOCK_AGAIN : SOCK_OK;
}

enum sock_status sock_send(os_sock sock, const void *bytes, size_t size, size_t *moved)
{
    return send_with(sock, bytes, size, 0, moved);
}

enum sock_status sock_send_more(os_sock sock, const void *bytes, size_t size, size_t *moved)
{
    return send_with(sock, bytes, size, MSG_MORE, moved);
}

enum sock_status sock_send_pieces(os_sock sock, const struct sock_piece *pieces, size_t count,
                                  size_t *moved)
{
    assert(count > 0 && count <= SOCK_PIECES_MAX);
    struct iovec vectors[SOCK_PIECES_MAX];
    struct msghdr message = {0};
    ssize_t sent;
    if (count == 1)
        return sock_send(sock, pieces[0].data, pieces[0].size, moved);
    *moved = 0;
    for (size_t i = 0; i < count; i++) {
        memcpy(&vectors[i].iov_base, &pieces[i].data, sizeof(void *)); /* iovec knows no const */
        vectors[i].iov_len = pieces[i].size;
    }
    message.msg_iov = vectors;
    message.msg_iovlen = (__typeof__(message.msg_iovlen))count; /* size_t, int, by system */
    do
        sent = sendmsg((int)sock, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    if (sent < 0)
        return status_of(errno);
    *moved = (size_t)sent;
    return sent == 0 ? SOCK_AGAIN : SOCK_OK;
}

#define COPY_SIZE 65536

/* For systems, file systems and sockets that can't do it without a copy. */
static enum sock_status send_file_copied(int sock, int file, uint64_t offset, size_t size,
                                         size_t *moved)
{
    uint8_t block[COPY_SIZE];
    ssize_t got;
    do
        got = pread(file, block, size < sizeof block ? size : sizeof block, (off_t)offset);
    while (got < 0 && errno == EINTR);
    if (got <= 0)
        return SOCK_FAILED;
    return sock_send(sock, block, (size_t)got, moved);
}

enum sock_status sock_send_file(os_sock sock, intptr_t file, uint64_t offset, size_t size,
                                size_t *moved)
{
    assert(size > 0);
    *moved = 0;
    if (size > INT_MAX / 2)
        size = INT_MAX / 2;
    ssize_t sent = sock_file_send((int)sock, (int)file, (off_t)offset, size);
    if (sent > 0) {
        *moved = (size_t)sent;
        return SOCK_OK;
    }
    if (sent == 0)
        return SOCK_FAILED; /* the file ends before offset */
    if (errno == EINVAL || errno == ENOSYS || errno == ENOTSUP || errno == ENOTSOCK)
        return send_file_copied((int)sock, (int)file, offset, size, moved);
    return status_of(errno);
}
