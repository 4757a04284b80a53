/* test_model_talk.c: who is called in a text, who answered with which emoji, and what is counted of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "client/model/model.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

#define ANN "000000000000000a"
#define BOB "000000000000000b"

static void test_called_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name;
        bool called;
    } cases[] = {
        {"@Ann", "Ann", true},
        {"hello @ann, how are you", "Ann", true},
        {"@ANN's", "Ann", true},
        {"(@Ann)", "Ann", true},
        {"one\n@Ann\ntwo", "Ann", true},
        {"@Ann\n", "Ann", true},
        {"@@Ann", "Ann", true},
        {"@Anna @Ann", "Ann", true},
        {"@Ann Lee: see this", "Ann Lee", true},
        {"@Ann  Lee", "Ann Lee", false},
        {"@Ann", "Ann Lee", false},
        {"@Anna", "Ann", false},
        {"@Ann_", "Ann", false},
        {"@Ann2", "Ann", false},
        {"Ann", "Ann", false},
        {"mail@ann.example", "Ann", false},
        {"\xC3\xA9@Ann", "Ann", false},
        {"\xE4\xBD\xA0 @Ann", "Ann", true},
        {"@ Ann", "Ann", false},
        {"@", "Ann", false},
        {"", "Ann", false},
        {"@Ann", "", false},
        /* "Zoë": composed in the name, not in the text, and the other way round */
        {"@ZOE\xCC\x88!", "Zo\xC3\xAB", true},
        {"@zo\xC3\xAB", "Zo\xC3\xAB", true},
        {"@Zoe", "Zo\xC3\xAB", false},
        {"@Zoe\xCC\x88", "Zoe", false}, /* another name */
        {"@STRASSE",
         "Stra\xC3\x9F"
         "e",
         true},
        {"@\xD8\xB9\xD9\x84\xD9\x8A\xD8\x8C", "\xD8\xB9\xD9\x84\xD9\x8A", true}, /* Arabic comma */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (message_mentions(cases[i].text, cases[i].name) != cases[i].called)
            fail_msg("\"%s\", %s", cases[i].text, cases[i].name);
    }
    assert_false(message_mentions(NULL, "Ann"));
}

static void test_called_by_the_longest_name(void **state)
{
    char name[NAME_SIZE], text[NAME_SIZE + 16];
    (void)state;
    for (size_t i = 0; i < NAME_CHARS_MAX; i++)
        memcpy(name + 4 * i, "\xF0\x90\x90\xA8", 4); /* Deseret, four bytes each */
    name[NAME_SIZE - 1] = '\0';
    str_format(text, sizeof text, "@%s.", name);
    assert_true(message_mentions(text, name));
    str_format(text, sizeof text, "@%s\xF0\x90\x90\xA8.", name);
    assert_false(message_mentions(text, name));
}

static void test_reactions(void **state)
{
    (void)state;
    struct message *message = message_create(MESSAGE_TEXT);
    assert_true(message_react(message, "+1", BOB, false, false));
    assert_false(message_react(message, "+1", BOB, false, false)); /* twice is once */
    assert_true(message_react(message, "heart", BOB, false, false));
    assert_true(message_react(message, "+1", ANN, true, false));
    assert_int_equal(message->reaction_count, 2);
    assert_string_equal(message->reactions[0].emoji, "+1");
    assert_int_equal(message->reactions[0].count, 2);
    assert_string_equal(message->reactions[0].uids[1], ANN);
    assert_true(message->reactions[0].own);
    assert_false(message->reactions[1].own);
    assert_false(message_react(message, "heart", ANN, true, true)); /* never did */
    assert_true(message_react(message, "+1", ANN, true, true));
    assert_false(message->reactions[0].own);
    assert_int_equal(message->reactions[0].count, 1);
    assert_true(message_react(message, "+1", BOB, false, true)); /* nobody left: it is gone */
    assert_int_equal(message->reaction_count, 1);
    assert_string_equal(message->reactions[0].emoji, "heart");
    assert_null(message_find_reaction(message, "+1"));
    message_delete(message);
    assert_int_equal(message->reaction_count, 0);
    message_destroy(message);
}

