/* Text to lines: breaking, directions, clusters, carets, hostile input, caches. Drawn into memory, with the fonts that this
 * computer has. */
#include "client/ui/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/base/mem.h"
#include "protocol/base/utf8.h"
#include "protocol/os/clock.h"

#define FAMILY "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7"
#define SHALOM "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D" /* four letters, two bytes each, right to left */

static struct draw *draw;
static struct text *text;
static const struct text_style style = {.size_px = 14.5f};

static int begin(void **state)
{
    (void)state;
    struct err err = {0};
    draw = draw_create_offscreen(400, 200, &err);
    text = draw ? text_create(draw, &err) : NULL;
    if (!text)
        print_error("%s\n", err.text);
    return text ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    text_destroy(text);
    draw_destroy(draw);
    return 0;
}

static const struct text_layout *lay(const char *utf8, int width, int max_lines, unsigned flags)
{
    return text_layout(text, utf8, strlen(utf8), &style, width, max_lines, flags);
}

/* Every layout: lines cover the text in order, carets and hits agree. */
static void check_promises(const char *utf8, size_t size, const struct text_layout *layout,
                           int width)
{
    int count = text_layout_line_count(layout);
    assert_true(count >= 1);
    size_t before = 0;
    for (int i = 0; i < count; i++) {
        struct text_line line = text_layout_line(layout, i);
        assert_true(line.begin >= before && line.end >= line.begin && line.end <= size);
        assert_int_equal(line.y, i * line.h);
        if (i > 0) /* nothing between two lines but a line feed */
            assert_true(line.begin == before || (line.begin == before + 1 && utf8[before] == '\n'));
        before = line.end;
    }
    if (!text_layout_is_cut(layout))
        assert_int_equal(before, size);
    (void)width;
}

static void words_wrap_between_and_not_inside(void **state)
{
    (void)state;
    const char *words = "the quick brown fox jumps over the lazy dog";
    for (int width = 60; width < 400; width += 7) {
        const struct text_layout *l = lay(words, width, 0, TEXT_WRAP);
        check_promises(words, strlen(words), l, width);
        assert_true(text_layout_width(l) <= width);
        for (int i = 1; i < text_layout_line_count(l); i++)
            assert_int_equal(words[text_layout_line(l, i).begin - 1], ' ');
    }
    assert_int_equal(text_layout_line_count(lay(words, 0, 0, TEXT_WRAP)), 1);
}

static void a_word_wider_than_the_line_is_cut_in_the_end(void **state)
{
    (void)state;
    char word[201];
    memset(word, 'm', 200);
    word[200] = '\0';
    const struct text_layout *l = lay(word, 100, 0, TEXT_WRAP);
    check_promises(word, 200, l, 100);
    assert_true(text_layout_line_count(l) > 10);
    assert_true(text_layout_width(l) <= 100);
    /* narrower than one letter: still one a line, and an end */
    assert_int_equal(text_layout_line_count(lay(word, 1, 0, TEXT_WRAP)), 200);
}

static void line_feeds_make_lines(void **state)
{
    (void)state;
    const struct text_layout *l = lay("a\n\nb\n", 100, 0, TEXT_WRAP);
    check_promises("a\n\nb\n", 5, l, 100);
    assert_int_equal(text_layout_line_count(l), 4);
    assert_int_equal(text_layout_line(l, 3).begin, 5);
    assert_int_equal(text_layout_line_count(lay("a\nb", 100, 0, TEXT_ONE_LINE)), 1);
    assert_int_equal(text_layout_line_count(lay("", 100, 0, TEXT_WRAP)), 1);
}

static void too_long_ends_in_an_ellipsis(void **state)
{
    (void)state;
    const char *name = "a file name that is far too long for its row.pdf";
    const struct text_layout *l = lay(name, 120, 1, TEXT_ONE_LINE);
    assert_true(text_layout_is_cut(l));
    assert_true(text_layout_width(l) <= 120 && text_layout_width(l) > 80);
    assert_false(text_layout_is_cut(lay("short.pdf", 120, 1, TEXT_ONE_LINE)));
    l = lay(name, 120, 2, TEXT_WRAP);
    assert_int_equal(text_layout_line_count(l), 2);
    assert_true(text_layout_is_cut(l));
    assert_true(text_layout_width(l) <= 120);
    /* exactly as many lines as allowed: nothing is cut; one paragraph more: it is */
    assert_false(text_layout_is_cut(lay("a\nb", 120, 2, TEXT_WRAP)));
    assert_true(text_layout_is_cut(lay("a\nb\nc", 120, 2, TEXT_WRAP)));
}

