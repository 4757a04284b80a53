#include "client/platform/fonts.h"

#include <stdlib.h>

#include "client/platform/fonts_known.h"
#include "protocol/base/str.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"

/* Ours in the bundle first, then what macOS brings. */
static const struct known_font table[] = {
    {"Inter-Regular.otf", 0, false, 400, FONT_UI, false, 0, 0},
    {"Inter-Medium.otf", 0, false, 500, FONT_UI, false, 0, 0},
    {"Inter-SemiBold.otf", 0, false, 600, FONT_UI, false, 0, 0},
    {"Inter-Bold.otf", 0, false, 700, FONT_UI, false, 0, 0},
    {"HelveticaNeue.ttc", 0, false, 400, FONT_UI, false, 0, 0},
    {"HelveticaNeue.ttc", 10, false, 500, FONT_UI, false, 0, 0},
    {"HelveticaNeue.ttc", 1, false, 600, FONT_UI, false, 0, 0},
    {"HelveticaNeue.ttc", 1, false, 700, FONT_UI, false, 0, 0},
    {"Inter-Italic.otf", 0, false, 400, FONT_UI_ITALIC, false, 0, 0},
    {"Inter-MediumItalic.otf", 0, false, 500, FONT_UI_ITALIC, false, 0, 0},
    {"Inter-SemiBoldItalic.otf", 0, false, 600, FONT_UI_ITALIC, false, 0, 0},
    {"Inter-BoldItalic.otf", 0, false, 700, FONT_UI_ITALIC, false, 0, 0},
    {"HelveticaNeue.ttc", 2, false, 400, FONT_UI_ITALIC, false, 0, 0},
    {"HelveticaNeue.ttc", 2, false, 500, FONT_UI_ITALIC, false, 0, 0},
    {"HelveticaNeue.ttc", 3, false, 600, FONT_UI_ITALIC, false, 0, 0},
    {"HelveticaNeue.ttc", 3, false, 700, FONT_UI_ITALIC, false, 0, 0},
    {"JetBrainsMono-Regular.ttf", 0, false, 0, FONT_MONO, false, 0, 0},
    {"Menlo.ttc", 0, false, 0, FONT_MONO, false, 0, 0},
    {"NotoColorEmoji.ttf", 0, true, 0, FONT_EMOJI, false, 0, 0},
    {"Apple Color Emoji.ttc", 0, true, 0, FONT_EMOJI, false, 0, 0},
    {"ArialHB.ttc", 0, false, 0, FONT_UI, true, 0x0590, 0x05ff},  /* Hebrew */
    {"GeezaPro.ttc", 0, false, 0, FONT_UI, true, 0x0600, 0x06ff}, /* Arabic */
    {"Kohinoor.ttc", 0, false, 0, FONT_UI, true, 0x0900, 0x097f},
    {"KohinoorBangla.ttc", 0, false, 0, FONT_UI, true, 0x0980, 0x09ff},
    {"Thonburi.ttc", 0, false, 0, FONT_UI, true, 0x0e00, 0x0e7f},
    {"AppleSDGothicNeo.ttc", 0, false, 0, FONT_UI, true, 0x1100, 0x11ff}, /* Korean */
    {"AppleSDGothicNeo.ttc", 0, false, 0, FONT_UI, true, 0xac00, 0xd7ff},
    {"Hiragino Sans GB.ttc", 0, false, 0, FONT_UI, true, 0x2e80, 0x9fff}, /* Chinese, Japanese */
    {"GeezaPro.ttc", 0, false, 0, FONT_UI, true, 0xfb50, 0xfeff},
    {"Apple Symbols.ttf", 0, false, 0, FONT_UI, true, 0x2000, 0x2e7f},
    {"Arial Unicode.ttf", 0, false, 0, FONT_UI, true, 0, 0x10ffff},
    {0},
};

static char ours[OS_PATH_MAX], home_fonts[OS_PATH_MAX];
static const char *folders[7];

static void start(void)
{
    if (folders[0])
        return;
    const char *home = getenv("HOME");
    dirs_asset(ours, "fonts");
    str_format(home_fonts, sizeof home_fonts, "%s/Library/Fonts", home ? home : "");
    folders[0] = ours;
    folders[1] = home_fonts;
    folders[2] = "/Library/Fonts";
    folders[3] = "/System/Library/Fonts";
    folders[4] = "/System/Library/Fonts/Supplemental";
}

bool fonts_find(enum font_want want, int weight, struct font_file *file)
{
    start();
    return fonts_known_find(table, folders, want, weight, file);
}

bool fonts_find_for(uint32_t rune, int weight, bool avoid_color, struct font_file *file)
{
    (void)weight;
    start();
    return fonts_known_find_for(table, folders, rune, avoid_color, file);
}

void fonts_close(void)
{
    folders[0] = NULL;
}

bool fonts_version(char *out, size_t size)
{
    (void)out;
    (void)size;
    return false;
}
