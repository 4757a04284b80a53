#include "client/platform/fonts.h"

#include <windows.h>
#include <shlobj.h>

#include "client/platform/fonts_known.h"
#include "protocol/base/str.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"

/* Ours beside the program first, then what every Windows since 8.1 has. */
static const struct known_font table[] = {
    {"Inter-Regular.otf", 0, false, 400, FONT_UI, false, 0, 0},
    {"Inter-Medium.otf", 0, false, 500, FONT_UI, false, 0, 0},
    {"Inter-SemiBold.otf", 0, false, 600, FONT_UI, false, 0, 0},
    {"Inter-Bold.otf", 0, false, 700, FONT_UI, false, 0, 0},
    {"segoeui.ttf", 0, false, 400, FONT_UI, false, 0, 0},
    {"segoeui.ttf", 0, false, 500, FONT_UI, false, 0, 0},
    {"seguisb.ttf", 0, false, 600, FONT_UI, false, 0, 0},
    {"segoeuib.ttf", 0, false, 700, FONT_UI, false, 0, 0},
    {"Inter-Italic.otf", 0, false, 400, FONT_UI_ITALIC, false, 0, 0},
    {"Inter-MediumItalic.otf", 0, false, 500, FONT_UI_ITALIC, false, 0, 0},
    {"Inter-SemiBoldItalic.otf", 0, false, 600, FONT_UI_ITALIC, false, 0, 0},
    {"Inter-BoldItalic.otf", 0, false, 700, FONT_UI_ITALIC, false, 0, 0},
    {"segoeuii.ttf", 0, false, 400, FONT_UI_ITALIC, false, 0, 0},
    {"segoeuii.ttf", 0, false, 500, FONT_UI_ITALIC, false, 0, 0},
    {"seguisbi.ttf", 0, false, 600, FONT_UI_ITALIC, false, 0, 0},
    {"segoeuiz.ttf", 0, false, 700, FONT_UI_ITALIC, false, 0, 0},
    {"JetBrainsMono-Regular.ttf", 0, false, 0, FONT_MONO, false, 0, 0},
    {"consola.ttf", 0, false, 0, FONT_MONO, false, 0, 0},
    {"NotoColorEmoji.ttf", 0, true, 0, FONT_EMOJI, false, 0, 0},
    {"seguiemj.ttf", 0, true, 0, FONT_EMOJI, false, 0, 0},
    {"segoeui.ttf", 0, false, 0, FONT_UI, true, 0x0370, 0x06ff}, /* Greek to Arabic */
    {"ebrima.ttf", 0, false, 0, FONT_UI, true, 0x07c0, 0x07ff},
    {"Nirmala.ttf", 0, false, 0, FONT_UI, true, 0x0900, 0x0dff}, /* India */
    {"NirmalaUI.ttf", 0, false, 0, FONT_UI, true, 0x0900, 0x0dff},
    {"LeelawUI.ttf", 0, false, 0, FONT_UI, true, 0x0e00, 0x0eff}, /* Thai, Lao */
    {"himalaya.ttf", 0, false, 0, FONT_UI, true, 0x0f00, 0x0fff},
    {"mmrtext.ttf", 0, false, 0, FONT_UI, true, 0x1000, 0x109f},
    {"sylfaen.ttf", 0, false, 0, FONT_UI, true, 0x10a0, 0x10ff},
    {"malgun.ttf", 0, false, 0, FONT_UI, true, 0x1100, 0x11ff}, /* Korean */
    {"malgun.ttf", 0, false, 0, FONT_UI, true, 0xac00, 0xd7ff},
    {"ebrima.ttf", 0, false, 0, FONT_UI, true, 0x1200, 0x139f},   /* Ethiopic */
    {"LeelawUI.ttf", 0, false, 0, FONT_UI, true, 0x1780, 0x17ff}, /* Khmer */
    {"seguisym.ttf", 0, false, 0, FONT_UI, true, 0x2000, 0x2e7f},
    {"msyh.ttc", 0, false, 0, FONT_UI, true, 0x2e80, 0x9fff}, /* Chinese */
    {"YuGothR.ttc", 0, false, 0, FONT_UI, true, 0x3000, 0x9fff},
    {"msgothic.ttc", 0, false, 0, FONT_UI, true, 0x3000, 0x9fff},
    {"segoeui.ttf", 0, false, 0, FONT_UI, true, 0xfb00, 0xfeff},
    {"seguisym.ttf", 0, false, 0, FONT_UI, true, 0x10000, 0x1ffff},
    {"simsunb.ttf", 0, false, 0, FONT_UI, true, 0x20000, 0x2ffff},
    {"arial.ttf", 0, false, 0, FONT_UI, true, 0, 0x10ffff},
    {0},
};

static char ours[OS_PATH_MAX], system_fonts[OS_PATH_MAX], own_fonts[OS_PATH_MAX];
static const char *folders[4];

static void folder(int csidl, const char *below, char *out)
{
    wchar_t wide[MAX_PATH];
    out[0] = '\0';
    if (SHGetFolderPathW(NULL, csidl, NULL, SHGFP_TYPE_CURRENT, wide) != S_OK)
        return;
    char base[MAX_PATH * 4];
    if (WideCharToMultiByte(CP_UTF8, 0, wide, -1, base, sizeof base, NULL, NULL) > 0)
        str_format(out, OS_PATH_MAX, "%s%s", base, below);
}

static void start(void)
{
    if (folders[0])
        return;
    dirs_asset(ours, "fonts");
    folder(CSIDL_FONTS, "", system_fonts);
    folder(CSIDL_LOCAL_APPDATA, "/Microsoft/Windows/Fonts", own_fonts);
    folders[0] = ours;
    folders[1] = system_fonts;
    folders[2] = own_fonts;
}

bool fonts_find(enum font_want want, int weight, struct font_file *file)
{
    start();
    return fonts_known_find(table, folders, want, weight, file);
}

bool fonts_find_for(uint32_t rune, int weight, bool avoid_color, struct font_file *file)
{
    (void)weight; /* one weight of each is there */
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
