#include "client/work/bell.h"

#include <stdatomic.h>

#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/os/thread.h"

struct bell {
    struct wake *wake;
    void (*ring)(void *context);
    void *context;
    atomic_bool stop;
    struct thread *thread;
};

static void listen_to(void *arg)
{
    struct bell *bell = arg;
    struct sock_set *set = sock_set_create();
    struct err err = {0};
    while (!atomic_load(&bell->stop)) {
        sock_set_clear(set);
        sock_set_add(set, wake_sock(bell->wake), SOCK_READ);
        const int ready = sock_set_wait(set, -1, &err);
        if (ready < 0) { /* to try again at once would only burn time */
            log_warn("%s", err.text);
            break;
        }
        if (ready == 0)
            continue;
        wake_drain(bell->wake); /* before the call: what rings during it makes another */
        if (!atomic_load(&bell->stop))
            bell->ring(bell->context);
    }
    sock_set_destroy(set);
}

struct bell *bell_start(struct wake *wake, void (*ring)(void *context), void *context,
                        struct err *err)
{
    struct bell *bell = mem_alloc(1, sizeof *bell);
    bell->wake = wake;
    bell->ring = ring;
    bell->context = context;
    bell->thread = thread_start(listen_to, bell, err);
    if (bell->thread)
        return bell;
    mem_free(bell);
    return NULL;
}

void bell_stop(struct bell *bell)
{
    if (!bell)
        return;
    atomic_store(&bell->stop, true);
    wake_ring(bell->wake);
    thread_join(bell->thread);
    mem_free(bell);
}
