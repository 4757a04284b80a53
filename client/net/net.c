#include "client/net/net.h"

#include <string.h>

#include "client/net/cache.h"
#include "client/net/net_state.h"
#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"

/* Mail to the owner */

void net_mail_free(struct net_mail *mail)
{
    msg_clone_free(mail->msg);
    mem_free(mail->json);
    mem_free(mail->path);
    mem_free(mail->seen);
    mem_free(mail);
}

static void drop_mail(struct mail *mail)
{
    net_mail_free((struct net_mail *)mail);
}

struct net_mail *net_mail_create(struct net *net, enum net_mail_kind kind)
{
    struct net_mail *mail = mem_alloc(1, sizeof *mail);
    mail->mail.open = net->config.open;
    mail->mail.drop = drop_mail;
    mail->kind = kind;
    mail->attempt = net->line.attempt;
    return mail;
}

void net_post(struct net *net, struct net_mail *mail)
{
    mailbox_post(net->config.to_owner, &mail->mail);
}

/* Orders from the owner: mail in the other direction */

enum order_kind {
    ORDER_CONNECT,
    ORDER_DISCONNECT,
    ORDER_SEND,
    ORDER_UPLOAD,
    ORDER_CANCEL_UPLOAD,
    ORDER_DOWNLOAD,
    ORDER_WANT,
    ORDER_STOP_DOWNLOAD,
    ORDER_FILE_DONE,
    ORDER_END,
};

struct order {
    struct mail mail; /* first */
    enum order_kind kind;
    uint32_t attempt;
    char *host; /* or the id, or the file */
    uint16_t port;
    struct msg *msg;
    char *path; /* or the folder */
    char *label;
    int64_t modified_ms;
    uint64_t offset, size;
    char *sha256; /* of the file, or of a server's key */
};

static void order_free(struct mail *mail)
{
    struct order *order = (struct order *)mail;
    msg_clone_free(order->msg);
    mem_free(order->host);
    mem_free(order->path);
    mem_free(order->label);
    mem_free(order->sha256);
    mem_free(order);
}

static void obey_end(struct net *net)
{
    line_bye(net);
    net->ends = true;
    net->ends_ms = clock_now_ms() + NET_BYE_MS;
}

static void obey(struct mail *mail, void *reader)
{
    struct order *order = (struct order *)mail;
    struct net *net = reader;
    switch (order->kind) {
    case ORDER_CONNECT:
        line_connect(net, order->attempt, order->host, order->port, order->msg, order->sha256);
        break;
    case ORDER_DISCONNECT:
        uploads_forget(net);
        downloads_forget(net);
        line_bye(net);
        break;
    case ORDER_SEND:
        line_send(net, order->msg);
        break;
    case ORDER_UPLOAD:
        uploads_add(net, order->msg, order->path, order->modified_ms);
        order->msg = NULL; /* taken */
        break;
    case ORDER_CANCEL_UPLOAD:
        uploads_cancel(net, order->host);
        break;
    case ORDER_DOWNLOAD:
        downloads_add(net, &(struct net_fetch){.file = order->host,
                                               .size = order->size,
                                               .sha256 = order->sha256,
                                               .folder = order->path,
                                               .label = order->label});
        break;
    case ORDER_WANT:
        downloads_want(net, order->host, order->offset, order->size);
        break;
    case ORDER_STOP_DOWNLOAD:
        downloads_stop(net, order->host);
        break;
    case ORDER_FILE_DONE:
        downloads_on_hash(net, order->host, order->sha256);
        break;
    case ORDER_END:
        obey_end(net);
        break;
    }
    order_free(mail);
}

static struct order *order_create(enum order_kind kind)
{
    struct order *order = mem_alloc(1, sizeof *order);
    order->mail.open = obey;
    order->mail.drop = order_free;
    order->kind = kind;
    return order;
}

static void give(struct net *net, struct order *order)
{
    mailbox_post(net->orders, &order->mail);
}

void net_connect(struct net *net, uint32_t attempt, const char *host, uint16_t port,
                 const struct msg *hello, const char *key)
{
    struct order *order = order_create(ORDER_CONNECT);
    order->sha256 = mem_string(key);
    order->attempt = attempt;
    order->host = mem_string(host);
    order->port = port;
    order->msg = msg_clone(hello);
    give(net, order);
}

void net_disconnect(struct net *net)
{
    give(net, order_create(ORDER_DISCONNECT));
}

void net_send(struct net *net, const struct msg *msg)
{
    struct order *order = order_create(ORDER_SEND);
    order->msg = msg_clone(msg);
    give(net, order);
}

void net_upload(struct net *net, const struct msg *announce, const char *path, int64_t modified_ms)
{
    struct order *order = order_create(ORDER_UPLOAD);
    order->msg = msg_clone(announce);
    order->path = mem_string(path);
    order->modified_ms = modified_ms;
    give(net, order);
}

void net_cancel_upload(struct net *net, const char *id)
{
    struct order *order = order_create(ORDER_CANCEL_UPLOAD);
    order->host = mem_string(id);
    give(net, order);
}

