#include "client/media/helper/av/fonts.h"

#include <stdbool.h>
#include <string.h>

#include "client/media/helper/av/decoders_av.h"
#include "client/media/helper/library.h"
#include "protocol/base/str.h"

#define FC_MATCH_PATTERN 0 /* FcMatchPattern */
#define FC_FOUND 0         /* FcResultMatch */
#define FAMILY_SIZE 128
#define PAGE_SIZE 4096

/* As many as cairo keeps open at least; the first one is what stands in for all others. */
static const char *const wanted[] = {
    "sans-serif",         "sans-serif:bold",       "serif", "serif:bold", "monospace",
    "sans-serif:lang=ar", "sans-serif:lang=zh-cn",
};
#define WANTED_COUNT (sizeof wanted / sizeof *wanted)
enum { SANS = 0, SERIF = 2, MONO = 4 };

/* The few functions that are needed, by their names in fontconfig.h; librsvg has loaded the library already. */
static struct fc {
    void *(*FcInitLoadConfigAndFonts)(void);
    void *(*FcNameParse)(const char *name);
    int (*FcConfigSubstitute)(void *config, void *pattern, int kind);
    void (*FcDefaultSubstitute)(void *pattern);
    void *(*FcFontMatch)(void *config, void *pattern, int *result);
    int (*FcPatternGetString)(void *pattern, const char *object, int n, char **out);
    void (*FcPatternDestroy)(void *pattern);
    void *(*FcConfigCreate)(void);
    void (*FcConfigDestroy)(void *config);
    int (*FcConfigAppFontAddFile)(void *config, const char *path);
    int (*FcConfigParseAndLoadFromMemory)(void *config, const char *text, int complain);
    int (*FcConfigSetCurrent)(void *config);
} fc;

static bool find_functions(void)
{
    static const char *const names[] = {"libfontconfig.so.1", "libfontconfig.1.dylib",
                                        "libfontconfig-1.dll", NULL};
    const struct {
        const char *name;
        void *function;
    } needed[] = {
#define NEEDED(name) {#name, &fc.name}
        NEEDED(FcInitLoadConfigAndFonts),
        NEEDED(FcNameParse),
        NEEDED(FcConfigSubstitute),
        NEEDED(FcDefaultSubstitute),
        NEEDED(FcFontMatch),
        NEEDED(FcPatternGetString),
        NEEDED(FcPatternDestroy),
        NEEDED(FcConfigCreate),
        NEEDED(FcConfigDestroy),
        NEEDED(FcConfigAppFontAddFile),
        NEEDED(FcConfigParseAndLoadFromMemory),
        NEEDED(FcConfigSetCurrent),
#undef NEEDED
    };
    void *library = library_open(names);
    bool found = library != NULL;
    for (size_t i = 0; found && i < sizeof needed / sizeof *needed; i++)
        found = library_find(library, needed[i].name, needed[i].function);
    return found;
}

/* Add the font that this computer takes for `name`; its family goes to `family`, "" if there is none. */
static void choose(void *all, void *few, const char *name, char family[FAMILY_SIZE])
{
    int result;
    char *path = NULL, *called = NULL;
    void *pattern = fc.FcNameParse(name);
    family[0] = '\0';
    fc.FcConfigSubstitute(all, pattern, FC_MATCH_PATTERN);
    fc.FcDefaultSubstitute(pattern);
    void *font = fc.FcFontMatch(all, pattern, &result);
    if (font && fc.FcPatternGetString(font, "file", 0, &path) == FC_FOUND &&
        fc.FcPatternGetString(font, "family", 0, &called) == FC_FOUND &&
        strlen(called) < FAMILY_SIZE && !strpbrk(called, "<>&'\"") &&
        fc.FcConfigAppFontAddFile(few, path))
        str_copy(family, FAMILY_SIZE, called);
    if (font)
        fc.FcPatternDestroy(font);
    fc.FcPatternDestroy(pattern);
}

static void add_alias(char *text, size_t size, const char *from, const char *to)
{
    const size_t at = strlen(text);
    if (to[0])
        str_format(text + at, size - at,
                   "<alias binding='same'><family>%s</family><prefer><family>%s</family></prefer>"
                   "</alias>",
                   from, to);
}

static void name_generics(void *few, char families[WANTED_COUNT][FAMILY_SIZE])
{
    char text[PAGE_SIZE] = "<fontconfig>";
    add_alias(text, sizeof text, "sans-serif", families[SANS]);
    add_alias(text, sizeof text, "serif", families[SERIF]);
    add_alias(text, sizeof text, "Times New Roman", families[SERIF]); /* librsvg's own choice */
    add_alias(text, sizeof text, "Times", families[SERIF]);
    add_alias(text, sizeof text, "Georgia", families[SERIF]);
    add_alias(text, sizeof text, "monospace", families[MONO]);
    add_alias(text, sizeof text, "Courier New", families[MONO]);
    add_alias(text, sizeof text, "Courier", families[MONO]);
    add_alias(text, sizeof text, "Consolas", families[MONO]);
    const size_t at = strlen(text);
    str_format(text + at, sizeof text - at,
               "<match><edit name='family' mode='append_last'><string>%s</string></edit></match>"
               "</fontconfig>",
               families[SANS]);
    fc.FcConfigParseAndLoadFromMemory(few, text, 0);
}

/* A letter in each: then their files are open, and stay so. */
static void draw_letters(char families[WANTED_COUNT][FAMILY_SIZE])
{
    char page[PAGE_SIZE] = "<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'>";
    for (size_t i = 0; i < WANTED_COUNT; i++) {
        const size_t at = strlen(page);
        str_format(page + at, sizeof page - at, "<text font-family='%s' font-weight='%s'>A</text>",
                   families[i], strstr(wanted[i], ":bold") ? "bold" : "normal");
    }
    const size_t at = strlen(page);
    str_format(page + at, sizeof page - at, "</svg>");
    svg_draw_once(page);
}

void fonts_open(void)
{
    char families[WANTED_COUNT][FAMILY_SIZE];
    void *all = find_functions() ? fc.FcInitLoadConfigAndFonts() : NULL;
    void *few = all ? fc.FcConfigCreate() : NULL;
    if (!few)
        return;
    for (size_t i = 0; i < WANTED_COUNT; i++)
        choose(all, few, wanted[i], families[i]);
    name_generics(few, families);
    fc.FcConfigSetCurrent(few);
    draw_letters(families);
    fc.FcConfigDestroy(all);
}
