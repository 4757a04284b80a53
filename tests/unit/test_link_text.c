/* The address behind a link: what is opened, and what a person is shown of its host. */
#include "client/markup/link_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void expect_address(const char *text, const char *address)
{
    char out[LINK_ADDRESS_SIZE];
    assert_true(link_address(text, strlen(text), out));
    assert_string_equal(out, address);
}

static void addresses(void **state)
{
    (void)state;
    char out[LINK_ADDRESS_SIZE];
    expect_address("https://a.b/C?d#E", "https://a.b/C?d#E");
    expect_address("HtTpS://A.b", "https://A.b");
    expect_address("WWW.a.b/c", "http://WWW.a.b/c");
    expect_address("http://a.b/\xE2\x80\xAE"
                   "gpj.exe",
                   "http://a.b/%E2%80%AEgpj.exe");
    expect_address("http://a.b/\xE2\x80\x8Bx\xC2\xADy", "http://a.b/%E2%80%8Bx%C2%ADy");
    expect_address("http://\xC3\xA4.b", "http://\xC3\xA4.b");
    assert_false(link_address("ftp://a", 7, out));
    assert_false(link_address("javascript:x", 12, out));
    assert_false(link_address("", 0, out));
}

static void the_longest_address(void **state)
{
    (void)state;
    char text[LINK_BYTES_MAX + 2], out[LINK_ADDRESS_SIZE];
    memset(text, 0xAD, sizeof text); /* invalid: each byte becomes three */
    memcpy(text, "www.", 4);
    assert_true(link_address(text, LINK_BYTES_MAX, out));
    assert_int_equal(strlen(out), 7 + 4 + 3 * (LINK_BYTES_MAX - 4));
    assert_false(link_address(text, LINK_BYTES_MAX + 1, out));
}

/* The examples are RFC 3492's and names that are in use. */
static void hosts(void **state)
{
    (void)state;
    char out[LINK_HOST_SIZE];
    assert_false(link_ascii_host("https://apple.com/\xD0\xB0", out));
    assert_false(link_ascii_host("https://xn--pple-43d.com", out));
    assert_true(link_ascii_host("https://\xD0\xB0pple.com/x", out));
    assert_string_equal(out, "xn--pple-43d.com");
    assert_true(link_ascii_host("http://B\xC3\xBC"
                                "cher.example:80/?q",
                                out));
    assert_string_equal(out, "xn--bcher-kva.example:80");
    assert_true(link_ascii_host("http://apple.com@\xE4\xBE\x8B\xE3\x81\x88.jp", out));
    assert_string_equal(out, "xn--r8jz45g.jp");
    assert_true(
        link_ascii_host("http://\xE4\xBB\x96\xE4\xBB\xAC\xE4\xB8\xBA\xE4\xBB\x80\xE4\xB9\x88"
                        "\xE4\xB8\x8D\xE8\xAF\xB4\xE4\xB8\xAD\xE6\x96\x87",
                        out));
    assert_string_equal(out, "xn--ihqwcrb4cv8a8dqg056pqjye");
}

static void hosts_without_measure(void **state)
{
    (void)state;
    char address[4096], out[LINK_HOST_SIZE];
    for (size_t runes = 1; runes < 600; runes++) {
        size_t n = 8;
        memcpy(address, "https://", 8);
        for (size_t i = 0; i < runes; i++, n += 4)
            memcpy(address + n, i % 7 ? "\xF0\x9F\x98\x80" : "\xF4\x8F\xBF\xBF", 4);
        address[n] = '\0';
        if (link_ascii_host(address, out))
            assert_true(strlen(out) < LINK_HOST_SIZE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses),
        cmocka_unit_test(the_longest_address),
        cmocka_unit_test(hosts),
        cmocka_unit_test(hosts_without_measure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
