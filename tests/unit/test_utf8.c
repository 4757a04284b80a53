/* UTF-8: decoding what is valid and what is not, cuts, clusters, columns, and text that must not
 * steer. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "protocol/base/mem.h"
#include "protocol/base/utf8.h"

#define FAMILY \
    "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7" /* 18 bytes */
#define FLAG_DE "\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA"
#define FLAG_FR "\xF0\x9F\x87\xAB\xF0\x9F\x87\xB7"

static void every_character_goes_there_and_back(void **state)
{
    (void)state;
    for (uint32_t rune = 0; rune <= 0x10FFFF; rune++) {
        char bytes[4];
        size_t size;
        uint32_t back;
        if (rune >= 0xD800 && rune <= 0xDFFF)
            continue;
        size = utf8_encode(rune, bytes);
        assert_int_equal(size, rune < 0x80 ? 1 : rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4);
        assert_int_equal(utf8_decode(bytes, size, &back), size);
        assert_int_equal(back, rune);
        assert_true(utf8_valid(bytes, size));
        for (size_t cut = 1; cut < size; cut++) { /* each truncation is one bad byte */
            assert_int_equal(utf8_decode(bytes, cut, &back), 1);
            assert_int_equal(back, 0xFFFD);
            assert_false(utf8_valid(bytes, cut));
        }
    }
}

static void what_is_not_utf8(void **state)
{
    static const char *const bad[] = {
        "\x80",
        "\xBF",
        "\xC0\x80", /* overlong NUL */
        "\xC1\xBF",
        "\xE0\x80\x80",
        "\xE0\x9F\xBF",
        "\xF0\x80\x80\x80",
        "\xED\xA0\x80", /* surrogates */
        "\xED\xBF\xBF",
        "\xF4\x90\x80\x80", /* past U+10FFFF */
        "\xF5\x80\x80\x80",
        "\xFE",
        "\xFF",
        "\xC3(",
        "\xE2\x82(",
        "\xF0\x9F\x98(",
    };
    uint32_t rune;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(utf8_valid(bad[i], strlen(bad[i])));
        assert_int_equal(utf8_decode(bad[i], strlen(bad[i]), &rune), 1);
        assert_int_equal(rune, 0xFFFD);
    }
    assert_int_equal(utf8_decode("a", 0, &rune), 0);
    assert_true(utf8_valid("", 0));
    assert_true(utf8_valid("a\0b", 3));
    assert_int_equal(utf8_length("a\xC3\xA9\xF0\x9F\x98\x80\xFF"), 4);
}

static void cuts(void **state)
{
    const char *text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z"; /* borders at 0 1 3 6 10 11 */
    static const size_t expected[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11};
    (void)state;
    for (size_t size = 0; size < 12; size++) {
        char *exact = mem_copy(text, size); /* no byte behind `size` may be looked at */
        assert_int_equal(utf8_cut(exact, size), expected[size]);
        mem_free(exact);
    }
    assert_int_equal(utf8_cut("\x80\x80\x80\x80\x80\x80", 6), 6); /* nothing there to split */
    assert_int_equal(utf8_cut("a\x80\x80", 3), 3);
}

static void clusters(void **state)
{
    static const char *const parts[] = {"a",    "e\xCC\x81", FAMILY, FLAG_DE,        FLAG_FR,
                                        "\r\n", "\n",        "x",    "\xEA\xB0\x80", "\xFF"};
    char text[200] = "";
    size_t at = 0, size;
    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        strcat(text, parts[i]);
    size = strlen(text);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        size_t next = at + strlen(parts[i]);
        assert_int_equal(utf8_next_grapheme(text, size, at), next);
        for (size_t inside = at + 1; inside <= next; inside++)
            assert_int_equal(utf8_previous_grapheme(text, size, inside), at);
        at = next;
    }
    assert_int_equal(utf8_next_grapheme(text, size, size), size);
    assert_int_equal(utf8_previous_grapheme(text, size, 0), 0);
    assert_int_equal(utf8_previous_grapheme(text, size, size + 9), size - 1);
    assert_int_equal(utf8_previous_grapheme("a\n\n", 3, 3), 2);
    assert_int_equal(utf8_previous_grapheme("a\n\n", 3, 2), 1);
}

static void columns(void **state)
{
    (void)state;
    assert_int_equal(utf8_columns("abc", 3), 3);
    assert_int_equal(utf8_columns("e\xCC\x81", 3), 1);
    assert_int_equal(utf8_columns("\xE6\x97\xA5\xE6\x9C\xAC", 6), 4);
    assert_int_equal(utf8_columns("\xF0\x9F\x98\x80", 4), 2);
    assert_int_equal(utf8_columns("\t\x1B", 2), 0);
    assert_int_equal(utf8_columns("", 0), 0);
}

static void marks(void **state)
{
    static const uint32_t bidi[] = {0x061C, 0x200E, 0x200F, 0x202A, 0x202E, 0x2066, 0x2069};
    static const uint32_t not_bidi[] = {0x061B, 0x200D, 0x2010, 0x2029, 0x202F, 0x2065, 0x206A};
    static const uint32_t control[] = {0, 0x1F, 0x7F, 0x80, 0x9F, 0x2028, 0x2029};
    static const uint32_t not_control[] = {0x20, 0x7E, 0xA0, 0x2027, 0x202A};
    (void)state;
    for (int i = 0; i < 7; i++) {
        assert_true(utf8_is_bidi_control(bidi[i]));
        assert_false(utf8_is_bidi_control(not_bidi[i]));
        assert_true(utf8_is_control(control[i]));
    }
    for (int i = 0; i < 5; i++)
        assert_false(utf8_is_control(not_control[i]));
}

static void shown_text_cannot_steer(void **state)
{
    char out[64];
    (void)state;
    utf8_show("a\x1B[2J\x7F\xC2\x9B\xE2\x80\xAE\xE2\x80\xA8\xFF\n\tb", false, out, sizeof out);
    assert_string_equal(out, "a\xE2\x90\x9B[2J\xE2\x90\xA1\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
                             "\xEF\xBF\xBD\xE2\x90\x8A\xE2\x90\x89"
                             "b");
    utf8_show("a\n\tb\r", true, out, sizeof out);
    assert_string_equal(out, "a\n\tb\xE2\x90\x8D");
    utf8_show(FAMILY, false, out, sizeof out);
    assert_string_equal(out, FAMILY);
    utf8_show("ab\x01", false, out, 5); /* the picture has three bytes */
    assert_string_equal(out, "ab");
    utf8_show("ab\x01", false, out, 6);
    assert_string_equal(out, "ab\xE2\x90\x81");
    utf8_show("ab", false, out, 1);
    assert_string_equal(out, "");
    strcpy(out, "kept");
    utf8_show("ab", false, out, 0);
    assert_string_equal(out, "kept");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character_goes_there_and_back),
        cmocka_unit_test(what_is_not_utf8),
        cmocka_unit_test(cuts),
        cmocka_unit_test(clusters),
        cmocka_unit_test(columns),
        cmocka_unit_test(marks),
        cmocka_unit_test(shown_text_cannot_steer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
