/* Layouts with spans, words at a place, the tones of text. */
#include "client/ui/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client/ui/text_tone.h"
#include "protocol/base/mem.h"

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

static const struct text_layout *lay(const char *utf8, const struct text_span *spans, size_t count)
{
    return text_layout_spans(text, utf8, strlen(utf8), &style, spans, count, 300, 0, TEXT_WRAP);
}

/* "**bold** x": the stars take no room, and places are bytes of the source. */
static void hidden_bytes_are_no_places(void **state)
{
    (void)state;
    const struct text_span spans[] = {{.begin = 0, .end = 2, .hidden = true},
                                      {.begin = 2, .end = 6, .weight = WEIGHT_SEMIBOLD},
                                      {.begin = 6, .end = 8, .hidden = true}};
    const struct text_layout *l = lay("**bold** x", spans, 3);
    const struct text_span bold = {.begin = 0, .end = 4, .weight = WEIGHT_SEMIBOLD};
    assert_int_equal(text_layout_width(l), text_layout_width(lay("bold x", &bold, 1)));
    assert_int_equal(text_hit(text, l, -5, 5), 2);
    assert_int_equal(text_hit(text, l, 1000, 5), 10);
    for (int x = 0; x < text_layout_width(l); x++) {
        size_t at = text_hit(text, l, x, 5);
        assert_true(at >= 2 && at != 7);
    }
    struct rect boxes[8];
    assert_int_equal(text_selection(text, l, 0, 2, boxes, 8), 0);
    assert_int_equal(text_selection(text, l, 0, 8, boxes, 8), 1);
}

static void all_hidden_is_an_empty_line(void **state)
{
    (void)state;
    const struct text_span span = {.begin = 0, .end = 4, .hidden = true};
    const struct text_layout *l = lay("****", &span, 1);
    assert_int_equal(text_layout_line_count(l), 1);
    assert_int_equal(text_layout_width(l), 0);
}

static void spans_differ(void **state)
{
    (void)state;
    const char *words = "mmmm iiii mmmm";
    const struct text_span bold = {.begin = 0, .end = 14, .weight = WEIGHT_SEMIBOLD};
    const struct text_span mono = {.begin = 0, .end = 14, .family = FAMILY_MONO};
    const struct text_span italic = {.begin = 0, .end = 14, .italic = true};
    const struct text_span small = {.begin = 0, .end = 14, .size_px = 8};
    int plain = text_layout_width(lay(words, NULL, 0));
    assert_true(text_layout_width(lay(words, &bold, 1)) > plain);
    assert_int_not_equal(text_layout_width(lay(words, &mono, 1)), plain);
    assert_true(text_layout_width(lay(words, &small, 1)) < plain);
    assert_ptr_not_equal(lay(words, &italic, 1), lay(words, NULL, 0)); /* one of each is kept */
    assert_ptr_equal(lay(words, &italic, 1), lay(words, &italic, 1));
}

/* A cluster whose second half is in a span: the border cuts it, and nothing is lost or met twice. */
static void a_border_inside_a_cluster(void **state)
{
    (void)state;
    const struct text_span span = {.begin = 1, .end = 3, .weight = WEIGHT_BOLD};
    const struct text_layout *l = lay("e\xCC\x81x", &span, 1);
    assert_int_equal(text_layout_line_count(l), 1);
    assert_int_equal(text_hit(text, l, 1000, 5), 4);
}

static void expect_word(const char *utf8, size_t at, size_t begin_at, size_t end_at)
{
    size_t from, to;
    text_word(utf8, strlen(utf8), at, &from, &to);
    assert_int_equal(from, begin_at);
    assert_int_equal(to, end_at);
}

static void words_at_a_place(void **state)
{
    (void)state;
    expect_word("the quick, fox", 5, 4, 9);
    expect_word("the quick, fox", 9, 9, 10);
    expect_word("the   fox", 4, 3, 6);
    expect_word("the fox", 7, 4, 7);
    expect_word("a\nb", 0, 0, 1);
    expect_word("", 0, 0, 0);
    expect_word("x \xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D y", 4, 2, 10);
    expect_word("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7!", 0, 0, 11);
}

/* Light text is raised, dark text nearly left; what is nothing or all stays so. */
static void tones(void **state)
{
    (void)state;
    int light = text_tone_of((struct color){255, 255, 255, 255}),
        dark = text_tone_of((struct color){0, 0, 0, 255});
    assert_int_equal(light, TEXT_TONES - 1);
    assert_int_equal(dark, 0);
    uint8_t white[12] = {[3] = 0, [7] = 128, [11] = 255},
            black[12] = {[3] = 0, [7] = 128, [11] = 255};
    text_tone_apply(light, white, 3);
    text_tone_apply(dark, black, 3);
    assert_int_equal(white[3], 0);
    assert_int_equal(black[3], 0);
    assert_int_equal(white[11], 255);
    assert_int_equal(black[11], 255);
    assert_in_range(white[7], 140, 165);
    assert_in_range(black[7], 118, 138);
    for (int tone = 0; tone < TEXT_TONES; tone++) { /* more coverage is never shown as less */
        uint8_t before = 0, pixel[4] = {0};
        for (int i = 0; i < 256; i++) {
            pixel[3] = (uint8_t)i;
            text_tone_apply(tone, pixel, 1);
            assert_true(pixel[3] >= before);
            before = pixel[3];
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hidden_bytes_are_no_places),
        cmocka_unit_test(all_hidden_is_an_empty_line),
        cmocka_unit_test(spans_differ),
        cmocka_unit_test(a_border_inside_a_cluster),
        cmocka_unit_test(words_at_a_place),
        cmocka_unit_test(tones),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
