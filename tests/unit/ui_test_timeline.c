/* The timeline over a model filled by hand: answers, reactions, who has seen what, days, joins, jumps, motion. */
#include "client/ui/views/root.h"
#include "client/ui/views/views.h"
#include "protocol/base/mem.h"
#include "protocol/os/clock.h"
#include "tests/unit/ui_content.h"

#define ANN "0000000000000002"
#define BO "0000000000000003"

static struct room *enter_room(void)
{
    static const char *const names[] = {"Sanjay", "Sravya", "Likitha"};
    struct room *room = enter(names, 3);
    text_set(&screen.model->features, "edit react read private direct");
    return room;
}

static void point_at(int x, int y)
{
    input_push(&screen.queue,
               &(struct input){.kind = INPUT_MOVE,
                               .x = (int)((float)x * screen.scale),
                               .y = (int)((float)y * screen.scale)},
               NULL);
    frame();
}

static void point(const char *role, const char *label)
{
    struct rect r;
    read_dump();
    if (!find(role, label, 0, &r))
        fail_msg("no %s \"%s\" to point at:\n%s", role, label, screen.dump);
    point_at(r.x + r.w / 2, r.y + r.h / 2);
}

static void wheel(float notches)
{
    input_push(&screen.queue,
               &(struct input){.kind = INPUT_WHEEL, .x = 600, .y = 300, .wheel_y = notches}, NULL);
    frame();
}

static void many(struct room *room, int count)
{
    for (int i = 0; i < count; i++) {
        char text[32];
        str_format(text, sizeof text, "line %d.", i);
        say(room, i % 7 ? "Sravya" : "Likitha", 9, i / 60, text);
    }
    room->read_seq = screen.seq;
    room->newest_seq = screen.seq;
}

/* The middle of the mock, as there to the pixel or two; what lies below is not the same, so from the answer's top. */
static void talk_stands_as_designed(void)
{
    struct rect r = {0};
    assert_true(find("message", "that one goes on the cover", 0, &r));
    const int down = r.y - 270;
    stands("message", "that one goes on the cover", 720, 270 + down, 264, 81);
    stands("quote", "Photo · sunset.jpg", 732, 279 + down, 240, 39);
    stands("text", "that one goes on the cover", 732, 323 + down, 185, 20);
    stands("message", "sunset.jpg", 332, 13 + down, 388, 222);
    stands("reaction", "👍 2", 332, 238 + down, 45, 22);
    stands("reaction", "🌅 1", 382, 238 + down, 43, 22);
}

static void fill_talk(void)
{
    struct room *lobby = enter(people, sizeof people / sizeof *people);
    text_set(&screen.model->features, "edit react read private direct");
    say(lobby, "Sravya", 10, 41, "hello! the photos from yesterday are in");
    struct message *sunset = photo(lobby, "Sravya", 10, 42, "sunset.jpg", SUNSET, 380, 214);
    message_react(sunset, "👍", BO, false, false);
    message_react(sunset, "👍", ME, true, false);
    message_react(sunset, "🌅", BO, false, false);
    say(lobby, "Sanjay", 10, 43, "that one goes on the cover")->reply = sunset->seq;
    photo(lobby, "Likitha", 10, 45, "dusk.jpg", DUSK, 300, 168);
    lobby->read_seq = screen.seq;
}

static void test_talk_as_designed(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        open_screen(1280, 800, i == 2 ? 2 : 1, i == 1 ? APP_THEME_LIGHT : APP_THEME_DARK);
        fill_talk();
        show(i == 0 ? "talk-dark" : i == 1 ? "talk-light" : "talk-200");
        talk_stands_as_designed();
        close_screen();
    }
}

/* ---- answers ---- */

static void test_quote_jumps(void **state)
{
    (void)state;
    struct rect r;
    open_screen(1280, 800, 1, APP_THEME_DARK);
    struct room *room = enter_room();
    many(room, 300);
    struct message *answer = say(room, "Likitha", 9, 10, "as I said");
    answer->reply = 20;
    struct message *lost = say(room, "Likitha", 9, 10, "what was that?");
    lost->reply = 9999999;
    show("answer");
    assert_false(has("message", "line 19."));
    click("quote", "line 19.");
    show("answer-jumped");
    assert_true(find("message", "line 19.", 0, &r));
    assert_true(r.y > 56 && r.y < 500);
    assert_true(has("flash", ""));
    screen.now_ms += 1300;
    show("answer-after");
    assert_false(has("flash", ""));
    /* deleted since: the quote says so, and has nothing to show of it */
    message_delete(room_find_seq(room, 20));
    press_key(KEY_END, MOD_CTRL);
    frame();
    show("answer-deleted");
    assert_true(has("quote", "Message deleted"));
    close_screen();
}

