/* link.h - how bytes cross: plain or TLS (tls.h), behind one seam. A link owns its socket.
 *
 * TLS may have to write in order to read and to read in order to write, and may hold decrypted
 * bytes that select() cannot see. So the link, not the caller, says what to wait for: link_wants()
 * turns "I would read / write" into socket wishes, and link_pending() keeps the loop from sleeping.
 */
#ifndef CONFAB_NET_LINK_H
#define CONFAB_NET_LINK_H

#include "protocol/os/file.h"
#include "protocol/os/sock.h"

struct link;

struct link_ops {
    enum sock_status (*receive)(struct link *link, void *bytes, size_t size, size_t *moved);
    enum sock_status (*send)(struct link *link, const struct sock_piece *pieces, size_t count,
                             size_t *moved);
    enum sock_status (*send_file)(struct link *link, os_file file, uint64_t offset, size_t size,
                                  size_t *moved);
    /* Given what the caller would do (SOCK_READ | SOCK_WRITE), what the socket must become for it.
     */
    unsigned (*wants)(const struct link *link, unsigned would);
    bool (*pending)(const struct link *link);
    /* The socket takes more: send what the link itself still holds (TLS: records made already). */
    void (*advance)(struct link *link);
    bool (*encrypted)(const struct link *link);
    /* After SOCK_FAILED: a sentence that says why; NULL: nothing is known beyond that. */
    const char *(*trouble)(const struct link *link);
    /* Say that nothing follows (TLS: close_notify first). Best effort, once. */
    void (*end_sending)(struct link *link);
    void (*close)(struct link *link); /* closes the socket and frees the link */
};
/* Each kind embeds this first. */
struct link {
    const struct link_ops *ops;
    os_sock sock;
    bool more; /* a hint for send: more follows at once */
};

struct link *link_plain_create(os_sock sock); /* takes the socket */

/* Statuses as in sock.h; AGAIN: ask link_wants() and come back. */
enum sock_status link_receive(struct link *link, void *bytes, size_t size, size_t *moved);
enum sock_status link_send(struct link *link, const struct sock_piece *pieces, size_t count,
                           size_t *moved);
enum sock_status link_send_file(struct link *link, os_file file, uint64_t offset, size_t size,
                                size_t *moved);
unsigned link_wants(const struct link *link, unsigned would);
bool link_pending(const struct link *link);
void link_advance(struct link *link);
bool link_encrypted(const struct link *link);
const char *link_trouble(const struct link *link);
void link_end_sending(struct link *link);
void link_close(struct link *link); /* NULL is fine */

#endif
