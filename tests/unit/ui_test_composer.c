/* Where one writes: the mouse in the text, the keyboard's way through the chat, and what floats above it. */
#include "client/app/temporary.h"
#include "client/ui/views/compose.h"
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

/* One selection is what Ctrl+C copies: the one that was made last. */
static void test_a_text_selected_elsewhere_is_the_one(void **state)
{
    (void)state;
    struct ui_point from, to;
    start();
    click("field", "Message");
    press_key(KEY_CHAR + 'a', MOD_CTRL);
    frame();
    expect_selected("Looks great, shipping it");
    const struct rect r = place_of("text", "that one goes on the cover");
    const int y = r.y + r.h / 2;
    mouse(INPUT_MOVE, r.x + 2, y, 0);
    mouse(INPUT_PRESS, r.x + 2, y, 1);
    frame();
    mouse(INPUT_MOVE, r.x + 80, y, 0);
    frame();
    mouse(INPUT_RELEASE, r.x + 80, y, 1);
    frame();
    assert_true(ui_selection(screen.ui, screen.views->text_group, &from, &to));
    expect_selected("");
    assert_string_equal(message()->text, "Looks great, shipping it");
    press_key(KEY_CHAR + 'a', MOD_CTRL); /* and back */
    frame();
    expect_selected("Looks great, shipping it");
    assert_false(ui_selection(screen.ui, screen.views->text_group, &from, &to));
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

static uint8_t *pixels(size_t *size)
{
    int w, h;
    uint8_t *all = draw_read_pixels(screen.draw, &w, &h);
    assert_non_null(all);
    *size = (size_t)w * (size_t)h * 4;
    return all;
}

/* Whoever works without a mouse sees where the keyboard is, wherever Tab comes by. */
static void test_every_stop_is_seen(void **state)
{
    (void)state;
    start();
    ui_focus(screen.ui, 0);
    frame();
    size_t size;
    uint8_t *nobody = pixels(&size);
    ui_id first = 0;
    int stop = 0;
    for (; stop < 200; stop++) {
        press_key(KEY_TAB, 0);
        frame();
        frame();
        if (ui_focused(screen.ui) == first)
            break;
        first = first ? first : ui_focused(screen.ui);
        uint8_t *now = pixels(&size);
        if (memcmp(now, nobody, size) == 0) {
            read_dump();
            const char *at = strstr(screen.dump, "\"focused\":true");
            while (at && at > screen.dump && at[-1] != '\n')
                at--;
            fail_msg("stop %d is not to be seen: %.200s", stop, at ? at : "?");
        }
        mem_free(now);
    }
    assert_in_range(stop, 10, 199);
    mem_free(nobody);
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

/* What an input method composes stands in the text, takes the keys, and opens nothing. */
static void test_composing_stands_in_its_place(void **state)
{
    (void)state;
    start();
    edit_set(message(), "ab");
    edit_move_to(message(), 1, false);
    const struct input compose = {.kind = INPUT_COMPOSE, .caret = 2};
    input_push(&screen.queue, &compose, "にほ");
    press_key(KEY_ENTER, 0);
    press_key(KEY_UP, 0);
    press_key(KEY_ESCAPE, 0);
    show("composing");
    assert_true(edit_is_composing(message()));
    assert_string_equal(message()->text, "ab"); /* neither sent nor changed */
    assert_int_equal(message()->caret, 1);
    input_push(&screen.queue, &(struct input){.kind = INPUT_COMPOSE}, "");
    type_text("日本");
    frame();
    assert_string_equal(message()->text, "a日本b");
    close_screen();
}

/* ---- emoji ---- */

static void test_an_emoji_by_name_and_by_arrows(void **state)
{
    (void)state;
    start();
    edit_set(message(), "on it ");
    click("button", "Emoji");
    show("emoji");
    assert_true(focused("field", "Search emoji"));
    assert_true(has("button", "🚀")); /* among the last ones, before any was used */
    type_text("ROCK");
    press_key(KEY_DOWN, 0); /* the second that is found */
    press_key(KEY_UP, 0);
    press_key(KEY_LEFT, 0);
    frame();
    show("emoji-found");
    press_key(KEY_RIGHT, 0);
    press_key(KEY_LEFT, 0);
    press_key(KEY_ENTER, 0);
    frame();
    read_dump();
    assert_string_equal(message()->text, "on it 🤘");
    assert_true(focused("field", "Message"));
    click("button", "Emoji");
    press_key(KEY_DOWN, 0);
    press_key(KEY_ENTER, 0); /* the one used last comes first */
    frame();
    assert_string_equal(message()->text, "on it 🤘🤘");
    click("button", "Emoji");
    click("tab", "Food and drink");
    frame();
    read_dump();
    assert_true(has("button", "🍏"));
    click("button", "🍏");
    frame();
    assert_string_equal(message()->text, "on it 🤘🤘🍏");
    click("button", "Emoji");
    type_text("no such emoji");
    press_key(KEY_ENTER, 0);
    frame();
    read_dump();
    assert_true(has("text", "No emoji is called so."));
    press_key(KEY_ESCAPE, 0);
    frame();
    assert_true(focused("field", "Message"));
    assert_string_equal(message()->text, "on it 🤘🤘🍏");
    close_screen();
}

static void test_the_picker_fits_a_small_window(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        open_screen(380, 480, i ? 2 : 1, i ? APP_THEME_LIGHT : APP_THEME_DARK);
        fill_chat();
        frame();
        click("button", "Emoji");
        show(i ? "emoji-narrow-light-200" : "emoji-narrow");
        const struct rect r = place_of("card", "emoji");
        assert_true(r.x >= 0 && r.y >= 0 && r.x + r.w <= 380 && r.y + r.h <= 480);
        assert_true(r.h >= 200);
        for (int k = 0; k < 90; k++) /* the last row can be reached */
            press_key(KEY_DOWN, 0);
        frame();
        read_dump();
        assert_true(has("button", "🇺🇸") || has("button", "🇯🇵") || has("button", "🇮🇳"));
        close_screen();
    }
}

/* ---- words that are finished ---- */

static void test_a_name_is_finished(void **state)
{
    (void)state;
    start();
    struct room *lobby = screen.model->room;
    room_set_member(lobby, "0000000000000011", "Mary Ann", true);
    room_set_member(lobby, "0000000000000012", "مريم", true);
    room_set_member(lobby, "0000000000000013", "👩‍👩‍👧 Maya", false);
    edit_set(message(), "");
    type_text("hi @");
    show("mention");
    read_dump();
    assert_true(has("menuitem", "Likitha"));
    type_text("ma");
    frame();
    read_dump();
    assert_true(has("menuitem", "Mary Ann") && has("menuitem", "👩‍👩‍👧 Maya"));
    assert_false(has("menuitem", "Likitha"));
    press_key(KEY_DOWN, 0);
    press_key(KEY_TAB, 0);
    frame();
    assert_string_equal(message()->text, "hi @👩‍👩‍👧 Maya ");
    type_text("@م");
    press_key(KEY_ENTER, 0); /* takes the name, sends nothing */
    frame();
    assert_string_equal(message()->text, "hi @👩‍👩‍👧 Maya @مريم ");
    type_text("@mar");
    frame();
    press_key(KEY_ESCAPE, 0);
    frame();
    read_dump();
    assert_false(has("menuitem", "Mary Ann"));
    type_text("y"); /* still the word that was to be left alone */
    frame();
    read_dump();
    assert_false(has("menuitem", "Mary Ann"));
    type_text(" @mary an");
    frame();
    click("menuitem", "Mary Ann");
    frame();
    assert_string_equal(message()->text, "hi @👩‍👩‍👧 Maya @مريم @mary @Mary Ann ");
    assert_true(focused("field", "Message"));
    edit_set(message(), "");
    type_text(":tad");
    show("completed-emoji");
    press_key(KEY_ENTER, 0);
    frame();
    assert_string_equal(message()->text, "🎉");
    close_screen();
}

/* ---- answering and editing ---- */

static struct message *nth(const char *text)
{
    const struct room *room = screen.model->room;
    for (size_t i = 0; i < room->message_count; i++)
        if (room->messages[i]->text && str_equal(room->messages[i]->text, text))
            return room->messages[i];
    fail_msg("nobody said %s", text);
    return NULL;
}

static void test_answering(void **state)
{
    (void)state;
    start();
    const struct message *said = nth("hello! the photos from yesterday are in");
    const struct rect before = place_of("field", "Message");
    views_begin_reply(screen.views, said);
    show("reply");
    assert_true(has("text", "Reply to Sravya"));
    assert_true(has("quote", "hello! the photos"));
    const struct rect after = place_of("field", "Message");
    assert_true(near(before.y, after.y) &&
                near(before.x, after.x)); /* the text stays where it is */
    press_key(KEY_ESCAPE, 0);
    frame();
    read_dump();
    assert_false(has("text", "Reply to Sravya"));
    assert_string_equal(message()->text, "Looks great, shipping it");
    views_begin_reply(screen.views, said);
    frame();
    click("button", "Cancel");
    frame();
    assert_int_equal(screen.views->reply_seq, 0);
    /* what is gone is not answered */
    views_begin_reply(screen.views, said);
    frame();
    message_delete(nth("hello! the photos from yesterday are in"));
    model_touch(screen.model);
    frame();
    assert_int_equal(screen.views->reply_seq, 0);
    close_screen();
}

static void test_up_edits_the_last_own_message(void **state)
{
    (void)state;
    start();
    text_set(&screen.model->features, "edit react");
    press_key(KEY_UP, 0); /* there is a draft: the caret moves */
    frame();
    assert_int_equal(screen.views->edit_seq, 0);
    edit_set(message(), "");
    frame();
    press_key(KEY_UP, 0);
    show("edit");
    assert_int_equal(screen.views->edit_seq, nth("that one goes on the cover")->seq);
    assert_string_equal(message()->text, "that one goes on the cover");
    assert_true(has("text", "Edit message"));
    assert_true(has("button", "Save changes"));
    type_text(" page");
    frame();
    press_key(KEY_ESCAPE, 0);
    frame();
    assert_int_equal(screen.views->edit_seq, 0);
    assert_string_equal(message()->text, "");
    /* nothing left: is it to go? */
    press_key(KEY_UP, 0);
    press_key(KEY_CHAR + 'a', MOD_CTRL);
    press_key(KEY_DELETE, 0);
    press_key(KEY_ENTER, 0);
    frame();
    read_dump();
    assert_true(has("card", "confirm"));
    press_key(KEY_ESCAPE, 0);
    frame();
    assert_int_not_equal(screen.views->edit_seq, 0);
    /* a server that cannot: nothing happens */
    press_key(KEY_ESCAPE, 0);
    frame();
    text_set(&screen.model->features, NULL);
    press_key(KEY_UP, 0);
    frame();
    assert_int_equal(screen.views->edit_seq, 0);
    close_screen();
}

/* What is half written in a room is there when one comes back, whatever was edited in between. */
static void test_drafts_stay_with_their_rooms(void **state)
{
    (void)state;
    start();
    struct room *lobby = screen.model->room, *design = model_find_room(screen.model, "design");
    text_set(&screen.model->features, "edit");
    type_text(" now");
    frame();
    assert_string_equal(lobby->draft, "Looks great, shipping it now"); /* at once, not on leaving */
    views_begin_edit(screen.views, nth("that one goes on the cover"));
    frame();
    type_text("?");
    frame();
    screen.model->room = design;
    model_touch(screen.model);
    frame();
    assert_int_equal(screen.views->edit_seq, 0);
    assert_string_equal(message()->text, "");
    assert_string_equal(lobby->draft, "Looks great, shipping it now");
    type_text("the grid");
    frame();
    screen.model->room = lobby;
    model_touch(screen.model);
    frame();
    assert_string_equal(message()->text, "Looks great, shipping it now");
    assert_string_equal(design->draft, "the grid");
    close_screen();
}

/* ---- the sheet ---- */

static void add_to_sheet(char *path)
{
    char folder[OS_PATH_MAX];
    struct err err = {0};
    assert_true(temporary_folder(folder, &err) && file_make_folder(folder, &err));
    assert_true(path_join(path, folder, "Picture.png"));
    assert_true(file_save(path, "no picture at all", 17, &err));
    sheet_add(screen.views, path);
}

static void test_the_sheet_fits_and_leaves_nothing_behind(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        static char paths[SHEET_MAX][OS_PATH_MAX];
        open_screen(380, 480, i ? 2 : 1, i ? APP_THEME_LIGHT : APP_THEME_DARK);
        fill_chat();
        frame();
        add_to_sheet(paths[0]);
        show(i ? "sheet-light-200" : "sheet");
        assert_true(focused("field", "Caption"));
        for (int k = 1; k < SHEET_MAX; k++)
            add_to_sheet(paths[k]);
        show(i ? "sheet-many-light-200" : "sheet-many");
        const struct rect card = place_of("card", "send"), button = place_of("button", "Send");
        assert_true(card.y >= 0 && card.y + card.h <= 480 && card.x >= 0 && card.x + card.w <= 380);
        assert_true(button.y + button.h <= card.y + card.h);
        click("button", "Leave out");
        frame();
        assert_false(file_info(paths[0]).exists);
        assert_true(file_info(paths[1]).exists);
        assert_int_equal(screen.views->composer->sheet_count, SHEET_MAX - 1);
        press_key(KEY_ESCAPE, 0);
        frame();
        assert_true(focused("field", "Message"));
        for (int k = 0; k < SHEET_MAX; k++)
            assert_false(file_info(paths[k]).exists);
        assert_string_equal(message()->text, "Looks great, shipping it");
        add_to_sheet(paths[0]); /* and when the window is closed over it */
        frame();
        close_screen();
        assert_false(file_info(paths[0]).exists);
    }
}

