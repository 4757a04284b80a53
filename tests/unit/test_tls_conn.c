/* conn.c over TLS links on a loop: the handshake under what both ends want to say, a reader that
 * sleeps, records that only the link still holds, and ends that each side can tell apart. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol/base/mem.h"
#include "protocol/net/conn.h"
#include "protocol/net/tls.h"
#include "protocol/os/clock.h"

#define PATIENCE_MS 20000
#define OUT_CAP (4u << 20)
#define MANY 3000

struct end {
    struct conn *conn;
    unsigned frames, closes;
    enum err_kind why;
    char text[ERR_TEXT_MAX];
};

static char folder[] = "tls-conn-XXXXXX";
static struct tls *server_tls, *client_tls;
static struct loop *loop;
static struct end server, client;

static void on_frame(struct conn *conn, const struct frame *frame)
{
    struct end *end = conn->owner;
    (void)frame;
    end->frames++;
}

static void on_closed(struct conn *conn, const struct err *why)
{
    struct end *end = conn->owner;
    end->closes++;
    end->why = why->kind;
    memcpy(end->text, why->text, sizeof end->text);
    end->conn = NULL;
}

static bool on_trust(void *context, const char *fingerprint)
{
    (void)context;
    (void)fingerprint;
    return true;
}

static const struct conn_ops ops = {.on_frame = on_frame, .on_closed = on_closed};

static int open_pair(void **state)
{
    int ends[2];
    (void)state;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return -1;
    for (int i = 0; i < 2; i++)
        if (fcntl(ends[i], F_SETFL, O_NONBLOCK) != 0)
            return -1;
    loop = loop_create();
    server = client = (struct end){0};
    server.conn = conn_create(loop, link_tls_accept(server_tls, ends[0]), OUT_CAP, &ops, &server);
    client.conn = conn_create(loop, link_tls_connect(client_tls, ends[1], on_trust, NULL), OUT_CAP,
                              &ops, &client);
    return 0;
}

static int close_pair(void **state)
{
    (void)state;
    loop_destroy(loop);
    return 0;
}

static void say(struct conn *conn, unsigned times)
{
    struct msg msg = {.type = MSG_ERROR};
    msg_set(&msg.code, "internal");
    msg_set(&msg.text, "a sentence of about the length that sentences have in a chat");
    for (unsigned i = 0; i < times; i++)
        assert_true(conn_send(conn, &msg));
    msg_destroy(&msg);
}

static void turn_until(const unsigned *count, unsigned most)
{
    struct err err = {0};
    int64_t until_ms = clock_now_ms() + PATIENCE_MS;
    while (*count < most) {
        assert_true(clock_now_ms() < until_ms);
        assert_true(loop_turn(loop, clock_now_ms() + 100, &err));
    }
}

/* Turns until nothing happens any more; a loop that spins is found out. */
static unsigned turns_in(int64_t ms)
{
    struct err err = {0};
    unsigned turns = 0;
    int64_t until_ms = clock_now_ms() + ms;
    while (clock_now_ms() < until_ms) {
        assert_true(loop_turn(loop, until_ms, &err));
        turns++;
    }
    return turns;
}

static void test_both_speak_at_once(void **state)
{
    (void)state;
    say(client.conn, 1); /* which has to wait for the handshake */
    turn_until(&server.frames, 1);
    say(server.conn, 1);
    turn_until(&client.frames, 1);
    say(client.conn, MANY);
    say(server.conn, MANY);
    turn_until(&client.frames, MANY + 1);
    turn_until(&server.frames, MANY + 1);
    assert_true(turns_in(100) < 10);
}

static void test_a_reader_that_sleeps(void **state)
{
    (void)state;
    say(client.conn, 1);
    turn_until(&server.frames, 1);
    conn_set_deaf(client.conn, true);
    loop_touch(loop, &client.conn->watch);
    say(server.conn, MANY);
    assert_true(turns_in(200) < 200); /* it waits, and does not spin */
    assert_int_equal(client.frames, 0);
    conn_set_deaf(client.conn, false);
    loop_touch(loop, &client.conn->watch);
    turn_until(&client.frames, MANY);
}

/* The writer's queue is empty and it is deaf itself: only its link still holds something. */
static void test_what_only_the_link_holds(void **state)
{
    (void)state;
    say(client.conn, 1);
    turn_until(&server.frames, 1);
    conn_set_deaf(client.conn, true);
    loop_touch(loop, &client.conn->watch);
    turns_in(20);
    unsigned said = 0;
    while (!(link_wants(server.conn->link, 0) & SOCK_WRITE)) {
        say(server.conn, 10);
        said += 10;
        turns_in(1);
        assert_true(said < 100000);
    }
    turns_in(20);
    conn_set_deaf(server.conn, true);
    loop_touch(loop, &server.conn->watch);
    conn_set_deaf(client.conn, false);
    loop_touch(loop, &client.conn->watch);
    turn_until(&client.frames, said);
    assert_true(turns_in(100) < 10);
}

static void test_a_clean_end(void **state)
{
    (void)state;
    say(client.conn, 1);
    turn_until(&server.frames, 1);
    say(server.conn, MANY);
    conn_close_after(server.conn);
    turn_until(&client.closes, 1);
    turn_until(&server.closes, 1);
    assert_int_equal(client.frames, MANY);
    assert_int_equal(client.why, ERR_CLOSED);
    assert_int_equal(server.why, ERR_CANCELLED);
}

static void test_a_cut(void **state)
{
    (void)state;
    say(client.conn, 1);
    turn_until(&server.frames, 1);
    conn_close(server.conn, ERR_CANCELLED, "cut");
    turn_until(&client.closes, 1);
    assert_int_equal(client.why, ERR_SYSTEM);
    assert_non_null(strstr(client.text, "cut off"));
}

static void test_an_end_within_the_handshake(void **state)
{
    (void)state;
    say(client.conn, 1); /* it would like to */
    conn_close_after(server.conn);
    turn_until(&client.closes, 1);
    turn_until(&server.closes, 1);
    assert_int_equal(server.frames, 0);
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
    return server_tls != NULL ? 0 : -1;
}

static int finish(void **state)
{
    (void)state;
    tls_close(server_tls);
    tls_close(client_tls);
    return 0;
}

#define ON_A_PAIR(test) cmocka_unit_test_setup_teardown(test, open_pair, close_pair)
int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_PAIR(test_both_speak_at_once),
        ON_A_PAIR(test_a_reader_that_sleeps),
        ON_A_PAIR(test_what_only_the_link_holds),
        ON_A_PAIR(test_a_clean_end),
        ON_A_PAIR(test_a_cut),
        ON_A_PAIR(test_an_end_within_the_handshake),
    };
    return cmocka_run_group_tests(tests, prepare, finish);
}
