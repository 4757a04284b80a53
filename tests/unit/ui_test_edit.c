/* The editor without a screen: what keys do to text, caret, selection and undo. */
#include "client/ui/edit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/base/mem.h"
#include "protocol/base/utf8.h"

#define FAMILY "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7"

static struct edit new_edit(const char *text, bool multiline)
{
    struct edit edit;
    edit_init(&edit, 1000, multiline);
    edit_set(&edit, text);
    return edit;
}

static void type(struct edit *edit, const char *text)
{
    for (size_t at = 0, size = strlen(text); at < size;) {
        size_t next = utf8_next_grapheme(text, size, at);
        assert_true(edit_insert(edit, text + at, next - at));
        at = next;
    }
}

static void typing_goes_in_at_the_caret(void **state)
{
    (void)state;
    struct edit edit = new_edit("", false);
    type(&edit, "hello");
    edit_move(&edit, EDIT_CLUSTER, false, false);
    type(&edit, "X");
    assert_string_equal(edit.text, "hellXo");
    assert_int_equal(edit.caret, 5);
    edit_finish(&edit);
}

static void a_selection_is_replaced(void **state)
{
    (void)state;
    struct edit edit = new_edit("one two three", false);
    edit_select(&edit, 4, 7);
    char *selected = edit_selected(&edit);
    assert_string_equal(selected, "two");
    mem_free(selected);
    edit_insert(&edit, "2", 1);
    assert_string_equal(edit.text, "one 2 three");
    assert_false(edit_has_selection(&edit));
    edit_finish(&edit);
}

static void a_family_is_one_step_and_one_deletion(void **state)
{
    (void)state;
    struct edit edit = new_edit("a" FAMILY "e\xCC\x81z", false);
    edit_move(&edit, EDIT_ALL, false, false);
    edit_move(&edit, EDIT_CLUSTER, true, false);
    edit_move(&edit, EDIT_CLUSTER, true, false);
    assert_int_equal(edit.caret, 1 + strlen(FAMILY));
    edit_delete(&edit, EDIT_CLUSTER, false);
    assert_string_equal(edit.text, "ae\xCC\x81z");
    edit_delete(&edit, EDIT_CLUSTER, true);
    assert_string_equal(edit.text, "az");
    edit_move_to(&edit, 1, false);
    edit_finish(&edit);
}

static void a_caret_never_stands_inside_a_cluster(void **state)
{
    (void)state;
    struct edit edit = new_edit("x\n" FAMILY "y", true);
    for (size_t at = 2; at < 2 + strlen(FAMILY); at++) {
        edit_move_to(&edit, at, false);
        assert_int_equal(edit.caret, 2);
    }
    edit_finish(&edit);
}

static void words_are_jumped_and_deleted_whole(void **state)
{
    (void)state;
    struct edit edit = new_edit("one, zw\xC3\xB6lf  \xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D!", false);
    edit_move(&edit, EDIT_WORD, false, false);
    assert_int_equal(edit.caret, 21); /* before "!" */
    edit_move(&edit, EDIT_WORD, false, false);
    assert_int_equal(edit.caret, 13);
    edit_move(&edit, EDIT_WORD, false, false);
    assert_int_equal(edit.caret, 5);
    edit_move(&edit, EDIT_WORD, true, false);
    assert_int_equal(edit.caret, 11);
    edit_delete(&edit, EDIT_WORD, false);
    assert_string_equal(edit.text, "one,   \xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D!");
    edit_select_word(&edit, 1);
    char *word = edit_selected(&edit);
    assert_string_equal(word, "one");
    mem_free(word);
    edit_finish(&edit);
}

static void lines_have_starts_and_ends(void **state)
{
    (void)state;
    struct edit edit = new_edit("first\nsecond\nthird", true);
    edit_move_to(&edit, 9, false);
    edit_move(&edit, EDIT_LINE, false, false);
    assert_int_equal(edit.caret, 6);
    edit_move(&edit, EDIT_LINE, true, true);
    char *line = edit_selected(&edit);
    assert_string_equal(line, "second");
    mem_free(line);
    edit_select_line(&edit, 15);
    line = edit_selected(&edit);
    assert_string_equal(line, "third");
    mem_free(line);
    edit_finish(&edit);
}

static void undo_takes_words_and_redo_gives_them_back(void **state)
{
    (void)state;
    struct edit edit = new_edit("", false);
    type(&edit, "good morning");
    assert_true(edit_undo(&edit));
    assert_string_equal(edit.text, "good ");
    assert_true(edit_undo(&edit));
    assert_string_equal(edit.text, "");
    assert_false(edit_undo(&edit));
    assert_true(edit_redo(&edit));
    assert_true(edit_redo(&edit));
    assert_string_equal(edit.text, "good morning");
    assert_false(edit_redo(&edit));
    edit_select_all(&edit);
    edit_delete(&edit, EDIT_CLUSTER, true);
    assert_true(edit_undo(&edit));
    assert_string_equal(edit.text, "good morning");
    assert_true(edit_has_selection(&edit)); /* as it was before the deletion */
    type(&edit, "x");
    assert_false(edit_redo(&edit)); /* a new change ends what could be redone */
    edit_finish(&edit);
}

