#include "protocol/os/sock.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol/os/posix/fd.h"
#include "protocol/os/sock_words.h"

#define LISTEN_BACKLOG 4096 /* the system lowers it to what it has; an accept storm needs room */

/* The descriptor kept aside for telling a caller that there are none left; -1 while it is used. */
static atomic_int spare = -1;

static void spare_refill(void)
{
    if (atomic_load(&spare) >= 0)
        return;
    int none = -1;
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && !atomic_compare_exchange_strong(&spare, &none, fd))
        close(fd);
}

void sock_start(void)
{
    /* a peer that has gone is an error of send(), not the end of the process */
    signal(SIGPIPE, SIG_IGN);
    spare_refill();
}

void sock_close(os_sock sock)
{
    if (sock == OS_SOCK_NONE)
        return;
    close((int)sock);
    spare_refill();
}

static const struct sockaddr *raw(const struct sock_address *address)
{
    return (const struct sockaddr *)(const void *)address->bytes;
}

static enum sock_trouble trouble_of(int code)
{
    switch (code) {
    case ECONNREFUSED:
        return TROUBLE_REFUSED;
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ENETDOWN:
    case EHOSTDOWN:
    case EINVAL: /* a link-local address without its zone */
        return TROUBLE_NO_ROUTE;
    case ETIMEDOUT:
        return TROUBLE_NO_ANSWER;
    case EACCES:
    case EPERM:
        return TROUBLE_DENIED;
    case EADDRINUSE:
        return TROUBLE_IN_USE;
    case EADDRNOTAVAIL:
        return TROUBLE_NOT_OURS;
    case EMFILE:
    case ENFILE:
        return TROUBLE_NO_DESCRIPTORS;
    default:
        return TROUBLE_OTHER;
    }
}

static void set_flag(int fd, int level, int option)
{
    int on = 1;
    setsockopt(fd, level, option, &on, sizeof on);
}

static bool prepare(int fd)
{
#ifdef SO_NOSIGPIPE
    set_flag(fd, SOL_SOCKET, SO_NOSIGPIPE);
#endif
    return fd_close_on_exec(fd) && fd_never_block(fd);
}

