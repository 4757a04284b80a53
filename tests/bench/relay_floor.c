/* relay_floor.c - what this machine gives: a relay without a protocol, which does as little as a
 * relay can. The first byte of a connection says what it is: R receiver, S sender, U uploader, I
 * idle; it is sent back.
 *
 *   relay_floor PORT texts BATCH SIZE   each text of SIZE bytes goes to every receiver; BATCH of
 *                                       them in one send()
 *   relay_floor PORT spool FOLDER SIZE  after the uploader's G its bytes go to a file, and sendfile()
 *                                       takes them from there to every receiver
 *   relay_floor PORT ready FOLDER SIZE  the same with a file that is there
 *
 * It runs until it is ended. Linux only. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol/base/err.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

#define PEERS_MAX 4096
#define BUFFER (1 << 20)
#define IDLE_MS 5 /* without news a batch that is not full goes out */

struct peer {
    int fd;
    char role; /* 0: not told yet */
    off_t at;  /* of the file */
};

static struct {
    int listener, file;
    struct peer peers[PEERS_MAX];
    size_t count;
    size_t batch, text_size;
    off_t have, size; /* of the file: what can be sent, what it has in all */
    bool texts, going;
    char *buffer;
    size_t filled;
} the;

static void listen_at(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1;
    the.listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(the.listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(the.listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(the.listener, 128) != 0)
        die("listen: %s", strerror(errno));
}

static void take_peer(void)
{
    int on = 1, fd = accept(the.listener, NULL, NULL);
    if (fd < 0 || the.count == PEERS_MAX)
        die("accept: %s", strerror(errno));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    the.peers[the.count++] = (struct peer){.fd = fd};
}

static void drop(size_t at)
{
    close(the.peers[at].fd);
    the.peers[at] = the.peers[--the.count];
}

static void send_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);
        if (sent < 0)
            return; /* gone: seen when it is read */
        bytes += sent;
        size -= (size_t)sent;
    }
}

/* What was collected, whole batches or all of it, to every receiver. */
static void pass_on(bool all)
{
    size_t step = the.batch * the.text_size, at = 0;
    while (the.filled - at >= (all ? the.text_size : step)) {
        size_t size = the.filled - at < step ? the.filled - at : step;
        size -= size % the.text_size;
        for (size_t i = 0; i < the.count; i++) {
            if (the.peers[i].role == 'R')
                send_all(the.peers[i].fd, the.buffer + at, size);
        }
        at += size;
    }
    memmove(the.buffer, the.buffer + at, the.filled - at);
    the.filled -= at;
}

static void on_texts(size_t peer)
{
    ssize_t came = recv(the.peers[peer].fd, the.buffer + the.filled, BUFFER - the.filled, 0);
    if (came <= 0) {
        drop(peer);
        return;
    }
    the.filled += (size_t)came;
    pass_on(false);
}

static void on_upload(size_t peer)
{
    ssize_t came = recv(the.peers[peer].fd, the.buffer, BUFFER, 0);
    if (came <= 0) {
        drop(peer);
        return;
    }
    const char *bytes = the.buffer;
    if (!the.going) {
        the.going = true;
        bytes++;
        came--;
    }
    if (pwrite(the.file, bytes, (size_t)came, the.have) != came)
        die("write: %s", strerror(errno));
    the.have += came;
}

static void on_readable(size_t peer)
{
    char role;
    if (the.peers[peer].role == 'S') {
        on_texts(peer);
    } else if (the.peers[peer].role == 'U') {
        on_upload(peer);
    } else if (recv(the.peers[peer].fd, &role, 1, 0) != 1) {
        drop(peer);
    } else {
        the.peers[peer].role = role;
        send_all(the.peers[peer].fd, &role, 1);
        if (!the.texts)
            fcntl(the.peers[peer].fd, F_SETFL, O_NONBLOCK);
    }
}

static void on_writable(struct peer *peer)
{
    while (peer->at < the.have) {
        ssize_t sent = sendfile(peer->fd, the.file, &peer->at, (size_t)(the.have - peer->at));
        if (sent <= 0)
            return;
    }
}

static void turn(void)
{
    static struct pollfd polled[PEERS_MAX + 1];
    polled[0] = (struct pollfd){.fd = the.listener, .events = POLLIN};
    for (size_t i = 0; i < the.count; i++) {
        bool behind = the.peers[i].role == 'R' && the.going && the.peers[i].at < the.have;
        polled[i + 1] = (struct pollfd){.fd = the.peers[i].fd,
                                        .events = (short)(POLLIN | (behind ? POLLOUT : 0))};
    }
    size_t count = the.count;
    if (poll(polled, count + 1, the.filled > 0 ? IDLE_MS : -1) == 0)
        pass_on(true);
    if (polled[0].revents != 0)
        take_peer();
    for (size_t i = count; i > 0; i--) { /* from behind: who is dropped is replaced by the last */
        if ((polled[i].revents & POLLOUT) != 0)
            on_writable(&the.peers[i - 1]);
        if ((polled[i].revents & ~POLLOUT) != 0)
            on_readable(i - 1);
    }
}

static void open_file(const char *folder, bool ready)
{
    char path[4096];
    str_format(path, sizeof path, "%s/floor", folder);
    the.file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (the.file < 0)
        die("%s: %s", path, strerror(errno));
    while (ready && the.have < the.size) {
        ssize_t wrote = write(the.file, the.buffer, BUFFER);
        if (wrote < 0)
            die("write: %s", strerror(errno));
        the.have += wrote;
    }
}

int main(int argc, char **argv)
{
    struct rlimit files;
    if (argc != 5)
        die("usage: relay_floor PORT texts BATCH SIZE | spool FOLDER SIZE | ready FOLDER SIZE");
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    the.buffer = mem_alloc(1, BUFFER);
    the.texts = str_equal(argv[2], "texts");
    if (the.texts) {
        the.batch = (size_t)atol(argv[3]);
        the.text_size = (size_t)atol(argv[4]);
    } else {
        the.size = atol(argv[4]);
        open_file(argv[3], str_equal(argv[2], "ready"));
    }
    listen_at((uint16_t)atoi(argv[1]));
    for (;;)
        turn();
}
