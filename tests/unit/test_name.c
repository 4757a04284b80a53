/* Names of people and rooms, and file names that are labels (the cases of UX.md, and more). */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "protocol/base/name.h"
#include "protocol/base/utf8.h"

#define RLO "\xE2\x80\xAE"

static void assert_clean(const char *raw, const char *expected)
{
    char out[NAME_SIZE], again[NAME_SIZE];
    struct err err = {0};
    if (!name_clean(raw, out, &err))
        fail_msg("\"%s\" was refused: %s", raw, err.text);
    assert_string_equal(out, expected);
    assert_true(name_clean(out, again, NULL));
    assert_string_equal(again, out);
}

static void assert_refused(const char *raw)
{
    char out[NAME_SIZE] = "x";
    struct err err = {0};
    if (name_clean(raw, out, &err))
        fail_msg("\"%s\" was taken as \"%s\"", raw, out);
    assert_string_equal(out, "");
    assert_true(err.kind != ERR_NONE && err.text[0]);
}

static void names_that_are_fine(void **state)
{
    (void)state;
    assert_clean("Ann", "Ann");
    assert_clean("  Ann \t\r\n", "Ann");
    assert_clean("\xC2\xA0\xE3\x80\x80"
                 "Ann\xE2\x80\xA8",
                 "Ann"); /* no-break, ideographic, line separator */
    assert_clean("Ann   Lee", "Ann Lee");
    assert_clean("Ann \xC2\xA0 Lee", "Ann Lee");
    assert_clean("Zoe\xCC\x88", "Zo\xC3\xAB"); /* NFD to NFC */
    assert_clean("\xE6\x97\xA5\xE6\x9C\xAC", "\xE6\x97\xA5\xE6\x9C\xAC");
    assert_clean("\xD8\xB3\xD9\x84\xD8\xA7\xD9\x85", "\xD8\xB3\xD9\x84\xD8\xA7\xD9\x85");
    assert_clean(
        "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7", /* a joiner inside is how it is written */
        "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7");
    assert_clean("#<b>%s\\\"", "#<b>%s\\\"");
}

static void names_that_are_not(void **state)
{
    (void)state;
    assert_refused("");
    assert_refused("   \t");
    assert_refused("\xC2\xA0");
    assert_refused("a\nb");
    assert_refused("a\tb");
    assert_refused("a\033[2Jb");
    assert_refused("a\x7F");
    assert_refused("a\xC2\x9Bm");
    assert_refused("a" RLO "b");
    assert_refused(RLO);
    assert_refused("a\xE2\x81\xA6"); /* U+2066 */
    assert_refused("\xD8\x9C");      /* U+061C */
    assert_refused("a\xE2\x80\xA8"
                   "b");
    assert_refused("\xE2\x80\x8B"); /* zero width space: nothing to see */
    assert_refused("\xE3\x85\xA4"); /* Hangul filler */
    assert_refused("\xE2\x80\x8D \xEF\xBB\xBF");
    assert_refused("\xFF");
    assert_refused("ab\xC3");
    assert_refused("\xED\xA0\x80");
}

static void thirty_two_characters(void **state)
{
    char raw[400] = "", expected[400] = "";
    (void)state;
    assert_clean("12345678901234567890123456789012", "12345678901234567890123456789012");
    assert_refused("123456789012345678901234567890123");
    assert_clean("  12345678901234567890123456789012  ", "12345678901234567890123456789012");
    for (int i = 0; i < NAME_CHARS_MAX; i++) { /* 64 characters before NFC, 32 after */
        strcat(raw, "e\xCC\x81");
        strcat(expected, "\xC3\xA9");
    }
    assert_clean(raw, expected);
    strcat(raw, "x");
    assert_refused(raw);
    raw[0] = '\0';
    for (int i = 0; i < NAME_CHARS_MAX; i++)
        strcat(raw, "\xF0\x9F\x98\x80");
    assert_clean(raw, raw); /* fills NAME_SIZE to the last byte */
    assert_int_equal(strlen(raw) + 1, NAME_SIZE);
}

static void a_very_long_name_is_only_refused(void **state)
{
    char *raw = malloc(70000);
    (void)state;
    for (int i = 0; i < 23333; i++)
        memcpy(raw + 3 * i, "e\xCC\x81", 4);
    assert_refused(raw);
    memset(raw, ' ', NAME_RAW_MAX);
    raw[NAME_RAW_MAX - 1] = 'x';
    raw[NAME_RAW_MAX] = '\0';
    assert_clean(raw, "x");
    raw[NAME_RAW_MAX - 1] = ' ';
    raw[NAME_RAW_MAX] = 'x';
    raw[NAME_RAW_MAX + 1] = '\0';
    assert_refused(raw);
    free(raw);
}

