/* link_tls.c over real sockets: both ways, large, in parts, from files, to peers that read nothing,
 * and every end: clean, cut off, garbage, plain, not trusted, halfway through the handshake. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/net/tls.h"
#include "protocol/os/file.h"

#define BIG (3u << 20)
#define TURNS_MAX 100000 /* of a loop that must come to an end */

static char folder[] = "tls-XXXXXX";
static struct tls *server_tls, *client_tls;
static uint8_t *big;

struct pair {
    struct link *server, *client; /* or a bare socket of the test in place of one: */
    int bare;
    char seen[TLS_FINGERPRINT_SIZE];
    unsigned asked;
    bool trusted;
};

static bool on_trust(void *context, const char *fingerprint)
{
    struct pair *pair = context;
    pair->asked++;
    str_copy(pair->seen, sizeof pair->seen, fingerprint);
    return pair->trusted;
}

static void sockets(int ends[2])
{
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(fcntl(ends[i], F_SETFL, O_NONBLOCK), 0);
}

/* link_tls_connect() keeps the context: it must be the pair's last address. */
static void open_both(struct pair *pair)
{
    int ends[2];
    *pair = (struct pair){.bare = -1, .trusted = true};
    sockets(ends);
    pair->server = link_tls_accept(server_tls, ends[0]);
    pair->client = link_tls_connect(client_tls, ends[1], on_trust, pair);
}

static void close_both(struct pair *pair)
{
    link_close(pair->server);
    link_close(pair->client);
    if (pair->bare >= 0)
        close(pair->bare);
}

/* One try to read; the status. */
static enum sock_status look(struct link *link)
{
    uint8_t block[64];
    size_t moved;
    return link_receive(link, block, sizeof block, &moved);
}

static void shake(struct pair *pair)
{
    for (int i = 0; i < 10; i++) {
        assert_int_equal(look(pair->client), SOCK_AGAIN);
        assert_int_equal(look(pair->server), SOCK_AGAIN);
    }
    assert_true(link_encrypted(pair->server));
    assert_true(link_encrypted(pair->client));
}

/* Move `size` bytes of `big` over, in pieces or from `file`; the reader takes `bite` at a time. */
static void carry(struct link *from, struct link *to, size_t size, size_t bite, os_file file)
{
    size_t sent = 0, came = 0;
    uint8_t *got = mem_alloc(size, 1);
    for (unsigned turn = 0; came < size; turn++) {
        assert_true(turn < TURNS_MAX);
        size_t moved;
        enum sock_status status;
        if (sent < size) {
            struct sock_piece pieces[3] = {{big + sent, size - sent}};
            size_t count = 1;
            if (turn % 2 == 1 && size - sent > 5000) { /* small, tiny, the rest */
                pieces[0].size = 4000;
                pieces[1] = (struct sock_piece){big + sent + 4000, 1};
                pieces[2] = (struct sock_piece){big + sent + 4001, size - sent - 4001};
                count = 3;
            }
            status = file != OS_FILE_NONE ? link_send_file(from, file, sent, size - sent, &moved)
                                          : link_send(from, pieces, count, &moved);
            assert_true(status == SOCK_OK || status == SOCK_AGAIN);
            assert_true(status == SOCK_OK ? moved > 0 : moved == 0);
            sent += moved;
        } else {
            link_advance(from);
        }
        do {
            size_t most = bite < size - came ? bite : size - came;
            status = most > 0 ? link_receive(to, got + came, most, &moved) : SOCK_AGAIN;
            assert_true(status == SOCK_OK || status == SOCK_AGAIN);
            came += status == SOCK_OK ? moved : 0;
        } while (status == SOCK_OK && link_pending(to));
    }
    assert_memory_equal(got, big, size);
    assert_false(link_wants(from, 0) & SOCK_WRITE);
    mem_free(got);
}