static void test_kinds_have_a_limit(void **state)
{
    (void)state;
    struct message *message = message_create(MESSAGE_TEXT);
    char emoji[16];
    for (int i = 0; i <= REACTIONS_MAX; i++) {
        str_format(emoji, sizeof emoji, "e%d", i);
        assert_int_equal(message_react(message, emoji, BOB, false, false), i < REACTIONS_MAX);
    }
    assert_int_equal(message->reaction_count, REACTIONS_MAX);
    assert_true(message_react(message, "e0", ANN, true, false)); /* those that are there go on */
    assert_true(message_react(message, "e1", BOB, false, true));
    assert_true(message_react(message, "new", BOB, false, false)); /* there is room again */
    message_destroy(message);
}

static void test_unread_mentions(void **state)
{
    (void)state;
    struct model model;
    model_init(&model);
    struct room *room = model_add_room(&model, "lobby");
    for (uint64_t seq = 1; seq <= 4; seq++) {
        struct message *message = message_create(MESSAGE_TEXT);
        message->seq = seq;
        message->mentions_me = seq != 2;
        room_add_message(room, message);
    }
    room->read_seq = 1;
    room->version++;
    assert_int_equal(room_unread(room), 3);
    assert_int_equal(room_unread_mentions(room), 2);
    message_delete(room_find_seq(room, 3));
    room->version++;
    assert_int_equal(room_unread_mentions(room), 1);
    model_finish(&model);
}

static bool change(struct room *room, uint64_t of, uint64_t seq, enum change_kind kind,
                   const char *from, const char *text, bool remove)
{
    struct message *message;
    struct change change = {
        .of = of, .seq = seq, .kind = kind, .text = (char *)text, .remove = remove};
    str_copy(change.from, sizeof change.from, from);
    return room_change(room, &change, ANN, &message);
}

static struct message *bring(struct room *room, uint64_t seq, const char *from)
{
    struct message *message = message_create(MESSAGE_TEXT);
    message->seq = seq;
    str_copy(message->from, sizeof message->from, from);
    text_set(&message->text, "first");
    message = room_add_message(room, message);
    room_catch_up(room, message, ANN);
    return message;
}

/* However they come, they count in the order of their numbers. */
static void test_changes_in_any_order(void **state)
{
    (void)state;
    struct model model;
    model_init(&model);
    struct room *room = model_add_room(&model, "lobby");
    room->oldest_seq = 50; /* history is here from there on */
    assert_true(change(room, 10, 60, CHANGE_EDIT, BOB, "third", false));
    assert_false(change(room, 10, 60, CHANGE_EDIT, BOB, "third", false)); /* said twice */
    assert_true(change(room, 10, 61, CHANGE_REACT, ANN, "+1", true));
    assert_true(change(room, 10, 62, CHANGE_REACT, ANN, "heart", false));
    assert_true(change(room, 10, 63, CHANGE_EDIT, ANN, "not hers to change", false));
    struct message *message = bring(room, 10, BOB);
    assert_string_equal(message->text, "third");
    assert_true(message->edited);
    assert_int_equal(message->reaction_count, 1);
    assert_true(message->reactions[0].own);
    /* the page goes on with what was before those */
    assert_false(change(room, 10, 12, CHANGE_EDIT, BOB, "second", false));
    assert_false(change(room, 10, 13, CHANGE_REACT, ANN, "+1", false));
    assert_true(change(room, 10, 14, CHANGE_REACT, BOB, "+1", false));
    assert_string_equal(message->text, "third");
    assert_int_equal(message->reaction_count, 2);
    assert_int_equal(room->kept_count, 7);
    room_trim_changes(room, 10);
    assert_int_equal(room->kept_count, 0);
    /* deleted is for good */
    assert_true(change(room, 20, 70, CHANGE_DELETE, "", NULL, false));
    assert_true(change(room, 20, 71, CHANGE_EDIT, BOB, "still here", false));
    assert_true(bring(room, 20, BOB)->deleted);
    assert_false(change(room, 20, 72, CHANGE_REACT, BOB, "+1", false));
    model_finish(&model);
}

