/* test_search.c: words are found whatever their case and accents, operators narrow down, names fit what was half typed; a hundred thousand
 * messages are looked through in one go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "client/model/search.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

static struct search search;

static bool finds(const char *query, const char *text)
{
    size_t begin, end;
    search_parse(&search, query);
    return search_next(&search, text, strlen(text), 0, &begin, &end);
}

/* What is marked of the text from `at` on. */
static void marks(const char *query, const char *text, size_t at, const char *marked)
{
    size_t begin, end;
    search_parse(&search, query);
    assert_true(search_next(&search, text, strlen(text), at, &begin, &end));
    assert_int_equal(end - begin, strlen(marked));
    assert_memory_equal(text + begin, marked, end - begin);
}

static void test_case_and_accents(void **state)
{
    (void)state;
    assert_true(finds("cafe", "Ein CAFÉ am Platz"));
    assert_true(finds("CAFÉ", "cafe"));
    assert_true(finds("cafe\xCC\x81", "café")); /* decomposed, as a Mac types it */
    assert_true(finds("strasse", "Lange Straße"));
    assert_true(finds("straße", "LANGE STRASSE"));
    assert_true(finds("istanbul", "İSTANBUL"));
    assert_true(finds("лес", "Ёлка и ЛЕС"));
    assert_true(finds("елка", "Ёлка"));
    assert_true(finds("σοφος", "ΣΟΦΌΣ"));
    assert_true(finds("שלום", "שָׁלוֹם"));
    assert_true(finds("احمد", "أحمد"));
    assert_true(finds("日本", "ここは日本です"));
    assert_true(finds("abc", "ＡＢＣ"));
    assert_true(finds("か", "が"));
    assert_false(finds("が", "か")); /* the voice mark is no accent */
    assert_false(finds("कल", "कुल"));
    assert_false(finds("cafe", "caf"));
    assert_false(finds("", "anything"));
    assert_false(finds("\xCC\x81", "e\xCC\x81")); /* a lone accent is nothing to look for */
}

static void test_what_is_marked(void **state)
{
    (void)state;
    marks("cafe", "ein Café hier", 0, "Café");
    marks("cafe", "Cafe\xCC\x81!", 0, "Cafe\xCC\x81");
    marks("s", "Straße", 1, "ß");
    marks("aab", "aaaab", 0, "aab");
    marks("abab", "abacabab", 0, "abab");
    marks("two one", "one two", 0, "one");
    marks("two one", "one two", 3, "two");
    marks("\"one two\"", "two one two", 0, "one two");
    marks("one", "one two one", 1, "one");
    assert_false(finds("\"one  two\"", "one two"));
}

static struct message *said(const char *name, const char *text)
{
    struct message *message = message_create(MESSAGE_TEXT);
    message->seq = 1;
    text_set(&message->name, name);
    text_set(&message->text, text);
    return message;
}

static bool matches(const char *query, const struct message *message)
{
    search_parse(&search, query);
    return search_matches(&search, message);
}

static void test_operators(void **state)
{
    (void)state;
    struct message *text = said("Zoë Müller", "the PLAN is at https://example.org/x");
    assert_true(matches("plan the", text));
    assert_false(matches("plan b", text));
    assert_true(matches("from:zoe", text));
    assert_true(matches("FROM:mull plan", text));
    assert_true(matches("from:\"zoe mul\" plan", text));
    assert_false(matches("from:oe", text));
    assert_false(matches("from:bob", text));
    assert_false(matches("from:me", text));
    assert_true(matches("has:link", text));
    assert_false(matches("has:file", text));
    assert_false(matches("has:link has:file", text));
    assert_false(matches("\"has:link\"", text)); /* in quotes it is a word like any other */
    assert_false(matches("", text));
    assert_false(matches("   \t ", text));
    assert_false(matches("from:", text));
    assert_false(matches("\"", text));
    text->own = true;
    assert_true(matches("from:me", text));
    text_set(&text->text, "http is not https, nor is a://b, and :// neither");
    assert_false(matches("has:link", text));
    text->deleted = true;
    assert_false(matches("http", text));
    text->deleted = false;
    text->seq = 0; /* not relayed: it has no place to jump to */
    assert_false(matches("http", text));
    message_destroy(text);

    struct message *file = message_create(MESSAGE_FILE);
    file->seq = 1;
    text_set(&file->name, "Ann");
    text_set(&file->file->label, "Résumé.pdf");
    assert_true(matches("has:file", file));
    assert_true(matches("resume has:file from:a", file));
    assert_false(matches("has:link", file));
    message_destroy(file);

    struct message *joined = said("Ann", NULL);
    joined->kind = MESSAGE_JOINED;
    assert_false(matches("from:ann", joined));
    message_destroy(joined);
}

/* More than any limit holds: cut, never past an end. */
static void test_limits(void **state)
{
    (void)state;
    char query[4 * SEARCH_RUNES_MAX], text[8 * SEARCH_RUNES_MAX];
    memset(query, 'a', sizeof query - 1);
    query[sizeof query - 1] = '\0';
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_true(finds(query, text));
    text[SEARCH_RUNES_MAX - 1] = '\0';
    assert_false(finds(query, text));
    for (size_t i = 0; i + 1 < sizeof query; i++)
        query[i] = i % 2 ? ' ' : 'a';
    search_parse(&search, query);
    assert_int_equal(search.word_count, SEARCH_WORDS_MAX);
    /* U+FDFA is 18 characters */
    assert_true(finds("\xEF\xB7\xBA", "x \xEF\xB7\xBA y"));
    assert_false(finds("x", "\xFF\xC3\xE2\x82"));
    assert_true(finds("x", "\xFF\xC3x\xE2\x82"));
}

static void test_rank(void **state)
{
    (void)state;
    assert_int_equal(search_rank("", "lobby"), 0);
    assert_int_equal(search_rank("xyz", "lobby"), -1);
    assert_true(search_rank("lob", "lobby") > search_rank("obb", "lobby"));
    assert_true(search_rank("rev", "code-review") > search_rank("evi", "code-review"));
    assert_true(search_rank("obb", "lobby") > search_rank("lby", "lobby"));
    assert_true(search_rank("lby", "lobby") > search_rank("ybl", "lobby"));
    assert_int_equal(search_rank("ybl", "lobby"), -1);
    assert_true(search_rank("ann", "Ann") > search_rank("ann", "Annabel"));
    assert_true(search_rank("zoe m", "Zoë Müller") > 0);
    assert_true(search_rank("zmul", "Zoë Müller") > 0);
    assert_true(search_rank("lobbys", "lobby") < 0);
}

/* A hundred thousand are nothing to wait for; what is found is told oldest first. */
static void test_many(void **state)
{
    (void)state;
    struct model model;
    size_t count = 0;
    model_init(&model);
    struct room *room = model_add_room(&model, "lobby");
    for (uint64_t seq = 1; seq <= 100000; seq++) {
        struct message *message =
            said("Sravya", seq % 1000 ? "hello! the photos from yesterday are in, more of them soon"
                                      : "the Café is open");
        message->seq = seq;
        room_add_message(room, message);
    }
    search_parse(&search, "CAFE open from:sra");
    uint64_t *seqs = search_room(&search, room, &count);
    assert_int_equal(count, 100);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(seqs[i], 1000 * (i + 1));
    mem_free(seqs);
    search_parse(&search, "nowhere");
    assert_null(search_room(&search, room, &count));
    assert_int_equal(count, 0);
    model_finish(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_case_and_accents),
        cmocka_unit_test(test_what_is_marked),
        cmocka_unit_test(test_operators),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_rank),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
