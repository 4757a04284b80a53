/* Who may come into a private room: lists grow, are read again whatever stands in them, and have a
 * limit. */
#include <string.h>

#include "protocol/wire/limits.h"
#include "server/guests.h"
#include "tests/unit/folder.h"

static const char ann[] = "0123456789abcdef", bob[] = "fedcba9876543210";
static char list[OS_PATH_MAX];

static void put(const char *text)
{
    assert_true(path_join(list, folder, GUESTS_FILE));
    assert_true(file_save(list, text, strlen(text), NULL));
}

static struct guests *load(void)
{
    struct guests *guests = guests_load(folder, disk);
    assert_non_null(guests);
    return guests;
}

static void done(struct guests *guests)
{
    disk_drain(disk);
    guests_destroy(guests);
}

static void without_a_list_a_room_is_open(void **state)
{
    (void)state;
    assert_null(guests_load(folder, disk));
}

static void guests_stay(void **state)
{
    struct guests *guests;
    (void)state;
    assert_true(guests_begin(folder, ann, NULL));
    guests = load();
    assert_true(guests_has(guests, ann));
    assert_false(guests_has(guests, bob));
    assert_true(guests_add(guests, bob, NULL));
    assert_true(guests_add(guests, bob, NULL)); /* again is nothing new */
    for (int i = 0; i < 20; i++) {              /* while the sync before is under way */
        char uid[UID_DIGITS + 1];
        str_format(uid, sizeof uid, "%016x", i);
        assert_true(guests_add(guests, uid, NULL));
    }
    /* nobody was told yet, and it is the system's */
    struct guests *other = load();
    assert_true(guests_has(other, bob));
    assert_int_equal(other->uids.count, 22);
    guests_destroy(other);
    done(guests);
}

static void damaged_lists(void **state)
{
    struct guests *guests;
    (void)state;
    put("");
    guests = load();
    assert_int_equal(guests->uids.count, 0);
    done(guests);
    put("0123456789abcdef\r\n\n0123456789ABCDEF\n0123456789abcdef0\n\xFF\n0123456789abcdef\nfedcba9"
        "8");
    guests = load();
    assert_int_equal(guests->uids.count, 1);
    assert_true(guests_has(guests, ann));
    /* a line that a power cut left half does not swallow the next one */
    assert_true(guests_add(guests, bob, NULL));
    done(guests);
    guests = load();
    assert_int_equal(guests->uids.count, 2);
    assert_true(guests_has(guests, bob));
    done(guests);
}

static void they_have_a_limit(void **state)
{
    struct err err = {0};
    struct guests *guests;
    char uid[UID_DIGITS + 1];
    (void)state;
    put("");
    guests = load();
    for (int i = 0; i < GUESTS_MAX; i++) {
        str_format(uid, sizeof uid, "%016x", i);
        assert_true(guests_add(guests, uid, NULL));
    }
    assert_false(guests_add(guests, ann, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    assert_true(guests_add(guests, uid, NULL)); /* who is in stays in */
    done(guests);
    guests = load();
    assert_int_equal(guests->uids.count, GUESTS_MAX);
    done(guests);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_a_list_a_room_is_open, set_up, tear_down),
        cmocka_unit_test_setup_teardown(guests_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damaged_lists, set_up, tear_down),
        cmocka_unit_test_setup_teardown(they_have_a_limit, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
