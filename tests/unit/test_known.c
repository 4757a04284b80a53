/* known.c: keys of servers, kept in a file that others may have written to. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "client/net/known.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

#define KEY_A "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define KEY_B "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100"

static char folder[] = "known-XXXXXX";

static void write_file(const char *text)
{
    char path[OS_PATH_MAX];
    struct err err = {0};
    assert_true(known_path(path));
    assert_true(file_save(path, text, strlen(text), &err));
}

static void expect_file(const char *expected)
{
    char path[OS_PATH_MAX];
    size_t size;
    struct err err = {0};
    assert_true(known_path(path));
    char *text = file_load(path, KNOWN_FILE_MAX, &size, &err);
    assert_non_null(text);
    assert_string_equal(text, expected);
    mem_free(text);
}

static void expect_key(const char *place, const char *expected)
{
    char key[TLS_FINGERPRINT_SIZE];
    struct err err = {0};
    assert_true(known_find(place, key, &err));
    assert_string_equal(key, expected);
}

static void test_a_first_visit(void **state)
{
    struct err err = {0};
    (void)state;
    expect_key("10.0.0.5:5050", "");
    assert_true(known_save("10.0.0.5:5050", KEY_A, &err));
    expect_file("10.0.0.5:5050 " KEY_A "\n");
    expect_key("10.0.0.5:5050", KEY_A);
    expect_key("10.0.0.5:505", "");
    expect_key("0.0.0.5:5050", "");
}

static void test_others_are_kept(void **state)
{
    struct err err = {0};
    (void)state;
    write_file("# mine\n[::1]:5050 " KEY_A "\nhost:5050 " KEY_A); /* no end of line */
    assert_true(known_save("[::1]:5050", KEY_B, &err));
    expect_file("# mine\nhost:5050 " KEY_A "\n[::1]:5050 " KEY_B "\n");
    expect_key("[::1]:5050", KEY_B);
    expect_key("host:5050", KEY_A);
}

/* A key that cannot be read is not the same as none. */
static void test_damage_is_told(void **state)
{
    char key[TLS_FINGERPRINT_SIZE];
    const char *const bad[] = {"host:1 ",
                               "host:1 \n",
                               "host:1 12\n",
                               "host:1 x" KEY_A "\n",
                               "host:1 " KEY_A "0\n",
                               "host:1  " KEY_A "\n"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err err = {0};
        write_file(bad[i]);
        assert_false(known_find("host:1", key, &err));
        assert_string_equal(key, "");
        assert_non_null(strstr(err.text, "known-servers"));
        expect_key("host:2", "");
    }
}

static void test_the_oldest_go(void **state)
{
    struct err err = {0};
    char *text = mem_alloc(KNOWN_FILE_MAX + 2, 1);
    (void)state;
    size_t size = 0;
    for (unsigned i = 0; size + 100 < KNOWN_FILE_MAX; i++)
        size += (size_t)snprintf(text + size, 100, "h%u:1 %s\n", i, KEY_A);
    write_file(text);
    assert_true(known_save("new:1", KEY_B, &err));
    expect_key("new:1", KEY_B);
    expect_key("h0:1", KEY_A); /* there was room */
    assert_true(known_save("newer:1", KEY_B, &err));
    expect_key("newer:1", KEY_B);
    expect_key("new:1", KEY_B);
    expect_key("h0:1", "");
    /* a file that somebody made larger is not touched */
    memset(text, 'x', KNOWN_FILE_MAX + 1);
    text[KNOWN_FILE_MAX + 1] = '\0';
    write_file(text);
    assert_false(known_save("host:1", KEY_A, &err));
    mem_free(text);
}

static int prepare(void **state)
{
    char here[OS_PATH_MAX];
    (void)state;
    if (mkdtemp(folder) == NULL || realpath(folder, here) == NULL)
        return -1;
    return setenv("XDG_CONFIG_HOME", here, 1);
}

static int clean(void **state)
{
    char path[OS_PATH_MAX];
    (void)state;
    if (known_path(path))
        file_remove(path, NULL);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_first_visit, clean),
        cmocka_unit_test_setup(test_others_are_kept, clean),
        cmocka_unit_test_setup(test_damage_is_told, clean),
        cmocka_unit_test_setup(test_the_oldest_go, clean),
    };
    return cmocka_run_group_tests(tests, prepare, NULL);
}
