#include "tests/bench/load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "protocol/base/err.h"
#include "protocol/base/mem.h"

#define EVENTS 256
#define UNHEARD 8 /* connections at a time that heard nothing yet: ngircd's listen queue has 10 */
#define GREETING 256 /* ... that are not ready: ngircd listens to nobody for a second after hello */
#define TAIL_MAX (2 << 20)
#define PATIENCE_NS INT64_C(60000000000)

/* What the uploader says at the end, known before anything is measured. */
static void hash_content(struct load *load)
{
    struct sha256 *sha = sha256_create();
    for (uint64_t left = load->file_size; left > 0;) {
        size_t size = left < LOAD_PIECE_MAX ? (size_t)left : LOAD_PIECE_MAX;
        sha256_append(sha, load->content, size);
        left -= size;
    }
    sha256_peek(sha, load->file_hash);
    sha256_destroy(sha);
}

void load_init(struct load *load)
{
    load->links = mem_alloc(LOAD_LINKS_MAX, sizeof *load->links);
    load->input = mem_alloc(1, LOAD_INPUT + TAIL_MAX);
    load->content = mem_alloc(1, LOAD_PIECE_MAX + 2);
    for (size_t i = 0; i < LOAD_PIECE_MAX; i++)
        load->content[i] = (uint8_t)(i * 2654435761U >> 24);
    memcpy(load->content + LOAD_PIECE_MAX, "\r\n", 2);
    hash_content(load);
    load->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (load->epoll < 0)
        die("epoll_create1: %s", strerror(errno));
}

void load_finish(struct load *load)
{
    for (uint32_t i = 0; i < load->count; i++) {
        close(load->links[i].fd);
        buf_finish(&load->links[i].out);
        buf_finish(&load->links[i].tail);
    }
    close(load->epoll);
    mem_free(load->links);
    mem_free(load->input);
    mem_free(load->content);
}

static void watch(struct link *link)
{
    struct epoll_event event = {.data.u32 = link->number};
    if (!link->asleep)
        event.events |= EPOLLIN;
    if (link->writing)
        event.events |= EPOLLOUT;
    if (epoll_ctl(link->load->epoll, EPOLL_CTL_MOD, link->fd, &event) != 0)
        die("epoll_ctl: %s", strerror(errno));
}

void load_sleep(struct link *link, bool asleep)
{
    link->asleep = asleep;
    watch(link);
}

void load_send(struct link *link, const void *bytes, size_t size)
{
    if (!buf_append(&link->out, bytes, size))
        die("more than %d bytes wait for one connection", LOAD_OUT_MAX);
}

static void lose(struct link *link)
{
    struct load *load = link->load;
    if (link->lost)
        return;
    if (!link->ready || link->role != LINK_RECEIVER)
        die("the server closed connection %u after %.*s", link->number, (int)link->tail.size,
            link->tail.size > 0 ? (const char *)buf_peek(&link->tail).data : "nothing");
    link->lost = true;
    epoll_ctl(load->epoll, EPOLL_CTL_DEL, link->fd, NULL);
}

void load_flush(struct link *link)
{
    while (link->out.size + link->lent.size > 0) {
        struct bytes bytes = buf_peek(&link->out);
        struct iovec parts[2] = {
            {.iov_base = (void *)(uintptr_t)bytes.data, .iov_len = bytes.size},
            {.iov_base = (void *)(uintptr_t)link->lent.data, .iov_len = link->lent.size}};
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
        ssize_t sent = sendmsg(link->fd, &message, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN)
            break;
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0) {
            lose(link);
            return;
        }
        size_t of_out = (size_t)sent < bytes.size ? (size_t)sent : bytes.size;
        buf_consume(&link->out, of_out);
        link->lent.data += (size_t)sent - of_out;
        link->lent.size -= (size_t)sent - of_out;
    }
    bool writing = link->out.size + link->lent.size > 0;
    if (writing != link->writing) {
        link->writing = writing;
        watch(link);
    }
}

size_t load_on_piece(struct link *link, size_t payload, size_t end, size_t here)
{
    if (here >= payload + end) {
        link->bytes += payload;
        return payload + end;
    }
    link->skip = payload + end - here;
    link->credit = payload;
    return here;
}

/* Bytes of a piece that were `came` or thrown away. */
static void skip(struct link *link, size_t came)
{
    link->skip -= came;
    if (link->skip == 0) {
        link->bytes += link->credit;
        link->credit = 0;
    }
}

