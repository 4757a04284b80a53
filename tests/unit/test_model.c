/* test_model.c: messages stand in their order however they come; what is pending finds its place; counts are derived. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "client/model/model.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

static struct model model;
static struct room *lobby;

static int set_up(void **state)
{
    (void)state;
    model_init(&model);
    lobby = model_add_room(&model, "lobby");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    model_finish(&model);
    return 0;
}

static struct message *said(uint64_t seq, const char *id, bool own)
{
    struct message *message = message_create(MESSAGE_TEXT);
    message->seq = seq;
    message->state = seq ? MESSAGE_RELAYED : MESSAGE_PENDING;
    message->own = own;
    text_set(&message->id, id);
    text_set(&message->text, "x");
    return room_add_message(lobby, message);
}

static void expect_order(const uint64_t *seqs, size_t count)
{
    assert_int_equal(lobby->message_count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(lobby->messages[i]->seq, seqs[i]);
}

static void test_order_by_seq_pending_behind(void **state)
{
    (void)state;
    said(5, "e", false);
    said(0, "mine", true);
    said(2, "b", false);
    said(9, "i", false);
    said(0, "mine too", true);
    said(1, "a", false);
    const uint64_t order[] = {1, 2, 5, 9, 0, 0};
    expect_order(order, 6);
    assert_string_equal(lobby->messages[4]->id, "mine");
    assert_string_equal(lobby->messages[5]->id, "mine too");
}

static void test_a_pending_one_settles(void **state)
{
    (void)state;
    said(1, "a", false);
    struct message *mine = said(0, "mine", true);
    said(0, "later", true);
    said(3, "c", false);
    assert_ptr_equal(room_find_id(lobby, "mine"), mine);
    mine->seq = 2;
    mine->state = MESSAGE_RELAYED;
    room_settle_message(lobby, mine);
    const uint64_t order[] = {1, 2, 3, 0};
    expect_order(order, 4);
    assert_ptr_equal(room_find_seq(lobby, 2), mine);
}

static void test_the_same_event_twice_is_one(void **state)
{
    (void)state;
    struct message *first = said(4, "d", false);
    struct message *again = said(4, "d", false);
    assert_ptr_equal(first, again);
    assert_int_equal(lobby->message_count, 1);
    assert_null(room_find_seq(lobby, 3));
    assert_null(room_find_seq(lobby, 5));
}

static void test_unread_is_counted_from_what_was_read(void **state)
{
    (void)state;
    for (uint64_t seq = 1; seq <= 10; seq++)
        said(seq, "a", seq % 2 == 0); /* 1 3 5 7 9 are of others */
    struct message *joined = message_create(MESSAGE_JOINED);
    joined->seq = 11;
    room_add_message(lobby, joined);
    lobby->read_seq = 4;
    assert_int_equal(room_unread(lobby), 3);
    lobby->read_seq = 11;
    assert_int_equal(room_unread(lobby), 0);
}

static void test_members(void **state)
{
    (void)state;
    room_set_member(lobby, "00000000000000aa", "Zoe", true);
    room_set_member(lobby, "00000000000000bb", "ann", true);
    room_set_member(lobby, "00000000000000cc", "Bob", false);
    room_set_member(lobby, "00000000000000aa", "Zoé", true); /* renamed, not doubled */
    room_sort_members(lobby);
    assert_int_equal(lobby->member_count, 3);
    assert_string_equal(lobby->members[0].name, "ann");
    assert_string_equal(lobby->members[1].name, "Zoé");
    assert_string_equal(lobby->members[2].name, "Bob"); /* offline behind */
    assert_int_equal(room_online(lobby), 2);
    room_remove_member(lobby, "00000000000000bb");
    assert_null(room_find_member(lobby, "00000000000000bb"));
    assert_int_equal(lobby->member_count, 2);
}

static void test_rooms(void **state)
{
    (void)state;
    struct room *zoo = model_add_room(&model, "zoo");
    struct room *art = model_add_room(&model, "Art");
    assert_ptr_equal(model_add_room(&model, "ZOO"), zoo); /* names are compared folded */
    assert_int_equal(model.room_count, 3);
    assert_ptr_equal(model.rooms[0], lobby);
    assert_ptr_equal(model.rooms[1], art);
    assert_ptr_equal(model.rooms[2], zoo);
    assert_ptr_equal(model_find_room(&model, "art"), art);
    assert_null(model_find_room(&model, "none"));
    model_forget_server(&model);
    assert_int_equal(model.room_count, 0);
    assert_null(model.room);
    lobby = model_add_room(&model, "lobby");
}

/* History comes fifty at a time in front, live messages come behind: both must stay cheap. */
static void test_a_hundred_thousand(void **state)
{
    (void)state;
    const uint64_t count = 100000;
    for (uint64_t page = count; page > 50000; page -= 50)
        for (uint64_t seq = page - 49; seq <= page; seq++)
            said(seq, "x", false);
    for (uint64_t seq = count + 1; seq <= count + 50000; seq++)
        said(seq, "x", false);
    assert_int_equal(lobby->message_count, 100000);
    for (uint64_t seq = 50001; seq <= 150000; seq += 997)
        assert_int_equal(room_find_seq(lobby, seq)->seq, seq);
    for (size_t i = 1; i < lobby->message_count; i++)
        assert_true(lobby->messages[i - 1]->seq < lobby->messages[i]->seq);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_order_by_seq_pending_behind, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_pending_one_settles, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_same_event_twice_is_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unread_is_counted_from_what_was_read, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_members, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rooms, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_hundred_thousand, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
