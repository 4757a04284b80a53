#include "client/ui/theme.h"

#include <math.h>
#include <string.h>

#include "protocol/base/utf8.h"

#define RGB(hex)                                                                       \
    {                                                                                  \
        (uint8_t)((hex) >> 16), (uint8_t)((hex) >> 8 & 255), (uint8_t)((hex)&255), 255 \
    }
#define RGBA(hex, alpha)                                                           \
    {                                                                              \
        (uint8_t)((hex) >> 16), (uint8_t)((hex) >> 8 & 255), (uint8_t)((hex)&255), \
            (uint8_t)((alpha)*255.0 + 0.5)                                         \
    }

static const struct color dark_colors[ROLE_COUNT] = {
    [ROLE_BG] = RGB(0x0f1216),
    [ROLE_SURFACE] = RGB(0x161a20),
    [ROLE_RAISED] = RGB(0x1e242c),
    [ROLE_HOVER] = RGB(0x252c36),
    [ROLE_LINE] = RGB(0x262d37),
    [ROLE_TEXT] = RGB(0xe8ecf1),
    [ROLE_TEXT_2] = RGB(0x9aa6b5),
    [ROLE_TEXT_3] = RGB(0x6c7888),
    [ROLE_ACCENT] = RGB(0x3e8bff),
    [ROLE_ACCENT_2] = RGB(0x2f6fd6),
    [ROLE_ON_ACCENT] = RGB(0xffffff),
    [ROLE_OWN] = RGB(0x24508f),
    [ROLE_OWN_TEXT] = RGB(0xf2f7ff),
    [ROLE_OWN_2] = RGB(0xb4cdf2),
    [ROLE_OTHER] = RGB(0x1e242c),
    [ROLE_OK] = RGB(0x37c281),
    [ROLE_WARN] = RGB(0xf0b341),
    [ROLE_ERR] = RGB(0xf2616b),
    [ROLE_SHADOW] = RGBA(0x000000, .45),
    [ROLE_SCRIM] = RGBA(0x080a0d, .72),
    [ROLE_BUBBLE_SHADOW] = RGBA(0x000000, 0),
};

static const struct color light_colors[ROLE_COUNT] = {
    [ROLE_BG] = RGB(0xf5f7fa),
    [ROLE_SURFACE] = RGB(0xffffff),
    [ROLE_RAISED] = RGB(0xffffff),
    [ROLE_HOVER] = RGB(0xeef2f7),
    [ROLE_LINE] = RGB(0xe3e8ef),
    [ROLE_TEXT] = RGB(0x161b22),
    [ROLE_TEXT_2] = RGB(0x5a6675),
    [ROLE_TEXT_3] = RGB(0x8a96a5),
    [ROLE_ACCENT] = RGB(0x1f6feb),
    [ROLE_ACCENT_2] = RGB(0x1a5fcc),
    [ROLE_ON_ACCENT] = RGB(0xffffff),
    [ROLE_OWN] = RGB(0xd8e8ff),
    [ROLE_OWN_TEXT] = RGB(0x10243f),
    [ROLE_OWN_2] = RGB(0x4a6c99),
    [ROLE_OTHER] = RGB(0xffffff),
    [ROLE_OK] = RGB(0x1c9a5e),
    [ROLE_WARN] = RGB(0xb97a00),
    [ROLE_ERR] = RGB(0xd23b47),
    [ROLE_SHADOW] = RGBA(0x19283c, .16),
    [ROLE_SCRIM] = RGBA(0xf0f4f9, .82),
    [ROLE_BUBBLE_SHADOW] = RGBA(0x19283c, .08),
};

