/* What stands at the left and the right of a room and over it: rows and their signs, the switcher, the search, the card that makes a room. */
#include "client/ui/views/views.h"
#include "tests/unit/ui_content.h"

static struct room *open_chat(int w, int h)
{
    open_screen(w, h, 1, APP_THEME_DARK);
    struct room *lobby = fill_chat();
    show("sides");
    return lobby;
}

static struct rect place(const char *role, const char *label)
{
    struct rect r = {0};
    if (!find(role, label, 0, &r))
        fail_msg("no %s \"%s\" on the screen:\n%s", role, label, screen.dump);
    return r;
}

/* The dump's line of an item. */
static bool says(const char *role, const char *label, const char *what)
{
    char start[256];
    str_format(start, sizeof start, "{\"role\":\"%s\",\"label\":\"%s", role, label);
    const char *at = strstr(screen.dump, start);
    const char *found = at ? strstr(at, what) : NULL, *end = at ? strchr(at, '\n') : NULL;
    return found && (!end || found < end);
}

static void press(int key, unsigned mods)
{
    press_key(key, mods);
    show("sides-key");
}

static void type(const char *text)
{
    type_text(text);
    show("sides-typed");
}

static void test_switcher(void **state)
{
    (void)state;
    open_chat(1280, 800);
    press(KEY_CHAR + 'k', MOD_CTRL);
    show("switcher");
    assert_true(says("field", "Go to", "\"focused\":true"));
    /* unread ones, other rooms, people who are here, the others; not where one is */
    static const char *const order[] = {"design",  "Sravya", "Likitha",   "music",
                                        "release", "Sarat",  "Sehouriey", "Sreehitha"};
    for (size_t i = 0; i + 1 < sizeof order / sizeof *order; i++)
        assert_true(place("choice", order[i]).y < place("choice", order[i + 1]).y);
    assert_false(has("choice", "lobby"));
    assert_false(has("choice", "Sanjay"));
    assert_true(says("choice", "design", "\"checked\":true"));
    press(KEY_DOWN, 0);
    assert_true(says("choice", "Sravya", "\"checked\":true"));
    press(KEY_UP, 0);
    press(KEY_UP, 0);
    assert_true(says("choice", "Sreehitha", "\"checked\":true"));
    type("Mus");
    assert_true(says("choice", "music", "\"checked\":true"));
    assert_false(has("choice", "design"));
    press(KEY_ENTER, 0);
    assert_false(has("card", "switcher"));
    assert_string_equal(screen.model->room->name, "music");
    /* where one was last comes first of what was read */
    press(KEY_CHAR + 'k', MOD_CTRL);
    assert_true(place("choice", "lobby").y < place("choice", "Likitha").y);
    type("sr");
    show("switcher-typed");
    assert_true(has("choice", "Sravya") && has("choice", "Sreehitha"));
    type("q");
    assert_true(has("text", "Nothing is called that"));
    press(KEY_ENTER, 0); /* nothing to take */
    assert_true(has("card", "switcher"));
    press(KEY_ESCAPE, 0);
    assert_false(has("card", "switcher"));
    assert_true(says("field", "Message", "\"focused\":true"));
    close_screen();
}

/* It is usable in the smallest window. */
static void test_switcher_narrow(void **state)
{
    (void)state;
    open_chat(380, 480);
    press(KEY_CHAR + 'k', MOD_CTRL);
    show("switcher-narrow");
    const struct rect card = place("card", "switcher"), row = place("choice", "design");
    assert_true(card.x >= 0 && card.x + card.w <= 380 && card.y >= 0 && card.y + card.h <= 480);
    assert_true(row.x >= card.x && row.x + row.w <= card.x + card.w);
    close_screen();
}