static void test_both_ways(void **state)
{
    struct pair pair;
    (void)state;
    open_both(&pair);
    shake(&pair);
    assert_int_equal(pair.asked, 1);
    assert_string_equal(pair.seen, tls_fingerprint(server_tls));
    const size_t sizes[] = {1, 2, 16383, 16384, 16385, 65536, 65537, BIG};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        carry(pair.client, pair.server, sizes[i], 65536, OS_FILE_NONE);
        carry(pair.server, pair.client, sizes[i], 1000, OS_FILE_NONE);
    }
    assert_null(link_trouble(pair.client));
    close_both(&pair);
}

static void test_from_a_file(void **state)
{
    struct pair pair;
    struct err err = {0};
    char path[OS_PATH_MAX];
    size_t moved;
    (void)state;
    assert_true(path_join(path, folder, "big"));
    assert_true(file_save(path, big, BIG, &err));
    os_file file = file_open(path, FILE_READ, &err);
    open_both(&pair);
    shake(&pair);
    carry(pair.server, pair.client, BIG, 65536, file);
    assert_int_equal(link_send_file(pair.server, file, BIG, 10, &moved), SOCK_FAILED);
    file_close(file);
    close_both(&pair);
}

/* What was taken is sent, whatever the caller says next: the record that stopped halfway is not
 * the caller's any more. */
static void test_who_does_not_read(void **state)
{
    struct pair pair;
    size_t sent = 0, came = 0, moved;
    uint8_t block[4096], *got = mem_alloc(BIG, 1);
    (void)state;
    open_both(&pair);
    shake(&pair);
    for (;;) {
        struct sock_piece piece = {big + sent, BIG - sent};
        enum sock_status status = link_send(pair.server, &piece, 1, &moved);
        if (status == SOCK_AGAIN)
            break;
        assert_int_equal(status, SOCK_OK);
        sent += moved;
        assert_true(sent < BIG);
    }
    assert_true(link_wants(pair.server, 0) & SOCK_WRITE);
    struct sock_piece other = {"other", 5};
    bool said = false;
    for (unsigned turn = 0; came < sent + 5; turn++) {
        assert_true(turn < TURNS_MAX);
        if (!said && link_send(pair.server, &other, 1, &moved) == SOCK_OK)
            said = moved == 5;
        link_advance(pair.server);
        if (link_receive(pair.client, block, sizeof block, &moved) != SOCK_OK)
            continue;
        memcpy(got + came, block, moved);
        came += moved;
    }
    assert_memory_equal(got, big, sent);
    assert_memory_equal(got + sent, "other", 5);
    mem_free(got);
    close_both(&pair);
}

static void test_a_clean_end(void **state)
{
    struct pair pair;
    size_t moved;
    struct sock_piece last = {"last words", 10};
    uint8_t block[64];
    (void)state;
    open_both(&pair);
    shake(&pair);
    assert_int_equal(link_send(pair.server, &last, 1, &moved), SOCK_OK);
    link_end_sending(pair.server);
    assert_int_equal(link_receive(pair.client, block, sizeof block, &moved), SOCK_OK);
    assert_int_equal(moved, 10);
    assert_int_equal(look(pair.client), SOCK_CLOSED);
    assert_null(link_trouble(pair.client));
    /* the other direction is still open */
    assert_int_equal(link_send(pair.client, &last, 1, &moved), SOCK_OK);
    assert_int_equal(link_receive(pair.server, block, sizeof block, &moved), SOCK_OK);
    assert_int_equal(moved, 10);
    link_end_sending(pair.client);
    assert_int_equal(look(pair.server), SOCK_CLOSED);
    close_both(&pair);
}

/* Somebody between the two can cut a connection, but not make it look finished. */
static void test_a_cut_is_told(void **state)
{
    struct pair pair;
    (void)state;
    open_both(&pair);
    shake(&pair);
    sock_end_sending(pair.server->sock);
    assert_int_equal(look(pair.client), SOCK_FAILED);
    assert_non_null(strstr(link_trouble(pair.client), "cut off"));
    assert_int_equal(look(pair.client), SOCK_FAILED);
    close_both(&pair);
}

