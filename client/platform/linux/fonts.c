#include "client/platform/fonts.h"

#include <string.h>

#include <fontconfig/fontconfig.h>

#include "protocol/base/str.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"

static FcConfig *config;

/* Fontconfig's own list of the system's fonts, and those that came with the program; reads its cache
 * files, which takes a few milliseconds. */
static bool start(void)
{
    char ours[OS_PATH_MAX];
    if (config)
        return true;
    config = FcInitLoadConfigAndFonts();
    if (config && dirs_asset(ours, "fonts"))
        FcConfigAppFontAddDir(config, (const FcChar8 *)ours);
    return config != NULL;
}

void fonts_close(void)
{
    if (!config)
        return;
    FcConfigDestroy(config);
    config = NULL;
    FcFini();
}

static int fc_weight(int weight)
{
    return weight >= 700   ? FC_WEIGHT_BOLD
           : weight >= 600 ? FC_WEIGHT_DEMIBOLD
           : weight >= 500 ? FC_WEIGHT_MEDIUM
                           : FC_WEIGHT_REGULAR;
}

static bool take(FcPattern *font, struct font_file *file)
{
    FcChar8 *path;
    FcBool color = FcFalse, scalable = FcFalse;
    if (FcPatternGetString(font, FC_FILE, 0, &path) != FcResultMatch)
        return false;
    FcPatternGetBool(font, FC_COLOR, 0, &color);
    FcPatternGetBool(font, FC_SCALABLE, 0, &scalable);
    if (!scalable && !color)
        return false; /* bitmap fonts do not scale */
    *file = (struct font_file){.color = color == FcTrue};
    if (FcPatternGetInteger(font, FC_INDEX, 0, &file->index) != FcResultMatch)
        file->index = 0;
    return str_copy(file->path, sizeof file->path, (const char *)path);
}

static bool match(const char *const *families, int weight, int slant, struct font_file *file)
{
    if (!start())
        return false;
    FcPattern *wish = FcPatternCreate();
    for (int i = 0; families[i]; i++)
        FcPatternAddString(wish, FC_FAMILY, (const FcChar8 *)families[i]);
    FcPatternAddInteger(wish, FC_WEIGHT, fc_weight(weight));
    FcPatternAddInteger(wish, FC_SLANT, slant);
    FcPatternAddBool(wish, FC_SCALABLE, FcTrue);
    FcConfigSubstitute(config, wish, FcMatchPattern);
    FcDefaultSubstitute(wish);
    FcResult result;
    FcPattern *font = FcFontMatch(config, wish, &result);
    bool ok = font && take(font, file);
    if (font)
        FcPatternDestroy(font);
    FcPatternDestroy(wish);
    return ok;
}

bool fonts_find(enum font_want want, int weight, struct font_file *file)
{
    static const char *const ui[] = {"Inter", "Noto Sans", "DejaVu Sans", "sans-serif", NULL};
    static const char *const mono[] = {"JetBrains Mono", "DejaVu Sans Mono", "Noto Sans Mono",
                                       "monospace", NULL};
    static const char *const emoji[] = {"Noto Color Emoji", "emoji", NULL};
    switch (want) {
    case FONT_UI:
        return match(ui, weight, FC_SLANT_ROMAN, file);
    case FONT_UI_ITALIC:
        return match(ui, weight, FC_SLANT_ITALIC, file);
    case FONT_MONO:
        return match(mono, weight, FC_SLANT_ROMAN, file);
    case FONT_EMOJI:
        return match(emoji, weight, FC_SLANT_ROMAN, file) && file->color;
    }
    return false;
}

bool fonts_find_for(uint32_t rune, int weight, bool avoid_color, struct font_file *file)
{
    if (!start())
        return false;
    FcCharSet *chars = FcCharSetCreate();
    FcCharSetAddChar(chars, rune);
    FcPattern *wish = FcPatternCreate();
    FcPatternAddString(wish, FC_FAMILY, (const FcChar8 *)"Noto Sans");
    FcPatternAddString(wish, FC_FAMILY, (const FcChar8 *)"sans-serif");
    FcPatternAddCharSet(wish, FC_CHARSET, chars);
    FcPatternAddInteger(wish, FC_WEIGHT, fc_weight(weight));
    FcPatternAddInteger(wish, FC_SLANT, FC_SLANT_ROMAN);
    FcPatternAddBool(wish, FC_SCALABLE, FcTrue);
    if (avoid_color)
        FcPatternAddBool(wish, FC_COLOR, FcFalse);
    FcConfigSubstitute(config, wish, FcMatchPattern);
    FcDefaultSubstitute(wish);
    bool found = false;
    FcResult result;
    /* the best match has the character nearly always; the sorted list costs far more */
    FcPattern *best = FcFontMatch(config, wish, &result);
    FcCharSet *has;
    if (best && FcPatternGetCharSet(best, FC_CHARSET, 0, &has) == FcResultMatch &&
        FcCharSetHasChar(has, rune))
        found = take(best, file) && !(avoid_color && file->color);
    if (best)
        FcPatternDestroy(best);
    FcFontSet *all = found ? NULL : FcFontSort(config, wish, FcFalse, NULL, &result);
    for (int i = 0; all && i < all->nfont && !found; i++) {
        if (FcPatternGetCharSet(all->fonts[i], FC_CHARSET, 0, &has) == FcResultMatch &&
            FcCharSetHasChar(has, rune))
            found = take(all->fonts[i], file) && !(avoid_color && file->color);
    }
    if (all)
        FcFontSetDestroy(all);
    FcPatternDestroy(wish);
    FcCharSetDestroy(chars);
    return found;
}

bool fonts_version(char *out, size_t size)
{
    const int version = FcGetVersion();
    return str_format(out, size, "%d.%d.%d", version / 10000, version / 100 % 100, version % 100);
}