/* White on black, and lines that can be seen: each text has 7 : 1. */
static const struct color contrast_colors[ROLE_COUNT] = {
    [ROLE_BG] = RGB(0x000000),
    [ROLE_SURFACE] = RGB(0x000000),
    [ROLE_RAISED] = RGB(0x0d0f12),
    [ROLE_HOVER] = RGB(0x24282e),
    [ROLE_LINE] = RGB(0x9aa4b1),
    [ROLE_TEXT] = RGB(0xffffff),
    [ROLE_TEXT_2] = RGB(0xe4e8ee),
    [ROLE_TEXT_3] = RGB(0xc6cdd6),
    [ROLE_ACCENT] = RGB(0x7db6ff),
    [ROLE_ACCENT_2] = RGB(0xa8ceff),
    [ROLE_ON_ACCENT] = RGB(0x000000),
    [ROLE_OWN] = RGB(0x0b2a55),
    [ROLE_OWN_TEXT] = RGB(0xffffff),
    [ROLE_OWN_2] = RGB(0xdbe8fb),
    [ROLE_OTHER] = RGB(0x0d0f12),
    [ROLE_OK] = RGB(0x5fe3a4),
    [ROLE_WARN] = RGB(0xffcf66),
    [ROLE_ERR] = RGB(0xffa3a8),
    [ROLE_SHADOW] = RGBA(0x000000, .60),
    [ROLE_SCRIM] = RGBA(0x000000, .82),
    [ROLE_BUBBLE_SHADOW] = RGBA(0x000000, 0),
    [ROLE_EDGE] = RGB(0x9aa4b1),
};

/* The accents but the mock's own blue: of its hues, as strong as text in them needs to be on every ground. */
static const struct {
    const char *word;
    float hue_deg;
    float dark[2], light[2]; /* saturation, lightness */
} accents[ACCENT_COUNT] = {
    [ACCENT_BLUE] = {"blue", 216, {0, 0}, {0, 0}},
    [ACCENT_VIOLET] = {"violet", 262, {.95f, .74f}, {.60f, .52f}},
    [ACCENT_PINK] = {"pink", 324, {.85f, .68f}, {.70f, .42f}},
    [ACCENT_RED] = {"red", 4, {.90f, .68f}, {.68f, .46f}},
    [ACCENT_ORANGE] = {"orange", 28, {.92f, .60f}, {.95f, .33f}},
    [ACCENT_YELLOW] = {"yellow", 46, {.90f, .56f}, {1.0f, .26f}},
    [ACCENT_GREEN] = {"green", 142, {.55f, .50f}, {.65f, .28f}},
    [ACCENT_TEAL] = {"teal", 172, {.60f, .46f}, {.85f, .24f}},
};
#define ACCENT_PRESSED .14f /* so much black is in accent-2 */

/* Roles that are another role at a part of its strength. */
static const struct {
    enum role role, from;
    float alpha;
} derived[] = {
    {ROLE_SELECTED, ROLE_ACCENT, .18f},    {ROLE_ACCENT_SOFT, ROLE_ACCENT, .22f},
    {ROLE_ACCENT_RING, ROLE_ACCENT, .25f}, {ROLE_QUOTE, ROLE_ACCENT, .12f},
    {ROLE_TRACK, ROLE_TEXT_3, .40f},       {ROLE_WAVE, ROLE_TEXT_3, .75f},
    {ROLE_UNREAD_LINE, ROLE_ERR, .50f},    {ROLE_CODE, ROLE_BG, .70f},
    {ROLE_SELECTION, ROLE_ACCENT, .38f},   {ROLE_SCROLLBAR, ROLE_TEXT_3, .45f},
};

float theme_text_dp(enum text_size size)
{
    static const float sizes[TEXT_SIZE_COUNT] = {
        [TEXT_XS] = 11.0f, [TEXT_SM] = 12.5f, [TEXT_CODE] = 13.0f,
        [TEXT_MD] = 14.5f, [TEXT_LG] = 17.0f, [TEXT_XL] = 26.0f,
    };
    return sizes[size];
}

static const struct color *base_colors(const struct theme *theme)
{
    return theme->contrast ? contrast_colors : theme->dark ? dark_colors : light_colors;
}

