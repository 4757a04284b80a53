/* Fields: keys, mouse, text that is taller than its box. */
#include "client/ui/ui.h" /* it says what is linked */
#include "tests/unit/ui_kit.h"

/* ---- fields ---- */

static struct edit one, many;
static unsigned one_result, many_result;
static int submits;
static char sent[64];

static void fields_view(void)
{
    struct field_spec spec = {.label = "Name", .placeholder = "Your name", .size = TEXT_MD};
    one_result |= ui_field(ui, ui_id_of(ui, "one"), (struct rect){10, 10, 200, 44}, &one, &spec);
    struct field_spec box = {.label = "Message", .size = TEXT_MD, .pad_y_dp = 10};
    unsigned r = ui_field(ui, ui_id_of(ui, "many"), (struct rect){10, 70, 200, 120}, &many, &box);
    many_result |= r;
    if (r & FIELD_SUBMIT) {
        snprintf(sent, sizeof sent, "%s", many.text);
        edit_set(&many, "");
        submits++;
    }
}

static void start_fields(void)
{
    view = fields_view;
    edit_init(&one, 100, false);
    edit_init(&many, 1000, true);
    one_result = many_result = 0;
    submits = 0;
    ui_focus(ui, 0);
    frame();
}

static void stop_fields(void)
{
    edit_finish(&one);
    edit_finish(&many);
}

static void clicking_and_typing_fills_a_field(void **state)
{
    (void)state;
    start_fields();
    type("lost"); /* nobody has the focus */
    click(100, 30);
    type("Z");
    type("o\xC3\xAB");
    frame();
    assert_string_equal(one.text, "Zo\xC3\xAB");
    assert_true(one_result & FIELD_CHANGED);
    assert_true(dump_has("\"role\":\"field\",\"label\":\"Name\",\"value\":\"Zo\xC3\xAB\""));
    key(KEY_BACKSPACE, 0);
    type("x");
    key(KEY_LEFT, MOD_SHIFT);
    type("y");
    frame();
    assert_string_equal(one.text, "Zoy");
    stop_fields();
}

static void enter_sends_what_was_typed_before_it_and_no_more(void **state)
{
    (void)state;
    start_fields();
    click(100, 100);
    type("first");
    key(KEY_ENTER, 0);
    type("second"); /* all of this came before one frame */
    key(KEY_ENTER, MOD_SHIFT);
    type("line");
    frame();
    assert_int_equal(submits, 1);
    assert_string_equal(sent, "first");
    assert_string_equal(many.text, "second\nline");
    stop_fields();
}

static void enter_does_not_send_while_composing(void **state)
{
    (void)state;
    start_fields();
    click(100, 100);
    push((struct input){.kind = INPUT_COMPOSE, .caret = 1}, "\xE3\x81\x8B");
    key(KEY_ENTER, 0);
    frame();
    assert_int_equal(submits, 0);
    assert_true(edit_is_composing(&many));
    push((struct input){.kind = INPUT_COMPOSE}, "");
    type("\xE5\x8F\xAF");
    key(KEY_ENTER, 0);
    frame();
    assert_int_equal(submits, 1);
    assert_string_equal(sent, "\xE5\x8F\xAF");
    stop_fields();
}

static void up_and_down_keep_the_column(void **state)
{
    (void)state;
    start_fields();
    edit_set(&many, "a long first line\nx\na long third line");
    click(100, 100);
    frame();
    edit_move_to(&many, 10, false);
    key(KEY_DOWN, 0);
    frame();
    assert_int_equal(many.caret, 19); /* the end of "x" */
    key(KEY_DOWN, 0);
    frame();
    assert_in_range(many.caret, 20 + 8, 20 + 12);
    key(KEY_UP, 0);
    key(KEY_UP, 0);
    frame();
    assert_int_equal(many.caret, 10);
    key(KEY_HOME, 0);
    key(KEY_END, MOD_SHIFT);
    frame();
    char *selected = edit_selected(&many);
    assert_string_equal(selected, "a long first line");
    mem_free(selected);
    stop_fields();
}

static void up_in_an_empty_field_asks_for_the_last_message(void **state)
{
    (void)state;
    start_fields();
    click(100, 100);
    key(KEY_UP, 0);
    frame();
    assert_true(many_result & FIELD_UP);
    many_result = 0;
    type("x");
    key(KEY_UP, 0);
    key(KEY_ESCAPE, 0);
    frame();
    assert_false(many_result & FIELD_UP);
    assert_true(many_result & FIELD_CANCEL);
    stop_fields();
}

static void the_mouse_selects_words_and_ranges(void **state)
{
    (void)state;
    start_fields();
    edit_set(&one, "alpha beta gamma");
    press(26, 32, 2);
    release(26, 32);
    frame();
    char *selected = edit_selected(&one);
    assert_string_equal(selected, "alpha");
    mem_free(selected);
    press(24, 32, 1);
    move(190, 32);
    release(190, 32);
    frame();
    selected = edit_selected(&one);
    assert_string_equal(selected, "alpha beta gamma");
    mem_free(selected);
    type("z");
    frame();
    assert_string_equal(one.text, "z");
    stop_fields();
}

static void a_tall_text_scrolls_to_the_caret(void **state)
{
    (void)state;
    start_fields();
    click(100, 100);
    frame();
    for (int i = 0; i < 30; i++)
        edit_insert(&many, "line\n", 5);
    type("end");
    frame();
    struct field_spec box = {.label = "Message", .size = TEXT_MD, .pad_y_dp = 10};
    assert_int_equal(ui_field_height(ui, &many, &box, 200, 0), 31 * 20 + 20);
    assert_int_equal(ui_field_height(ui, &many, &box, 200, 150), 150);
    /* a click on the lowest line in sight is a click on the last line */
    click(30, 170);
    frame();
    assert_true(many.caret >= 30 * 5);
    stop_fields();
}

static void a_focused_field_comes_to_rest(void **state)
{
    (void)state;
    start_fields();
    click(100, 30);
    frame();
    int64_t slept = 0;
    while (ui_next_due_ms(ui) >= 0 && slept < 60000) {
        now += (uint64_t)ui_next_due_ms(ui);
        slept += ui_next_due_ms(ui);
        frame();
    }
    assert_in_range(slept, CARET_BLINK_MS, 20000); /* it blinks, and then it stops */
    stop_fields();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clicking_and_typing_fills_a_field),
        cmocka_unit_test(enter_sends_what_was_typed_before_it_and_no_more),
        cmocka_unit_test(enter_does_not_send_while_composing),
        cmocka_unit_test(up_and_down_keep_the_column),
        cmocka_unit_test(up_in_an_empty_field_asks_for_the_last_message),
        cmocka_unit_test(the_mouse_selects_words_and_ranges),
        cmocka_unit_test(a_tall_text_scrolls_to_the_caret),
        cmocka_unit_test(a_focused_field_comes_to_rest),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
