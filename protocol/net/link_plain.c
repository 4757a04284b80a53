/* Bytes as they are. */
#include "protocol/net/link.h"

#include "protocol/base/mem.h"

static enum sock_status plain_receive(struct link *link, void *bytes, size_t size, size_t *moved)
{
    return sock_receive(link->sock, bytes, size, moved);
}

static enum sock_status plain_send(struct link *link, const struct sock_piece *pieces, size_t count,
                                   size_t *moved)
{
    if (link->more && count == 1)
        return sock_send_more(link->sock, pieces[0].data, pieces[0].size, moved);
    return sock_send_pieces(link->sock, pieces, count, moved);
}

static enum sock_status plain_send_file(struct link *link, os_file file, uint64_t offset,
                                        size_t size, size_t *moved)
{
    return sock_send_file(link->sock, file, offset, size, moved);
}

static unsigned plain_wants(const struct link *link, unsigned would)
{
    (void)link;
    return would;
}

static bool plain_pending(const struct link *link)
{
    (void)link;
    return false;
}

static void plain_advance(struct link *link)
{
    (void)link; /* it holds nothing */
}

static bool plain_encrypted(const struct link *link)
{
    (void)link;
    return false;
}

static const char *plain_trouble(const struct link *link)
{
    (void)link;
    return NULL;
}

static void plain_end_sending(struct link *link)
{
    sock_end_sending(link->sock);
}

static void plain_close(struct link *link)
{
    sock_close(link->sock);
    mem_free(link);
}

struct link *link_plain_create(os_sock sock)
{
    static const struct link_ops ops = {
        .receive = plain_receive,
        .send = plain_send,
        .send_file = plain_send_file,
        .wants = plain_wants,
        .pending = plain_pending,
        .advance = plain_advance,
        .encrypted = plain_encrypted,
        .trouble = plain_trouble,
        .end_sending = plain_end_sending,
        .close = plain_close,
    };
    struct link *link = mem_alloc(1, sizeof *link);
    link->ops = &ops;
    link->sock = sock;
    return link;
}
