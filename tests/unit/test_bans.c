/* bans.c: who may not come in or not speak, for how long, and that the file says so. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "protocol/base/buf.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/file.h"
#include "server/bans.h"

#define NOW INT64_C(1769856067123)

static char folder[OS_PATH_MAX];

static struct ban of(enum ban_kind kind, const char *key, const char *name, int64_t until_ms)
{
    struct ban ban = {.kind = kind, .until_ms = until_ms};
    str_copy(ban.key, sizeof ban.key, key);
    str_copy(ban.name, sizeof ban.name, name);
    return ban;
}

static struct bans *reopen(struct bans *bans)
{
    struct err err = {0};
    bans_close(bans);
    bans = bans_open(folder, &err);
    assert_non_null(bans);
    return bans;
}

static void kinds_and_keys_are_apart(void **state)
{
    (void)state;
    struct err err = {0};
    struct bans *bans = reopen(NULL);
    struct ban bob = of(BAN_PERSON, "00000000000000b0", "Bob the Loud", 0);
    struct ban host = of(BAN_ADDRESS, "2001:db8:0:7::/64", "", NOW + 1000);
    assert_true(bans_set(bans, &bob, NOW, &err));
    assert_true(bans_set(bans, &host, NOW, &err));
    for (int round = 0; round < 2; round++) {
        assert_non_null(bans_find(bans, BAN_PERSON, bob.key, NOW));
        assert_string_equal(bans_find(bans, BAN_PERSON, bob.key, NOW)->name, "Bob the Loud");
        assert_null(bans_find(bans, BAN_MUTE, bob.key, NOW));
        assert_null(bans_find(bans, BAN_PERSON, host.key, NOW));
        assert_non_null(bans_find(bans, BAN_ADDRESS, host.key, NOW + 999));
        assert_null(bans_find(bans, BAN_ADDRESS, host.key, NOW + 1000));
        assert_non_null(bans_of_name(bans, BAN_PERSON, "bob THE loud"));
        bans = reopen(bans); /* the file says the same */
    }
    bob.until_ms = NOW + 5; /* in place of the one before */
    assert_true(bans_set(bans, &bob, NOW, &err));
    assert_null(bans_find(bans, BAN_PERSON, bob.key, NOW + 5));
    assert_true(bans_lift(bans, BAN_PERSON, bob.key, &err));
    assert_false(bans_lift(bans, BAN_PERSON, bob.key, &err));
    assert_int_equal(err.kind, ERR_NONE);
    bans = reopen(bans);
    assert_null(bans_find(bans, BAN_PERSON, bob.key, NOW));
    bans_close(bans);
}

static void write_list(size_t count)
{
    struct err err = {0};
    struct buf text;
    char path[OS_PATH_MAX], line[64];
    buf_init(&text, (size_t)1 << 20);
    for (size_t i = 0; i < count; i++) {
        str_format(line, sizeof line, "mute %016zx 0 somebody\n", i);
        assert_true(buf_append(&text, line, strlen(line)));
    }
    assert_true(path_join(path, folder, "bans"));
    assert_true(file_save(path, buf_peek(&text).data, text.size, &err));
    buf_finish(&text);
}

static void the_list_has_an_end(void **state)
{
    (void)state;
    struct err err = {0};
    write_list(BANS_MAX + 1); /* the last one is one too many */
    struct bans *bans = reopen(NULL);
    assert_non_null(bans_find(bans, BAN_MUTE, "000000000000270f", NOW));
    assert_null(bans_find(bans, BAN_MUTE, "0000000000002710", NOW));
    struct ban more = of(BAN_MUTE, "ffffffffffffffff", "one more", 0);
    assert_false(bans_set(bans, &more, NOW, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    assert_null(bans_find(bans, BAN_MUTE, more.key, NOW));
    struct ban known = of(BAN_MUTE, "0000000000000000", "somebody", NOW + 1);
    err = (struct err){0};
    assert_true(bans_set(bans, &known, NOW, &err)); /* that one is in it already */
    /* what is over makes room */
    assert_true(bans_set(bans, &more, NOW + 1, &err));
    assert_non_null(bans_find(bans, BAN_MUTE, more.key, NOW + 1));
    bans_close(bans);
}

static int set_up(void **state)
{
    (void)state;
    str_copy(folder, sizeof folder, "/tmp/confab-bans-XXXXXX");
    return mkdtemp(folder) != NULL ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(kinds_and_keys_are_apart, set_up),
        cmocka_unit_test_setup(the_list_has_an_end, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