static void undo_is_bounded(void **state)
{
    (void)state;
    struct edit edit = new_edit("", false);
    for (int i = 0; i < EDIT_UNDO_MAX + 50; i++)
        edit_insert(&edit, "ab", 2); /* two clusters: never merged */
    int undone = 0;
    while (edit_undo(&edit))
        undone++;
    assert_int_equal(undone, EDIT_UNDO_MAX);
    assert_int_equal(edit.size, 100);
    edit_finish(&edit);
}

static void what_is_put_in_is_cleaned(void **state)
{
    (void)state;
    struct edit one = new_edit("a\r\nb\tc\x01\x7F"
                               "d\xC2\x85",
                               false);
    assert_string_equal(one.text, "a b cd");
    struct edit many = new_edit("a\r\nb\rc\xE2\x80\xA8"
                                "d\x1B[2J\xFF",
                                true);
    assert_string_equal(many.text, "a\nb\nc\nd[2J\xEF\xBF\xBD");
    edit_finish(&one);
    edit_finish(&many);
}

static void the_limit_cuts_between_clusters(void **state)
{
    (void)state;
    struct edit edit;
    edit_init(&edit, 20, false);
    assert_true(edit_insert(&edit, "12345", 5));
    assert_false(edit_insert(&edit, FAMILY "ab", strlen(FAMILY) + 2)); /* 18 bytes + 2, 15 free */
    assert_string_equal(edit.text, "12345");
    assert_true(edit_insert(&edit, "1234567890", 10));
    assert_false(edit_insert(&edit, "1234567890", 10)); /* one past what fits goes no further */
    assert_int_equal(edit.size, 20);
    edit_set(&edit, "123456789012345678901234567890");
    assert_int_equal(edit.size, 20);
    edit_finish(&edit);
}

static void a_composition_is_beside_the_text(void **state)
{
    (void)state;
    struct edit edit = new_edit("ab", false);
    edit_move_to(&edit, 1, false);
    edit_compose(&edit, "\xE3\x81\x8B\xE3\x81\xAA", 1);
    assert_true(edit_is_composing(&edit));
    assert_string_equal(edit.text, "ab");
    assert_int_equal(edit.composition_caret, 3);
    edit_compose(&edit, "", 0);
    assert_false(edit_is_composing(&edit));
    edit_compose(&edit, "x", 900); /* a caret behind its end stands at its end */
    assert_int_equal(edit.composition_caret, 1);
    edit_finish(&edit);
}

static void expect_wrap(struct edit *edit, const char *mark, const char *text, const char *selected)
{
    edit_wrap(edit, mark);
    char *now = edit_selected(edit);
    assert_string_equal(edit->text, text);
    assert_string_equal(now, selected);
    mem_free(now);
}

static void marks_go_around_and_away_again(void **state)
{
    (void)state;
    struct edit edit;
    edit_init(&edit, 20, true);
    edit_set(&edit, "one two");
    edit_select(&edit, 4, 7);
    expect_wrap(&edit, "**", "one **two**", "two");
    expect_wrap(&edit, "*", "one ***two***", "two"); /* bold is not italic */
    expect_wrap(&edit, "**", "one *two*", "two");
    expect_wrap(&edit, "*", "one two", "two");
    assert_true(edit_undo(&edit));
    assert_string_equal(edit.text, "one *two*");
    edit_select(&edit, 4, 9); /* with its marks */
    expect_wrap(&edit, "*", "one two", "two");
    edit_select(&edit, 0, 0);
    expect_wrap(&edit, "`", "``one two", "");
    assert_int_equal(edit.caret, 1);
    expect_wrap(&edit, "`", "one two", "");
    edit_set(&edit, "nineteen characters");
    edit_select_all(&edit);
    expect_wrap(&edit, "`", "nineteen characters", "nineteen characters"); /* does not fit */
    assert_false(edit_undo(&edit));
    edit_finish(&edit);
}

/* Whatever is done in whatever order: the text stays valid, within its limit, the caret on a border, and undoing
 * everything gives the beginning back. */
