#include "protocol/net/link.h"

enum sock_status link_receive(struct link *link, void *bytes, size_t size, size_t *moved)
{
    return link->ops->receive(link, bytes, size, moved);
}

enum sock_status link_send(struct link *link, const struct sock_piece *pieces, size_t count,
                           size_t *moved)
{
    return link->ops->send(link, pieces, count, moved);
}

enum sock_status link_send_file(struct link *link, os_file file, uint64_t offset, size_t size,
                                size_t *moved)
{
    return link->ops->send_file(link, file, offset, size, moved);
}

unsigned link_wants(const struct link *link, unsigned would)
{
    return link->ops->wants(link, would);
}

bool link_pending(const struct link *link)
{
    return link->ops->pending(link);
}

void link_advance(struct link *link)
{
    link->ops->advance(link);
}

bool link_encrypted(const struct link *link)
{
    return link->ops->encrypted(link);
}

const char *link_trouble(const struct link *link)
{
    return link->ops->trouble(link);
}

void link_end_sending(struct link *link)
{
    link->ops->end_sending(link);
}

void link_close(struct link *link)
{
    if (link)
        link->ops->close(link);
}