static void test_begin_reply_and_edit(void **state)
{
    (void)state;
    open_screen(1280, 800, 1, APP_THEME_DARK);
    struct room *room = enter_room();
    say(room, "Sravya", 9, 1, "shall we?");
    say(room, "Sanjay", 9, 2, "we shal");
    screen.model->link = LINK_ONLINE;
    show("tools-none");
    assert_false(has("button", "Reply"));
    point("message", "shall we?");
    show("tools");
    assert_true(has("button", "React") && has("button", "Reply") && has("button", "More"));
    click("button", "Reply");
    show("tools-replying");
    assert_int_equal(screen.views->reply_seq, 1);
    right_click("message", "we shal");
    frame();
    show("menu-own");
    assert_true(has("menuitem", "Reply") && has("menuitem", "React") && has("menuitem", "Edit") &&
                has("menuitem", "Copy text") && has("menuitem", "Delete"));
    assert_false(has("menuitem", "Open direct message") || has("menuitem", "Save"));
    click("menuitem", "Edit");
    assert_int_equal(screen.views->edit_seq, 2);
    views_cancel_reply_edit(screen.views);
    frame();
    read_dump();
    right_click("message", "shall we?");
    frame();
    show("menu-other");
    assert_true(has("menuitem", "Open direct message"));
    assert_false(has("menuitem", "Edit") || has("menuitem", "Delete"));
    press_key(KEY_ESCAPE, 0);
    frame();
    /* what cannot be undone is asked about */
    read_dump();
    right_click("message", "we shal");
    frame();
    click("menuitem", "Delete");
    show("delete-asked");
    assert_true(has("card", "confirm"));
    click("button", "Cancel");
    show("delete-not");
    assert_true(has("message", "we shal"));
    /* without the features there is less */
    text_set(&screen.model->features, "");
    right_click("message", "we shal");
    frame();
    show("menu-old-server");
    assert_false(has("menuitem", "Edit") || has("menuitem", "React"));
    assert_true(has("menuitem", "Reply"));
    close_screen();
}

static void double_click_at(int x, int y)
{
    point_at(x, y);
    for (int clicks = 1; clicks <= 2; clicks++) {
        struct input press = {
            .kind = INPUT_PRESS, .x = x, .y = y, .button = BUTTON_LEFT, .clicks = clicks};
        input_push(&screen.queue, &press, NULL);
        press.kind = INPUT_RELEASE;
        input_push(&screen.queue, &press, NULL);
    }
    frame();
}

static void test_double_click_replies(void **state)
{
    (void)state;
    struct rect r = {0};
    open_screen(1280, 800, 1, APP_THEME_DARK);
    struct room *room = enter_room();
    say(room, "Sravya", 9, 1, "shall we?");
    show("double");
    assert_true(find("message", "shall we?", 0, &r));
    double_click_at(r.x + r.w - 4, r.y + 5); /* the bubble, not its text */
    assert_int_equal(screen.views->reply_seq, 1);
    close_screen();
}

/* ---- reactions ---- */

