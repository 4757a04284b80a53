/* An epoll descriptor. EPOLLONESHOT: who was reported is silent until it is set again, so leaving
 * the herd costs no call. */
#include "protocol/os/sock_herd.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "protocol/base/mem.h"

struct sock_herd {
    int epoll;
};

struct sock_herd *sock_herd_create(void)
{
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0)
        return NULL;
    struct sock_herd *herd = mem_alloc(1, sizeof *herd);
    herd->epoll = epoll;
    return herd;
}

void sock_herd_destroy(struct sock_herd *herd)
{
    if (!herd)
        return;
    close(herd->epoll);
    mem_free(herd);
}

os_sock sock_herd_sock(const struct sock_herd *herd)
{
    return herd->epoll;
}

bool sock_herd_set(struct sock_herd *herd, os_sock sock, unsigned was, unsigned want, void *who)
{
    struct epoll_event event = {.events = EPOLLONESHOT, .data.ptr = who};
    (void)was;
    if (want == 0) {
        epoll_ctl(herd->epoll, EPOLL_CTL_DEL, (int)sock, &event);
        return true;
    }
    if (want & SOCK_READ)
        event.events |= EPOLLIN;
    if (want & SOCK_WRITE)
        event.events |= EPOLLOUT;
    /* it is mostly in already, silent since it was last reported */
    if (epoll_ctl(herd->epoll, EPOLL_CTL_MOD, (int)sock, &event) == 0)
        return true;
    return errno == ENOENT && epoll_ctl(herd->epoll, EPOLL_CTL_ADD, (int)sock, &event) == 0;
}

size_t sock_herd_collect(struct sock_herd *herd, struct sock_herd_ready out[SOCK_HERD_BATCH])
{
    struct epoll_event events[SOCK_HERD_BATCH];
    int count = epoll_wait(herd->epoll, events, SOCK_HERD_BATCH, 0);
    for (int i = 0; i < count; i++) {
        /* an error or a hang-up is read and written into, as select() would say */
        bool broken = events[i].events & (EPOLLERR | EPOLLHUP);
        out[i].who = events[i].data.ptr;
        out[i].ready = (events[i].events & EPOLLIN || broken ? SOCK_READ : 0) |
                       (events[i].events & EPOLLOUT || broken ? SOCK_WRITE : 0);
    }
    return count < 0 ? 0 : (size_t)count;
}
