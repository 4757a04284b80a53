/* A kqueue. Its filters for reading and writing are two entries, each reported once. */
#include "protocol/os/sock_herd.h"

#include <sys/event.h>
#include <sys/time.h>
#include <unistd.h>

#include "protocol/base/mem.h"

struct sock_herd {
    int queue;
};

struct sock_herd *sock_herd_create(void)
{
    int queue = kqueue();
    if (queue < 0)
        return NULL;
    struct sock_herd *herd = mem_alloc(1, sizeof *herd);
    herd->queue = queue;
    return herd;
}

void sock_herd_destroy(struct sock_herd *herd)
{
    if (!herd)
        return;
    close(herd->queue);
    mem_free(herd);
}

os_sock sock_herd_sock(const struct sock_herd *herd)
{
    return herd->queue;
}

static bool change(struct sock_herd *herd, os_sock sock, int16_t filter, uint16_t flags, void *who)
{
    struct kevent event;
    EV_SET(&event, (uintptr_t)sock, filter, flags, 0, 0, who);
    return kevent(herd->queue, &event, 1, NULL, 0, NULL) == 0;
}

bool sock_herd_set(struct sock_herd *herd, os_sock sock, unsigned was, unsigned want, void *who)
{
    static const struct {
        unsigned bit;
        int16_t filter;
    } filters[] = {{SOCK_READ, EVFILT_READ}, {SOCK_WRITE, EVFILT_WRITE}};
    bool ok = true;
    for (size_t i = 0; i < 2; i++) {
        if (want & filters[i].bit)
            ok = change(herd, sock, filters[i].filter, EV_ADD | EV_ONESHOT, who) && ok;
        else if (was & filters[i].bit)
            change(herd, sock, filters[i].filter, EV_DELETE, who);
    }
    return ok;
}

size_t sock_herd_collect(struct sock_herd *herd, struct sock_herd_ready out[SOCK_HERD_BATCH])
{
    struct kevent events[SOCK_HERD_BATCH];
    struct timespec now = {0};
    int count = kevent(herd->queue, NULL, 0, events, SOCK_HERD_BATCH, &now);
    for (int i = 0; i < count; i++) {
        bool reads = events[i].filter == EVFILT_READ;
        /* the other filter may still stand there: all of it leaves the herd */
        change(herd, (os_sock)events[i].ident, reads ? EVFILT_WRITE : EVFILT_READ, EV_DELETE, NULL);
        out[i].who = events[i].udata;
        out[i].ready = reads ? SOCK_READ : SOCK_WRITE;
    }
    return count < 0 ? 0 : (size_t)count;
}
