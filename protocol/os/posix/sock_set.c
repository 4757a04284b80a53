/* select() with bit sets of our own. FD_SET() and its kin end at FD_SETSIZE (1024): past it they
 * write beyond the set, and in fortified builds abort. The system call itself takes sets of any
 * size as arrays of words, bit n of the whole standing for descriptor n. */
#ifdef __APPLE__
#define _DARWIN_UNLIMITED_SELECT 1 /* else nfds above FD_SETSIZE is refused */
#endif
#include "protocol/os/sock.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/select.h>
#include <sys/time.h>

#include "protocol/base/mem.h"

/* The kernels' own word: fd_mask is a long on Linux and the BSDs. (macOS has 32-bit words and is
 * little-endian everywhere, so longs lie in the same bytes.) */
typedef unsigned long word;
#define WORD_BITS (sizeof(word) * CHAR_BIT)
#define LONGEST_WAIT_MS (INT64_C(1000) * 3600 * 24) /* some systems refuse more than 10^8 seconds */

struct sock_set {
    word *want_read, *want_write;   /* [words] */
    word *ready_read, *ready_write; /* [words]: select() writes into these */
    size_t words;
    int largest; /* -1 when empty */
    bool writes; /* somebody wants to write */
};

struct sock_set *sock_set_create(void)
{
    struct sock_set *set = mem_alloc(1, sizeof *set);
    set->largest = -1;
    return set;
}

void sock_set_destroy(struct sock_set *set)
{
    if (!set)
        return;
    mem_free(set->want_read);
    mem_free(set->want_write);
    mem_free(set->ready_read);
    mem_free(set->ready_write);
    mem_free(set);
}

static size_t words_in_use(const struct sock_set *set)
{
    return (size_t)(set->largest + 1 + (int)WORD_BITS - 1) / WORD_BITS;
}

void sock_set_clear(struct sock_set *set)
{
    size_t bytes = words_in_use(set) * sizeof(word);
    if (bytes > 0) {
        memset(set->want_read, 0, bytes);
        memset(set->want_write, 0, bytes);
        memset(set->ready_read, 0, bytes);
        memset(set->ready_write, 0, bytes);
    }
    set->largest = -1;
    set->writes = false;
}

static void grow(word **bits, size_t from, size_t to)
{
    *bits = mem_resize(*bits, to, sizeof(word));
    memset(*bits + from, 0, (to - from) * sizeof(word));
}

void sock_set_add(struct sock_set *set, os_sock sock, unsigned want)
{
    assert(sock >= 0 && sock < INT_MAX - (int)WORD_BITS);
    size_t index = (size_t)sock / WORD_BITS;
    word bit = (word)1 << ((size_t)sock % WORD_BITS);
    if (index >= set->words) {
        /* never below FD_SETSIZE: sanitizers check that much behind each pointer */
        size_t least = sizeof(fd_set) / sizeof(word);
        size_t words = index * 2 > least ? index * 2 : least;
        grow(&set->want_read, set->words, words);
        grow(&set->want_write, set->words, words);
        grow(&set->ready_read, set->words, words);
        grow(&set->ready_write, set->words, words);
        set->words = words;
    }
    if (want & SOCK_READ)
        set->want_read[index] |= bit;
    if (want & SOCK_WRITE) {
        set->want_write[index] |= bit;
        set->writes = true;
    }
    if ((int)sock > set->largest)
        set->largest = (int)sock;
}

int sock_set_wait(struct sock_set *set, int64_t timeout_ms, struct err *err)
{
    size_t bytes = words_in_use(set) * sizeof(word);
    struct timeval wait = {0};
    if (bytes > 0) {
        memcpy(set->ready_read, set->want_read, bytes);
        memcpy(set->ready_write, set->want_write, bytes);
    }
    if (timeout_ms > LONGEST_WAIT_MS)
        timeout_ms = LONGEST_WAIT_MS;
    if (timeout_ms > 0) {
        wait.tv_sec = (time_t)(timeout_ms / 1000);
        wait.tv_usec = (suseconds_t)(timeout_ms % 1000 * 1000);
    }
    int ready = select(set->largest + 1, (fd_set *)(void *)set->ready_read,
                       set->writes ? (fd_set *)(void *)set->ready_write : NULL, NULL,
                       timeout_ms < 0 ? NULL : &wait);
    if (ready > 0)
        return ready;
    int code = ready < 0 ? errno : 0;
    if (bytes > 0) { /* after an error the sets hold anything */
        memset(set->ready_read, 0, bytes);
        memset(set->ready_write, 0, bytes);
    }
    if (code != 0 && code != EINTR) {
        err_set_errno(err, code, "Waiting for the network failed");
        return -1;
    }
    return 0;
}

unsigned sock_set_ready(const struct sock_set *set, os_sock sock)
{
    size_t index = (size_t)sock / WORD_BITS;
    word bit = (word)1 << ((size_t)sock % WORD_BITS);
    if (sock < 0 || index >= set->words)
        return 0;
    return (set->ready_read[index] & bit ? SOCK_READ : 0) |
           (set->writes && set->ready_write[index] & bit ? SOCK_WRITE : 0);
}