static void any_order_of_actions_keeps_the_promises(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "a",     " ",        "\xC3\xA9",         FAMILY, "\xCC\x81", "\n",
        "word ", "\xD7\xA9", "\xF0\x9F\x87\xA9", "\xFF", "x\r\ny"};
    srand(7);
    for (int round = 0; round < 60; round++) {
        struct edit edit;
        edit_init(&edit, 200, round % 2);
        int changes = 0;
        for (int i = 0; i < 150; i++) {
            unsigned before = edit.version;
            const char *piece = pieces[(size_t)rand() % (sizeof pieces / sizeof pieces[0])];
            enum edit_unit unit = (enum edit_unit)(rand() % 4);
            switch (rand() % 8) {
            case 0:
            case 1:
            case 2:
                edit_insert(&edit, piece, strlen(piece));
                break;
            case 3:
                edit_delete(&edit, unit == EDIT_ALL ? EDIT_CLUSTER : unit, rand() % 2);
                break;
            case 4:
                edit_move(&edit, unit, rand() % 2, rand() % 2);
                break;
            case 5:
                edit_move_to(&edit, (size_t)rand() % 220, rand() % 2);
                break;
            case 6:
                edit_wrap(&edit, rand() % 2 ? "**" : "`");
                break;
            default:
                edit_select_word(&edit, (size_t)rand() % 220);
                break;
            }
            changes += edit.version != before;
            assert_true(edit.size <= 200 && strlen(edit.text) == edit.size);
            assert_true(utf8_valid(edit.text, edit.size));
            assert_true(edit.caret <= edit.size && edit.anchor <= edit.size);
            assert_int_equal(utf8_cut(edit.text, edit.caret), edit.caret);
        }
        char *end = mem_string(edit.text);
        int steps = 0;
        while (edit_undo(&edit))
            steps++;
        assert_true(steps <= changes);
        assert_string_equal(edit.text, "");
        while (edit_redo(&edit))
            steps--;
        assert_int_equal(steps, 0);
        assert_string_equal(edit.text, end);
        mem_free(end);
        edit_finish(&edit);
    }
}

static void a_long_line_is_not_slow(void **state)
{
    (void)state;
    struct edit edit;
    edit_init(&edit, 64 * 1024, false);
    char *word = mem_alloc(16 * 1024 + 1, 1);
    memset(word, 'w', 16 * 1024);
    edit_insert(&edit, word, 16 * 1024);
    for (int i = 0; i < 100; i++) { /* quadratic code would take minutes here */
        edit_move(&edit, EDIT_WORD, i % 2, false);
        edit_move_to(&edit, 8 * 1024, false);
        edit_move(&edit, EDIT_CLUSTER, false, false);
    }
    assert_int_equal(edit.caret, 8 * 1024 - 1);
    mem_free(word);
    edit_finish(&edit);
}

static void expect_wiped(const struct edit *edit)
{
    for (size_t i = edit->size; i < edit->room; i++)
        assert_int_equal(edit->text[i], 0);
}

/* A password stands in one block of memory, in which nothing is left that is not text any more. */
static void a_secret_is_nowhere_else(void **state)
{
    (void)state;
    struct edit edit;
    edit_init_secret(&edit, 64);
    const char *block = edit.text;
    type(&edit, "hunter2 " FAMILY);
    edit_delete(&edit, EDIT_CLUSTER, false);
    edit_delete(&edit, EDIT_CLUSTER, false);
    assert_string_equal(edit.text, "hunter2");
    expect_wiped(&edit);
    assert_false(edit_undo(&edit));
    assert_false(edit_redo(&edit));
    assert_null(edit.steps);
    edit_compose(&edit, "composed", 8);
    edit_compose(&edit, "c", 1);
    for (size_t i = 1; i < sizeof edit.composition; i++)
        assert_int_equal(edit.composition[i], 0);
    edit_select_all(&edit);
    assert_false(edit_insert(&edit, "0123456789012345678901234567890123456789", 40) &&
                 edit_insert(&edit, "0123456789012345678901234567890123456789", 40));
    assert_int_equal(edit.size, 64);
    assert_ptr_equal(edit.text, block);
    edit_set(&edit, "");
    assert_ptr_equal(edit.text, block);
    expect_wiped(&edit);
    edit_finish(&edit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(typing_goes_in_at_the_caret),
        cmocka_unit_test(a_selection_is_replaced),
        cmocka_unit_test(a_family_is_one_step_and_one_deletion),
        cmocka_unit_test(a_caret_never_stands_inside_a_cluster),
        cmocka_unit_test(words_are_jumped_and_deleted_whole),
        cmocka_unit_test(lines_have_starts_and_ends),
        cmocka_unit_test(undo_takes_words_and_redo_gives_them_back),
        cmocka_unit_test(undo_is_bounded),
        cmocka_unit_test(what_is_put_in_is_cleaned),
        cmocka_unit_test(the_limit_cuts_between_clusters),
        cmocka_unit_test(a_composition_is_beside_the_text),
        cmocka_unit_test(marks_go_around_and_away_again),
        cmocka_unit_test(any_order_of_actions_keeps_the_promises),
        cmocka_unit_test(a_long_line_is_not_slow),
        cmocka_unit_test(a_secret_is_nowhere_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
