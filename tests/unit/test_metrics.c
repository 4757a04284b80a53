/* Figures: classes of times, the tiny HTTP answerer under every split and under wrong requests, and
 * the page that --status makes of them. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "protocol/base/log.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/os/memory.h"
#include "server/histogram.h"
#include "server/scrape.h"
#include "server/status.h"

static void times_fall_into_classes(void **state)
{
    static const int64_t times[] = {-5, 0, 50, 51, 100, 1000000, 1000001, INT64_C(5000000000)};
    static const int classes[] = {0, 0, 0, 1, 1, 12, 13, 13};
    struct histogram histogram = {0}, sum = {0};
    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        uint64_t before = histogram.counts[classes[i]];
        histogram_add(&histogram, times[i]);
        assert_int_equal(histogram.counts[classes[i]], before + 1);
        assert_int_equal(histogram_count(&histogram), i + 1);
    }
    assert_int_equal(histogram.sum_us, 50 + 51 + 100 + 1000000 + 1000001 + UINT64_C(5000000000));
    histogram_add_all(&sum, &histogram);
    histogram_add_all(&sum, &histogram);
    assert_int_equal(histogram_count(&sum), 16);
    assert_int_equal(sum.sum_us, 2 * histogram.sum_us);
}

static void this_process_weighs_something(void **state)
{
    (void)state;
    assert_true(memory_resident() > 100000 && memory_resident() < UINT64_C(1) << 40);
}

/* The answerer */

static struct loop *loop;
static struct scrape *scrape;
static int written;

static void write_page(void *context, struct buf *out)
{
    assert_ptr_equal(context, &written);
    written++;
    assert_true(buf_append(out, "figures 1\n", 10));
}

static int set_up(void **state)
{
    struct err err = {0};
    (void)state;
    log_set_level(LOG_ERROR);
    sock_start();
    written = 0;
    loop = loop_create();
    scrape = scrape_open(loop, 0, 1000, write_page, &written, &err);
    return scrape != NULL && scrape_port(scrape) != 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    scrape_close(scrape);
    loop_destroy(loop);
    return 0;
}

static void turn_once(void)
{
    struct err err = {0};
    assert_true(loop_turn(loop, clock_now_ms() + 1, &err));
}

static os_sock caller(void)
{
    struct sock_address address[SOCK_RESOLVE_MAX];
    struct err err = {0};
    assert_true(sock_resolve("127.0.0.1", scrape_port(scrape), address, &err) > 0);
    os_sock sock = sock_connect(&address[0], &err);
    assert_true(sock != OS_SOCK_NONE);
    for (int i = 0; i < 5; i++)
        turn_once();
    assert_true(sock_connect_result(sock, &address[0], &err));
    return sock;
}

static void say(os_sock sock, const char *text, size_t size)
{
    size_t moved;
    assert_int_equal(sock_send(sock, text, size, &moved), SOCK_OK);
    assert_int_equal(moved, size);
}

/* What comes until the end; false: no end comes. */
static bool hear(os_sock sock, char *out, size_t room)
{
    size_t size = 0, moved;
    for (int i = 0; i < 200; i++) {
        turn_once();
        enum sock_status status = sock_receive(sock, out + size, room - 1 - size, &moved);
        if (status == SOCK_OK)
            size += moved;
        out[size] = '\0';
        if (status == SOCK_CLOSED || status == SOCK_FAILED)
            return true;
    }
    return false;
}

static void assert_answer(const char *request, size_t size, const char *status)
{
    char out[2048];
    os_sock sock = caller();
    say(sock, request, size);
    assert_true(hear(sock, out, sizeof out));
    sock_close(sock);
    assert_true(str_starts(out, "HTTP/1.1 "));
    if (!str_starts(out + 9, status))
        fail_msg("«%s» for %s", out, request);
    assert_non_null(strstr(out, "\r\nConnection: close\r\n"));
    const char *body = strstr(out, "\r\n\r\n");
    char length[64];
    assert_non_null(body);
    str_format(length, sizeof length, "\r\nContent-Length: %zu\r\n", strlen(body + 4));
    assert_non_null(strstr(out, length));
    if (strcmp(status, "200 OK\r\n") == 0)
        assert_string_equal(body + 4, "figures 1\n");
    else
        assert_null(strstr(body, "figures"));
}

