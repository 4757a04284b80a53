/* sock.h: addresses, the sentences for what goes wrong, the end of descriptors, transfers. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#ifndef _WIN32
#include <sys/resource.h>
#endif

#include "protocol/base/mem.h"
#include "protocol/os/file.h"
#include "protocol/os/sock.h"

#define PATIENCE_MS 20000

static void wait_for(os_sock sock, unsigned want)
{
    struct err err = {0};
    struct sock_set *set = sock_set_create();
    sock_set_add(set, sock, want);
    assert_int_equal(sock_set_wait(set, PATIENCE_MS, &err), 1);
    assert_int_equal(sock_set_ready(set, sock), want);
    sock_set_destroy(set);
}

static os_sock listen_here(const char *host, struct sock_address *address)
{
    struct err err = {0};
    os_sock sock = sock_listen(host, 0, &err);
    assert_true(sock != OS_SOCK_NONE);
    assert_true(sock_local_address(sock, address));
    return sock;
}

static void connect_two(const char *host, os_sock *left, os_sock *right)
{
    struct err err = {0};
    struct sock_address address, from;
    os_sock listener = listen_here(host, &address);
    *left = sock_connect(&address, &err);
    assert_true(*left != OS_SOCK_NONE);
    wait_for(listener, SOCK_READ);
    *right = sock_accept(listener, &from, &err);
    assert_true(*right != OS_SOCK_NONE);
    wait_for(*left, SOCK_WRITE);
    assert_true(sock_connect_result(*left, &address, &err));
    assert_true(sock_address_is_loopback(&from));
    assert_true(sock_accept(listener, &from, &err) == OS_SOCK_NONE);
    assert_int_equal(err.kind, ERR_NONE); /* nobody waits: not an error */
    sock_close(listener);
}