static void test_garbage_after_the_handshake(void **state)
{
    struct pair pair;
    size_t moved;
    (void)state;
    open_both(&pair);
    shake(&pair);
    assert_int_equal(sock_send(pair.server->sock, big, 1000, &moved), SOCK_OK);
    assert_int_equal(look(pair.client), SOCK_FAILED);
    assert_non_null(link_trouble(pair.client));
    close_both(&pair);
}

static void test_not_trusted(void **state)
{
    struct pair pair;
    size_t moved;
    struct sock_piece secret = {"secret", 6};
    uint8_t block[64];
    (void)state;
    open_both(&pair);
    pair.trusted = false;
    enum sock_status client = SOCK_AGAIN, server = SOCK_AGAIN;
    for (int i = 0; i < 10 && client == SOCK_AGAIN; i++) {
        assert_int_not_equal(link_send(pair.client, &secret, 1, &moved), SOCK_OK);
        client = look(pair.client);
        server = link_receive(pair.server, block, sizeof block, &moved);
        assert_int_not_equal(server, SOCK_OK);
    }
    assert_int_equal(client, SOCK_FAILED);
    for (int i = 0; i < 10 && server == SOCK_AGAIN; i++)
        server = look(pair.server);
    assert_int_equal(server, SOCK_FAILED);
    close_both(&pair);
}

/* A stranger with the test's hand on the other end. */
static void open_bare_server(struct pair *pair)
{
    int ends[2];
    *pair = (struct pair){.trusted = true};
    sockets(ends);
    pair->server = link_tls_accept(server_tls, ends[0]);
    pair->bare = ends[1];
}

static void test_a_plain_caller(void **state)
{
    struct pair pair;
    uint8_t block[64];
    size_t moved;
    struct sock_piece words = {"in words", 8};
    (void)state;
    open_bare_server(&pair);
    assert_int_equal(look(pair.server), SOCK_AGAIN);
    assert_int_equal(write(pair.bare, "\0\0hello", 7), 7);
    assert_int_equal(link_receive(pair.server, block, sizeof block, &moved), SOCK_OK);
    assert_int_equal(moved, 7);
    assert_memory_equal(block, "\0\0hello", 7);
    assert_false(link_encrypted(pair.server));
    assert_int_equal(link_send(pair.server, &words, 1, &moved), SOCK_OK);
    assert_int_equal(read(pair.bare, block, sizeof block), 8);
    assert_memory_equal(block, "in words", 8);
    close(pair.bare);
    pair.bare = -1;
    assert_int_equal(look(pair.server), SOCK_CLOSED);
    close_both(&pair);
}

static void test_garbage_that_begins_like_tls(void **state)
{
    struct pair pair;
    uint8_t block[64];
    (void)state;
    open_bare_server(&pair);
    assert_int_equal(write(pair.bare, "\x16\x03\x01\x00\x05hello", 10), 10);
    enum sock_status status = SOCK_AGAIN;
    for (int i = 0; i < 5 && status == SOCK_AGAIN; i++)
        status = look(pair.server);
    assert_int_equal(status, SOCK_FAILED);
    assert_non_null(link_trouble(pair.server));
    assert_true(read(pair.bare, block, sizeof block) >= 7); /* the alert */
    assert_int_equal(block[0], 0x15);
    close_both(&pair);
}

/* Each wish for new keys is answered; one who never reads the answers is given up, and the loop has
 * nothing to wait for any more. */
