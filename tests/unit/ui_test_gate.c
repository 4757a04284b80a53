/* The screens of who is kept out, sent out, or told something: a password's field, what was deleted, notices. */
#include "client/ui/views/root.h"
#include "protocol/base/mem.h"
#include "protocol/os/clock.h"
#include "tests/unit/ui_content.h"

/* ---- the password ---- */

/* The server at this address has said no. */
static void refuse(const char *host, uint16_t port, const char *trouble, bool wrong)
{
    struct model *model = screen.model;
    struct views *views = screen.views;
    str_copy(model->host, sizeof model->host, host);
    model->port = port;
    model->link = LINK_OFFLINE;
    model->password_asked = true;
    model->password_refused = wrong;
    text_set(&model->trouble, trouble);
    views_observe(&views, &(struct note){.kind = NOTE_OFFLINE, .text = trouble});
}

static void password_stands(void)
{
    struct rect address, label, field, eye, send, words;
    assert_true(find("field", "Address", 0, &address));
    assert_true(find("text", "Password of Studio", 0, &label));
    assert_true(find("field", "Password", 0, &field));
    assert_true(find("button", "Show password", 0, &eye));
    assert_true(find("button", "Connect with this password", 0, &send));
    assert_true(find("text", "This server asks", 0, &words));
    assert_true(near(label.y - address.y, 44 + 14));
    assert_true(near(field.y - label.y, 24)); /* as the address below its label */
    assert_int_equal(field.h, address.h);
    assert_true(near(field.x, address.x) && near(send.x + send.w, address.x + 440 - 8));
    assert_true(near(eye.x + eye.w, send.x) && near(field.x + field.w, eye.x));
    assert_true(near(words.y - field.y - field.h, 8) && near(words.x, label.x));
}

/* The field is there when the server asks, below the address, and has the keyboard; it shows dots, and
 * what was typed is nowhere but in it. */
static void test_password(void **state)
{
    (void)state;
    static const char asks[] = "This server asks for a password.",
                      wrong[] = "That is not the password of this server.";
    struct rect r;
    for (int large = 0; large < 2; large++) {
        open_screen(1280, 800, large ? 2 : 1, large ? APP_THEME_LIGHT : APP_THEME_DARK);
        fill_connect();
        show("password-not");
        assert_false(has("field", "Password"));
        refuse("192.168.1.20", 5050, asks, false);
        show(large ? "password-light-200" : "password-dark");
        password_stands();
        close_screen();
    }
    open_screen(1280, 800, 1, APP_THEME_DARK);
    fill_connect();
    frame();
    refuse("192.168.1.20", 5050, asks, false);
    type_text("open ");
    type_text("sésame");
    press_key(KEY_LEFT, MOD_CTRL | MOD_SHIFT); /* it knows no words */
    press_key(KEY_CHAR + 'z', MOD_CTRL);       /* and nothing to undo */
    press_key(KEY_END, 0);
    press_key(KEY_BACKSPACE, 0);
    show("password-typed");
    assert_non_null(strstr(screen.dump, "\"Password\",\"value\":\"••••••••••\""));
    assert_null(strstr(screen.dump, "sam"));
    click("button", "Show password");
    show("password-shown");
    assert_true(has("button", "Hide password"));
    assert_null(strstr(screen.dump, "sam"));
    type_text("e"); /* it still has the keyboard */
    screen.model->link = LINK_CONNECTING;
    screen.model->password_asked = false;
    show("password-connecting");
    assert_non_null(strstr(screen.dump, "\"Password\",\"value\":\"•••••••••••\""));
    refuse("192.168.1.20", 5050, wrong, true);
    show("password-wrong");
    assert_true(find("field", "Password", 0, &r));
    assert_true(has("text", "That is not the password"));
    assert_non_null(strstr(screen.dump, "\"Password\",\"x\"")); /* empty */
    press_key(KEY_ESCAPE, 0);
    show("password-gone");
    assert_false(has("field", "Password"));
    assert_non_null(strstr(strstr(screen.dump, "\"Address\""), "\"focused\":true"));
    /* another server is another matter */
    refuse("192.168.1.7", 5050, asks, false);
    type_text("x");
    show("password-again");
    assert_true(has("text", "Password of Reading room"));
    screen.model->link = LINK_CONNECTING;
    screen.model->password_asked = false;
    str_copy(screen.model->host, sizeof screen.model->host, "192.168.1.20");
    show("password-elsewhere");
    assert_false(has("field", "Password"));
    /* in: nothing is left of it */
    refuse("192.168.1.20", 5050, asks, false);
    type_text("x");
    frame();
    screen.model->password_asked = false;
    enter(people, 2);
    frame();
    screen.model->link = LINK_OFFLINE;
    show("password-after");
    assert_false(has("field", "Password"));
    close_screen();
    /* in a small window it comes into sight, with its sentence */
    for (int large = 0; large < 2; large++) {
        open_screen(380, 480, large ? 2 : 1, APP_THEME_DARK);
        fill_connect();
        frame();
        refuse("192.168.1.20", 5050, wrong, true);
        show(large ? "password-narrow-200" : "password-narrow");
        assert_true(find("field", "Password", 0, &r));
        assert_true(r.y >= 0 && r.y + r.h <= 480 && r.x >= 0 && r.x + r.w <= 380);
        assert_true(find("text", "That is not the password", 0, &r));
        assert_true(r.y + r.h <= 480 && r.x + r.w <= 380);
        close_screen();
    }
}

