/* The token bucket and the count of addresses, at their edges. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "protocol/base/str.h"
#include "server/gate.h"

static void a_burst_and_then_one_by_one(void **state)
{
    struct bucket bucket = {0};
    uint32_t wait_ms = 0;
    (void)state;
    for (int i = 0; i < 10; i++)
        assert_true(bucket_take(&bucket, 1000, 180, 10, &wait_ms));
    assert_false(bucket_take(&bucket, 1000, 180, 10, &wait_ms));
    assert_int_equal(wait_ms, 334); /* a third of a second, rounded up */
    assert_false(bucket_take(&bucket, 1333, 180, 10, &wait_ms));
    assert_int_equal(wait_ms, 1);
    assert_true(bucket_take(&bucket, 1334, 180, 10, &wait_ms));
    assert_false(bucket_take(&bucket, 1334, 180, 10, &wait_ms));
}

static void it_is_never_fuller_than_full(void **state)
{
    struct bucket bucket = {0};
    uint32_t wait_ms = 0;
    (void)state;
    assert_true(bucket_take(&bucket, 0, 180, 2, &wait_ms));
    for (int i = 0; i < 2; i++) /* a long time later, as long as the clock can tell */
        assert_true(bucket_take(&bucket, INT64_MAX, 180, 2, &wait_ms));
    assert_false(bucket_take(&bucket, INT64_MAX, 180, 2, &wait_ms));
}

static void a_clock_that_goes_back_gives_nothing(void **state)
{
    struct bucket bucket = {0};
    uint32_t wait_ms = 0;
    (void)state;
    assert_true(bucket_take(&bucket, 5000, 60, 1, &wait_ms));
    assert_false(bucket_take(&bucket, 1000, 60, 1, &wait_ms));
    assert_int_equal(wait_ms, 1000);
    assert_false(bucket_take(&bucket, 1999, 60, 1, &wait_ms));
    assert_true(bucket_take(&bucket, 2000, 60, 1, &wait_ms));
}

static void the_highest_rate_and_burst(void **state)
{
    struct bucket bucket = {0};
    uint32_t wait_ms = 0;
    (void)state;
    for (int i = 0; i < 1000; i++)
        assert_true(
            bucket_take(&bucket, i, 60 * GATE_RATE_MAX, GATE_BURST(GATE_RATE_MAX), &wait_ms));
    bucket.used = INT64_C(60000) * GATE_BURST(GATE_RATE_MAX); /* empty */
    assert_false(
        bucket_take(&bucket, 999, 60 * GATE_RATE_MAX, GATE_BURST(GATE_RATE_MAX), &wait_ms));
    assert_int_equal(wait_ms, 1);
}

static void a_burst_that_became_smaller(void **state)
{
    struct bucket bucket = {0};
    uint32_t wait_ms = 0;
    (void)state;
    for (int i = 0; i < 100000; i++)
        assert_true(
            bucket_take(&bucket, 5, 60 * GATE_RATE_MAX, GATE_BURST(GATE_RATE_MAX), &wait_ms));
    assert_false(bucket_take(&bucket, 5, 180, 10, &wait_ms));
    assert_int_equal(wait_ms, 334); /* as if it had just become empty */
    assert_true(bucket_take(&bucket, 339, 180, 10, &wait_ms));
}

static void once_a_minute(void **state)
{
    struct bucket bucket = {0};
    uint32_t wait_ms = 0;
    (void)state;
    assert_true(bucket_take(&bucket, 7, 1, 1, &wait_ms));
    assert_false(bucket_take(&bucket, 7, 1, 1, &wait_ms));
    assert_int_equal(wait_ms, 60000);
    assert_false(bucket_take(&bucket, 60006, 1, 1, &wait_ms));
    assert_true(bucket_take(&bucket, 60007, 1, 1, &wait_ms));
}

static struct sock_address address_of(const char *text)
{
    struct sock_address found[SOCK_RESOLVE_MAX];
    assert_true(sock_resolve(text, 1234, found, NULL) > 0);
    return found[0];
}

static void an_address_is_counted_up_to_its_limit(void **state)
{
    struct gate *gate = gate_create();
    struct gate_host *hosts[3];
    struct sock_address one = address_of("192.0.2.1"), two = address_of("192.0.2.2");
    struct sock_address mapped = address_of("::ffff:192.0.2.1"); /* the same */
    (void)state;
    hosts[0] = gate_enter(gate, &one, 2);
    hosts[1] = gate_enter(gate, &mapped, 2);
    assert_ptr_equal(hosts[0], hosts[1]);
    assert_null(gate_enter(gate, &one, 2));
    hosts[2] = gate_enter(gate, &two, 2);
    assert_non_null(hosts[2]);
    gate_exit(gate, hosts[0], 0);
    assert_non_null(gate_enter(gate, &one, 2));
    assert_null(gate_enter(gate, &one, 2));
    assert_non_null(gate_enter(gate, &one, 0)); /* no limit */
    gate_exit(gate, hosts[2], 0);
    gate_destroy(gate);
}