/* The same colour in another hue: as bright to the eye, so that what stands on it can be read as well. */
static struct color with_hue(struct color color, float hue_deg)
{
    const float most = fmaxf(color.r, fmaxf(color.g, color.b)) / 255.0f;
    const float least = fminf(color.r, fminf(color.g, color.b)) / 255.0f;
    const float light = (most + least) / 2, reach = 1 - fabsf(2 * light - 1);
    const float saturation = reach > 0 ? (most - least) / reach : 0;
    const float wanted = color_luminance(color);
    float low = 0, high = 1;
    for (int i = 0; i < 16; i++) {
        const float middle = (low + high) / 2;
        if (color_luminance(color_hsl(hue_deg, saturation, middle)) < wanted)
            low = middle;
        else
            high = middle;
    }
    return color_hsl(hue_deg, saturation, high);
}

struct color theme_accent(const struct theme *theme, enum accent accent)
{
    const float *tone = theme->dark ? accents[accent].dark : accents[accent].light;
    if (accent == ACCENT_BLUE)
        return base_colors(theme)[ROLE_ACCENT];
    if (theme->contrast)
        return with_hue(contrast_colors[ROLE_ACCENT], accents[accent].hue_deg);
    return color_hsl(accents[accent].hue_deg, tone[0], tone[1]);
}

/* All that is blue in the mock turns to the hue of the accent. */
static void use_accent(struct theme *theme, enum accent accent)
{
    static const enum role turned[] = {ROLE_OWN, ROLE_OWN_TEXT, ROLE_OWN_2};
    static const struct color ink = RGB(0x0b0f14), black = RGB(0x000000), white = RGB(0xffffff);
    struct color *colors = theme->colors;
    if (accent == ACCENT_BLUE)
        return;
    for (size_t i = 0; i < sizeof turned / sizeof *turned; i++)
        colors[turned[i]] = with_hue(colors[turned[i]], accents[accent].hue_deg);
    colors[ROLE_ACCENT] = theme_accent(theme, accent);
    colors[ROLE_ACCENT_2] =
        color_mix(colors[ROLE_ACCENT], theme->contrast ? white : black, ACCENT_PRESSED);
    colors[ROLE_ON_ACCENT] =
        color_contrast(colors[ROLE_ACCENT], white) > color_contrast(colors[ROLE_ACCENT], ink)
            ? white
            : ink;
}

void theme_init(struct theme *theme, enum theme_mode mode, enum accent accent, bool system_dark)
{
    theme->contrast = mode == THEME_CONTRAST;
    theme->dark = theme->contrast || mode == THEME_DARK || (mode == THEME_SYSTEM && system_dark);
    memcpy(theme->colors, base_colors(theme), sizeof theme->colors);
    use_accent(theme, accent);
    for (size_t i = 0; i < sizeof derived / sizeof derived[0]; i++)
        theme->colors[derived[i].role] =
            color_alpha(theme->colors[derived[i].from], derived[i].alpha);
    if (theme->contrast) /* no half tones where something is to be seen */
        theme->colors[ROLE_ACCENT_RING] = theme->colors[ROLE_UNREAD_LINE] =
            theme->colors[ROLE_SCROLLBAR] = theme->colors[ROLE_ACCENT];
    theme->colors[ROLE_OWN_SOFT] = (struct color)RGBA(0xffffff, .14);
    theme->colors[ROLE_OWN_QUOTE] = (struct color)RGBA(0xffffff, .10);
    theme->colors[ROLE_OVER_MEDIA] = (struct color)RGBA(0x000000, .55);
    theme->colors[ROLE_ON_MEDIA] = (struct color)RGB(0xffffff);
    theme->colors[ROLE_VIEWER] = (struct color)RGBA(0x06080b, .94);
    if (theme->contrast)
        theme->colors[ROLE_OVER_MEDIA] = (struct color)RGBA(0x000000, .85);
}

