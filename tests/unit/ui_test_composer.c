/* Where one writes: the mouse in the text, the keyboard's way through the chat, and what floats above it. */
#include "client/ui/views/views.h"
#include "client/ui/widgets/toast.h"
#include "tests/unit/ui_content.h"

/* ---- a person ---- */

static void mouse(enum input_kind kind, int x, int y, int clicks)
{
    const struct input input = {
        .kind = kind, .x = x, .y = y, .button = BUTTON_LEFT, .clicks = clicks};
    input_push(&screen.queue, &input, NULL);
}

static struct rect place_of(const char *role, const char *label)
{
    struct rect r = {0};
    read_dump();
    if (!find(role, label, 0, &r))
        fail_msg("no %s \"%s\":\n%s", role, label, screen.dump);
    return r;
}

static struct edit *message(void)
{
    return &screen.views->message;
}

static void expect_selected(const char *text)
{
    char *selected = edit_selected(message());
    assert_string_equal(selected, text);
    mem_free(selected);
}

static void start(void)
{
    open_screen(1280, 800, 1, APP_THEME_DARK);
    fill_chat();
    frame();
}

/* ---- the mouse in the text ---- */

static void test_drag_goes_by_words_after_a_double_click(void **state)
{
    (void)state;
    start();
    edit_set(message(), "alpha beta gamma");
    frame();
    const struct rect r = place_of("field", "Message");
    const int y = r.y + r.h / 2;
    mouse(INPUT_PRESS, r.x + 50, y, 2); /* in beta */
    frame();
    expect_selected("beta");
    mouse(INPUT_MOVE, r.x + 100, y, 0); /* in gamma */
    frame();
    expect_selected("beta gamma");
    mouse(INPUT_MOVE, r.x + 5, y, 0); /* in alpha: the word of the click stays */
    frame();
    expect_selected("alpha beta");
    mouse(INPUT_RELEASE, r.x + 5, y, 1);
    frame();
    close_screen();
}

static void test_drag_beyond_the_edge_scrolls(void **state)
{
    (void)state;
    start();
    char text[4096] = "";
    for (int i = 0; i < 100; i++)
        str_format(text + strlen(text), sizeof text - strlen(text), "line %d\n", i);
    edit_set(message(), text);
    frame();
    const struct rect r = place_of("field", "Message");
    assert_true(r.h <= 200); /* a quarter of 800 */
    mouse(INPUT_PRESS, r.x + 30, r.y + r.h / 2, 1);
    mouse(INPUT_MOVE, r.x + 30, r.y - 60, 0);
    frame();
    const size_t first = message()->caret;
    for (int i = 0; i < 40; i++) { /* held still */
        screen.now_ms += 50;
        frame();
    }
    assert_true(message()->caret < first);
    mouse(INPUT_RELEASE, r.x + 30, r.y - 60, 1);
    frame();
    const size_t last = message()->caret;
    screen.now_ms += 500;
    frame();
    assert_int_equal(message()->caret, last); /* let go */
    close_screen();
}

static void test_keys_of_words_lines_and_marks(void **state)
{
    (void)state;
    start();
    edit_set(message(), "one two three");
    press_key(KEY_LEFT, MOD_ALT);
    frame();
    assert_int_equal(message()->caret, 8);
    press_key(KEY_LEFT, MOD_CTRL | MOD_SHIFT);
    frame();
    expect_selected("two ");
    press_key(KEY_LEFT, MOD_SHIFT);
    press_key(KEY_RIGHT, MOD_SHIFT);
    press_key(KEY_CHAR + 'b', MOD_CTRL);
    frame();
    assert_string_equal(message()->text, "one **two **three");
    press_key(KEY_CHAR + 'z', MOD_CTRL);
    frame();
    assert_string_equal(message()->text, "one two three");
    press_key(KEY_CHAR + 'z', MOD_CTRL | MOD_SHIFT);
    frame();
    assert_string_equal(message()->text, "one **two **three");
    press_key(KEY_CHAR + 'z', MOD_CTRL);
    press_key(KEY_END, 0);
    press_key(KEY_BACKSPACE, MOD_ALT);
    frame();
    assert_string_equal(message()->text, "one two ");
    press_key(KEY_BACKSPACE, MOD_CTRL | MOD_SHIFT);
    frame();
    assert_string_equal(message()->text, "");
    close_screen();
}

/* ---- the keyboard's way ---- */

static bool focused(const char *role, const char *label)
{
    char start_of[256];
    read_dump();
    str_format(start_of, sizeof start_of, "{\"role\":\"%s\",\"label\":\"%s", role, label);
    for (const char *at = screen.dump; (at = strstr(at, start_of)) != NULL; at++) {
        const char *flag = strstr(at, "\"focused\":true"), *end = strchr(at, '\n');
        if (flag && (!end || flag < end))
            return true;
    }
    return false;
}

static void test_f6_goes_through_the_regions(void **state)
{
    (void)state;
    start();
    assert_true(focused("field", "Message"));
    press_key(KEY_F1 + 5, MOD_SHIFT);
    press_key(KEY_F1 + 5, MOD_SHIFT);
    frame();
    press_key(KEY_F1 + 5, 0);
    press_key(KEY_F1 + 5, 0);
    frame();
    assert_true(focused("field", "Message"));
    bool row = false;
    for (int i = 0; i < UI_REGION_COUNT; i++) {
        press_key(KEY_F1 + 5, 0);
        frame();
        row = row || focused("row", "lobby"); /* the chosen one, not the first button there */
        if (focused("field", "Message"))
            break;
    }
    assert_true(row);
    assert_true(focused("field", "Message"));
    close_screen();
}

/* Sidebar, head, messages, composer, members: as one reads them, whatever was drawn first. */
static void test_tab_goes_as_one_reads(void **state)
{
    (void)state;
    start();
    int last_x = -1, wraps = 0;
    for (int i = 0; i < 60; i++) {
        press_key(KEY_TAB, 0);
        frame();
        if (focused("field", "Message"))
            wraps++;
        if (focused("button", "Send files")) {
            press_key(KEY_TAB, 0);
            frame();
            assert_true(focused("field", "Message"));
            press_key(KEY_TAB, 0);
            frame();
            assert_true(focused("button", "Emoji"));
            press_key(KEY_TAB, 0);
            frame();
            assert_true(focused("button", "Send"));
            last_x = i;
            break;
        }
    }
    assert_true(last_x >= 0);
    assert_int_equal(wraps, 0);
    close_screen();
}

/* ---- what floats ---- */

static void test_a_toast_lets_clicks_through(void **state)
{
    (void)state;
    start();
    ui_toast(screen.ui, TOAST_INFO, "Something happened");
    frame();
    const struct rect toast = place_of("toast", "Something happened");
    const struct rect close = place_of("button", "Dismiss");
    assert_true(close.x >= toast.x && close.x + close.w <= toast.x + toast.w);
    const struct rect field = place_of("field", "Message");
    assert_true(toast.y + toast.h <= field.y); /* above where one writes */
    click("button", "Dismiss");
    frame();
    read_dump();
    assert_false(has("toast", "Something happened"));
    close_screen();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_drag_goes_by_words_after_a_double_click),
        cmocka_unit_test(test_drag_beyond_the_edge_scrolls),
        cmocka_unit_test(test_keys_of_words_lines_and_marks),
        cmocka_unit_test(test_f6_goes_through_the_regions),
        cmocka_unit_test(test_tab_goes_as_one_reads),
        cmocka_unit_test(test_a_toast_lets_clicks_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