static void test_who_makes_us_answer_and_does_not_read(void **state)
{
    struct pair pair;
    enum sock_status status = SOCK_AGAIN;
    (void)state;
    open_bare_server(&pair);
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL *ssl = SSL_new(context);
    assert_non_null(ssl);
    assert_int_equal(SSL_set_fd(ssl, pair.bare), 1);
    SSL_set_connect_state(ssl);
    while (SSL_do_handshake(ssl) != 1)
        assert_int_equal(look(pair.server), SOCK_AGAIN);
    for (unsigned i = 0; i < TURNS_MAX && status == SOCK_AGAIN; i++) {
        if (SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED) == 1)
            SSL_do_handshake(ssl);
        status = look(pair.server);
    }
    assert_int_equal(status, SOCK_FAILED);
    assert_non_null(strstr(link_trouble(pair.server), "does not read"));
    assert_false(link_wants(pair.server, 0) & SOCK_WRITE);
    SSL_free(ssl);
    SSL_CTX_free(context);
    close_both(&pair);
}

static void test_a_caller_byte_by_byte(void **state)
{
    struct pair pair;
    int ends[2], far[2];
    (void)state;
    /* client <-> ends[1], ends[0] -> one byte at a time -> far[0], far[1] <-> server */
    pair = (struct pair){.bare = -1, .trusted = true};
    sockets(ends);
    sockets(far);
    pair.server = link_tls_accept(server_tls, far[1]);
    pair.client = link_tls_connect(client_tls, ends[1], on_trust, &pair);
    struct sock_piece word = {"word", 4};
    size_t moved = 0, came = 0;
    uint8_t byte, got[8];
    bool said = false;
    for (unsigned turn = 0; came < 4; turn++) {
        assert_true(turn < TURNS_MAX);
        said = said || link_send(pair.client, &word, 1, &moved) == SOCK_OK;
        assert_int_not_equal(look(pair.client), SOCK_FAILED);
        if (read(ends[0], &byte, 1) == 1)
            assert_int_equal(write(far[0], &byte, 1), 1);
        enum sock_status status = link_receive(pair.server, got + came, 4 - came, &moved);
        assert_true(status == SOCK_OK || status == SOCK_AGAIN);
        assert_false(status == SOCK_AGAIN && link_pending(pair.server)); /* it would not sleep */
        came += status == SOCK_OK ? moved : 0;
        if (read(far[0], &byte, 1) == 1)
            assert_int_equal(write(ends[0], &byte, 1), 1);
    }
    assert_memory_equal(got, "word", 4);
    close(ends[0]);
    close(far[0]);
    close_both(&pair);
}

static void test_a_plain_server(void **state)
{
    struct pair pair = {.trusted = true};
    int ends[2];
    uint8_t block[2048];
    size_t moved;
    struct sock_piece secret = {"secret", 6};
    (void)state;
    sockets(ends);
    pair.client = link_tls_connect(client_tls, ends[1], on_trust, &pair);
    pair.bare = ends[0];
    assert_int_equal(look(pair.client), SOCK_AGAIN);
    assert_int_equal(link_wants(pair.client, SOCK_READ | SOCK_WRITE), SOCK_READ);
    ssize_t hello = read(pair.bare, block, sizeof block);
    assert_true(hello > 50 && block[0] == 0x16);
    assert_int_equal(write(pair.bare, "\0\0error", 7), 7);
    assert_int_equal(link_receive(pair.client, block, sizeof block, &moved), SOCK_OK);
    assert_int_equal(moved, 7);
    assert_memory_equal(block, "\0\0error", 7);
    assert_false(link_encrypted(pair.client));
    /* and nothing of ours ever goes out */
    assert_int_equal(link_send(pair.client, &secret, 1, &moved), SOCK_AGAIN);
    assert_int_equal(read(pair.bare, block, sizeof block), -1);
    assert_int_equal(pair.asked, 0);
    close_both(&pair);
}

static void test_a_server_that_hangs_up(void **state)
{
    struct pair pair = {.trusted = true};
    int ends[2];
    (void)state;
    sockets(ends);
    pair.client = link_tls_connect(client_tls, ends[1], on_trust, &pair);
    assert_int_equal(look(pair.client), SOCK_AGAIN);
    shutdown(ends[0], SHUT_WR);
    assert_int_equal(look(pair.client), SOCK_CLOSED);
    close(ends[0]);
    pair.bare = -1;
    close_both(&pair);
}

