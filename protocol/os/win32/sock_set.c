/* select() with sets of our own. On Windows an fd_set is a count and an array of handles; its 64
 * places (FD_SETSIZE) are only what FD_SET() looks at, select() itself takes any count. */
#include "protocol/os/sock.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <winsock2.h>
#include <windows.h>

#include "protocol/base/mem.h"

/* The shape of fd_set, with as many places as needed. */
struct handles {
    u_int count;
    SOCKET socks[];
};
_Static_assert(offsetof(struct handles, socks) == offsetof(fd_set, fd_array),
               "as winsock2.h has it");

struct list {
    struct handles *want, *ready;
    size_t room;
};

struct sock_set {
    struct list read, write, except;
};

#define LONGEST_WAIT_MS (INT64_C(1000) * 3600 * 24)

static size_t size_of(size_t count)
{
    return offsetof(struct handles, socks) + count * sizeof(SOCKET);
}

static void add(struct list *list, SOCKET sock)
{
    if (list->want->count == list->room) {
        list->room *= 2;
        list->want = mem_resize(list->want, 1, size_of(list->room));
        list->ready = mem_resize(list->ready, 1, size_of(list->room));
    }
    list->want->socks[list->want->count++] = sock;
}

static void start(struct list *list)
{
    list->room = 64;
    list->want = mem_alloc(1, size_of(list->room));
    list->ready = mem_alloc(1, size_of(list->room));
}

static void clear(struct list *list)
{
    list->want->count = list->ready->count = 0;
}

static void finish(struct list *list)
{
    mem_free(list->want);
    mem_free(list->ready);
}

struct sock_set *sock_set_create(void)
{
    struct sock_set *set = mem_alloc(1, sizeof *set);
    start(&set->read);
    start(&set->write);
    start(&set->except);
    return set;
}

void sock_set_destroy(struct sock_set *set)
{
    if (!set)
        return;
    finish(&set->read);
    finish(&set->write);
    finish(&set->except);
    mem_free(set);
}

void sock_set_clear(struct sock_set *set)
{
    clear(&set->read);
    clear(&set->write);
    clear(&set->except);
}

void sock_set_add(struct sock_set *set, os_sock sock, unsigned want)
{
    if (want & SOCK_READ)
        add(&set->read, (SOCKET)sock);
    if (want & SOCK_WRITE) {
        add(&set->write, (SOCKET)sock);
        add(&set->except, (SOCKET)sock); /* a connect that failed is told here */
    }
}

static fd_set *begin(struct list *list)
{
    memcpy(list->ready, list->want, size_of(list->want->count));
    return list->want->count > 0 ? (fd_set *)(void *)list->ready : NULL;
}

static int by_handle(const void *left, const void *right)
{
    SOCKET a, b;
    memcpy(&a, left, sizeof a);
    memcpy(&b, right, sizeof b);
    return (a > b) - (a < b);
}

static void sort(struct list *list)
{
    qsort(list->ready->socks, list->ready->count, sizeof(SOCKET), by_handle);
}

static bool holds(const struct list *list, SOCKET sock)
{
    return bsearch(&sock, list->ready->socks, list->ready->count, sizeof sock, by_handle) != NULL;
}

int sock_set_wait(struct sock_set *set, int64_t timeout_ms, struct err *err)
{
    struct timeval wait = {0};
    fd_set *read = begin(&set->read), *write = begin(&set->write), *except = begin(&set->except);
    if (timeout_ms > LONGEST_WAIT_MS)
        timeout_ms = LONGEST_WAIT_MS;
    if (!read && !write) { /* select() refuses to wait for nobody */
        Sleep(timeout_ms < 0 ? INFINITE : (DWORD)timeout_ms);
        return 0;
    }
    if (timeout_ms > 0) {
        wait.tv_sec = (long)(timeout_ms / 1000);
        wait.tv_usec = (long)(timeout_ms % 1000 * 1000);
    }
    int ready = select(0, read, write, except, timeout_ms < 0 ? NULL : &wait);
    if (ready <= 0)
        set->read.ready->count = set->write.ready->count = set->except.ready->count = 0;
    if (ready < 0) {
        err_set(err, ERR_SYSTEM, "Waiting for the network failed: Windows error %d.",
                WSAGetLastError());
        return -1;
    }
    sort(&set->read);
    sort(&set->write);
    sort(&set->except);
    return ready;
}

unsigned sock_set_ready(const struct sock_set *set, os_sock sock)
{
    return (holds(&set->read, (SOCKET)sock) ? SOCK_READ : 0) |
           (holds(&set->write, (SOCKET)sock) || holds(&set->except, (SOCKET)sock) ? SOCK_WRITE : 0);
}