static void equal_names(void **state)
{
    char longest[NAME_SIZE] = "", fold[NAME_FOLD_SIZE];
    (void)state;
    assert_true(name_equal("Ann", "aNN"));
    assert_true(name_equal("STRASSE", "stra\xC3\x9F"
                                      "e"));
    assert_true(name_equal("\xC3\x89ve", "\xC3\xA9VE"));
    assert_true(name_equal("\xEF\xBC\xA1nn", "ann"));  /* fullwidth A */
    assert_true(name_equal("a\xE2\x80\x8Bnn", "ann")); /* what is not seen does not count */
    assert_true(name_equal("\xCE\xA3", "\xCF\x82"));   /* sigma and final sigma */
    assert_false(name_equal("Ann", "Anne"));
    assert_false(name_equal("\xC3\xA9", "e"));
    for (int i = 0; i < NAME_CHARS_MAX; i++)
        strcat(longest,
               "\xEF\xB7\xBA"); /* U+FDFA: 18 characters when folded, the longest there is */
    name_fold(longest, fold);
    assert_int_equal(utf8_length(fold), 18 * NAME_CHARS_MAX);
}

static void room_names(void **state)
{
    static const char *const bad[] = {
        "a b",
        "#a",
        "a#",
        "a/b",
        "@a",
        "a@b",
        "/",
        "a\xC2\xA0z",
        "",
        "@",
        "@0123456789abcdef",
        "@0123456789abcdeffedcba987654321",
        "@0123456789abcdeffedcba98765432100",
        "@0123456789abcdefFEDCBA9876543210",
        "@0123456789abcdeffedcba987654321g",
        " @0123456789abcdeffedcba9876543210",
        "#0123456789abcdeffedcba9876543210",
    };
    char out[NAME_SIZE];
    struct err err;
    (void)state;
    assert_true(name_clean_room("lobby", out, NULL));
    assert_true(name_clean_room(" caf\xC3\xA9 ", out, NULL));
    assert_string_equal(out, "caf\xC3\xA9");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        err = (struct err){0};
        assert_false(name_clean_room(bad[i], out, &err));
        assert_string_equal(out, "");
        assert_true(err.text[0]);
    }
}

static void direct_rooms(void **state)
{
    static const char low[] = "0123456789abcdef", high[] = "fedcba9876543210";
    static const char room[] = "@0123456789abcdeffedcba9876543210";
    char out[NAME_SIZE], peer[DIRECT_UID_DIGITS + 1];
    (void)state;
    assert_true(name_direct(low, high, out));
    assert_string_equal(out, room);
    assert_true(name_direct(high, low, out));
    assert_string_equal(out, room);
    assert_false(name_direct(low, low, out)); /* nobody talks to himself */
    assert_true(name_is_direct(room));
    assert_false(name_is_direct("lobby"));
    assert_false(name_is_direct(room + 1));
    assert_true(name_clean_room(room, out, NULL));
    assert_string_equal(out, room);
    assert_true(name_direct_peer(room, low, peer));
    assert_string_equal(peer, high);
    assert_true(name_direct_peer(room, high, peer));
    assert_string_equal(peer, low);
    assert_false(name_direct_peer(room, "0000000000000000", peer));
    assert_false(name_direct_peer("lobby", low, peer));
    /* the higher one first, and one person twice: rooms of nobody */
    assert_false(name_direct_peer("@fedcba98765432100123456789abcdef", low, peer));
    assert_false(name_direct_peer("@fedcba98765432100123456789abcdef", high, peer));
    assert_false(name_direct_peer("@0123456789abcdef0123456789abcdef", low, peer));
}

/* A wide @, circled numbers, a ligature: it folds to the room of two people, so whoever made it first
 * would sit in it with them. */
static void what_folds_to_a_direct_room(void **state)
{
    static const char *const bad[] = {
        "\xEF\xBC\xA0\xE2\x91\xA9" /* U+FF20, U+2469 */
        "23456789abcdeffedcba9876543210",
        "\xEF\xB9\xAB"                /* U+FE6B */
        "0123456789abcde\xEF\xAC\x80" /* U+FB00 */
        "edcba9876543210",
        "\xEF\xBC\xA0\xE2\x91\xA9\xE2\x91\xA9\xE2\x91\xA9\xE2\x91\xA9" /* capitals, too */
        "89ABCDEFFEDCBA9876543210",
    };
    char out[NAME_SIZE], fold[NAME_FOLD_SIZE];
    struct err err;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        err = (struct err){0};
        name_fold(bad[i], fold);
        assert_true(name_is_direct(fold));
        assert_false(name_clean_room(bad[i], out, &err));
        assert_string_equal(out, "");
        assert_true(err.text[0]);
    }
    assert_true(name_clean_room("\xEF\xBC\xA0"
                                "ann",
                                out, NULL)); /* like one, and none */
}

