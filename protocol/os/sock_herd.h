/* sock_herd.h - the sockets that are hardly ever ready, watched as one.
 *
 * select() costs time for each socket in its sets (85 us for 1,000, 4 ms for 10,000). So the loop
 * selects on the few that talk, and keeps the crowd here: an epoll descriptor (Linux) or a kqueue
 * (macOS) is itself a descriptor that select() can wait for. Where the system has neither
 * (Windows), sock_herd_sock() is OS_SOCK_NONE and collecting looks at all of them: do that every
 * SOCK_HERD_SWEEP_MS. A socket that is reported has left the herd. One thread. */
#ifndef CONFAB_OS_SOCK_HERD_H
#define CONFAB_OS_SOCK_HERD_H

#include "protocol/os/sock.h"

#define SOCK_HERD_SWEEP_MS 5

struct sock_herd;
struct sock_herd *sock_herd_create(void);       /* NULL: the system has none to give */
void sock_herd_destroy(struct sock_herd *herd); /* NULL is fine */
os_sock sock_herd_sock(const struct sock_herd *herd);
/* From now on wait for `want` (SOCK_READ | SOCK_WRITE; 0: take it out, before it is closed) of
 * `sock`, in the name of `who`. `was`: what was wanted of it here before, 0 if it is not in. False:
 * the system refuses; the socket is not in. */
bool sock_herd_set(struct sock_herd *herd, os_sock sock, unsigned was, unsigned want, void *who);
struct sock_herd_ready {
    void *who;
    unsigned ready;
};
#define SOCK_HERD_BATCH 256
/* Who is ready, without waiting; each may come twice, once for reading and once for writing. The
 * rest comes with the next call. */
size_t sock_herd_collect(struct sock_herd *herd, struct sock_herd_ready out[SOCK_HERD_BATCH]);

#endif
