/* Windows has no descriptor that stands for many sockets, so they are looked at now and then:
 * select() without waiting, over all of them. */
#include "protocol/os/sock_herd.h"

#include "protocol/base/mem.h"

struct sheep {
    os_sock sock;
    unsigned want;
    void *who;
};

struct sock_herd {
    struct sock_set *set;
    struct sheep *all;
    size_t count, room;
};

struct sock_herd *sock_herd_create(void)
{
    struct sock_herd *herd = mem_alloc(1, sizeof *herd);
    herd->set = sock_set_create();
    return herd;
}

void sock_herd_destroy(struct sock_herd *herd)
{
    if (!herd)
        return;
    sock_set_destroy(herd->set);
    mem_free(herd->all);
    mem_free(herd);
}

os_sock sock_herd_sock(const struct sock_herd *herd)
{
    (void)herd;
    return OS_SOCK_NONE;
}

static struct sheep *find(struct sock_herd *herd, os_sock sock)
{
    for (size_t i = 0; i < herd->count; i++) {
        if (herd->all[i].sock == sock)
            return &herd->all[i];
    }
    return NULL;
}

bool sock_herd_set(struct sock_herd *herd, os_sock sock, unsigned was, unsigned want, void *who)
{
    struct sheep *sheep = was != 0 ? find(herd, sock) : NULL;
    if (want == 0) {
        if (sheep)
            *sheep = herd->all[--herd->count];
        return true;
    }
    if (!sheep && herd->count == herd->room) {
        herd->room = herd->room ? herd->room * 2 : 64;
        herd->all = mem_resize(herd->all, herd->room, sizeof *herd->all);
    }
    if (!sheep)
        sheep = &herd->all[herd->count++];
    *sheep = (struct sheep){.sock = sock, .want = want, .who = who};
    return true;
}

size_t sock_herd_collect(struct sock_herd *herd, struct sock_herd_ready out[SOCK_HERD_BATCH])
{
    size_t found = 0;
    sock_set_clear(herd->set);
    for (size_t i = 0; i < herd->count; i++)
        sock_set_add(herd->set, herd->all[i].sock, herd->all[i].want);
    if (herd->count == 0 || sock_set_wait(herd->set, 0, NULL) <= 0)
        return 0;
    for (size_t i = herd->count; i > 0 && found < SOCK_HERD_BATCH; i--) {
        struct sheep *sheep = &herd->all[i - 1];
        unsigned ready = sheep->want & sock_set_ready(herd->set, sheep->sock);
        if (ready == 0)
            continue;
        out[found++] = (struct sock_herd_ready){.who = sheep->who, .ready = ready};
        *sheep = herd->all[--herd->count];
    }
    return found;
}