/* ---- deleted ---- */

/* What was deleted is an outline with two muted words; of its picture or file nothing is left. */
static void test_deleted(void **state)
{
    (void)state;
    open_screen(1000, 680, 1, APP_THEME_DARK);
    struct room *lobby = enter(people, 3);
    struct message *one = say(lobby, "Sravya", 9, 1, "one line, and a rude one");
    struct message *picture = photo(lobby, "Sravya", 9, 2, "dusk.jpg", DUSK, 300, 168);
    struct message *card = file(lobby, "Likitha", 9, 3, "notes.pdf", "file", 1234567);
    struct message *mine = say(lobby, "Sanjay", 9, 4, "mine");
    say(lobby, "Likitha", 9, 5, "the last one");
    lobby->read_seq = 0;
    struct rect before, after;
    show("deleted-before");
    assert_true(find("message", "one line", 0, &before));
    assert_true(has("image", "dusk.jpg") && has("file", "notes.pdf"));
    message_delete(one);
    lobby->version++;
    show("deleted-one");
    assert_true(find("message", "Message deleted", 0, &after));
    assert_int_equal(before.h, after.h); /* a line for a line: nothing moves */
    assert_int_equal(before.y, after.y);
    click("image", "dusk.jpg");
    show("deleted-viewer");
    assert_true(has("button", "Close"));
    message_delete(picture);
    message_delete(card);
    message_delete(mine);
    lobby->version++;
    show("deleted-dark");
    assert_true(find("message", "Message deleted", 3, &after));
    assert_false(find("message", "Message deleted", 4, &after));
    assert_false(has("image", "") || has("file", "") || has("button", "Close"));
    assert_null(strstr(screen.dump, "rude"));
    assert_true(has("message", "the last one"));
    assert_int_equal(room_unread(lobby), 1); /* what is gone waits for nobody */
    right_click("message", "Message deleted");
    show("deleted-menu");
    assert_false(has("menuitem", ""));
    action_set_theme(screen.app, APP_THEME_LIGHT);
    show("deleted-light");
    close_screen();
}

static void places_of(struct rect *rects, int count)
{
    read_dump();
    for (int i = 0; i < count; i++) {
        char text[32];
        str_format(text, sizeof text, "line %d.", i);
        if (!find("message", text, 0, &rects[i]))
            rects[i] = (struct rect){0};
    }
}