static void an_ipv6_network_counts_as_one(void **state)
{
    struct gate *gate = gate_create();
    struct sock_address one = address_of("2001:db8:0:7::1");
    struct sock_address same = address_of("2001:db8:0:7:ffff::2");
    struct sock_address other = address_of("2001:db8:0:8::1");
    (void)state;
    struct gate_host *host = gate_enter(gate, &one, 1);
    assert_string_equal(host->name, "2001:db8:0:7::/64");
    assert_null(gate_enter(gate, &same, 1));
    assert_non_null(gate_enter(gate, &other, 1));
    gate_destroy(gate);
}

/* On the link-local network everybody on the cable would be one. */
static void a_link_local_address_counts_by_itself(void **state)
{
    struct gate *gate = gate_create();
    struct sock_address one = address_of("fe80::1"), two = address_of("fe80::2");
    (void)state;
    assert_non_null(gate_enter(gate, &one, 1));
    assert_null(gate_enter(gate, &one, 1));
    assert_non_null(gate_enter(gate, &two, 1));
    gate_destroy(gate);
}

static void newcomers_of_an_address(void **state)
{
    struct gate *gate = gate_create();
    struct sock_address one = address_of("192.0.2.1"), here = address_of("127.0.0.1");
    struct gate_host *host = gate_enter(gate, &one, 0);
    uint32_t wait_ms = 0;
    (void)state;
    for (int i = 0; i < 6; i++)
        assert_true(gate_may_be_new(host, 6, 1000, &wait_ms));
    assert_false(gate_may_be_new(host, 6, 1000, &wait_ms));
    assert_int_equal(wait_ms, 10000);
    assert_true(gate_may_be_new(host, 0, 1000, &wait_ms)); /* no limit */
    gate_exit(gate, host, 1000);                           /* it is not forgotten by leaving */
    gate_tick(gate, 60999);
    assert_ptr_equal(gate_enter(gate, &one, 0), host);
    gate_exit(gate, host, 61000);
    assert_int_equal(gate_known(gate), 0);
    host = gate_enter(gate, &here, 0);
    for (int i = 0; i < 20; i++)
        assert_true(gate_may_be_new(host, 6, 1000, &wait_ms));
    gate_destroy(gate);
}

static void this_computer_is_not_counted(void **state)
{
    static const char *const texts[] = {"127.0.0.1", "::1", "::ffff:127.0.0.1"};
    struct gate *gate = gate_create();
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct sock_address address = address_of(texts[i]);
        for (int k = 0; k < 3; k++)
            assert_non_null(gate_enter(gate, &address, 1));
    }
    gate_destroy(gate);
}

static void five_wrong_passwords_and_a_minute(void **state)
{
    struct gate *gate = gate_create();
    struct sock_address one = address_of("192.0.2.1");
    struct gate_host *host = gate_enter(gate, &one, 0);
    (void)state;
    for (int i = 0; i < GATE_TRIES; i++) {
        assert_int_equal(gate_wait_ms(host, 1000), 0);
        gate_tried(host, false, 1000);
    }
    assert_int_equal(gate_wait_ms(host, 1000), 60000);
    gate_exit(gate, host, 1000); /* it is not forgotten by leaving */
    gate_tick(gate, 60999);
    assert_ptr_equal(gate_enter(gate, &one, 0), host);
    assert_int_equal(gate_wait_ms(host, 60999), 1);
    assert_int_equal(gate_wait_ms(host, 61000), 0);
    gate_tried(host, false, 61000); /* counted anew */
    assert_int_equal(gate_wait_ms(host, 61000), 0);
    for (int i = 1; i < GATE_TRIES - 1; i++)
        gate_tried(host, false, 61000);
    gate_tried(host, true, 61000);
    gate_tried(host, false, 61000);
    assert_int_equal(gate_wait_ms(host, 61000), 0);
    gate_destroy(gate);
}

static void old_tries_are_forgotten(void **state)
{
    struct gate *gate = gate_create();
    char text[20];
    (void)state;
    for (int i = 0; i < 250; i++) {
        str_format(text, sizeof text, "192.0.2.%d", i);
        struct sock_address address = address_of(text);
        struct gate_host *host = gate_enter(gate, &address, 0);
        gate_tried(host, false, i);
        gate_exit(gate, host, i);
    }
    assert_int_equal(gate_known(gate), 250);
    gate_tick(gate, 60100);
    assert_int_equal(gate_known(gate), 149);
    gate_tick(gate, 60250);
    assert_int_equal(gate_known(gate), 0);
    gate_destroy(gate);
}

int main(void)
{
    sock_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_and_then_one_by_one),
        cmocka_unit_test(it_is_never_fuller_than_full),
        cmocka_unit_test(a_clock_that_goes_back_gives_nothing),
        cmocka_unit_test(the_highest_rate_and_burst),
        cmocka_unit_test(a_burst_that_became_smaller),
        cmocka_unit_test(once_a_minute),
        cmocka_unit_test(an_address_is_counted_up_to_its_limit),
        cmocka_unit_test(an_ipv6_network_counts_as_one),
        cmocka_unit_test(a_link_local_address_counts_by_itself),
        cmocka_unit_test(newcomers_of_an_address),
        cmocka_unit_test(this_computer_is_not_counted),
        cmocka_unit_test(five_wrong_passwords_and_a_minute),
        cmocka_unit_test(old_tries_are_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