static void test_the_key_stays(void **state)
{
    struct err err = {0};
    char path[OS_PATH_MAX], words[TLS_WORDS_SIZE];
    struct stat info;
    (void)state;
    struct tls *again = tls_open_server(folder, &err);
    assert_non_null(again);
    assert_string_equal(tls_fingerprint(again), tls_fingerprint(server_tls));
    assert_int_equal(strlen(tls_fingerprint(again)), 64);
    tls_close(again);
    assert_true(path_join(path, folder, "tls.pem"));
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_true(tls_words(tls_fingerprint(server_tls), words));
    assert_true(
        tls_words("00ff00000000000000000000000000000000000000000000000000000000000a", words));
    assert_true(str_starts(words, "acorn "));
    assert_false(tls_words("00", words));
    assert_string_equal(words, "");
}

/* What people wrote down years ago must still be right. */
static void test_the_words_never_change(void **state)
{
    char digits[TLS_FINGERPRINT_SIZE], words[TLS_WORDS_SIZE], all[256 * 8] = "",
                                                                        hex[SHA256_HEX_SIZE];
    uint8_t bytes[32] = {0};
    (void)state;
    for (unsigned i = 0; i < 256; i++) {
        bytes[0] = (uint8_t)i;
        str_hex(bytes, sizeof bytes, digits);
        assert_true(tls_words(digits, words));
        *strchr(words, ' ') = '\0';
        str_format(all + strlen(all), sizeof all - strlen(all), "%s", words);
    }
    sha256_hex(all, strlen(all), hex);
    assert_string_equal(hex, "32ac4cc8f97f93572437f9d65f2e00f9eb0c9a39d04352f14a977cdf919ff34e");
}

static void test_a_damaged_key_is_told(void **state)
{
    struct err err = {0};
    char other[OS_PATH_MAX], path[OS_PATH_MAX];
    (void)state;
    assert_true(path_join(other, folder, "other"));
    assert_true(file_make_folder(other, &err));
    assert_true(path_join(path, other, "tls.pem"));
    assert_true(file_save(path, "not a key\n", 10, &err));
    assert_null(tls_open_server(other, &err));
    assert_int_equal(err.kind, ERR_FORMAT);
    assert_non_null(strstr(err.text, "tls.pem"));
    assert_int_equal(file_info(path).size, 10);
}

static int prepare(void **state)
{
    struct err err = {0};
    (void)state;
    sock_start();
    if (mkdtemp(folder) == NULL)
        return -1;
    server_tls = tls_open_server(folder, &err);
    client_tls = tls_open_client();
    big = mem_alloc(BIG, 1);
    for (size_t i = 0; i < BIG; i++)
        big[i] = (uint8_t)(i * 2654435761u >> 13);
    return server_tls != NULL ? 0 : -1;
}

static int finish(void **state)
{
    (void)state;
    tls_close(server_tls);
    tls_close(client_tls);
    mem_free(big);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_ways),
        cmocka_unit_test(test_from_a_file),
        cmocka_unit_test(test_who_does_not_read),
        cmocka_unit_test(test_a_clean_end),
        cmocka_unit_test(test_a_cut_is_told),
        cmocka_unit_test(test_garbage_after_the_handshake),
        cmocka_unit_test(test_not_trusted),
        cmocka_unit_test(test_a_plain_caller),
        cmocka_unit_test(test_garbage_that_begins_like_tls),
        cmocka_unit_test(test_who_makes_us_answer_and_does_not_read),
        cmocka_unit_test(test_a_caller_byte_by_byte),
        cmocka_unit_test(test_a_plain_server),
        cmocka_unit_test(test_a_server_that_hangs_up),
        cmocka_unit_test(test_the_key_stays),
        cmocka_unit_test(test_the_words_never_change),
        cmocka_unit_test(test_a_damaged_key_is_told),
    };
    return cmocka_run_group_tests(tests, prepare, finish);
}