static void test_reactions(void **state)
{
    (void)state;
    static const char *const emoji[] = {"👍", "❤️", "😂", "🎉", "😮", "😢", "🔥", "🙏", "👀", "✨",
                                        "🚀", "☕",      "🍕", "🎵", "📷", "💡", "✅", "❌", "🌅", "🎂"};
    struct rect first, last = {0}, bubble;
    open_screen(380, 480, 1, APP_THEME_DARK);
    struct room *room = enter_room();
    struct message *said = say(room, "Sravya", 9, 1, "who comes?");
    say(room, "Sanjay", 9, 2, "below");
    for (size_t i = 0; i < 20; i++)
        message_react(said, emoji[i], BO, false, false);
    message_react(said, emoji[3], ANN, false, false);
    show("reactions-wrap");
    assert_true(find("reaction", "👍 1", 0, &first) && find("reaction", "🎂 1", 0, &last));
    assert_true(find("message", "below", 0, &bubble));
    assert_true(last.y > first.y && last.x + last.w <= 380);
    assert_true(last.y + last.h <= bubble.y);
    point("reaction", "🎉 2");
    screen.now_ms += 600;
    show("reactions-tip");
    assert_true(has("tip", "Likitha and Sravya"));
    close_screen();

    /* a few at once, from the message's corner */
    open_screen(1280, 800, 1, APP_THEME_DARK);
    room = enter_room();
    say(room, "Sravya", 9, 1, "who comes?");
    show("quick-none");
    point("message", "who comes?");
    click("button", "React");
    show("quick");
    assert_true(has("button", "🎉") && has("button", "More emoji"));
    press_key(KEY_RIGHT, 0);
    press_key(KEY_RIGHT, 0);
    press_key(KEY_ENTER, 0);
    frame();
    show("quick-taken");
    assert_false(has("button", "More emoji")); /* the key has taken one */
    assert_true(has("reaction", "❤️ 1"));
    click("reaction", "❤️ 1");
    show("quick-back");
    assert_false(has("reaction", ""));
    point("message", "who comes?");
    click("button", "React");
    read_dump();
    click("button", "More emoji");
    show("quick-more");
    assert_true(has("field", "")); /* the picker looks for them by name */
    close_screen();
}

/* Any word can be one: those that the message's own buttons are called by do not get their clicks. */
static void test_reactions_called_as_buttons(void **state)
{
    (void)state;
    open_screen(1280, 800, 1, APP_THEME_DARK);
    struct room *room = enter_room();
    struct message *said = say(room, "Sravya", 9, 1, "who comes?");
    message_react(said, "reply", BO, false, false);
    message_react(said, "react", BO, false, false);
    show("reactions-as-buttons");
    point("message", "who comes?");
    click("button", "Reply");
    frame();
    assert_int_equal(screen.views->reply_seq, said->seq);
    point("message", "who comes?");
    click("button", "React");
    frame();
    assert_false(message_find_reaction(said, "reply")->own);
    assert_false(message_find_reaction(said, "react")->own);
    close_screen();
}

/* ---- how far it has come ---- */

static void test_state(void **state)
{
    (void)state;
    struct rect r = {0};
    open_screen(1280, 800, 1, APP_THEME_DARK);
    struct room *room = enter_room();
    say(room, "Sanjay", 9, 1, "mine");
    room_find_member(room, ANN)->read_seq = 1;
    show("seen-by-one");
    assert_true(has("state", "sent"));
    assert_true(find("state", "sent", 0, &r));
    point_at(r.x + r.w / 2, r.y + r.h / 2);
    screen.now_ms += 600;
    show("seen-tip");
    assert_true(has("tip", "Seen by Sravya"));
    room_find_member(room, BO)->read_seq = 7;
    show("seen-by-all");
    assert_true(has("state", "seen"));
    screen.now_ms += 600;
    frame();
    read_dump();
    assert_true(has("tip", "Seen by Sravya and Likitha"));

    struct message *waits = say(room, "Sanjay", 9, 2, "waits");
    room_take_message(room, waits);
    waits->seq = 0;
    waits->state = MESSAGE_PENDING;
    waits->sent_ms = clock_now_ms();
    room_add_message(room, waits);
    show("pending-now");
    assert_false(has("state", "clock"));
    waits->sent_ms = clock_now_ms() - 600;
    show("pending-clock");
    assert_true(has("state", "clock"));
    assert_false(has("text", "Not sent yet"));
    waits->sent_ms = clock_now_ms() - 10100;
    screen.model->link = LINK_LOST;
    show("pending-late");
    assert_true(has("state", "warning") && has("text", "Not sent yet"));
    waits->state = MESSAGE_FAILED;
    text_set(&waits->trouble, "The server is full.");
    screen.model->link = LINK_ONLINE;
    show("failed");
    assert_true(has("text", "The server is full.") && has("link", "Try again"));
    close_screen();
}

static void test_edited_and_mentions(void **state)
{
    (void)state;
    open_screen(1280, 800, 1, APP_THEME_DARK);
    struct room *room = enter_room();
    say(room, "Sravya", 9, 1, "it is at noon")->edited = true;
    say(room, "Likitha", 9, 2, "@Sanjay will you come?")->mentions_me = true;
    show("edited");
    assert_true(has("text", "edited 09:01"));
    close_screen();
}

/* ---- days, joins, what is new ---- */