/* A stream socket, ready for our use, or -1 with errno. */
static int open_stream(int family)
{
    int fd = socket(family, SOCK_STREAM, 0);
    if (fd >= 0 && !prepare(fd)) {
        int saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

os_sock sock_listen(const char *host, uint16_t port, struct err *err)
{
    struct sock_address found[SOCK_RESOLVE_MAX];
    if (sock_resolve(host, port, found, err) == 0)
        return OS_SOCK_NONE;
    const struct sockaddr *address = raw(&found[0]);
    int fd = open_stream(address->sa_family);
    if (fd < 0)
        goto failed;
    /* after a restart the port's old connections may still be dying: that is no reason to wait */
    set_flag(fd, SOL_SOCKET, SO_REUSEADDR);
    if (address->sa_family == AF_INET6) {
        int off = 0; /* "::" is everybody, IPv4 too */
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    }
    if (bind(fd, address, (socklen_t)found[0].size) != 0 || listen(fd, LISTEN_BACKLOG) != 0)
        goto failed;
    return fd;
failed:;
    int code = errno;
    if (fd >= 0)
        close(fd);
    sock_words_listen(err, trouble_of(code), host, port, strerror(code));
    return OS_SOCK_NONE;
}

static int accept_one(int listener, struct sock_address *from)
{
    socklen_t size = sizeof from->bytes;
    memset(from, 0, sizeof *from);
#ifdef __linux__
    int fd = accept4(listener, (struct sockaddr *)(void *)from->bytes, &size,
                     SOCK_CLOEXEC | SOCK_NONBLOCK);
#else
    int fd = accept(listener, (struct sockaddr *)(void *)from->bytes, &size);
    if (fd >= 0 && !prepare(fd)) {
        int saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
#endif
    from->size = (uint32_t)size;
    return fd;
}

os_sock sock_accept(os_sock listener, struct sock_address *from, struct err *err)
{
    assert(err);
    err->kind = ERR_NONE;
    int fd = accept_one((int)listener, from);
    if (fd < 0 && (errno == EMFILE || errno == ENFILE)) {
        err_set(err, ERR_LIMIT,
                "No more connections: the system allows this program no further descriptors.");
        int kept = atomic_exchange(&spare, -1);
        if (kept < 0)
            return OS_SOCK_NONE;
        close(kept);
        fd = accept_one((int)listener, from);
        if (fd < 0) { /* another thread was faster, or the caller has gone */
            spare_refill();
            return OS_SOCK_NONE;
        }
    }
    if (fd < 0) {
        switch (errno) {
        case EAGAIN:
#if EWOULDBLOCK != EAGAIN
        case EWOULDBLOCK:
#endif
        case EINTR:
        case ECONNABORTED:
            break;
        /* accept(2), "Error handling": what Linux passes on from a caller that died on the way */
        case ENETDOWN:
        case EPROTO:
        case ENOPROTOOPT:
        case EHOSTDOWN:
        case EHOSTUNREACH:
        case EOPNOTSUPP:
        case ENETUNREACH:
            break;
        default:
            err_set_errno(err, errno, "A caller could not be accepted");
        }
        return OS_SOCK_NONE;
    }
    set_flag(fd, IPPROTO_TCP, TCP_NODELAY);
    return fd;
}

os_sock sock_connect(const struct sock_address *address, struct err *err)
{
    int fd = open_stream(raw(address)->sa_family);
    if (fd >= 0 && (connect(fd, raw(address), (socklen_t)address->size) == 0 ||
                    errno == EINPROGRESS || errno == EINTR))
        return fd;
    int code = errno;
    if (fd >= 0)
        close(fd);
    sock_words_connect(err, trouble_of(code), address, strerror(code));
    return OS_SOCK_NONE;
}

bool sock_connect_result(os_sock sock, const struct sock_address *address, struct err *err)
{
    int code = 0;
    socklen_t size = sizeof code;
    if (getsockopt((int)sock, SOL_SOCKET, SO_ERROR, &code, &size) != 0)
        code = errno;
    if (code != 0)
        return sock_words_connect(err, trouble_of(code), address, strerror(code));
    set_flag((int)sock, IPPROTO_TCP, TCP_NODELAY);
    return true;
}

bool sock_local_address(os_sock sock, struct sock_address *address)
{
    socklen_t size = sizeof address->bytes;
    memset(address, 0, sizeof *address);
    if (getsockname((int)sock, (struct sockaddr *)(void *)address->bytes, &size) != 0)
        return false;
    address->size = (uint32_t)size;
    return true;
}

void sock_set_unsent_limit(os_sock sock, size_t bytes)
{
#ifdef TCP_NOTSENT_LOWAT
    int limit = bytes > INT32_MAX ? INT32_MAX : (int)bytes;
    setsockopt((int)sock, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &limit, sizeof limit);
#else
    (void)sock;
    (void)bytes;
#endif
}

void sock_end_sending(os_sock sock)
{
    shutdown((int)sock, SHUT_WR);
}

size_t sock_raise_limit(size_t count)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 256; /* what POSIX systems give at least */
    if (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < count) {
        struct rlimit wish = limit;
        wish.rlim_cur = count;
        if (wish.rlim_max != RLIM_INFINITY && wish.rlim_max < count)
            wish.rlim_max = count; /* root may */
        if (setrlimit(RLIMIT_NOFILE, &wish) != 0) {
            wish = limit;
            wish.rlim_cur = limit.rlim_max;
#ifdef __APPLE__
            if (wish.rlim_cur > OPEN_MAX) /* setrlimit(2): more is refused */
                wish.rlim_cur = OPEN_MAX;
#endif
            setrlimit(RLIMIT_NOFILE, &wish);
        }
        getrlimit(RLIMIT_NOFILE, &limit);
    }
    return limit.rlim_cur > SIZE_MAX / 2 ? SIZE_MAX / 2 : (size_t)limit.rlim_cur;
}