static void words(void **state)
{
    (void)state;
    assert_true(word_is_clean("\xF0\x9F\x91\x8D"));
    assert_true(word_is_clean("+1"));
    assert_true(
        word_is_clean("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB")); /* joined by U+200D */
    assert_false(word_is_clean(""));
    assert_false(word_is_clean("a b"));
    assert_false(word_is_clean("a\xE3\x80\x80")); /* U+3000, a wide space */
    assert_false(word_is_clean("a\n"));
    assert_false(word_is_clean("\xE2\x80\xAE"
                               "a"));            /* U+202E turns text around */
    assert_false(word_is_clean("\xE2\x80\x8D")); /* nothing to see */
    assert_false(word_is_clean("\xFF"));
}

static void assert_label(const char *raw, const char *expected)
{
    char out[LABEL_SIZE], again[LABEL_SIZE];
    label_clean(raw, out);
    assert_string_equal(out, expected);
    label_clean(out, again);
    assert_string_equal(again, out);
}

static void labels(void **state)
{
    (void)state;
    assert_label("photo.jpg", "photo.jpg");
    assert_label("../../x", "x");
    assert_label("..\\..\\x.txt", "x.txt");
    assert_label("/etc/passwd", "passwd");
    assert_label("C:\\boot.ini", "boot.ini");
    assert_label("C:boot.ini", "C_boot.ini");
    assert_label("a:b?.png", "a_b_.png");
    assert_label("\xE3\x83\x95\xE3\x82\xA1\xE3\x82\xA4\xE3\x83\xAB.png",
                 "\xE3\x83\x95\xE3\x82\xA1\xE3\x82\xA4\xE3\x83\xAB.png");
    assert_label("x" RLO "gpj.exe", "x_gpj.exe");
    assert_label("<>:\"|?*", "_______");
    assert_label("a\nb\033.txt", "a_b_.txt");
    assert_label("\xFF\xFE"
                 "a.txt",
                 "__a.txt");
    assert_label("cafe\xCC\x81.txt", "caf\xC3\xA9.txt");
    assert_label("name. . .", "name");
    assert_label("  name.txt ", "name.txt");
    assert_label("name\xE3\x80\x80", "name"); /* ideographic space */
    assert_label(".bashrc", "bashrc");
    assert_label("dir/", "dir");
    assert_label("archive.tar.gz", "archive.tar.gz");
    assert_label("", "file");
    assert_label(".", "file");
    assert_label("..", "file");
    assert_label("../..", "file");
    assert_label("/", "file");
    assert_label("\\\\", "file");
    assert_label(" . ", "file");
}

static void device_names(void **state)
{
    (void)state;
    assert_label("con", "_con");
    assert_label("con.txt", "_con.txt");
    assert_label("CON .txt", "_CON .txt");
    assert_label("Aux.tar.gz", "_Aux.tar.gz");
    assert_label("prn", "_prn");
    assert_label("NUL.", "_NUL");
    assert_label("com1", "_com1");
    assert_label("LPT9.x", "_LPT9.x");
    assert_label("COM0", "_COM0");
    assert_label("com\xC2\xB9.txt", "_com\xC2\xB9.txt");
    assert_label("conin$", "_conin$");
    assert_label("x/CON", "_CON");
    assert_label("console", "console");
    assert_label("com10", "com10");
    assert_label("com", "com");
    assert_label("lptx", "lptx");
    assert_label("icon.png", "icon.png");
}