static void test_joins_open(void **state)
{
    (void)state;
    open_screen(1280, 800, 1, APP_THEME_DARK);
    struct room *room = enter_room();
    add(room, MESSAGE_JOINED, "Ann", 9, 1);
    add(room, MESSAGE_JOINED, "Bo", 9, 2);
    add(room, MESSAGE_JOINED, "Cy", 9, 3);
    say(room, "Sravya", 9, 4, "hello all");
    add(room, MESSAGE_JOINED, "Dee", 9, 5);
    add(room, MESSAGE_LEFT, "Dee", 9, 6);
    show("joins");
    assert_true(has("text", "3 people joined the chat") && has("text", "Dee joined and left"));
    assert_false(has("text", "Bo joined"));
    click("button", "3 people joined the chat");
    show("joins-open");
    assert_true(has("text", "Ann joined the chat") && has("text", "Bo joined the chat") &&
                has("text", "Cy joined the chat"));
    add(room, MESSAGE_JOINED, "Eve", 9, 7);
    show("joins-more");
    assert_true(has("text", "2 joined, 1 left"));
    click("button", "Bo joined the chat");
    show("joins-closed");
    assert_true(has("text", "3 people joined the chat"));
    close_screen();
}

static void test_day_floats(void **state)
{
    (void)state;
    struct rect pill;
    open_screen(1280, 800, 1, APP_THEME_DARK);
    struct room *room = enter_room();
    many(room, 100);
    for (size_t i = 0; i < 50; i++)
        room->messages[i]->time_ms -= INT64_C(86400000);
    show("day-still");
    assert_false(has("text", "Today"));
    wheel(1);
    screen.now_ms += 200;
    show("day-floats");
    screen.now_ms += 300;
    frame();
    read_dump();
    assert_false(has("text", "Today")); /* show() has waited: it has gone again */
    wheel(1);
    frame();
    screen.now_ms += 300;
    frame();
    read_dump();
    assert_true(find("text", "Today", 0, &pill));
    assert_true(pill.y < 100);
    close_screen();
}

static void test_new_below(void **state)
{
    (void)state;
    open_screen(1280, 800, 1, APP_THEME_DARK);
    struct room *room = enter_room();
    many(room, 100);
    show("below-none");
    wheel(3);
    for (int i = 0; i < 3; i++)
        say(room, "Sravya", 10, 1, "more");
    show("below");
    assert_true(has("button", "To the newest") && has("text", "3 new"));
    click("button", "To the newest");
    show("below-there");
    assert_false(has("button", "To the newest"));
    assert_true(has("message", "more"));
    close_screen();
}

/* ---- nothing jumps ---- */

/* History comes above: what is read stays to the pixel, the joined group and the day included. */
static void test_history_moves_nothing(void **state)
{
    (void)state;
    struct rect before, after;
    open_screen(1280, 800, 1, APP_THEME_DARK);
    struct room *room = enter_room();
    screen.seq = 1000;
    room->oldest_seq = 1001;
    room->history_complete = false;
    room->history_asked = true;
    for (int i = 0; i < 30; i++) {
        char text[32];
        str_format(text, sizeof text, "line %d.", i);
        say(room, "Sravya", 9, 30, text);
    }
    show("history-before");
    press_key(KEY_HOME, MOD_CTRL);
    frame();
    show("history-top");
    assert_true(find("text", "line 0.", 0, &before));
    for (int i = 0; i < 50; i++) {
        screen.seq = 950 + (uint64_t)i;
        say(room, "Sravya", 9, 30, "older");
    }
    show("history-after");
    assert_true(find("text", "line 0.", 0, &after));
    assert_int_equal(before.y, after.y);
    close_screen();
}

/* More changes than the model keeps, while one reads further up. */
static void test_many_changes_move_nothing(void **state)
{
    (void)state;
    struct rect before, after;
    open_screen(1280, 800, 1, APP_THEME_DARK);
    struct room *room = enter_room();
    many(room, 400);
    show("reading-before");
    wheel(40);
    show("reading");
    char label[32] = "";
    for (int i = 0; i < 400 && !label[0]; i++) {
        char text[32];
        str_format(text, sizeof text, "line %d.", i);
        if (find("message", text, 0, &before) && before.y > 150)
            str_copy(label, sizeof label, text);
    }
    for (int i = 0; i < ROOM_CHANGES + 50; i++)
        say(room, "Sravya", 11, 1, "much");
    show("reading-after");
    assert_true(find("message", label, 0, &after));
    assert_int_equal(before.y, after.y);
    close_screen();
}

