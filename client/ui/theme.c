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

void theme_init(struct theme *theme, enum theme_mode mode, bool system_dark)
{
    theme->dark = mode == THEME_DARK || (mode == THEME_SYSTEM && system_dark);
    memcpy(theme->colors, theme->dark ? dark_colors : light_colors, sizeof theme->colors);
    for (size_t i = 0; i < sizeof derived / sizeof derived[0]; i++)
        theme->colors[derived[i].role] =
            color_alpha(theme->colors[derived[i].from], derived[i].alpha);
    theme->colors[ROLE_OWN_SOFT] = (struct color)RGBA(0xffffff, .14);
    theme->colors[ROLE_OVER_MEDIA] = (struct color)RGBA(0x000000, .55);
    theme->colors[ROLE_ON_MEDIA] = (struct color)RGB(0xffffff);
    theme->colors[ROLE_VIEWER] = (struct color)RGBA(0x06080b, .94);
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

struct color theme_name(const struct theme *theme, const char *name)
{
    float hue = (float)theme_hue(name);
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