static void requests_are_answered(void **state)
{
    static const char good[] = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
    static const struct {
        const char *request, *status;
    } cases[] = {
        {good, "200 OK\r\n"},
        {"GET /metrics HTTP/1.0\r\n\r\n", "200 OK\r\n"},
        {"GET / HTTP/1.1\r\n\r\n", "404 Not Found\r\n"},
        {"GET /metricsx HTTP/1.1\r\n\r\n", "404 Not Found\r\n"},
        {"GET /metrics?x HTTP/1.1\r\n\r\n", "404 Not Found\r\n"},
        {"GET /metrics HTTP/2\r\n\r\n", "404 Not Found\r\n"},
        {"GET /metrics\r\n\r\n", "404 Not Found\r\n"},
        {"POST /metrics HTTP/1.1\r\n\r\n", "405 Method Not Allowed\r\nContent-Type"},
        {"get /metrics HTTP/1.1\r\n\r\n", "405 "},
        {"\r\n\r\n", "405 "},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_answer(cases[i].request, strlen(cases[i].request), cases[i].status);
    assert_int_equal(written, 2);
    assert_answer("GET /metrics\0 HTTP/1.1\r\n\r\n", 26, "400 Bad Request\r\n");
    char longest[SCRAPE_REQUEST_MAX];
    memset(longest, 'x', sizeof longest);
    memcpy(longest, good, 23); /* the request line */
    assert_answer(longest, sizeof longest, "431 ");
    memcpy(longest + sizeof longest - 4, "\r\n\r\n", 4); /* just fits */
    assert_answer(longest, sizeof longest, "200 OK\r\n");
}

static void a_request_may_come_in_pieces(void **state)
{
    static const char good[] = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
    (void)state;
    for (size_t cut = 1; cut < sizeof good - 1; cut++) {
        char out[2048];
        os_sock sock = caller();
        say(sock, good, cut);
        turn_once();
        turn_once();
        say(sock, good + cut, sizeof good - 1 - cut);
        assert_true(hear(sock, out, sizeof out));
        assert_true(str_starts(out, "HTTP/1.1 200 OK\r\n"));
        sock_close(sock);
    }
}

static void who_says_nothing_gives_way(void **state)
{
    os_sock silent[SCRAPE_ASKERS_MAX];
    char out[2048];
    (void)state;
    for (int i = 0; i < SCRAPE_ASKERS_MAX; i++)
        silent[i] = caller();
    assert_false(hear(silent[0], out, sizeof out)); /* nobody is in its way yet */
    assert_answer("GET /metrics HTTP/1.1\r\n\r\n", 25, "200 OK\r\n");
    assert_true(hear(silent[0], out, sizeof out));
    assert_string_equal(out, "");
    assert_false(hear(silent[1], out, sizeof out));
    for (int i = 0; i < SCRAPE_ASKERS_MAX; i++)
        sock_close(silent[i]); /* and go in the middle of it all */
    turn_once();
    assert_answer("GET /metrics HTTP/1.1\r\n\r\n", 25, "200 OK\r\n");
}

static void a_port_in_use_is_told(void **state)
{
    struct err err = {0};
    (void)state;
    assert_null(scrape_open(loop, scrape_port(scrape), 1000, write_page, &written, &err));
    assert_int_equal(err.kind, ERR_EXISTS);
}

/* The page */

static void a_page_to_read(void **state)
{
    static const char figures[] =
        "HTTP/1.1 200 OK\r\n\r\n"
        "# HELP confab_people Persons.\n"
        "confab_info{version=\"1.2.3\",uid=\"00\"} 1\n"
        "confab_uptime_seconds 7300\n"
        "confab_people 3\n"
        "confab_ready 4\n"
        "confab_errors_total{code=\"too-fast\"} 5\n"
        "confab_errors_total{code=\"gone\"} 0\n"
        "confab_turn_seconds_bucket{le=\"5e-05\"} 50\n"
        "confab_turn_seconds_bucket{le=\"0.0001\"} 98\n"
        "confab_turn_seconds_bucket{le=\"0.00025\"} 99\n"
        "confab_turn_seconds_count 100\n"
        "confab_sync_seconds_count 2\n" /* both took longer than a second */
        "confab_disk_bytes 2500000\n"
        "confab_disk_file_bytes 2000000\n"
        "confab_quota_bytes 3000000\n"
        "confab_files_let_go_total 7\n"
        "confab_bytes_let_go_total 9000000\n"
        "confab_bytes_in_total 1500000\n"
        "confab_memory_bytes 1e30\n"; /* no such number: not shown as one */
    char page[4096];
    FILE *out = tmpfile();
    (void)state;
    assert_non_null(out);
    assert_false(status_page("HTTP/1.1 200 OK\r\n\r\nhello\n", out));
    assert_int_equal(ftell(out), 0);
    assert_true(status_page(figures, out));
    rewind(out);
    page[fread(page, 1, sizeof page - 1, out)] = '\0';
    fclose(out);
    assert_true(str_starts(page, "confab-server 1.2.3, up for 2 hours\n"));
    assert_non_null(
        strstr(page, "\npeople             3 with 4 connections; 0 connections so far"));
    assert_non_null(strstr(page, "\nrefusals           too-fast 5\n"));
    assert_non_null(
        strstr(page, "half of them under 0.05 ms, 99 of 100 under 0.25 ms; 100 so far"));
    assert_non_null(strstr(page, "half of them over a second"));
    assert_non_null(strstr(page, "1.5 MB in, 0 bytes out\n"));
    assert_non_null(strstr(page,
                           "\ndisk               2.5 MB, 2.0 MB of it files; of at most 3.0 MB; "
                           "7 files (9.0 MB) were let go\n"));
    assert_non_null(strstr(page, "\nmemory             0 bytes\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_fall_into_classes),
        cmocka_unit_test(this_process_weighs_something),
        cmocka_unit_test_setup_teardown(requests_are_answered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_request_may_come_in_pieces, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_says_nothing_gives_way, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_port_in_use_is_told, set_up, tear_down),
        cmocka_unit_test(a_page_to_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