static void test_room_form(void **state)
{
    (void)state;
    open_chat(1280, 800);
    click("button", "Make or join a room");
    show("room-form");
    assert_true(says("field", "Room name", "\"focused\":true"));
    assert_false(says("switch", "Private", "\"checked\":true"));
    assert_true(says("button", "Open the room", "\"disabled\":true"));
    click("switch", "Private");
    show("room-form-private");
    assert_true(says("switch", "Private", "\"checked\":true"));
    click("field", "Room name");
    type("a/b");
    press(KEY_ENTER, 0);
    show("room-form-trouble");
    assert_true(has("card", "new room")); /* that is no name for a room */
    press(KEY_ESCAPE, 0);
    assert_false(has("card", "new room"));
    /* a server that has no private rooms: nothing is offered that it cannot do */
    text_set(&screen.model->features, "edit");
    click("button", "Make or join a room");
    show("room-form-plain");
    assert_true(has("field", "Room name"));
    assert_false(has("switch", "Private"));
    close_screen();
}

static void test_row_signs(void **state)
{
    (void)state;
    open_chat(1280, 800);
    struct room *design = model_find_room(screen.model, "design");
    design->muted = true;
    design->messages[design->message_count - 1]->mentions_me = true;
    design->version++;
    show("row-muted");
    assert_true(says("row", "design", "\"value\":\"muted\""));
    struct rect row = place("row", "design"), at = place("text", "@\"");
    assert_true(at.y > row.y && at.y + at.h < row.y + row.h);
    click("button", "Mute");
    show("head-muted");
    assert_true(has("button", "Unmute"));
    assert_true(says("row", "lobby", "\"value\":\"muted\""));
    /* by the keyboard: the row's menu, as Shift+F10 opens it everywhere */
    right_click("row", "release");
    show("row-menu-private");
    assert_true(has("menuitem", "Invite people"));
    press(KEY_ESCAPE, 0);
    right_click("row", "Sravya");
    show("row-menu-direct");
    assert_true(has("menuitem", "Mark as read"));
    assert_false(has("menuitem", "Leave room"));
    click("menuitem", "Mark as read");
    show("row-read");
    assert_int_equal(room_unread(model_find_room(screen.model, screen.model->rooms[0]->name)), 0);
    close_screen();
}

static void test_search(void **state)
{
    (void)state;
    struct room *lobby = open_chat(1280, 800);
    say(lobby, "Sarat", 10, 47, "Une photo du CAFÉ, une autre du café: https://example.org");
    say(lobby, "Sravya", 10, 48, "cafe\xCC\x81!");
    lobby->version++;
    press(KEY_CHAR + 'f', MOD_CTRL);
    assert_true(says("field", "Search", "\"focused\":true"));
    type("cafe");
    show("search");
    assert_true(has("text", "1 of 2"));
    press(KEY_ENTER, 0);
    assert_true(has("text", "2 of 2"));
    press(KEY_ENTER, 0); /* round and round */
    assert_true(has("text", "1 of 2"));
    press(KEY_ENTER, MOD_SHIFT);
    assert_true(has("text", "2 of 2"));
    type(" from:sarat has:link");
    assert_true(has("text", "1 of 1"));
    type(" zzz");
    assert_true(has("text", "Not found"));
    press(KEY_CHAR + 'a', MOD_CTRL);
    type("has:file");
    assert_true(has("text", "1 of 8"));
    press(KEY_ESCAPE, 0);
    assert_false(has("field", "Search"));
    assert_true(says("field", "Message", "\"focused\":true"));
    click("button", "Search in this room");
    show("search-again");
    assert_true(says("field", "Search", "\"value\":\"has:file\""));
    click("button", "Close search");
    show("search-closed");
    assert_false(has("field", "Search"));
    close_screen();
    open_chat(380, 480);
    press(KEY_CHAR + 'f', MOD_CTRL);
    type("the");
    show("search-narrow");
    assert_true(place("button", "Close search").x + 32 <= 380);
    assert_true(place("field", "Search").w >= 80);
    close_screen();
}