void net_download(struct net *net, const struct net_fetch *fetch)
{
    struct order *order = order_create(ORDER_DOWNLOAD);
    order->host = mem_string(fetch->file);
    order->size = fetch->size;
    order->sha256 = mem_string(fetch->sha256);
    order->path = mem_string(fetch->folder);
    order->label = mem_string(fetch->label);
    give(net, order);
}

void net_want(struct net *net, const char *file, uint64_t offset, uint64_t size)
{
    struct order *order = order_create(ORDER_WANT);
    order->host = mem_string(file);
    order->offset = offset;
    order->size = size;
    give(net, order);
}

void net_stop_download(struct net *net, const char *file)
{
    struct order *order = order_create(ORDER_STOP_DOWNLOAD);
    order->host = mem_string(file);
    give(net, order);
}

void net_file_done(struct net *net, const char *file, const char *sha256)
{
    struct order *order = order_create(ORDER_FILE_DONE);
    order->host = mem_string(file);
    order->sha256 = mem_string(sha256);
    give(net, order);
}

/* The thread */

static unsigned wake_prepare(struct watch *watch)
{
    (void)watch;
    return SOCK_READ;
}

static void wake_serve(struct watch *watch, unsigned ready)
{
    struct net *net = (struct net *)((char *)watch - offsetof(struct net, wake_watch));
    (void)ready;
    wake_drain(net->wake);
    mailbox_drain(net->orders, net);
}

/* Who was heard on this network, when that changed. */
static int64_t beacon_tick(struct net *net, int64_t now_ms)
{
    const struct beacon_seen *list = NULL;
    uint32_t version = 0;
    if (net->beacon == NULL)
        return INT64_MAX;
    if (now_ms >= net->beacon_ms)
        net->beacon_ms = beacon_client_tick(net->beacon, now_ms);
    size_t count = beacon_client_list(net->beacon, &list, &version);
    if (version != net->seen_version) {
        struct net_mail *mail = net_mail_create(net, NET_SEEN);
        net->seen_version = version;
        mail->seen_count = count;
        if (count > 0)
            mail->seen = mem_copy(list, count * sizeof *list);
        net_post(net, mail);
    }
    return net->beacon_ms;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t tick(struct net *net)
{
    int64_t now_ms = clock_now_ms();
    int64_t due_ms = earlier(line_tick(net, now_ms), beacon_tick(net, now_ms));
    due_ms = earlier(due_ms, downloads_tick(net, now_ms));
    due_ms = earlier(due_ms, uploads_tick(net, now_ms));
    if (uploads_work(net) || downloads_work(net))
        due_ms = now_ms;
    return net->ends ? earlier(due_ms, net->ends_ms) : due_ms;
}

static bool has_ended(const struct net *net)
{
    return net->ends && (net->line.leaving == NULL || clock_now_ms() >= net->ends_ms);
}

static void run(void *arg)
{
    struct net *net = arg;
    struct err err = {0};
    cache_trim(net->config.cache_cap);
    if (net->config.discover) {
        uint16_t port = net->config.beacon_port != 0 ? net->config.beacon_port : WIRE_PORT;
        net->beacon = beacon_client_create(net->loop, port, &err);
        if (net->beacon == NULL)
            log_warn("servers on this network can't be found: %s", err.text);
    }
    while (!has_ended(net)) {
        if (!loop_turn(net->loop, tick(net), &err))
            die("%s", err.text);
    }
}

static void ring(void *context)
{
    wake_ring(context);
}

struct net *net_create(const struct net_config *config, struct err *err)
{
    static const struct watch_ops wake_ops = {.prepare = wake_prepare, .serve = wake_serve};
    struct wake *wake = wake_create(err);
    if (wake == NULL)
        return NULL;
    struct net *net = mem_alloc(1, sizeof *net);
    net->config = *config;
    net->wake = wake;
    net->orders = mailbox_create(ring, wake);
    net->loop = loop_create();
    net->tls = config->plain ? NULL : tls_open_client();
    line_init(&net->line);
    net->wake_watch.sock = wake_sock(wake);
    net->wake_watch.ops = &wake_ops;
    loop_add(net->loop, &net->wake_watch);
    net->thread = thread_start(run, net, err);
    if (net->thread == NULL) {
        net_destroy(net);
        return NULL;
    }
    return net;
}

void net_destroy(struct net *net)
{
    if (net == NULL)
        return;
    if (net->thread != NULL) {
        give(net, order_create(ORDER_END));
        thread_join(net->thread);
    }
    /* From here on its things are ours. */
    line_drop(net);
    uploads_forget(net);
    downloads_forget(net);
    mem_free(net->uploads.chunk);
    mem_free(net->downloads.slice);
    beacon_client_destroy(net->beacon);
    loop_destroy(net->loop);
    tls_close(net->tls);
    mailbox_destroy(net->orders);
    wake_destroy(net->wake);
    mem_free(net);
}