static void test_addresses_as_text(void **state)
{
    (void)state;
    static const struct {
        const char *host, *text, *shown;
        bool loopback;
    } rows[] = {
        {"127.0.0.1", "127.0.0.1:5050", "127.0.0.1", true},
        {"192.168.1.20", "192.168.1.20:5050", "192.168.1.20", false},
        {"::1", "[::1]:5050", "::1", true},
        {"[::1]", "[::1]:5050", "::1", true},
        {"::ffff:127.0.0.9", "127.0.0.9:5050", "127.0.0.9", true},
        {"::ffff:10.1.2.3", "10.1.2.3:5050", "10.1.2.3", false},
        {"2001:db8::7", "[2001:db8::7]:5050", "2001:db8::7", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sock_address found[SOCK_RESOLVE_MAX];
        struct err err = {0};
        char text[SOCK_ADDRESS_SIZE];
        assert_true(sock_resolve(rows[i].host, 5050, found, &err) >= 1);
        sock_address_text(&found[0], text);
        assert_string_equal(text, rows[i].text);
        sock_address_host(&found[0], text);
        assert_string_equal(text, rows[i].shown);
        assert_int_equal(sock_address_port(&found[0]), 5050);
        assert_int_equal(sock_address_is_loopback(&found[0]), rows[i].loopback);
    }
}

static void test_what_is_no_address(void **state)
{
    (void)state;
    struct sock_address found[SOCK_RESOLVE_MAX];
    struct err err = {0};
    char name[400];
    assert_int_equal(sock_resolve("999.1.2.3", 1, found, &err), 0);
    assert_int_equal(err.kind, ERR_ADDRESS);
    assert_non_null(strstr(err.text, "\"999.1.2.3\" is not an address"));
    assert_int_equal(sock_resolve("", 1, found, &err), 0);
    assert_int_equal(err.kind, ERR_ADDRESS);
    memset(name, 'a', sizeof name);
    name[256] = '\0';
    assert_int_equal(sock_resolve(name, 1, found, &err), 0);
    assert_int_equal(err.kind, ERR_ADDRESS);
    struct sock_address empty = {0};
    sock_address_text(&empty, name);
    assert_string_equal(name, "unknown address:0");
}

static void test_listening_where_one_cannot(void **state)
{
    (void)state;
    struct err err = {0};
    struct sock_address address;
    os_sock sock = listen_here("127.0.0.1", &address);
    assert_true(sock_listen("127.0.0.1", sock_address_port(&address), &err) == OS_SOCK_NONE);
    assert_int_equal(err.kind, ERR_EXISTS);
    assert_non_null(strstr(err.text, "is in use"));
    sock_close(sock);
    assert_true(sock_listen("192.0.2.77", 5050, &err) == OS_SOCK_NONE);
    assert_int_equal(err.kind, ERR_ADDRESS);
    assert_non_null(strstr(err.text, "is not an address of this computer"));
    /* at once again on a port that was just left */
    sock = sock_listen("127.0.0.1", sock_address_port(&address), &err);
    assert_true(sock != OS_SOCK_NONE);
    sock_close(sock);
}

static void test_refused_in_words(void **state)
{
    (void)state;
    struct err err = {0};
    struct sock_address address;
    char at[SOCK_ADDRESS_SIZE];
    sock_close(listen_here("127.0.0.1", &address)); /* a port where nobody is now */
    os_sock sock = sock_connect(&address, &err);
    if (sock != OS_SOCK_NONE) {
        struct sock_set *set = sock_set_create();
        sock_set_add(set, sock, SOCK_WRITE);
        assert_int_equal(sock_set_wait(set, PATIENCE_MS, &err), 1);
        sock_set_destroy(set);
        assert_false(sock_connect_result(sock, &address, &err));
        sock_close(sock);
    }
    assert_int_equal(err.kind, ERR_REFUSED);
    sock_address_text(&address, at);
    assert_memory_equal(err.text, "Connection refused: nobody is listening at 127.0.0.1:", 50);
    assert_non_null(strstr(err.text, at));
}

static void test_bytes_and_ends(void **state)
{
    (void)state;
    static const char *const hosts[] = {"127.0.0.1", "::1"};
    for (size_t h = 0; h < 2; h++) {
        os_sock left, right;
        char got[32];
        size_t moved;
        if (h == 1) { /* a computer may be without IPv6 */
            os_sock six = sock_listen("::1", 0, NULL);
            if (six == OS_SOCK_NONE)
                continue;
            sock_close(six);
        }
        connect_two(hosts[h], &left, &right);
        assert_int_equal(sock_receive(right, got, sizeof got, &moved), SOCK_AGAIN);
        assert_int_equal(moved, 0);
        struct sock_piece pieces[3] = {{"one ", 4}, {"two ", 4}, {"three", 5}};
        assert_int_equal(sock_send_pieces(left, pieces, 3, &moved), SOCK_OK);
        assert_int_equal(moved, 13);
        wait_for(right, SOCK_READ);
        assert_int_equal(sock_receive(right, got, sizeof got, &moved), SOCK_OK);
        assert_int_equal(moved, 13);
        assert_memory_equal(got, "one two three", 13);
        sock_end_sending(left);
        wait_for(right, SOCK_READ);
        assert_int_equal(sock_receive(right, got, sizeof got, &moved), SOCK_CLOSED);
        assert_int_equal(sock_send(right, "still", 5, &moved), SOCK_OK);
        sock_close(left);
        sock_close(right);
    }
}

static void test_sending_to_who_has_gone(void **state)
{
    (void)state;
    os_sock left, right;
    size_t moved;
    enum sock_status status = SOCK_OK;
    connect_two("127.0.0.1", &left, &right);
    sock_close(right);
    for (int i = 0; i < 10000 && status == SOCK_OK; i++) /* SIGPIPE would end the test here */
        status = sock_send(left, "into the void", 13, &moved);
    assert_int_equal(status, SOCK_CLOSED);
    sock_close(left);
}

static void test_files_past_four_gigabytes(void **state)
{
    (void)state;
    os_sock left, right;
    struct err err = {0};
    size_t moved;
    char got[64];
    uint64_t at = UINT64_C(5) << 30;
    os_file file = file_open("sparse.bin", FILE_WRITE, &err);
    assert_true(file != OS_FILE_NONE);
    assert_true(file_write_at(file, at, "far away", 8, &err));
    connect_two("127.0.0.1", &left, &right);
    assert_int_equal(sock_send_file(left, file, at, 8, &moved), SOCK_OK);
    assert_int_equal(moved, 8);
    wait_for(right, SOCK_READ);
    assert_int_equal(sock_receive(right, got, sizeof got, &moved), SOCK_OK);
    assert_int_equal(moved, 8);
    assert_memory_equal(got, "far away", 8);
    assert_int_equal(sock_send_file(left, file, at + 8, 1, &moved), SOCK_FAILED);
    assert_int_equal(moved, 0);
    sock_close(left);
    sock_close(right);
    file_close(file);
    assert_true(file_remove("sparse.bin", &err));
}

#ifndef _WIN32
/* Something that sendfile() does not take, so that the copying way is walked too. */
static void test_file_from_a_device(void **state)
{
    (void)state;
    os_sock left, right;
    size_t moved;
    uint8_t got[64];
    int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    assert_true(zero >= 0);
    connect_two("127.0.0.1", &left, &right);
    assert_int_equal(sock_send_file(left, zero, 0, 10, &moved), SOCK_OK);
    assert_int_equal(moved, 10);
    wait_for(right, SOCK_READ);
    assert_int_equal(sock_receive(right, got, sizeof got, &moved), SOCK_OK);
    assert_int_equal(moved, 10);
    close(zero);
    sock_close(left);
    sock_close(right);
}

static void test_out_of_descriptors(void **state)
{
    (void)state;
    struct rlimit before, small;
    struct err err = {0};
    struct sock_address address, from;
    os_sock listener = listen_here("127.0.0.1", &address);
    os_sock callers[3];
    for (size_t i = 0; i < 3; i++) {
        callers[i] = sock_connect(&address, &err);
        assert_true(callers[i] != OS_SOCK_NONE);
    }
    wait_for(listener, SOCK_READ);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    int next = dup(0); /* the first free number */
    assert_true(next >= 0);
    close(next);
    small = before;
    small.rlim_cur = (rlim_t)next;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &small), 0);

    os_sock told = sock_accept(listener, &from, &err);
    enum err_kind kind = err.kind;
    os_sock none = sock_accept(listener, &from, &err);
    enum err_kind second_kind = err.kind;
    size_t moved = 0;
    enum sock_status status =
        told == OS_SOCK_NONE ? SOCK_FAILED : sock_send(told, "full", 4, &moved);
    sock_close(told); /* keeps one aside again */
    os_sock again = sock_accept(listener, &from, &err);
    enum err_kind third_kind = err.kind;
    sock_close(again);
    setrlimit(RLIMIT_NOFILE, &before); /* before any assert, which may need a descriptor */

    assert_true(told != OS_SOCK_NONE);
    assert_int_equal(kind, ERR_LIMIT);
    assert_true(none == OS_SOCK_NONE);
    assert_int_equal(second_kind, ERR_LIMIT);
    assert_int_equal(status, SOCK_OK);
    assert_true(again != OS_SOCK_NONE);
    assert_int_equal(third_kind, ERR_LIMIT);
    os_sock last = sock_accept(listener, &from, &err); /* all is well again */
    assert_true(last != OS_SOCK_NONE);
    assert_int_equal(err.kind, ERR_NONE);
    sock_close(last);
    for (size_t i = 0; i < 3; i++)
        sock_close(callers[i]);
    sock_close(listener);
}