static void carets_go_forward_and_hits_come_back(void **state)
{
    (void)state;
    const char *mixed = "fi " FAMILY " e\xCC\x81 \xE6\x97\xA5\xE6\x9C\xAC x";
    size_t size = strlen(mixed);
    const struct text_layout *l = lay(mixed, 0, 0, TEXT_WRAP);
    int before = -1;
    for (size_t at = 0;; at = utf8_next_grapheme(mixed, size, at)) {
        struct rect caret = text_caret(text, l, at);
        assert_true(caret.x > before);
        assert_int_equal(text_hit(text, l, caret.x, caret.y + 1), at);
        before = caret.x;
        if (at == size)
            break;
    }
    assert_int_equal(text_hit(text, l, -50, -50), 0);
    assert_int_equal(text_hit(text, l, 5000, 5000), size);
}

static void right_to_left_carets_go_left(void **state)
{
    (void)state;
    const char *hebrew = SHALOM;
    const struct text_layout *l = lay(hebrew, 0, 0, TEXT_WRAP);
    int before = text_layout_width(l) + 2;
    for (size_t at = 0; at <= 8; at += 2) {
        struct rect caret = text_caret(text, l, at);
        assert_true(caret.x < before);
        before = caret.x;
    }
    assert_int_equal(text_hit(text, l, 0, 0), 8);
    struct rect boxes[4];
    /* the first two letters in logical order are the two on the right */
    assert_int_equal(text_selection(text, l, 0, 4, boxes, 4), 1);
    assert_true(boxes[0].x > text_layout_width(l) / 3);
    assert_in_range(boxes[0].x + boxes[0].w, text_layout_width(l) - 1, text_layout_width(l) + 1);
}

static void mixed_directions_make_several_boxes(void **state)
{
    (void)state;
    const char *mixed = "abc " SHALOM " def";
    const struct text_layout *l = lay(mixed, 0, 0, TEXT_WRAP);
    struct rect boxes[8];
    /* from inside the left-to-right part to inside the right-to-left one: two boxes with a gap */
    assert_int_equal(text_selection(text, l, 1, 8, boxes, 8), 2);
    assert_true(boxes[0].x + boxes[0].w < boxes[1].x);
    assert_int_equal(text_selection(text, l, 0, strlen(mixed), boxes, 8), 1);
    assert_int_equal(boxes[0].w, text_layout_width(l));
    assert_int_equal(text_selection(text, l, 3, 3, boxes, 8), 0);
}

static void hebrew_lines_end_at_the_right(void **state)
{
    (void)state;
    const struct text_layout *l =
        lay(SHALOM " " SHALOM " " SHALOM "\n" SHALOM, 300, 0, TEXT_WRAP | TEXT_RTL_START);
    for (int i = 0; i < 2; i++) {
        struct text_line line = text_layout_line(l, i);
        assert_in_range(line.x + line.w, 299, 301);
    }
    l = lay(SHALOM " " SHALOM "\n" SHALOM, 300, 0, TEXT_WRAP);
    struct text_line last = text_layout_line(l, 1);
    assert_in_range(last.x + last.w, text_layout_width(l) - 1, text_layout_width(l) + 1);
}

static void emoji_are_one_cluster_and_square(void **state)
{
    (void)state;
    /* family, flag, skin tone, key cap: each as wide as one */
    static const char *const emoji[] = {FAMILY, "\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA",
                                        "\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD",
                                        "1\xEF\xB8\x8F\xE2\x83\xA3", "\xE2\x9D\xA4\xEF\xB8\x8F"};
    int one = text_layout_width(lay("\xF0\x9F\x98\x80", 0, 0, TEXT_WRAP));
    assert_in_range(one, 14, 22);
    for (size_t i = 0; i < sizeof emoji / sizeof emoji[0]; i++) {
        const struct text_layout *l = lay(emoji[i], 0, 0, TEXT_WRAP);
        assert_in_range(text_layout_width(l), one - 1, one + 1);
        assert_int_equal(text_hit(text, l, one, 3), strlen(emoji[i]));
    }
}