static void labels_are_cut_before_the_extension(void **state)
{
    char raw[2000], out[LABEL_SIZE], expected[LABEL_SIZE];
    (void)state;
    memset(raw, 'a', 251);
    strcpy(raw + 251, ".jpg"); /* 255 */
    assert_label(raw, raw);
    memset(raw, 'a', 300);
    strcpy(raw + 300, ".jpg");
    memset(expected, 'a', 251);
    strcpy(expected + 251, ".jpg");
    assert_label(raw, expected);

    raw[0] = '\0';
    for (int i = 0; i < 100; i++)
        strcat(raw, "\xE3\x83\x95"); /* 3 bytes each: 251 is no border */
    strcat(raw, ".jpg");
    label_clean(raw, out);
    assert_int_equal(strlen(out), 249 + 4);
    assert_true(utf8_valid(out, strlen(out)));
    assert_string_equal(out + 249, ".jpg");

    raw[0] = '\0';
    for (int i = 0; i < 50; i++)
        strcat(raw, "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7"); /* 11 bytes, one cluster */
    label_clean(raw, out);
    assert_int_equal(strlen(out), 23 * 11);

    memset(raw, 'b', 10);
    strcpy(raw + 10, ".");
    memset(raw + 11, 'c', 400); /* too long for an extension: it is all name */
    raw[411] = '\0';
    label_clean(raw, out);
    assert_int_equal(strlen(out), 255);

    memset(raw, 'd', 254);
    strcpy(raw + 254, " tail"); /* the cut bares the space */
    label_clean(raw, out);
    assert_int_equal(strlen(out), 254);

    strcpy(raw, "con.");
    memset(raw + 4, 'e', 251);
    raw[255] = '\0';
    label_clean(raw, out); /* '_' in front makes it 256 */
    assert_int_equal(strlen(out), 255);
    assert_int_equal(out[0], '_');

    strcpy(raw, "z");
    for (int i = 0; i < 400; i++)
        strcat(raw, "\xCC\xA7"); /* one cluster of 801 bytes: then between characters */
    label_clean(raw, out);
    assert_true(strlen(out) <= 255 && strlen(out) >= 253);
    assert_true(utf8_valid(out, strlen(out)));
}

static void numbered_labels(void **state)
{
    char out[LABEL_SIZE], longest[LABEL_SIZE];
    (void)state;
    label_number("photo.jpg", 3, out);
    assert_string_equal(out, "photo (3).jpg");
    label_number("photo.jpg", 0, out);
    assert_string_equal(out, "photo.jpg");
    label_number("photo", 12, out);
    assert_string_equal(out, "photo (12)");
    label_number("v1. some words", 1, out);
    assert_string_equal(out, "v1. some words (1)");
    memset(longest, 'a', 251);
    strcpy(longest + 251, ".jpg");
    label_number(longest, 4294967295u, out);
    assert_int_equal(strlen(out), 255);
    assert_string_equal(out + 255 - 17, " (4294967295).jpg");
}

/* Whatever bytes come in, the label is a file name and a fixed point. */
static void any_bytes_make_a_label(void **state)
{
    static const char *const pieces[] = {
        "a",
        ".",
        "/",
        "\\",
        " ",
        "CON",
        "\xCC\x81",
        "e",
        ":",
        "\xFF",
        RLO,
        "\xC2\x85",
        "\xE2\x84",
        "nul",
        "\n",
        "\xF0\x9F\x98\x80",
        "1",
        "\xC2\xB9",
        ".gz",
        "\xE3\x80\x80",
        "com",
        "\xCD\xBE",
        "\xE1\xBF\xAF",
        "lpt",
    };
    unsigned random = 7;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        char raw[2000] = "", out[LABEL_SIZE], again[LABEL_SIZE];
        unsigned count = (random = random * 1103515245u + 12345u) >> 16 & 15;
        if (round % 100 == 0)
            count = 300;
        while (count-- > 0) {
            random = random * 1103515245u + 12345u;
            strcat(raw, pieces[(random >> 16) % (sizeof pieces / sizeof pieces[0])]);
        }
        label_clean(raw, out);
        assert_true(out[0] && out[0] != '.' && strlen(out) < LABEL_SIZE);
        assert_null(strpbrk(out, "<>:\"/\\|?*\n"));
        assert_true(utf8_valid(out, strlen(out)));
        assert_int_not_equal(out[strlen(out) - 1], '.');
        assert_int_not_equal(out[strlen(out) - 1], ' ');
        label_clean(out, again);
        assert_string_equal(again, out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_that_are_fine),
        cmocka_unit_test(names_that_are_not),
        cmocka_unit_test(thirty_two_characters),
        cmocka_unit_test(a_very_long_name_is_only_refused),
        cmocka_unit_test(equal_names),
        cmocka_unit_test(room_names),
        cmocka_unit_test(direct_rooms),
        cmocka_unit_test(what_folds_to_a_direct_room),
        cmocka_unit_test(words),
        cmocka_unit_test(labels),
        cmocka_unit_test(device_names),
        cmocka_unit_test(labels_are_cut_before_the_extension),
        cmocka_unit_test(numbered_labels),
        cmocka_unit_test(any_bytes_make_a_label),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