/* The inside of a piece is not even copied (MSG_TRUNC): what is measured is the server. */
static void throw_away(struct link *link)
{
    ssize_t came = recv(link->fd, NULL, link->skip, MSG_TRUNC);
    if (came < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (came <= 0)
        lose(link);
    else
        skip(link, (size_t)came);
}

/* What came, behind what was left. Once per event: the others wait. */
static void receive(struct link *link)
{
    struct load *load = link->load;
    bool was_ready = link->ready;
    size_t before = link->tail.size;
    if (link->skip > 0 && before == 0) {
        throw_away(link);
        return;
    }
    if (before > 0)
        memcpy(load->input, buf_peek(&link->tail).data, before);
    ssize_t came = recv(link->fd, load->input + before, LOAD_INPUT, 0);
    if (came < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (came <= 0) {
        lose(link);
        return;
    }
    if (!link->heard)
        load->heard++;
    link->heard = true;
    size_t size = before + (size_t)came;
    size_t used = load->driver->take(link, load->input, size);
    buf_clear(&link->tail);
    if (size > used && !buf_append(&link->tail, load->input + used, size - used))
        die("connection %u: more than %d bytes without a message", link->number, TAIL_MAX);
    if (link->ready && !was_ready)
        load->ready++;
    if (link->out.size > 0 && !link->writing)
        load_flush(link);
}

void load_turn(struct load *load, int64_t ns)
{
    struct epoll_event events[EVENTS];
    struct timespec wait = {.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
    int count = epoll_pwait2(load->epoll, events, EVENTS, &wait, NULL);
    if (count < 0 && errno != EINTR)
        die("epoll_pwait2: %s", strerror(errno));
    for (int i = 0; i < count; i++) {
        struct link *link = &load->links[events[i].data.u32];
        if (!link->lost && (events[i].events & EPOLLOUT) != 0)
            load_flush(link);
        if (!link->lost && (events[i].events & ~(uint32_t)EPOLLOUT) != 0)
            receive(link);
    }
}

static void connect_one(struct load *load, enum link_role role)
{
    struct link *link = &load->links[load->count];
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(load->port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = load->count};
    int on = 1;
    *link = (struct link){.load = load, .role = role, .number = load->count};
    memset(link->next, '0', LOAD_DIGITS);
    buf_init(&link->out, LOAD_OUT_MAX);
    buf_init(&link->tail, TAIL_MAX);
    link->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (link->fd < 0)
        die("socket: %s (see ulimit -n)", strerror(errno));
    if (connect(link->fd, (struct sockaddr *)&address, sizeof address) != 0)
        die("connect: %s", strerror(errno));
    setsockopt(link->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(link->fd, F_SETFL, O_NONBLOCK);
    if (epoll_ctl(load->epoll, EPOLL_CTL_ADD, link->fd, &event) != 0)
        die("epoll_ctl: %s", strerror(errno));
    load->count++;
    load->driver->greet(link);
    load_flush(link);
}

struct link *load_connect(struct load *load, enum link_role role, uint32_t count)
{
    uint32_t first = load->count, end = first + count;
    int64_t patience = load_now() + PATIENCE_NS;
    if (end > LOAD_LINKS_MAX)
        die("more than %d connections", LOAD_LINKS_MAX);
    if (role == LINK_RECEIVER)
        load->receivers += count;
    while (load->ready < end) {
        bool more = load->count < end && load->count - load->heard < UNHEARD &&
                    load->count - load->ready < GREETING;
        if (more)
            connect_one(load, role);
        load_turn(load, more ? 0 : INT64_C(100000000));
        if (load_now() > patience)
            die("%u of %u connections were greeted in a minute", load->ready - first, count);
    }
    return &load->links[first];
}

void load_say(struct link *sender)
{
    struct load *load = sender->load;
    char text[LOAD_TEXT_MAX];
    uint64_t number = load->said++;
    for (int i = LOAD_DIGITS - 1; i >= 0; i--, number /= 10)
        text[i] = (char)('0' + number % 10);
    memset(text + LOAD_DIGITS, 'x', load->text_size - LOAD_DIGITS);
    load->driver->say(sender, text);
}

static bool counts(const struct link *link)
{
    return link->role == LINK_RECEIVER && !link->asleep && !link->lost;
}

uint64_t load_slowest(const struct load *load)
{
    uint64_t least = load->said;
    for (uint32_t i = 0; i < load->count; i++) {
        if (counts(&load->links[i]) && load->links[i].got < least)
            least = load->links[i].got;
    }
    return least;
}

uint64_t load_slowest_bytes(const struct load *load)
{
    uint64_t least = UINT64_MAX;
    for (uint32_t i = 0; i < load->count; i++) {
        if (counts(&load->links[i]) && load->links[i].bytes < least)
            least = load->links[i].bytes;
    }
    return least;
}

uint64_t load_delivered(const struct load *load)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < load->count; i++) {
        if (load->links[i].role == LINK_RECEIVER)
            sum += load->links[i].got;
    }
    return sum;
}

void load_wrong_text(const struct link *link, const uint8_t *text)
{
    die("connection %u: text %.8s came where %s was due", link->number, (const char *)text,
        link->next);
}