static void widths_add_up_without_rounding(void **state)
{
    (void)state;
    /* fifty words measured one by one against the same words in one go */
    char words[401] = "", twice[801];
    for (int i = 0; i < 50; i++)
        strcat(words, "illicit ");
    snprintf(twice, sizeof twice, "%s%s", words, words);
    int w = text_layout_width(lay(words, 0, 0, TEXT_WRAP));
    assert_in_range(text_layout_width(lay(twice, 0, 0, TEXT_WRAP)), 2 * w, 2 * w + 8);
}

static void colours_of_a_pixel(const char *utf8, size_t size, int *ink)
{
    const struct text_layout *l = text_layout(text, utf8, size, &style, 380, 0, TEXT_WRAP);
    draw_begin(draw, (struct color){0, 0, 0, 255});
    text_draw(text, l, 10, 10, (struct color){255, 255, 255, 255});
    draw_flush(draw);
    text_end_frame(text);
    int w, h;
    uint8_t *pixels = draw_read_pixels(draw, &w, &h);
    *ink = 0;
    for (int i = 0; i < w * h; i++)
        *ink += pixels[i * 4] > 64;
    mem_free(pixels);
}

static void text_reaches_the_pixels(void **state)
{
    (void)state;
    int ink, none;
    colours_of_a_pixel("Hello", 5, &ink);
    assert_true(ink > 50);
    colours_of_a_pixel("    ", 4, &none);
    assert_int_equal(none, 0);
    colours_of_a_pixel(FAMILY SHALOM, strlen(FAMILY SHALOM), &ink);
    assert_true(ink > 50);
}

/* Each must be laid out, asked about and painted within two seconds (under sanitizers, on a slow machine). */
static void check_hostile(const char *name, const char *bytes, size_t size)
{
    int ink;
    int64_t start = clock_now_ms();
    static const int widths[] = {300, 1, 0};
    for (size_t i = 0; i < 3; i++) {
        const struct text_layout *l =
            text_layout(text, bytes, size, &style, widths[i], 0, TEXT_WRAP);
        size_t covered = size < TEXT_BYTES_MAX ? size : utf8_cut(bytes, TEXT_BYTES_MAX);
        if (size < TEXT_BYTES_MAX)
            check_promises(bytes, covered, l, widths[i]);
        text_caret(text, l, covered / 2);
        text_hit(text, l, 50, text_layout_height(l) / 2);
        struct rect boxes[16];
        text_selection(text, l, covered / 3, covered / 2, boxes, 16);
        text_end_frame(text);
    }
    text_layout(text, bytes, size, &style, 200, 1, TEXT_ONE_LINE);
    text_layout(text, bytes, size, &style, 200, 3, TEXT_WRAP);
    colours_of_a_pixel(bytes, size, &ink);
    int64_t took = clock_now_ms() - start;
    print_message("%s: %lld ms\n", name, (long long)took);
}

static void repeat(const char *name, const char *unit, size_t size)
{
    size_t length = strlen(unit), n = size / length;
    char *bytes = mem_alloc(n * length + 1, 1);
    for (size_t i = 0; i < n; i++)
        memcpy(bytes + i * length, unit, length);
    check_hostile(name, bytes, n * length);
    mem_free(bytes);
}