static void test_sockets_are_not_inherited(void **state)
{
    (void)state;
    os_sock left, right;
    connect_two("127.0.0.1", &left, &right);
    os_sock all[] = {left, right, sock_udp_open(0, NULL)};
    for (size_t i = 0; i < 3; i++) {
        assert_true(fcntl((int)all[i], F_GETFD) & FD_CLOEXEC);
        assert_true(fcntl((int)all[i], F_GETFL) & O_NONBLOCK);
        sock_close(all[i]);
    }
}

#endif

static void test_interfaces(void **state)
{
    (void)state;
    struct sock_interface list[SOCK_INTERFACES_MAX];
    size_t count = sock_interfaces(list);
    for (size_t i = 0; i < count; i++) {
        assert_true(list[i].name[0] != '\0');
        assert_true(list[i].index > 0);
        assert_int_equal(list[i].loopback, list[i].address[0] == 127);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses_as_text),
        cmocka_unit_test(test_what_is_no_address),
        cmocka_unit_test(test_listening_where_one_cannot),
        cmocka_unit_test(test_refused_in_words),
        cmocka_unit_test(test_bytes_and_ends),
        cmocka_unit_test(test_sending_to_who_has_gone),
        cmocka_unit_test(test_files_past_four_gigabytes),
#ifndef _WIN32
        cmocka_unit_test(test_file_from_a_device),
        cmocka_unit_test(test_out_of_descriptors),
        cmocka_unit_test(test_sockets_are_not_inherited),
#endif
        cmocka_unit_test(test_interfaces),
    };
    sock_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
