/* What is finished for the person: names after '@', emoji after ':', and how emoji are found by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client/ui/complete.h"
#include "client/ui/emoji.h"
#include "protocol/base/utf8.h"

/* '|' is the caret. */
static struct complete at(const char *text)
{
    static char plain[4096];
    const char *caret = strchr(text, '|');
    assert_non_null(caret);
    const size_t before = (size_t)(caret - text);
    memcpy(plain, text, before);
    strcpy(plain + before, caret + 1);
    return complete_at(plain, before);
}

static void expect(const char *text, enum complete_kind kind, size_t begin, const char *query)
{
    const struct complete found = at(text);
    assert_int_equal(found.kind, kind);
    if (kind == COMPLETE_NONE)
        return;
    assert_int_equal(found.begin, begin);
    assert_string_equal(found.query, query);
}

static void names_begin_behind_a_border(void **state)
{
    (void)state;
    expect("@|", COMPLETE_NAME, 0, "");
    expect("@ma|", COMPLETE_NAME, 0, "ma");
    expect("hello @ma|rk", COMPLETE_NAME, 6, "ma");
    expect("(@ma|", COMPLETE_NAME, 1, "ma");
    expect("one\n@m|", COMPLETE_NAME, 4, "m");
    expect("@Mary An|", COMPLETE_NAME, 0, "Mary An");
    expect("日本@日|", COMPLETE_NONE, 0, ""); /* a word stands before it */
    expect("日本 @日|", COMPLETE_NAME, 7, "日");
    expect("ann@host|", COMPLETE_NONE, 0, "");
    expect("@@|", COMPLETE_NONE, 0, "");
    expect("@ma\n|", COMPLETE_NONE, 0, "");
    expect("|@ma", COMPLETE_NONE, 0, "");
    expect("|", COMPLETE_NONE, 0, "");
}

static void emoji_need_two_letters_and_no_space(void **state)
{
    (void)state;
    expect(":sm|", COMPLETE_EMOJI, 0, "sm");
    expect("ok :thumbs_u|", COMPLETE_EMOJI, 3, "thumbs_u");
    expect(":+1|", COMPLETE_EMOJI, 0, "+1");
    expect(":s|", COMPLETE_NONE, 0, "");
    expect("at 10:45|", COMPLETE_NONE, 0, "");
    expect("note: this|", COMPLETE_NONE, 0, "");
    expect("http://x|", COMPLETE_NONE, 0, "");
    expect("std::move|", COMPLETE_NONE, 0, "");
    expect(": smile|", COMPLETE_NONE, 0, "");
}

/* Far from the sign nothing is looked for: a long text must not cost more with every key. */
static void what_is_far_is_not_looked_for(void **state)
{
    (void)state;
    char text[2048] = "@";
    memset(text + 1, 'x', 1500);
    assert_int_equal(complete_at(text, 1501).kind, COMPLETE_NONE);
    const struct complete found = complete_at(text, sizeof found.query);
    assert_int_equal(found.kind, COMPLETE_NAME);
    assert_int_equal(strlen(found.query), sizeof found.query - 1);
    assert_int_equal(complete_worth("xxx", found.query), 0); /* longer than any name */
}

static void names_fit_by_their_words(void **state)
{
    (void)state;
    assert_int_equal(complete_worth("Mary Ann", ""), 2);
    assert_int_equal(complete_worth("Mary Ann", "mA"), 2);
    assert_int_equal(complete_worth("Mary Ann", "mary a"), 2);
    assert_int_equal(complete_worth("Mary Ann", "ann"), 1);
    assert_int_equal(complete_worth("Mary Ann", "ary"), 0);
    assert_int_equal(complete_worth("Mary Ann", " "), 0);
    assert_int_equal(complete_worth("ＭＡＲＹ", "mary"), 2); /* wide letters */
    assert_int_equal(complete_worth("Ünal", "ün"), 2);
    assert_int_equal(complete_worth("Straße", "STRASS"), 2);
    assert_int_equal(complete_worth("أحمد", "أح"), 2);
    assert_int_equal(complete_worth("日本", "日"), 2);
    assert_int_equal(complete_worth("Mary", "\xff"), 0);
    assert_int_equal(complete_worth("Mary", "\xe2\x80\x8b"), 0); /* nothing to see */
}

static void every_emoji_is_one_cluster_and_has_a_name_of_its_own(void **state)
{
    (void)state;
    size_t count;
    const struct emoji *all = emoji_all(&count), *found[1];
    assert_true(count >= 200);
    for (size_t i = 0; i < count; i++) {
        const size_t size = strlen(all[i].text);
        assert_true(utf8_valid(all[i].text, size) && size < EMOJI_SIZE);
        assert_int_equal(utf8_next_grapheme(all[i].text, size, 0), size);
        assert_true(i == 0 || all[i].group >= all[i - 1].group);
        assert_int_equal(emoji_find(all[i].name, found, 1), 1);
        assert_ptr_equal(found[0], &all[i]);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(all[i].text, all[k].text);
    }
}

static void emoji_are_found_by_any_of_their_words(void **state)
{
    (void)state;
    const struct emoji *found[8];
    assert_int_equal(emoji_find("", found, 8), 0);
    assert_int_equal(emoji_find("  _ ", found, 8), 0);
    assert_int_equal(emoji_find("no such thing", found, 8), 0);
    assert_true(emoji_find("THUMBS_up", found, 8) >= 1);
    assert_string_equal(found[0]->text, "👍");
    assert_true(emoji_find("+1", found, 8) >= 1);
    assert_string_equal(found[0]->text, "👍");
    assert_true(emoji_find("ship", found, 8) >=
                2); /* the ship itself before what else is called so */
    assert_string_equal(found[0]->text, "🚢");
    assert_int_equal(emoji_find("s", found, 3), 3); /* no more than there is room for */
    char longest[300];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_int_equal(emoji_find(longest, found, 8), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_begin_behind_a_border),
        cmocka_unit_test(emoji_need_two_letters_and_no_space),
        cmocka_unit_test(what_is_far_is_not_looked_for),
        cmocka_unit_test(names_fit_by_their_words),
        cmocka_unit_test(every_emoji_is_one_cluster_and_has_a_name_of_its_own),
        cmocka_unit_test(emoji_are_found_by_any_of_their_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