/* Few of many pictures and files, until all are asked for. */
static void test_shared(void **state)
{
    (void)state;
    char label[32];
    open_screen(1280, 1100, 1, APP_THEME_DARK);
    struct room *lobby = fill_chat();
    for (int i = 0; i < 10; i++) {
        photo(lobby, "Sarat", 10, 50, "more.jpg", LAMP, 40, 40);
        str_format(label, sizeof label, "list %d.ods", i);
        file(lobby, "Sarat", 10, 50, label, "file", 1000);
    }
    show("shared");
    assert_true(has("row", "list 9.ods") && has("row", "list 5.ods"));
    assert_false(has("row", "list 4.ods"));
    assert_true(has("link", "Show all"));
    click("link", "Show all");
    show("shared-all");
    assert_true(has("link", "Show fewer"));
    close_screen();
}

static void test_head_of_two(void **state)
{
    (void)state;
    open_chat(1280, 800);
    click("row", "Sravya");
    show("direct");
    stands_nth("text", "Sravya", 1, 312, 16, 0, 0);
    assert_true(has("button", "Members"));
    close_screen();
}

/* A server that has lost its log gives the numbers of what was shared to something else. */
static void test_shared_numbers_anew(void **state)
{
    (void)state;
    open_screen(1280, 1100, 1, APP_THEME_DARK);
    struct room *lobby = fill_chat();
    const struct message *shared[] = {photo(lobby, "Sarat", 10, 50, "more.jpg", LAMP, 40, 40),
                                      file(lobby, "Sarat", 10, 50, "list.ods", "file", 1000)};
    show("shared-before");
    assert_true(has("row", "list.ods"));
    for (int i = 0; i < 2; i++) {
        screen.seq = shared[i]->seq - 1;
        room_remove_message(lobby, (struct message *)(uintptr_t)shared[i]);
        say(lobby, "Sarat", 10, 51, "from the beginning");
    }
    frame();
    show("shared-after");
    assert_false(has("row", "more.jpg"));
    close_screen();
}

/* A room may be called as a place of the window is: that place's keys and clicks stay its own. */
static void test_rooms_called_as_places(void **state)
{
    (void)state;
    static const char *const names[] = {"message", "send", "settings", "panel"};
    struct room *lobby = open_chat(1280, 800);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        model_add_room(screen.model, names[i])->listed = true;
    show("rooms-as-places");
    const size_t before = lobby->message_count;
    click("field", "Message");
    edit_set(&screen.views->message, "");
    type("by key");
    press(KEY_ENTER, 0);
    assert_string_equal(screen.model->room->name, "lobby");
    assert_int_equal(lobby->message_count, before + 1);
    type("by button");
    click("button", "Send\"");
    assert_string_equal(screen.model->room->name, "lobby");
    assert_int_equal(lobby->message_count, before + 2);
    click("row", "message"); /* and the row its own */
    show("rooms-as-places-open");
    assert_string_equal(screen.model->room->name, "message");
    close_screen();
}

/* Whatever is open, the question stands over it and can be answered. */
static void test_confirm_is_above_all(void **state)
{
    (void)state;
    struct room *lobby = open_chat(1280, 800);
    struct message *sent = file(lobby, "Sanjay", 10, 50, "film.mkv", "video", 1000);
    sent->file->transfer.upload = true;
    sent->file->transfer.state = TRANSFER_ACTIVE;
    for (int i = 0; i < 2; i++) {
        press(i ? KEY_CHAR + 'k' : KEY_CHAR + ',', MOD_CTRL);
        press(KEY_CHAR + 'q', MOD_CTRL);
        show("confirm-above");
        assert_true(has("card", "confirm"));
        click("button", "Cancel");
        show("confirm-answered");
        assert_false(has("card", "confirm"));
        assert_true(has("card", i ? "switcher" : "settings"));
        assert_false(views_want_quit(screen.views));
        press(KEY_ESCAPE, 0);
        assert_false(has("card", ""));
    }
    close_screen();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_switcher),
        cmocka_unit_test(test_switcher_narrow),
        cmocka_unit_test(test_room_form),
        cmocka_unit_test(test_row_signs),
        cmocka_unit_test(test_search),
        cmocka_unit_test(test_shared),
        cmocka_unit_test(test_head_of_two),
        cmocka_unit_test(test_rooms_called_as_places),
        cmocka_unit_test(test_shared_numbers_anew),
        cmocka_unit_test(test_confirm_is_above_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
