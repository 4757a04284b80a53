/* Every text can be read on every ground it stands on, in every theme and every accent; what is kept below
 * that because the mock has it so is named here, with its figure. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>

#include "client/ui/theme.h"

#define AA 4.5f
#define AAA 7.0f

static const struct {
    const char *name;
    enum theme_mode mode;
} themes[] = {{"dark", THEME_DARK}, {"light", THEME_LIGHT}, {"contrast", THEME_CONTRAST}};
#define THEME_COUNT (sizeof themes / sizeof *themes)

/* What the eye sees of `ground` when it lies over `below`. */
static struct color over(struct color ground, struct color below)
{
    const float part = (float)ground.a / 255.0f;
    return color_mix(below, ground, part);
}

static float ratio(const struct theme *theme, enum role text, enum role ground)
{
    return color_contrast(theme->colors[text], theme->colors[ground]);
}

static void expect(const struct theme *theme, const char *name, enum accent accent, enum role text,
                   struct color ground, const char *what, float least)
{
    const float is = color_contrast(theme->colors[text], ground);
    if (is < least)
        print_error("%s, %s: %s has %.2f, not %.2f\n", name, theme_accent_word(accent), what,
                    (double)is, (double)least);
    assert_true(is >= least);
}

static void text_can_be_read_on_every_ground(void **state)
{
    (void)state;
    static const enum role grounds[] = {ROLE_BG, ROLE_SURFACE, ROLE_RAISED, ROLE_HOVER, ROLE_OTHER};
    static const enum role glazes[] = {ROLE_SELECTED, ROLE_QUOTE, ROLE_CODE};
    for (size_t t = 0; t < THEME_COUNT; t++)
        for (int a = 0; a < ACCENT_COUNT; a++) {
            struct theme theme;
            const enum accent accent = (enum accent)a;
            theme_init(&theme, themes[t].mode, accent, false);
            const float least = theme.contrast ? AAA : AA;
            for (size_t g = 0; g < sizeof grounds / sizeof *grounds; g++) {
                const struct color ground = theme.colors[grounds[g]];
                expect(&theme, themes[t].name, accent, ROLE_TEXT, ground, "text", AAA);
                expect(&theme, themes[t].name, accent, ROLE_TEXT_2, ground, "text-2", least);
                for (size_t z = 0; z < sizeof glazes / sizeof *glazes; z++) {
                    const struct color glazed = over(theme.colors[glazes[z]], ground);
                    expect(&theme, themes[t].name, accent, ROLE_TEXT, glazed, "text on a glaze",
                           AA);
                }
            }
            expect(&theme, themes[t].name, accent, ROLE_OWN_TEXT, theme.colors[ROLE_OWN], "own",
                   AAA);
        }
}

static void accents_can_be_read_and_written_on(void **state)
{
    (void)state;
    static const enum role grounds[] = {ROLE_BG, ROLE_SURFACE, ROLE_RAISED, ROLE_OTHER};
    for (size_t t = 0; t < THEME_COUNT; t++)
        for (int a = 0; a < ACCENT_COUNT; a++) {
            struct theme theme;
            const enum accent accent = (enum accent)a;
            theme_init(&theme, themes[t].mode, accent, false);
            const bool mocks = accent == ACCENT_BLUE && !theme.contrast;
            const float least = theme.contrast ? AAA : AA;
            const char *name = themes[t].name;
            for (size_t g = 0; g < sizeof grounds / sizeof *grounds; g++)
                expect(&theme, name, accent, ROLE_ACCENT, theme.colors[grounds[g]], "accent",
                       mocks ? 4.3f : least);
            expect(&theme, name, accent, ROLE_ON_ACCENT, theme.colors[ROLE_ACCENT], "on accent",
                   mocks && theme.dark ? 3.3f : least);
            expect(&theme, name, accent, ROLE_ON_ACCENT, theme.colors[ROLE_ACCENT_2], "on accent-2",
                   least);
            expect(&theme, name, accent, ROLE_OWN_2, theme.colors[ROLE_OWN], "own-2",
                   theme.contrast ? AAA
                   : theme.dark   ? AA
                                  : 4.2f);
        }
}

/* The mock's own figures, kept: its third text is for what nobody has to read. */
static void the_mocks_third_text_is_what_it_was(void **state)
{
    (void)state;
    struct theme theme;
    theme_init(&theme, THEME_DARK, ACCENT_BLUE, false);
    assert_in_range((int)(100 * ratio(&theme, ROLE_TEXT_3, ROLE_BG)), 415, 420);
    assert_in_range((int)(100 * ratio(&theme, ROLE_TEXT_3, ROLE_RAISED)), 345, 350);
    theme_init(&theme, THEME_LIGHT, ACCENT_BLUE, false);
    assert_in_range((int)(100 * ratio(&theme, ROLE_TEXT_3, ROLE_SURFACE)), 298, 303);
    assert_in_range((int)(100 * ratio(&theme, ROLE_TEXT_3, ROLE_BG)), 278, 282);
    theme_init(&theme, THEME_CONTRAST, ACCENT_BLUE, false);
    assert_true(ratio(&theme, ROLE_TEXT_3, ROLE_HOVER) >= AAA);
}

static void high_contrast_has_lines_that_can_be_seen(void **state)
{
    (void)state;
    struct theme theme;
    theme_init(&theme, THEME_CONTRAST, ACCENT_RED, false);
    assert_true(theme.dark && theme.contrast);
    assert_true(ratio(&theme, ROLE_LINE, ROLE_BG) >= 3);
    assert_true(ratio(&theme, ROLE_LINE, ROLE_RAISED) >= 3);
    assert_int_equal(theme.colors[ROLE_EDGE].a, 255);
    assert_int_equal(theme.colors[ROLE_ACCENT_RING].a, 255);
    static const enum role told[] = {ROLE_OK, ROLE_WARN, ROLE_ERR, ROLE_OWN_TEXT, ROLE_OWN_2};
    for (size_t i = 0; i < 3; i++)
        assert_true(ratio(&theme, told[i], ROLE_HOVER) >= AAA);
    static const char *const names[] = {"Sanjay",    "Sravya", "Likitha", "Sehouriey",
                                        "Sreehitha", "a",      "b"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_true(color_contrast(theme_name(&theme, names[i]), theme.colors[ROLE_OTHER]) >= AAA);
        assert_true(color_contrast(theme_on_avatar(&theme, names[i]), theme_avatar(names[i])) >=
                    AA);
    }
}

static void words_of_accents_go_there_and_back(void **state)
{
    (void)state;
    for (int a = 0; a < ACCENT_COUNT; a++)
        assert_int_equal(theme_accent_of(theme_accent_word((enum accent)a)), a);
    assert_int_equal(theme_accent_of(NULL), ACCENT_BLUE);
    assert_int_equal(theme_accent_of("mauve"), ACCENT_BLUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_can_be_read_on_every_ground),
        cmocka_unit_test(accents_can_be_read_and_written_on),
        cmocka_unit_test(the_mocks_third_text_is_what_it_was),
        cmocka_unit_test(high_contrast_has_lines_that_can_be_seen),
        cmocka_unit_test(words_of_accents_go_there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
