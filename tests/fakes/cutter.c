/* One thread with poll(): a relay of bytes, one connection at a time as the client makes them. */
#include "tests/fakes/scene.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol/base/mem.h"

struct cutter {
    pthread_t thread;
    int listener;
    uint16_t port, to_port;
    atomic_bool ends, refuse;
    atomic_uint cuts;
    atomic_ullong up, down; /* bytes that may still pass */
};

static void pass_all(int to, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(to, bytes, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes += sent;
        size -= (size_t)sent;
    }
}

/* False: the connection ends. */
static bool pass(struct cutter *cutter, int from, int to, atomic_ullong *left)
{
    static char bytes[65536];
    ssize_t got = recv(from, bytes, sizeof bytes, 0);
    if (got <= 0)
        return false;
    unsigned long long may = atomic_load(left);
    size_t size = (unsigned long long)got < may ? (size_t)got : (size_t)may;
    pass_all(to, bytes, size);
    if (may != UINT64_MAX)
        atomic_fetch_sub(left, size);
    if (size == (size_t)got)
        return true;
    atomic_store(&cutter->up, UINT64_MAX);
    atomic_store(&cutter->down, UINT64_MAX);
    atomic_fetch_add(&cutter->cuts, 1);
    return false;
}

static int dial(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(sock, (struct sockaddr *)&address, sizeof address) == 0)
        return sock;
    close(sock);
    return -1;
}

static void relay(struct cutter *cutter, int client)
{
    int server = atomic_load(&cutter->refuse) ? -1 : dial(cutter->to_port);
    bool goes_on = server >= 0;
    while (goes_on && !atomic_load(&cutter->ends)) {
        struct pollfd fds[2] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};
        if (atomic_load(&cutter->refuse))
            break;
        if (poll(fds, 2, 20) <= 0)
            continue;
        if (fds[0].revents != 0)
            goes_on = pass(cutter, client, server, &cutter->up);
        if (goes_on && fds[1].revents != 0)
            goes_on = pass(cutter, server, client, &cutter->down);
    }
    close(client);
    if (server >= 0)
        close(server);
}

static void *run(void *arg)
{
    struct cutter *cutter = arg;
    while (!atomic_load(&cutter->ends)) {
        struct pollfd fd = {.fd = cutter->listener, .events = POLLIN};
        if (poll(&fd, 1, 20) <= 0)
            continue;
        int client = accept(cutter->listener, NULL, NULL);
        if (client >= 0)
            relay(cutter, client);
    }
    return NULL;
}

struct cutter *cutter_create(uint16_t to_port)
{
    struct cutter *cutter = mem_alloc(1, sizeof *cutter);
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    cutter->to_port = to_port;
    atomic_init(&cutter->up, UINT64_MAX);
    atomic_init(&cutter->down, UINT64_MAX);
    cutter->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(cutter->listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(cutter->listener, 8) != 0 ||
        getsockname(cutter->listener, (struct sockaddr *)&address, &size) != 0)
        abort();
    cutter->port = ntohs(address.sin_port);
    if (pthread_create(&cutter->thread, NULL, run, cutter) != 0)
        abort();
    return cutter;
}

void cutter_destroy(struct cutter *cutter)
{
    atomic_store(&cutter->ends, true);
    pthread_join(cutter->thread, NULL);
    close(cutter->listener);
    mem_free(cutter);
}

uint16_t cutter_port(const struct cutter *cutter)
{
    return cutter->port;
}

void cutter_cut_after(struct cutter *cutter, uint64_t up, uint64_t down)
{
    atomic_store(&cutter->up, up);
    atomic_store(&cutter->down, down);
}

void cutter_refuse(struct cutter *cutter, bool refuse)
{
    atomic_store(&cutter->refuse, refuse);
}

unsigned cutter_cuts(const struct cutter *cutter)
{
    return atomic_load(&cutter->cuts);
}
