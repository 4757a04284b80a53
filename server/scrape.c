#include "server/scrape.h"

#include <stddef.h>
#include <string.h>

#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

#define ANSWER_HEAD_MAX 256

enum asker_state {
    ASKER_ASKS,
    ASKER_IS_TOLD,
    ASKER_LEAVES, /* all is sent: its end is waited for, so that no reset overtakes the answer */
};

struct asker {
    struct watch watch; /* first */
    struct scrape *scrape;
    enum asker_state state;
    char request[SCRAPE_REQUEST_MAX + 1];
    size_t size;
    struct buf answer;
};

struct scrape {
    struct watch watch; /* first */
    struct loop *loop;
    uint16_t port;
    size_t most;
    void (*write)(void *context, struct buf *out);
    void *context;
    struct asker *askers[SCRAPE_ASKERS_MAX]; /* oldest first */
    size_t asker_count;
};

static void remove_asker(struct asker *asker)
{
    struct scrape *scrape = asker->scrape;
    size_t at = 0;
    while (scrape->askers[at] != asker)
        at++;
    memmove(&scrape->askers[at], &scrape->askers[at + 1],
            (--scrape->asker_count - at) * sizeof scrape->askers[0]);
    loop_remove(scrape->loop, &asker->watch);
    sock_close(asker->watch.sock);
}

static void asker_retire(struct watch *watch)
{
    struct asker *asker = (struct asker *)watch;
    buf_finish(&asker->answer);
    mem_free(asker);
}

/* What is asked */

static void answer(struct asker *asker, const char *status, const char *more, struct bytes page)
{
    char head[ANSWER_HEAD_MAX];
    str_format(head, sizeof head,
               "HTTP/1.1 %s\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n%s"
               "Content-Length: %zu\r\nConnection: close\r\n\r\n",
               status, more, page.size);
    buf_append(&asker->answer, head, strlen(head));
    buf_append(&asker->answer, page.data, page.size);
    asker->state = ASKER_IS_TOLD;
}

static void refuse(struct asker *asker, const char *status, const char *more)
{
    static const char page[] = "There is GET /metrics here, and nothing else.\n";
    answer(asker, status, more,
           (struct bytes){.data = (const uint8_t *)page, .size = sizeof page - 1});
}

static void answer_request(struct asker *asker)
{
    static const char get[] = "GET ", path[] = "/metrics";
    const char *target = asker->request + sizeof get - 1;
    if (strncmp(asker->request, get, sizeof get - 1) != 0) {
        refuse(asker, "405 Method Not Allowed", "Allow: GET\r\n");
    } else if (strncmp(target, path, sizeof path - 1) != 0 ||
               strncmp(target + sizeof path - 1, " HTTP/1.", 8) != 0) {
        refuse(asker, "404 Not Found", "");
    } else {
        struct buf page;
        buf_init(&page, asker->scrape->most);
        asker->scrape->write(asker->scrape->context, &page);
        answer(asker, "200 OK", "", buf_peek(&page));
        buf_finish(&page);
    }
}

static void take_request(struct asker *asker)
{
    size_t moved;
    enum sock_status status = sock_receive(asker->watch.sock, asker->request + asker->size,
                                           SCRAPE_REQUEST_MAX - asker->size, &moved);
    if (status == SOCK_AGAIN)
        return;
    if (status != SOCK_OK) {
        remove_asker(asker);
        return;
    }
    asker->size += moved;
    asker->request[asker->size] = '\0';
    if (strlen(asker->request) != asker->size)
        refuse(asker, "400 Bad Request", "");
    else if (strstr(asker->request, "\r\n\r\n") != NULL)
        answer_request(asker);
    else if (asker->size == SCRAPE_REQUEST_MAX)
        refuse(asker, "431 Request Header Fields Too Large", "");
}

