/* bench_tls.c - what encryption costs a file: link_send_file() over loopback, plain and TLS in turn.
 *
 *     bench_tls [MEGABYTES [ROUNDS]]
 *
 * The sender (what a server does) is pinned to the first core, the reader, which decrypts and throws
 * away, to the last. Prints GB/s, processor time, and the ratios of the best and of the medians. Linux only. */
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/net/tls.h"
#include "protocol/os/file.h"

#define ROUNDS_MAX 99
#define READ_SIZE 65536

struct result {
    double rate;   /* GB/s */
    double sender; /* seconds of processor time for a GB */
    double reader;
};

static void pin(long core)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)core, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0)
        die("cannot pin to core %ld", core);
}

static bool trust(void *context, const char *fingerprint)
{
    (void)context;
    (void)fingerprint;
    return true;
}

static void wait_for(const struct link *link, unsigned would)
{
    unsigned wants = link_wants(link, would);
    struct pollfd fd = {.fd = (int)link->sock};
    fd.events = (short)((wants & SOCK_READ ? POLLIN : 0) | (wants & SOCK_WRITE ? POLLOUT : 0));
    poll(&fd, 1, -1);
}

/* Read `size` bytes, then say one. */
static void read_all(struct link *link, uint64_t size)
{
    uint8_t *bytes = mem_alloc(READ_SIZE, 1);
    struct sock_piece done = {"x", 1};
    size_t moved;
    enum sock_status status;
    while (size > 0) {
        status = link_receive(link, bytes, READ_SIZE, &moved);
        if (status == SOCK_AGAIN)
            wait_for(link, SOCK_READ);
        else if (status != SOCK_OK)
            die("the reader's connection ended");
        size -= moved;
    }
    while ((status = link_send(link, &done, 1, &moved)) == SOCK_AGAIN)
        wait_for(link, SOCK_WRITE);
    link_end_sending(link);
    mem_free(bytes);
}

static double now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double seconds_of(const struct rusage *usage)
{
    return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) +
           (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e6;
}

static double processor_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return seconds_of(&usage);
}

static struct result run(struct tls *tls, os_sock listener, os_file file, uint64_t size)
{
    struct sock_address to, from;
    struct err err = {0};
    sock_local_address(listener, &to);
    pid_t child = fork();
    if (child == 0) {
        pin(sysconf(_SC_NPROCESSORS_ONLN) - 1);
        os_sock sock = sock_connect(&to, &err);
        poll(&(struct pollfd){.fd = (int)sock, .events = POLLOUT}, 1, -1);
        if (sock == OS_SOCK_NONE || !sock_connect_result(sock, &to, &err))
            die("%s", err.text);
        struct link *link = tls != NULL ? link_tls_connect(tls_open_client(), sock, trust, NULL)
                                        : link_plain_create(sock);
        read_all(link, size);
        _exit(0);
    }
    poll(&(struct pollfd){.fd = (int)listener, .events = POLLIN}, 1, -1);
    os_sock sock = sock_accept(listener, &from, &err);
    if (sock == OS_SOCK_NONE)
        die("nobody came: %s", err.text);
    struct link *link = tls != NULL ? link_tls_accept(tls, sock) : link_plain_create(sock);
    uint8_t byte;
    size_t moved;
    enum sock_status status = SOCK_AGAIN;
    while (tls != NULL && !link_encrypted(link)) { /* the first byte */
        wait_for(link, SOCK_READ);
        status = link_receive(link, &byte, 1, &moved);
    }
    double began = now_seconds();
    double processor = processor_seconds();
    for (uint64_t at = 0; at < size;) {
        status = link_send_file(link, file, at, (size_t)(size - at), &moved);
        if (status == SOCK_OK)
            at += moved;
        else if (status == SOCK_AGAIN)
            wait_for(link, SOCK_WRITE);
        else
            die("the sender's connection ended: %s", link_trouble(link));
        if (status == SOCK_AGAIN && !(link_wants(link, SOCK_WRITE) & SOCK_WRITE))
            link_receive(link, &byte, 1, &moved); /* the handshake */
    }
    while ((status = link_receive(link, &byte, 1, &moved)) == SOCK_AGAIN) {
        link_advance(link);
        wait_for(link, SOCK_READ);
    }
    if (status != SOCK_OK)
        die("the reader did not get everything");
    double seconds = now_seconds() - began;
    processor = processor_seconds() - processor;
    link_close(link);
    struct rusage usage;
    wait4(child, NULL, 0, &usage);
    double gigabytes = (double)size / 1e9;
    return (struct result){gigabytes / seconds, processor / gigabytes,
                           seconds_of(&usage) / gigabytes};
}

static int compare(const void *a, const void *b)
{
    double x = ((const struct result *)a)->rate, y = ((const struct result *)b)->rate;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    uint64_t size = (argc > 1 ? strtoull(argv[1], NULL, 10) : 256) * 1000000;
    unsigned rounds = argc > 2 ? (unsigned)atoi(argv[2]) : 5;
    char folder[] = "/tmp/bench-tls-XXXXXX", path[64];
    struct err err = {0};
    struct result results[2][ROUNDS_MAX];
    if (size == 0 || rounds == 0 || rounds > ROUNDS_MAX || mkdtemp(folder) == NULL)
        die("bench_tls [MEGABYTES [ROUNDS]]");
    sock_start();
    pin(0);
    struct tls *tls = tls_open_server(folder, &err);
    os_sock listener = sock_listen("127.0.0.1", 0, &err);
    snprintf(path, sizeof path, "%s/file", folder);
    os_file file = file_open(path, FILE_WRITE_NEW, &err);
    if (tls == NULL || listener == OS_SOCK_NONE || file == OS_FILE_NONE)
        die("%s", err.text);
    uint8_t *block = mem_alloc(1, 1000000);
    random_fill(block, 1000000);
    for (uint64_t at = 0; at < size; at += 1000000)
        if (!file_write_at(file, at, block, 1000000, &err))
            die("%s", err.text);
    for (unsigned i = 0; i < rounds; i++) {
        results[0][i] = run(NULL, listener, file, size);
        results[1][i] = run(tls, listener, file, size);
    }
    for (int way = 0; way < 2; way++) {
        qsort(results[way], rounds, sizeof results[way][0], compare);
        printf(
            "%s: %.2f GB/s (%.2f to %.2f); processor time for a GB: sender %.3f s, reader %.3f s\n",
            way == 0 ? "plain" : "TLS  ", results[way][rounds / 2].rate, results[way][0].rate,
            results[way][rounds - 1].rate, results[way][rounds / 2].sender,
            results[way][rounds / 2].reader);
    }
    printf("TLS / plain: %.0f %% at best, medians of %u: %.0f %%\n",
           100 * results[1][rounds - 1].rate / results[0][rounds - 1].rate, rounds,
           100 * results[1][rounds / 2].rate / results[0][rounds / 2].rate);
    file_remove(path, NULL);
    snprintf(path, sizeof path, "%s/tls.pem", folder);
    file_remove(path, NULL);
    rmdir(folder);
    return 0;
}