static void test_kept_changes_have_a_limit(void **state)
{
    (void)state;
    struct model model;
    model_init(&model);
    struct room *room = model_add_room(&model, "lobby");
    for (uint64_t i = 0; i <= CHANGES_MAX; i++)
        change(room, 1000000, 2000000 + i, CHANGE_EDIT, BOB, "x", false);
    assert_int_equal(room->kept_count, CHANGES_MAX);
    model_finish(&model);
}

/* A room of a hundred thousand grows at both ends; what is unread is counted once. */
static void test_a_long_room(void **state)
{
    (void)state;
    struct model model;
    model_init(&model);
    struct room *room = model_add_room(&model, "lobby");
    const uint64_t half = 50000;
    for (uint64_t seq = half; seq < 2 * half; seq++)
        bring(room, seq, BOB);
    for (uint64_t page = half; page > 0;
         page -= 50) /* as history comes: each page from its beginning */
        for (uint64_t seq = page - 50; seq < page; seq++)
            if (seq > 0)
                bring(room, seq, BOB);
    assert_int_equal(room->message_count, 2 * half - 1);
    for (size_t i = 0; i < room->message_count; i++)
        assert_int_equal(room->messages[i]->seq, i + 1);
    assert_int_equal(room_unread(room), 2 * half - 1);
    room->read_seq = 2 * half - 3;
    assert_int_equal(room_unread(room), 2);
    room_remove_message(room, room_find_seq(room, 2 * half - 1));
    assert_int_equal(room_unread(room), 1);
    assert_null(room_find_seq(room, 2 * half - 1));
    assert_true(sizeof(struct message) <= 128);
    model_finish(&model);
}

static void test_order_of_rooms(void **state)
{
    (void)state;
    struct model model;
    model_init(&model);
    str_copy(model.my_uid, sizeof model.my_uid, ANN);
    char with_bob[NAME_SIZE], with_cid[NAME_SIZE];
    name_direct(ANN, BOB, with_bob);
    name_direct(ANN, "000000000000000c", with_cid);
    model_add_room(&model, "zoo");
    struct room *bob = model_add_room(&model, with_bob), *cid = model_add_room(&model, with_cid);
    model_set_title(&model, cid, "Abel");
    model_set_title(&model, bob, "Bob");
    model_add_room(&model, "lobby");
    model_add_room(&model, "attic");
    const char *const titles[] = {"lobby", "attic", "zoo", "Abel", "Bob"};
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(room_title(model.rooms[i]), titles[i]);
    assert_string_equal(bob->peer, BOB);
    model_set_title(&model, cid, "Zoe");
    assert_ptr_equal(model.rooms[4], cid);
    model_finish(&model);
}

static void test_who_is_here_and_what_the_server_can(void **state)
{
    (void)state;
    struct model model;
    model_init(&model);
    assert_false(model_has_feature(&model, "edit"));
    text_set(&model.features, "edit react read");
    assert_true(model_has_feature(&model, "edit"));
    assert_true(model_has_feature(&model, "read"));
    assert_false(model_has_feature(&model, "rea"));
    assert_false(model_has_feature(&model, "reacts"));
    assert_false(model_has_feature(&model, ""));
    struct room *room = model_add_room(&model, "lobby");
    room_set_member(room, BOB, "Bob", false);
    str_copy(model.my_uid, sizeof model.my_uid, ANN);
    assert_false(model_is_online(&model, BOB));
    assert_false(model_is_online(&model, ANN));
    room_set_member(model_add_room(&model, "garden"), BOB, "Bob", true);
    model.link = LINK_ONLINE;
    assert_true(model_is_online(&model, BOB));
    assert_true(model_is_online(&model, ANN));
    assert_string_equal(room_title(room), "lobby");
    str_copy(room->title, sizeof room->title, "Bob");
    assert_string_equal(room_title(room), "Bob");
    model_finish(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_called_by_name),
        cmocka_unit_test(test_called_by_the_longest_name),
        cmocka_unit_test(test_reactions),
        cmocka_unit_test(test_kinds_have_a_limit),
        cmocka_unit_test(test_unread_mentions),
        cmocka_unit_test(test_changes_in_any_order),
        cmocka_unit_test(test_kept_changes_have_a_limit),
        cmocka_unit_test(test_a_long_room),
        cmocka_unit_test(test_order_of_rooms),
        cmocka_unit_test(test_who_is_here_and_what_the_server_can),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