/* One reads in the middle; above and below something large is deleted. */
static void test_deleted_out_of_sight(void **state)
{
    (void)state;
    enum { LINES = 60 };
    struct rect before[LINES], after[LINES];
    struct message *above = NULL, *below = NULL;
    open_screen(1000, 680, 1, APP_THEME_DARK);
    struct room *lobby = enter(people, 3);
    for (int i = 0; i < LINES; i++) {
        char text[32];
        str_format(text, sizeof text, "line %d.", i);
        say(lobby, "Sravya", 9, 1, text);
        if (i == 20)
            above = photo(lobby, "Sravya", 9, 1, "above.jpg", DUSK, 380, 300);
        if (i == 55)
            below = photo(lobby, "Sravya", 9, 1, "below.jpg", DUSK, 380, 300);
    }
    lobby->read_seq = screen.seq;
    show("reading-bottom");
    for (int i = 0; i < 10; i++) {
        input_push(&screen.queue,
                   &(struct input){.kind = INPUT_WHEEL, .x = 600, .y = 300, .wheel_y = 2}, NULL);
        frame();
    }
    show("reading");
    assert_false(has("message", "above.jpg") || has("message", "below.jpg"));
    places_of(before, LINES);
    message_delete(above);
    message_delete(below);
    lobby->version++;
    show("reading-deleted");
    places_of(after, LINES);
    int seen = 0;
    for (int i = 0; i < LINES; i++) {
        assert_int_equal(before[i].y, after[i].y);
        assert_int_equal(before[i].h, after[i].h);
        seen += before[i].h > 0;
    }
    assert_true(seen > 5);
    close_screen();
}

/* ---- notices ---- */

/* A sentence of the server stands in the middle, where one was when it came. */
static void test_notice(void **state)
{
    (void)state;
    static const char text[] = "An admin of this server lets you read only for 10 min.";
    static const char long_text[] =
        "An admin of this server lets you read only for 10 min. What you write meanwhile is kept.";
    const struct note note = {.kind = NOTE_NOTICE, .text = text};
    struct rect line, last;
    open_screen(1000, 680, 1, APP_THEME_DARK);
    struct room *lobby = enter(people, 3);
    say(lobby, "Sravya", 9, 1, "before");
    lobby->newest_seq = screen.seq;
    show("notice-before");
    views_observe(&screen.views, &note);
    show("notice");
    assert_true(find("text", text, 0, &line));
    assert_true(near(line.x + line.w / 2, 264 + (1000 - 264 - 272) / 2));
    assert_false(has("toast", ""));
    say(lobby, "Sravya", 9, 2, "after");
    lobby->newest_seq = screen.seq;
    lobby->read_seq = screen.seq;
    show("notice-after");
    assert_true(find("message", "after", 0, &last));
    assert_true(find("text", text, 0, &line) && line.y + line.h <= last.y);
    for (int i = 0; i < 200; i++) { /* more than are kept */
        char numbered[64];
        str_format(numbered, sizeof numbered, "Notice %d of many.", i);
        views_observe(&screen.views, &(struct note){.kind = NOTE_NOTICE, .text = numbered});
        frame();
    }
    show("notices");
    assert_true(has("text", "Notice 199 of many."));
    close_screen();
    open_screen(380, 480, 1, APP_THEME_LIGHT);
    lobby = enter(people, 3);
    say(lobby, "Sravya", 9, 1, "before");
    lobby->newest_seq = screen.seq;
    frame();
    views_observe(&screen.views, &(struct note){.kind = NOTE_NOTICE, .text = long_text});
    show("notice-narrow");
    assert_true(find("text", "An admin", 0, &line));
    assert_true(line.x >= 24 && line.x + line.w <= 380 - 24 && line.h > 20);
    close_screen();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_password),
        cmocka_unit_test(test_deleted),
        cmocka_unit_test(test_deleted_out_of_sight),
        cmocka_unit_test(test_notice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
