/* beacon_probe.c - the discovery's two sides as programs, for discovery.sh. Only to be run in a
 * network namespace: it calls on every interface that it finds.
 *
 *   beacon_probe serve UDP-PORT BIND-HOST NAME UID PEOPLE-FILE
 *       call out as a server at port 5050; the number of people is read from the file again and
 *       again; prints "serving" when it began
 *   beacon_probe watch UDP-PORT MS=LIST...
 *       for each step wait until the list of servers is LIST, at most MS milliseconds; prints
 *       "step N after M ms". LIST: "NAME HOST PORT PEOPLE plain|encrypted" joined by ", ", or
 *       "none"; "MS=still LIST" means that it must stay so for all that time
 *   beacon_probe junk UDP-PORT
 *       send datagrams of every wrong kind */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/base/err.h"
#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/net/beacon.h"
#include "protocol/os/clock.h"
#include "protocol/os/file.h"
#include "protocol/wire/frame.h"

#define LOOK_EVERY_MS 50

static uint32_t read_people(const char *path)
{
    uint64_t people = 0;
    char *text = file_load(path, 32, NULL, NULL);
    if (text && str_to_u64(text, UINT32_MAX, &people))
        mem_free(text);
    else
        die("%s holds no number", path);
    return (uint32_t)people;
}

static int serve(uint16_t port, char **args)
{
    struct err err = {0};
    struct loop *loop = loop_create();
    struct beacon_facts facts = {.server = args[1], .uid = args[2], .port = 5050};
    struct beacon_server *beacon = beacon_server_create(loop, args[0], port, &facts, &err);
    if (!beacon)
        die("%s", err.text);
    puts("serving");
    fflush(stdout);
    for (;;) {
        facts.people = read_people(args[3]);
        int64_t now_ms = clock_now_ms();
        int64_t next_ms = beacon_server_tick(beacon, now_ms);
        if (now_ms + LOOK_EVERY_MS < next_ms)
            next_ms = now_ms + LOOK_EVERY_MS;
        if (!loop_turn(loop, next_ms, &err))
            die("%s", err.text);
    }
}

static void list_text(const struct beacon_client *beacon, char *out, size_t size)
{
    const struct beacon_seen *list;
    uint32_t version;
    size_t used = 0, count = beacon_client_list(beacon, &list, &version);
    str_copy(out, size, "none");
    for (size_t i = 0; i < count; i++) {
        str_format(out + used, size - used, "%s%s %s %u %u %s", i > 0 ? ", " : "", list[i].server,
                   list[i].host, (unsigned)list[i].port, (unsigned)list[i].people,
                   list[i].encrypted ? "encrypted" : "plain");
        used += strlen(out + used);
    }
}

static int watch(uint16_t port, char **steps)
{
    struct err err = {0};
    struct loop *loop = loop_create();
    struct beacon_client *beacon = beacon_client_create(loop, port, &err);
    if (!beacon)
        die("%s", err.text);
    for (int step = 0; steps[step]; step++) {
        char now[8192];
        const char *wanted = strchr(steps[step], '=');
        int64_t began_ms = clock_now_ms(), until_ms = began_ms + atol(steps[step]);
        bool still = wanted && str_starts(wanted + 1, "still ");
        if (!wanted)
            die("a step is MS=LIST, not %s", steps[step]);
        wanted += still ? strlen("=still ") : 1;
        for (;;) {
            int64_t now_ms = clock_now_ms();
            int64_t next_ms = beacon_client_tick(beacon, now_ms);
            if (!loop_turn(loop, next_ms < until_ms ? next_ms : until_ms, &err))
                die("%s", err.text);
            list_text(beacon, now, sizeof now);
            bool same = str_equal(now, wanted), late = clock_now_ms() >= until_ms;
            if (same != still && (same || late)) {
                if (same)
                    break;
                die("step %d: the list is \"%s\", not \"%s\"", step + 1, now, wanted);
            }
            if (same && still && late)
                break;
            if (!same && still)
                die("step %d: the list became \"%s\"", step + 1, now);
        }
        printf("step %d after %ld ms\n", step + 1, (long)(clock_now_ms() - began_ms));
        fflush(stdout);
    }
    beacon_client_destroy(beacon);
    loop_destroy(loop);
    return 0;
}

static int junk(uint16_t port)
{
    static const char *const headers[] = {
        "{}",
        "[]",
        "{\"type\":\"beacon\"}",
        "{\"type\":\"who\"}}",
        "{\"type\":\"ping\"}",
        "{\"type\":\"beacon\",\"version\":1,\"server\":\"x\",\"uid\":\"../../etc/passwd\","
        "\"port\":5050,\"people\":1}",
        "{\"type\":\"beacon\",\"version\":1,\"server\":\"x\",\"uid\":\"0000000000000000\","
        "\"port\":0,\"people\":1}",
        "{\"type\":\"beacon\",\"version\":1,\"server\":\"x\",\"uid\":\"0000000000000000\","
        "\"port\":70000,\"people\":1}",
    };
    struct err err = {0};
    struct sock_interface list[SOCK_INTERFACES_MAX];
    size_t count = sock_interfaces(list);
    os_sock sock = sock_udp_open(0, &err);
    static const uint8_t group[4] = {239, 255, 50, 50};
    uint8_t noise[2000];
    if (sock == OS_SOCK_NONE)
        die("%s", err.text);
    for (size_t i = 0; i < count; i++) {
        for (size_t h = 0; h < sizeof headers / sizeof headers[0]; h++) {
            size_t length = strlen(headers[h]);
            frame_head(noise, length, 0);
            memcpy(noise + FRAME_HEAD_SIZE, headers[h], length + 1);
            length += FRAME_HEAD_SIZE;
            for (size_t size = length - 1; size <= length + 1; size++) /* cut, whole, too long */
                sock_udp_send(sock, group, port, &list[i], noise, size);
        }
        for (size_t size = 1; size < sizeof noise; size += 7) {
            random_fill(noise, size);
            sock_udp_send(sock, group, port, &list[i], noise, size);
        }
    }
    sock_close(sock);
    return 0;
}

int main(int argc, char **argv)
{
    uint64_t port;
    sock_start();
    if (argc < 3 || !str_to_u64(argv[2], UINT16_MAX, &port))
        die("see the head of beacon_probe.c");
    if (str_equal(argv[1], "serve") && argc == 7)
        return serve((uint16_t)port, argv + 3);
    if (str_equal(argv[1], "watch"))
        return watch((uint16_t)port, argv + 3);
    if (str_equal(argv[1], "junk"))
        return junk((uint16_t)port);
    die("see the head of beacon_probe.c");
}
