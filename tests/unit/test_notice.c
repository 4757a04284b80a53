/* Who is told of what, and how often: client/app/notice.h. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "client/app/notice.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"

static struct model model;
static struct room *lobby, *direct;

static int open_model(void **state)
{
    (void)state;
    model_init(&model);
    str_copy(model.my_name, sizeof model.my_name, "Ann");
    lobby = model_add_room(&model, "lobby");
    direct = model_add_room(&model, "@00112233445566778899aabbccddeeff");
    direct->kind = ROOM_DIRECT;
    str_copy(direct->title, sizeof direct->title, "Bob");
    lobby->joined = direct->joined = true;
    return 0;
}

static int close_model(void **state)
{
    (void)state;
    model_finish(&model);
    return 0;
}

static struct message *say(struct room *room, const char *text)
{
    struct message *message = message_create(MESSAGE_TEXT);
    message->seq = room->newest_seq + 1;
    room->newest_seq = message->seq;
    text_set(&message->name, "Bob");
    text_set(&message->text, text);
    return room_add_message(room, message);
}

static bool is_told(const struct notice_rules *rules, struct room *room, struct message *message,
                    struct news *news)
{
    struct notices notices = {0};
    notices_add(&notices, rules, room, message);
    return notices_take(&notices, 5000, news);
}

static const struct notice_rules away = {0};

static void what_others_say_is_told_while_one_is_away(void **state)
{
    (void)state;
    struct news news;
    assert_true(is_told(&away, lobby, say(lobby, "  hello\nand more"), &news));
    assert_true(news.popup);
    assert_false(news.mention);
    assert_int_equal(news.count, 1);
    assert_string_equal(news.text, "hello");
    assert_string_equal(news.name, "Bob");
    assert_string_equal(news.title, "lobby");
    assert_string_equal(news.room, "lobby");
}

static void nothing_is_told_of_what_is_known(void **state)
{
    (void)state;
    struct news news;
    struct message *own = say(lobby, "mine"), *old = say(lobby, "old"), *gone = say(lobby, "gone");
    own->own = true;
    old->history = true;
    message_delete(gone);
    struct message *joined = message_create(MESSAGE_JOINED);
    joined->seq = ++lobby->newest_seq;
    joined = room_add_message(lobby, joined);
    struct message *const none[] = {own, old, gone, joined};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_false(is_told(&away, lobby, none[i], &news));
}

static void nothing_is_told_to_who_looks_or_wants_quiet(void **state)
{
    (void)state;
    struct news news;
    const struct notice_rules focused = {.focused = true}, quiet = {.quiet = true};
    struct message *mention = say(lobby, "@Ann look");
    mention->mentions_me = true;
    assert_false(is_told(&focused, lobby, mention, &news));
    assert_false(is_told(&quiet, lobby, mention, &news));
    assert_false(is_told(&quiet, direct, say(direct, "psst"), &news));
}

static void a_muted_room_tells_of_mentions_alone(void **state)
{
    (void)state;
    struct news news;
    lobby->muted = true;
    struct message *mention = say(lobby, "@Ann look");
    mention->mentions_me = true;
    assert_false(is_told(&away, lobby, say(lobby, "noise"), &news));
    assert_true(is_told(&away, lobby, mention, &news));
    assert_true(news.mention && news.popup);
    direct->muted = true; /* who writes to us alone means us */
    assert_true(is_told(&away, direct, say(direct, "psst"), &news));
    assert_true(news.direct && news.mention);
    assert_string_equal(news.title, "Bob");
}

static void the_level_says_what_a_notification_is_for(void **state)
{
    (void)state;
    struct news news;
    const struct notice_rules mentions = {.level = NOTICE_MENTIONS}, off = {.level = NOTICE_OFF};
    struct message *mention = say(lobby, "@Ann look"), *plain = say(lobby, "noise");
    mention->mentions_me = true;
    assert_false(is_told(&mentions, lobby, plain, &news));
    assert_true(is_told(&mentions, lobby, mention, &news));
    assert_true(news.popup);
    assert_false(is_told(&off, lobby, plain, &news));
    assert_true(is_told(&off, lobby, mention, &news)); /* a flash and a sound */
    assert_false(news.popup);
}