/* Another room comes on screen while pictures are looked at: by a click on a notice. They stay those of their room, and so
 * does what was written. */
static void test_the_sheet_stays_with_its_room(void **state)
{
    (void)state;
    char path[OS_PATH_MAX];
    start();
    struct room *lobby = screen.model->room, *design = model_add_room(screen.model, "design");
    design->joined = design->history_complete = true;
    text_set(&design->draft, "the grid");
    edit_set(message(), "for the lobby");
    frame();
    add_to_sheet(path);
    frame();
    type_text(" alone");
    frame();
    screen.model->room = design;
    model_touch(screen.model);
    frame();
    read_dump();
    assert_true(has("text", "Send to #lobby"));
    press_key(KEY_ESCAPE, 0);
    frame();
    assert_string_equal(message()->text, "the grid");
    assert_string_equal(lobby->draft, "for the lobby alone");

    screen.model->room = lobby;
    frame();
    add_to_sheet(path);
    frame();
    screen.model->room = design;
    model_remove_room(screen.model, lobby);
    model_touch(screen.model);
    frame();
    read_dump();
    assert_false(has("card", "send")); /* there is nobody to send it to */
    assert_string_equal(message()->text, "the grid");
    assert_false(file_info(path).exists);
    close_screen();
}

/* What was too long for a message and is refused as a file too: it is in the field, and nowhere else. */
static void test_a_refused_text_leaves_no_file(void **state)
{
    (void)state;
    char folder[OS_PATH_MAX], **names;
    struct err err = {0};
    size_t count;
    start();
    assert_true(temporary_folder(folder, &err) && file_make_folder(folder, &err));
    assert_int_equal(setenv("TMPDIR", folder, 1), 0);
    char *text = mem_alloc(TEXT_MAX + 2, 1);
    memset(text, 'x', TEXT_MAX + 1);
    edit_set(message(), text);
    screen.model->max_upload = TEXT_MAX;
    frame();
    composer_send_as_file(screen.views, screen.model->room);
    assert_string_equal(message()->text, text);
    assert_true(file_list(folder, &names, &count, &err));
    assert_int_equal(count, 0);
    file_list_free(names, count);
    assert_int_equal(unsetenv("TMPDIR"), 0);
    assert_true(file_remove_folder(folder, &err));
    mem_free(text);
    close_screen();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_drag_goes_by_words_after_a_double_click),
        cmocka_unit_test(test_a_text_selected_elsewhere_is_the_one),
        cmocka_unit_test(test_drag_beyond_the_edge_scrolls),
        cmocka_unit_test(test_keys_of_words_lines_and_marks),
        cmocka_unit_test(test_f6_goes_through_the_regions),
        cmocka_unit_test(test_tab_goes_as_one_reads),
        cmocka_unit_test(test_every_stop_is_seen),
        cmocka_unit_test(test_a_toast_lets_clicks_through),
        cmocka_unit_test(test_composing_stands_in_its_place),
        cmocka_unit_test(test_an_emoji_by_name_and_by_arrows),
        cmocka_unit_test(test_the_picker_fits_a_small_window),
        cmocka_unit_test(test_the_sheet_fits_and_leaves_nothing_behind),
        cmocka_unit_test(test_the_sheet_stays_with_its_room),
        cmocka_unit_test(test_a_refused_text_leaves_no_file),
        cmocka_unit_test(test_a_name_is_finished),
        cmocka_unit_test(test_answering),
        cmocka_unit_test(test_up_edits_the_last_own_message),
        cmocka_unit_test(test_drafts_stay_with_their_rooms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