static void send_answer(struct asker *asker)
{
    struct bytes bytes = buf_peek(&asker->answer);
    size_t moved;
    enum sock_status status = sock_send(asker->watch.sock, bytes.data, bytes.size, &moved);
    if (status == SOCK_OK)
        buf_consume(&asker->answer, moved);
    else if (status != SOCK_AGAIN)
        remove_asker(asker);
    if (status == SOCK_OK && asker->answer.size == 0) {
        sock_end_sending(asker->watch.sock);
        asker->state = ASKER_LEAVES;
    }
}

static void wait_for_end(struct asker *asker)
{
    char dropped[512];
    size_t moved;
    enum sock_status status = sock_receive(asker->watch.sock, dropped, sizeof dropped, &moved);
    if (status != SOCK_OK && status != SOCK_AGAIN)
        remove_asker(asker);
}

static unsigned asker_prepare(struct watch *watch)
{
    return ((struct asker *)watch)->state == ASKER_IS_TOLD ? SOCK_WRITE : SOCK_READ;
}

static void asker_serve(struct watch *watch, unsigned ready)
{
    struct asker *asker = (struct asker *)watch;
    (void)ready;
    if (asker->state == ASKER_ASKS)
        take_request(asker);
    else if (asker->state == ASKER_IS_TOLD)
        send_answer(asker);
    else
        wait_for_end(asker);
}

/* Who asks */

static unsigned listen_prepare(struct watch *watch)
{
    (void)watch;
    return SOCK_READ;
}

static void listen_serve(struct watch *watch, unsigned ready)
{
    static const struct watch_ops ops = {
        .prepare = asker_prepare, .serve = asker_serve, .retire = asker_retire};
    struct scrape *scrape = (struct scrape *)watch;
    struct sock_address from;
    struct err err = {0};
    (void)ready;
    os_sock sock = sock_accept(watch->sock, &from, &err);
    if (sock == OS_SOCK_NONE || err.kind != ERR_NONE) {
        if (err.kind != ERR_NONE)
            log_warn("nobody can ask for figures: %s", err.text);
        sock_close(sock);
        return;
    }
    if (scrape->asker_count == SCRAPE_ASKERS_MAX)
        remove_asker(scrape->askers[0]);
    struct asker *asker = mem_alloc(1, sizeof *asker);
    asker->watch = (struct watch){.sock = sock, .ops = &ops};
    asker->scrape = scrape;
    buf_init(&asker->answer, ANSWER_HEAD_MAX + scrape->most);
    scrape->askers[scrape->asker_count++] = asker;
    loop_add(scrape->loop, &asker->watch);
}

static void listen_retire(struct watch *watch)
{
    mem_free(watch);
}

struct scrape *scrape_open(struct loop *loop, uint16_t port, size_t most,
                           void (*write)(void *context, struct buf *out), void *context,
                           struct err *err)
{
    static const struct watch_ops ops = {
        .prepare = listen_prepare, .serve = listen_serve, .retire = listen_retire};
    struct sock_address address;
    os_sock sock = sock_listen("127.0.0.1", port, err);
    if (sock == OS_SOCK_NONE)
        return NULL;
    if (!sock_local_address(sock, &address)) {
        (void)err_set(err, ERR_SYSTEM, "The system does not say which port it gave us.");
        sock_close(sock);
        return NULL;
    }
    struct scrape *scrape = mem_alloc(1, sizeof *scrape);
    *scrape = (struct scrape){
        .watch = {.sock = sock, .ops = &ops},
        .loop = loop,
        .port = sock_address_port(&address),
        .most = most,
        .write = write,
        .context = context,
    };
    loop_add(loop, &scrape->watch);
    return scrape;
}

uint16_t scrape_port(const struct scrape *scrape)
{
    return scrape->port;
}

void scrape_close(struct scrape *scrape)
{
    if (scrape == NULL)
        return;
    while (scrape->asker_count > 0)
        remove_asker(scrape->askers[0]);
    loop_remove(scrape->loop, &scrape->watch);
    sock_close(scrape->watch.sock);
}