static void a_burst_is_told_once_a_second(void **state)
{
    (void)state;
    struct notices notices = {0};
    struct news news;
    assert_int_equal(notices_due_ms(&notices), INT64_MAX);
    notices_add(&notices, &away, lobby, say(lobby, "one"));
    assert_true(notices_take(&notices, 10000, &news));
    assert_false(notices_take(&notices, 10000, &news));
    for (int i = 0; i < 100; i++)
        notices_add(&notices, &away, lobby, say(lobby, i == 99 ? "last" : "more"));
    assert_int_equal(notices_due_ms(&notices), 10000 + NOTICE_GAP_MS);
    assert_false(notices_take(&notices, 10000 + NOTICE_GAP_MS - 1, &news));
    assert_true(notices_take(&notices, 10000 + NOTICE_GAP_MS, &news));
    assert_int_equal(news.count, 100);
    assert_true(news.one_room);
    assert_string_equal(news.text, "last");
    notices_add(&notices, &away, lobby, say(lobby, "a"));
    notices_add(&notices, &away, direct, say(direct, "b"));
    assert_true(notices_take(&notices, 20000, &news));
    assert_false(news.one_room);
    assert_true(news.mention);
    notices_add(&notices, &away, lobby, say(lobby, "seen"));
    notices_forget(&notices);
    assert_int_equal(notices_due_ms(&notices), INT64_MAX);
    assert_false(notices_take(&notices, 30000, &news));
}

static void long_texts_are_cut_between_characters(void **state)
{
    (void)state;
    struct news news;
    char text[3 * NOTICE_TEXT_SIZE + 8] = "x";
    for (size_t at = 1; at + 4 < sizeof text; at += 2)
        memcpy(text + at, "é", 3);
    assert_true(is_told(&away, lobby, say(lobby, text), &news));
    assert_true(strlen(news.text) < NOTICE_TEXT_SIZE);
    assert_true(utf8_valid(news.text, strlen(news.text)));
    assert_string_equal(news.text + strlen(news.text) - 3, "…");
    text[NOTICE_TEXT_SIZE - 2] = '\0'; /* just fits */
    assert_true(is_told(&away, lobby, say(lobby, text), &news));
    assert_true(str_starts(text, news.text));
    assert_true(is_told(&away, lobby, say(lobby, "\n \n"), &news));
    assert_string_equal(news.text, "");
}

static void the_title_counts_what_is_unread_but_not_in_muted_rooms(void **state)
{
    (void)state;
    say(lobby, "a");
    struct message *mention = say(lobby, "@Ann");
    mention->mentions_me = true;
    say(direct, "b");
    assert_int_equal(notice_unread(&model), 3);
    lobby->muted = true;
    assert_int_equal(notice_unread(&model), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_others_say_is_told_while_one_is_away, open_model,
                                        close_model),
        cmocka_unit_test_setup_teardown(nothing_is_told_of_what_is_known, open_model, close_model),
        cmocka_unit_test_setup_teardown(nothing_is_told_to_who_looks_or_wants_quiet, open_model,
                                        close_model),
        cmocka_unit_test_setup_teardown(a_muted_room_tells_of_mentions_alone, open_model,
                                        close_model),
        cmocka_unit_test_setup_teardown(the_level_says_what_a_notification_is_for, open_model,
                                        close_model),
        cmocka_unit_test_setup_teardown(a_burst_is_told_once_a_second, open_model, close_model),
        cmocka_unit_test_setup_teardown(long_texts_are_cut_between_characters, open_model,
                                        close_model),
        cmocka_unit_test_setup_teardown(the_title_counts_what_is_unread_but_not_in_muted_rooms,
                                        open_model, close_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