const char *theme_accent_word(enum accent accent)
{
    return accents[accent].word;
}

enum accent theme_accent_of(const char *word)
{
    for (int i = 0; word && i < ACCENT_COUNT; i++)
        if (strcmp(word, accents[i].word) == 0)
            return (enum accent)i;
    return ACCENT_BLUE;
}

struct color theme_color(const struct theme *theme, enum role role)
{
    return theme->colors[role];
}

int theme_hue(const char *name)
{
    static const int hues[8] = {4, 28, 46, 142, 172, 208, 262, 324};
    size_t size = strlen(name), at = 0;
    uint32_t sum = 0;
    for (uint32_t place = 3; at < size; place++) {
        uint32_t rune;
        at += utf8_decode(name + at, size - at, &rune);
        sum += rune * place;
    }
    return hues[sum % 8];
}

/* Saturation and lightness are the mock's own (its pictures), not the comment in the token file. */
struct color theme_avatar(const char *name)
{
    return color_hsl((float)theme_hue(name), .52f, .48f);
}

struct color theme_on_avatar(const struct theme *theme, const char *name)
{
    static const struct color white = RGB(0xffffff), black = RGB(0x000000);
    const struct color disc = theme_avatar(name);
    return theme->contrast && color_contrast(disc, black) > color_contrast(disc, white) ? black
                                                                                        : white;
}

struct color theme_name(const struct theme *theme, const char *name)
{
    float hue = (float)theme_hue(name);
    if (theme->contrast)
        return with_hue(contrast_colors[ROLE_ACCENT], hue);
    return theme->dark ? color_hsl(hue, .66f, .66f) : color_hsl(hue, .62f, .38f);
}

struct color color_alpha(struct color color, float factor)
{
    float a = (float)color.a * factor;
    color.a = (uint8_t)(a <= 0 ? 0 : a >= 255 ? 255 : a + 0.5f);
    return color;
}

static uint8_t mix_byte(uint8_t a, uint8_t b, float b_part)
{
    return (uint8_t)((float)a + ((float)b - (float)a) * b_part + 0.5f);
}

struct color color_mix(struct color a, struct color b, float b_part)
{
    b_part = b_part < 0 ? 0 : b_part > 1 ? 1 : b_part;
    return (struct color){mix_byte(a.r, b.r, b_part), mix_byte(a.g, b.g, b_part),
                          mix_byte(a.b, b.b, b_part), 255};
}

/* CSS Color 4, section 7.1: f(n) = l - s min(l, 1-l) max(-1, min(k-3, 9-k, 1)), k = (n + h/30)
 * mod 12. */
static uint8_t hsl_channel(float n, float hue_deg, float saturation, float lightness)
{
    float k = fmodf(n + hue_deg / 30.0f, 12.0f);
    float a = saturation * fminf(lightness, 1.0f - lightness);
    float value = lightness - a * fmaxf(-1.0f, fminf(fminf(k - 3.0f, 9.0f - k), 1.0f));
    return (uint8_t)(value * 255.0f + 0.5f);
}

struct color color_hsl(float hue_deg, float saturation, float lightness)
{
    return (struct color){hsl_channel(0, hue_deg, saturation, lightness),
                          hsl_channel(8, hue_deg, saturation, lightness),
                          hsl_channel(4, hue_deg, saturation, lightness), 255};
}

static float linear(uint8_t byte)
{
    const float c = (float)byte / 255.0f;
    return c <= .04045f ? c / 12.92f : powf((c + .055f) / 1.055f, 2.4f);
}

float color_luminance(struct color color)
{
    return .2126f * linear(color.r) + .7152f * linear(color.g) + .0722f * linear(color.b);
}

float color_contrast(struct color a, struct color b)
{
    const float x = color_luminance(a), y = color_luminance(b);
    return (fmaxf(x, y) + .05f) / (fminf(x, y) + .05f);
}