static void hostile_text_neither_hangs_nor_crashes(void **state)
{
    (void)state;
    repeat("one word of 16 KiB", "w", 16 * 1024);
    repeat("accents on accents", "\xCC\x81", 16 * 1024);
    repeat("zalgo", "a\xCC\x81\xCC\xA3\xCC\x88\xCC\x80\xCC\x82\xCC\x83\xCC\x84\xCC\x85", 16 * 1024);
    repeat("line feeds", "\n", 16 * 1024);
    repeat("spaces", " ", 16 * 1024);
    repeat("tabs", "\t", 16 * 1024);
    repeat("embeddings", "\xE2\x80\xAB", 16 * 1024);
    repeat("overrides and isolates",
           "\xE2\x80\xAE"
           "a\xE2\x81\xA7\xE2\x80\xAD",
           16 * 1024);
    repeat("joiners", "\xE2\x80\x8D", 16 * 1024);
    repeat("an endless family", "\xF0\x9F\x91\xA9\xE2\x80\x8D", 16 * 1024);
    repeat("flags", "\xF0\x9F\x87\xA9", 16 * 1024);
    repeat("the widest ligature", "\xEF\xB7\xBD", 16 * 1024);
    repeat("both directions",
           "a"
           "\xD7\xA9"
           "1",
           16 * 1024);
    repeat("noncharacters", "\xEF\xBF\xBF\xF4\x8F\xBF\xBF", 8 * 1024);
    repeat("private use", "\xEE\x80\x80", 8 * 1024);
    repeat("invalid bytes", "\xFF\xC0\x80\xED\xA0\x80", 16 * 1024);
    repeat("past the limit", "word ", TEXT_BYTES_MAX + 100);
}

static void any_bytes_are_survived(void **state)
{
    (void)state;
    srand(3);
    char bytes[600];
    for (int round = 0; round < 60; round++) {
        size_t size = (size_t)rand() % sizeof bytes;
        for (size_t i = 0; i < size;) {
            if (rand() % 4 == 0) {
                bytes[i++] = (char)rand();
                continue;
            }
            char out[4];
            uint32_t rune = (uint32_t)rand() % (rand() % 2 ? 0x3000 : 0x20000);
            if ((rune >= 0xD800 && rune < 0xE000) || rune == 0)
                rune = 'a';
            size_t n = utf8_encode(rune, out);
            if (i + n > size)
                break;
            memcpy(bytes + i, out, n);
            i += n;
        }
        memset(bytes + size, 0, sizeof bytes - size);
        for (size_t i = 0; i < size; i++)
            bytes[i] = bytes[i] ? bytes[i] : '.';
        const struct text_layout *l =
            text_layout(text, bytes, size, &style, 20 + rand() % 300, rand() % 4, TEXT_WRAP);
        check_promises(bytes, size, l, 0);
        for (int i = 0; i < 20; i++) {
            size_t at = text_hit(text, l, rand() % 300, rand() % 200);
            assert_true(at <= size);
            text_caret(text, l, at);
        }
        int ink;
        colours_of_a_pixel(bytes, size, &ink);
    }
}

static void caches_stay_within_their_caps(void **state)
{
    (void)state;
    char message[64];
    for (int i = 0; i < 1500; i++) { /* about 30 MB of painted runs */
        snprintf(message, sizeof message, "message number %d of very many, each another one", i);
        const struct text_layout *l = lay(message, 380, 0, TEXT_WRAP);
        draw_begin(draw, (struct color){0, 0, 0, 255});
        text_draw(text, l, 0, 0, (struct color){255, 255, 255, 255});
        text_end_frame(text);
    }
    struct text_stats stats = text_stats(text);
    assert_true(stats.bytes < (25u << 20));
    assert_true(stats.fonts < 128);
    /* what is asked for again is the same layout */
    assert_ptr_equal(lay(message, 380, 0, TEXT_WRAP), lay(message, 380, 0, TEXT_WRAP));
    assert_ptr_not_equal(lay(message, 380, 0, TEXT_WRAP), lay(message, 381, 0, TEXT_WRAP));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_wrap_between_and_not_inside),
        cmocka_unit_test(a_word_wider_than_the_line_is_cut_in_the_end),
        cmocka_unit_test(line_feeds_make_lines),
        cmocka_unit_test(too_long_ends_in_an_ellipsis),
        cmocka_unit_test(carets_go_forward_and_hits_come_back),
        cmocka_unit_test(right_to_left_carets_go_left),
        cmocka_unit_test(mixed_directions_make_several_boxes),
        cmocka_unit_test(hebrew_lines_end_at_the_right),
        cmocka_unit_test(emoji_are_one_cluster_and_square),
        cmocka_unit_test(widths_add_up_without_rounding),
        cmocka_unit_test(text_reaches_the_pixels),
        cmocka_unit_test(hostile_text_neither_hangs_nor_crashes),
        cmocka_unit_test(any_bytes_are_survived),
        cmocka_unit_test(caches_stay_within_their_caps),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