/* What was said by us keeps its row when it gets its number, and others come between. */
static void test_list_follows_the_model(void **state)
{
    (void)state;
    open_screen(1280, 800, 1, APP_THEME_DARK);
    struct room *room = enter_room();
    many(room, 20);
    frame();
    srand(7);
    for (int step = 0; step < 400; step++) {
        const int what = rand() % 5;
        struct message *message = room->messages[(size_t)rand() % room->message_count];
        if (what == 0 && room->message_count > 5 && message->seq)
            room_remove_message(room, message);
        else if (what == 1)
            say(room, "Sravya", 9, 1, "more");
        else if (what == 2) {
            struct message *mine = say(room, "Sanjay", 9, 1, "mine");
            room_take_message(room, mine);
            mine->seq = 0;
            room_add_message(room, mine);
        } else if (room->pending_count > 0) {
            struct message *mine = room->messages[room->message_count - 1];
            mine->seq = ++screen.seq;
            room_settle_message(room, mine);
        }
        if (rand() % 3 == 0) {
            if (rand() % 4 == 0)
                wheel(rand() % 2 ? 3 : -3);
            frame();
        }
        screen.now_ms += 20;
    }
    show("random");
    assert_int_equal(list_count(views_place(screen.views, room)->list), room->message_count);
    close_screen();
}

/* ---- motion ---- */

static void test_motion(void **state)
{
    (void)state;
    struct rect at, later;
    for (int still = 0; still < 2; still++) {
        open_screen(1280, 800, 1, APP_THEME_DARK);
        ui_set_motion(screen.ui, !still);
        struct room *room = enter_room();
        many(room, 60);
        show("motion-before");
        assert_true(find("message", "line 59.", 0, &at));
        say(room, "Sravya", 10, 1, "slides in");
        frame();
        read_dump();
        assert_true(find("message", "line 59.", 0, &later));
        if (still)
            assert_true(later.y < at.y - 20); /* at once where it goes */
        else
            assert_true(later.y > at.y - 5); /* it has not moved yet */
        screen.now_ms += 60;
        frame();
        read_dump();
        assert_true(find("message", "line 59.", 0, &later));
        assert_true(later.y < at.y - 10);
        screen.now_ms += 1000;
        frame();
        assert_true(ui_next_due_ms(screen.ui) < 0 || ui_next_due_ms(screen.ui) > 100);
        close_screen();
    }
}

/* A picture in sight is deleted: what is above comes down smoothly, what is below stays. */
static void test_deleted_in_sight(void **state)
{
    (void)state;
    struct rect above, below, now, end;
    open_screen(1280, 800, 1, APP_THEME_DARK);
    ui_set_motion(screen.ui, true);
    struct room *room = enter_room();
    many(room, 60);
    struct message *picture = photo(room, "Sravya", 10, 1, "gone.jpg", DUSK, 380, 300);
    say(room, "Likitha", 10, 9, "the last one");
    show("shrink-before");
    assert_true(find("message", "line 59.", 0, &above));
    assert_true(find("message", "the last one", 0, &below));
    message_delete(picture);
    frame();
    read_dump();
    assert_true(find("message", "line 59.", 0, &now));
    assert_true(near(now.y, above.y));
    screen.now_ms += 50;
    frame();
    read_dump();
    assert_true(find("message", "line 59.", 0, &now));
    assert_true(now.y > above.y + 20);
    show("shrink-after");
    assert_true(find("message", "line 59.", 0, &end));
    assert_true(end.y > now.y + 20 && end.y > above.y + 200);
    assert_true(find("message", "the last one", 0, &now));
    assert_true(near(now.y, below.y));
    close_screen();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_talk_as_designed),
        cmocka_unit_test(test_quote_jumps),
        cmocka_unit_test(test_begin_reply_and_edit),
        cmocka_unit_test(test_double_click_replies),
        cmocka_unit_test(test_reactions),
        cmocka_unit_test(test_reactions_called_as_buttons),
        cmocka_unit_test(test_state),
        cmocka_unit_test(test_edited_and_mentions),
        cmocka_unit_test(test_joins_open),
        cmocka_unit_test(test_day_floats),
        cmocka_unit_test(test_new_below),
        cmocka_unit_test(test_history_moves_nothing),
        cmocka_unit_test(test_many_changes_move_nothing),
        cmocka_unit_test(test_list_follows_the_model),
        cmocka_unit_test(test_motion),
        cmocka_unit_test(test_deleted_in_sight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
