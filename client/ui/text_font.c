#include "client/ui/text_font.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include <SDL_ttf.h>
#include <utf8proc.h>

#include "client/platform/fonts.h"
#include "client/ui/draw_scale.h"
#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/map.h"

#define FACES_MAX 64
#define SIZED_MAX 64     /* fonts open at a size; each holds a file and its glyphs */
#define PICKS_SIZE 2048  /* remembered answers to "which face has this rune"; a power of two */
#define MEASURE_PX 512   /* widths are measured at this size and scaled: no rounding of each word */
#define WIDTHS_SIZE 4096 /* remembered widths of short texts (words); a power of two */
#define WIDTH_TEXT 32    /* bytes of such a text with its NUL */
#define RUN_SIDE_MAX 8192
#define WEIGHTS ((int[WEIGHT_COUNT]){400, 500, 600, 700})

struct face {
    struct font_file file;
    struct map map;    /* of the file: SDL_ttf reads glyphs from it without asking the system */
    TTF_Font *measure; /* at MEASURE_PX; of a fixed strike, at that */
    float measure_px;  /* what the file's metrics are at */
    bool fixed;        /* bitmaps of one size (Noto Color Emoji) */
};

struct sized {
    int face, size8;
    TTF_Font *font;
    uint64_t used;
};

struct pick {
    uint32_t rune; /* 0: empty */
    int face, from, weight;
};

/* A word measured before. Typing lays out the whole text at each key, and all but one word of it is old. */
struct width {
    struct text_run_key key;
    char text[WIDTH_TEXT]; /* "": empty */
    float px;
};

struct text_fonts {
    struct face faces[FACES_MAX];
    int face_count;
    struct sized sized[SIZED_MAX];
    int sized_count;
    int styles[2][WEIGHT_COUNT][2]; /* face + 1; 0: not yet looked for */
    int emoji;                      /* face, -1: none */
    bool emoji_known;
    struct pick picks[PICKS_SIZE];
    struct width widths[WIDTHS_SIZE];
    uint64_t clock;
};

struct text_fonts *text_fonts_create(struct err *err)
{
    if (TTF_Init() != 0) {
        err_set(err, ERR_SYSTEM, "Text cannot be shown: %s", TTF_GetError());
        return NULL;
    }
    struct text_fonts *fonts = mem_alloc(1, sizeof *fonts);
    fonts->emoji = -1;
    if (text_fonts_face(fonts, FAMILY_UI, WEIGHT_REGULAR, false) < 0) {
        err_set(err, ERR_NOT_FOUND,
                "No font was found on this computer: install the font Inter "
                "or Noto Sans");
        text_fonts_destroy(fonts);
        return NULL;
    }
    return fonts;
}

void text_fonts_destroy(struct text_fonts *fonts)
{
    if (!fonts)
        return;
    for (int i = 0; i < fonts->sized_count; i++)
        TTF_CloseFont(fonts->sized[i].font);
    for (int i = 0; i < fonts->face_count; i++) {
        TTF_CloseFont(fonts->faces[i].measure);
        map_close(&fonts->faces[i].map);
    }
    mem_free(fonts);
    TTF_Quit();
    fonts_close();
}

size_t text_fonts_open(const struct text_fonts *fonts)
{
    return (size_t)(fonts->face_count + fonts->sized_count);
}

/* ---- faces ---- */

/* A dpi of 9 makes "points" of eighths of a pixel: size * 9 / 72. SDL_ttf itself only takes whole
 * points. */
static TTF_Font *open_font(const struct face *face, int size8)
{
    SDL_RWops *bytes =
        face->map.size <= INT_MAX ? SDL_RWFromConstMem(face->map.bytes, (int)face->map.size) : NULL;
    TTF_Font *font = bytes ? TTF_OpenFontIndexDPIRW(bytes, 1, size8, face->file.index, 9, 9) : NULL;
    if (!font)
        return NULL;
    /* light: outlines keep their widths, so text measured large fits text drawn small */
    TTF_SetFontHinting(font, TTF_HINTING_LIGHT_SUBPIXEL);
    TTF_SetFontKerning(font, 1);
    return font;
}

static int add_face(struct text_fonts *fonts, const struct font_file *file)
{
    for (int i = 0; i < fonts->face_count; i++)
        if (str_equal(fonts->faces[i].file.path, file->path) &&
            fonts->faces[i].file.index == file->index)
            return i;
    if (fonts->face_count == FACES_MAX)
        return -1;
    struct face *face = &fonts->faces[fonts->face_count];
    struct err err = {0};
    *face = (struct face){.file = *file, .measure_px = MEASURE_PX};
    if (!map_open(&face->map, file->path, &err)) {
        log_warn("The font cannot be used: %s", err.text);
        return -1;
    }
    TTF_Font *font = open_font(face, MEASURE_PX * 8);
    if (!font) {
        log_warn("The font %s cannot be used: %s", file->path, TTF_GetError());
        map_close(&face->map);
        return -1;
    }
    face->measure = font;
    /* FreeType gives the one strike it has, whatever was asked: its height tells. Its size is found
     * from the usual proportion of emoji fonts, whose line is 1.17 of their em. */
    float height = (float)TTF_FontHeight(font);
    if (file->color && height < MEASURE_PX * 0.6f) {
        face->fixed = true;
        face->measure_px = height / 1.172f;
    }
    return fonts->face_count++;
}

int text_fonts_face(struct text_fonts *fonts, enum text_family family, enum text_weight weight,
                    bool italic)
{
    int *known = &fonts->styles[family][weight][italic];
    if (*known == 0) {
        struct font_file file;
        enum font_want want = family == FAMILY_MONO ? FONT_MONO : italic ? FONT_UI_ITALIC : FONT_UI;
        int face = fonts_find(want, WEIGHTS[weight], &file) ? add_face(fonts, &file) : -1;
        if (face < 0 && italic)
            face = text_fonts_face(fonts, family, weight, false);
        else if (face < 0 && weight != WEIGHT_REGULAR)
            face = text_fonts_face(fonts, family, WEIGHT_REGULAR, false);
        else if (face < 0 && family == FAMILY_MONO)
            face = text_fonts_face(fonts, FAMILY_UI, WEIGHT_REGULAR, false);
        *known = face + 1;
    }
    return *known - 1;
}

bool text_fonts_is_color(const struct text_fonts *fonts, int face)
{
    return fonts->faces[face].file.color;
}

static int emoji_face(struct text_fonts *fonts)
{
    if (!fonts->emoji_known) {
        struct font_file file;
        fonts->emoji_known = true;
        fonts->emoji = fonts_find(FONT_EMOJI, 400, &file) ? add_face(fonts, &file) : -1;
    }
    return fonts->emoji;
}

/* Characters that no font needs to have: they steer others or are not drawn. */
static bool needs_glyph(uint32_t rune)
{
    return !(rune < 0x20 || rune == 0x200C || rune == 0x200D || rune == 0x200E || rune == 0x200F ||
             (rune >= 0xFE00 && rune <= 0xFE0F) || (rune >= 0xE0000 && rune <= 0xE0FFF) ||
             (rune >= 0x202A && rune <= 0x202E) || (rune >= 0x2060 && rune <= 0x2069) ||
             rune == 0x061C || rune == 0xFEFF || rune == 0x00AD);
}

static bool has_rune(const struct text_fonts *fonts, int face, uint32_t rune)
{
    return !needs_glyph(rune) || TTF_GlyphIsProvided32(fonts->faces[face].measure, rune);
}

static bool has_all(const struct text_fonts *fonts, int face, const uint32_t *runes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!has_rune(fonts, face, runes[i]))
            return false;
    return true;
}

/* Which face to use for a rune that `face` lacks; asked of the system once. */
static int fallback(struct text_fonts *fonts, int face, enum text_weight weight, uint32_t rune)
{
    struct pick *pick =
        &fonts->picks[(rune * 2654435761u + (uint32_t)face * 40503u) >> 16 & (PICKS_SIZE - 1)];
    if (pick->rune == rune && pick->from == face && pick->weight == (int)weight)
        return pick->face;
    int found = -1;
    struct font_file file;
    if (fonts_find_for(rune, WEIGHTS[weight], true, &file) ||
        fonts_find_for(rune, WEIGHTS[weight], false, &file))
        found = add_face(fonts, &file);
    if (found < 0)
        found = face; /* shows the box that means "no glyph" */
    *pick = (struct pick){rune, found, face, (int)weight};
    return found;
}

/* UTS 51 in short: U+FE0F or a cluster of several emoji asks for colour, U+FE0E for text, pictures
 * of the plane of pictures are in colour, older signs (arrows, check marks) only if the text's own
 * font lacks them. */
static bool wants_color(struct text_fonts *fonts, int face, const uint32_t *runes, size_t count)
{
    const utf8proc_property_t *property = utf8proc_get_property((utf8proc_int32_t)runes[0]);
    bool pictograph = property->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
    bool flag = runes[0] >= 0x1F1E6 && runes[0] <= 0x1F1FF;
    for (size_t i = 1; i < count; i++) {
        if (runes[i] == 0xFE0E)
            return false;
        if (runes[i] == 0xFE0F || runes[i] == 0x20E3 || (pictograph && runes[i] == 0x200D) ||
            (runes[i] >= 0x1F3FB && runes[i] <= 0x1F3FF))
            return true;
    }
    if (flag || (runes[0] >= 0x1F000 && pictograph))
        return true;
    return pictograph && !has_rune(fonts, face, runes[0]);
}

int text_fonts_pick(struct text_fonts *fonts, int face, enum text_weight weight,
                    const uint32_t *runes, size_t count)
{
    if (count == 1 && runes[0] < 0x7F)
        return face;
    if (wants_color(fonts, face, runes, count)) {
        int emoji = emoji_face(fonts);
        if (emoji >= 0 && has_rune(fonts, emoji, runes[0]))
            return emoji;
    }
    if (has_all(fonts, face, runes, count))
        return face;
    for (size_t i = 0; i < count; i++) {
        /* the face for what is missing, if it has the rest too; else at least the base's */
        if (has_rune(fonts, face, runes[i]))
            continue;
        int other = fallback(fonts, face, weight, runes[i]);
        if (has_all(fonts, other, runes, count))
            return other;
    }
    return has_rune(fonts, face, runes[0]) ? face : fallback(fonts, face, weight, runes[0]);
}

/* ---- runs ---- */

static void set_run(TTF_Font *font, const struct text_run_key *key)
{
    char tag[5] = {(char)(key->script >> 24), (char)(key->script >> 16), (char)(key->script >> 8),
                   (char)key->script, 0};
    /* both stay set in the font until set again: a run that says nothing would inherit the last
     * one's */
    TTF_SetFontDirection(font, key->rtl ? TTF_DIRECTION_RTL : TTF_DIRECTION_LTR);
    TTF_SetFontScriptName(font, tag);
}

static float shape_width(const struct text_fonts *fonts, const struct text_run_key *key,
                         const char *utf8)
{
    const struct face *face = &fonts->faces[key->face];
    int w = 0;
    set_run(face->measure, key);
    if (TTF_SizeUTF8(face->measure, utf8, &w, NULL) != 0)
        return 0;
    return (float)w * (float)key->size8 / 8.0f / face->measure_px;
}

static bool same_key(const struct text_run_key *a, const struct text_run_key *b)
{
    return a->face == b->face && a->size8 == b->size8 && a->script == b->script && a->rtl == b->rtl;
}

float text_fonts_width(struct text_fonts *fonts, const struct text_run_key *key, const char *utf8)
{
    size_t size = strlen(utf8);
    if (size == 0)
        return 0;
    if (size >= WIDTH_TEXT)
        return shape_width(fonts, key, utf8);
    uint32_t hash = 2166136261u; /* FNV-1a, 32 bits */
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)utf8[i]) * 16777619u;
    hash ^= (uint32_t)key->face * 2654435761u ^ (uint32_t)key->size8 * 40503u ^ key->script;
    struct width *known = &fonts->widths[(hash ^ hash >> 15) & (WIDTHS_SIZE - 1)];
    if (!same_key(&known->key, key) || strcmp(known->text, utf8) != 0) {
        known->key = *key;
        memcpy(known->text, utf8, size + 1);
        known->px = shape_width(fonts, key, utf8);
    }
    return known->px;
}

void text_fonts_metrics(struct text_fonts *fonts, int face_index, int size8, float *ascent,
                        float *descent)
{
    const struct face *face = &fonts->faces[face_index];
    float scale = (float)size8 / 8.0f / face->measure_px;
    *ascent = (float)TTF_FontAscent(face->measure) * scale;
    *descent = (float)-TTF_FontDescent(face->measure) * scale;
}

static TTF_Font *sized_font(struct text_fonts *fonts, int face, int size8)
{
    struct sized *slot = NULL;
    for (int i = 0; i < fonts->sized_count; i++) {
        struct sized *s = &fonts->sized[i];
        if (s->face == face && s->size8 == size8) {
            s->used = ++fonts->clock;
            return s->font;
        }
        if (!slot || s->used < slot->used)
            slot = s;
    }
    TTF_Font *font = open_font(&fonts->faces[face], size8);
    if (!font)
        return NULL;
    if (fonts->sized_count < SIZED_MAX)
        slot = &fonts->sized[fonts->sized_count++];
    else
        TTF_CloseFont(slot->font);
    *slot = (struct sized){face, size8, font, ++fonts->clock};
    return font;
}

/* SDL_ttf gives ARGB8888 surfaces; ours are RGBA bytes. Rows and columns past RUN_SIDE_MAX are left
 * out. */
static uint8_t *take_pixels(SDL_Surface *surface, int *w, int *h)
{
    *w = surface->w < RUN_SIDE_MAX ? surface->w : RUN_SIDE_MAX;
    *h = surface->h < RUN_SIDE_MAX ? surface->h : RUN_SIDE_MAX;
    if (*w <= 0 || *h <= 0)
        return NULL;
    uint8_t *out = mem_alloc((size_t)*w * (size_t)*h, 4);
    SDL_ConvertPixels(*w, *h, surface->format->format, surface->pixels, surface->pitch,
                      SDL_PIXELFORMAT_RGBA32, out, *w * 4);
    return out;
}

static uint8_t *shrink(uint8_t *pixels, float scale, int *w, int *h)
{
    int to_w = (int)ceilf((float)*w * scale), to_h = (int)ceilf((float)*h * scale);
    to_w = to_w < 1 ? 1 : to_w;
    to_h = to_h < 1 ? 1 : to_h;
    uint8_t *out = mem_alloc((size_t)to_w * (size_t)to_h, 4);
    /* a little past the edges, so that whole target pixels have the exact scale */
    scale_pixels(pixels, *w * 4, 0, 0, (float)to_w / scale, (float)to_h / scale, *w, *h, out, to_w,
                 to_h);
    mem_free(pixels);
    *w = to_w;
    *h = to_h;
    return out;
}

uint8_t *text_fonts_render(struct text_fonts *fonts, const struct text_run_key *key,
                           const char *utf8, int *w, int *h, int *baseline)
{
    const struct face *face = &fonts->faces[key->face];
    TTF_Font *font = face->fixed ? face->measure : sized_font(fonts, key->face, key->size8);
    if (!font)
        return NULL;
    set_run(font, key);
    SDL_Surface *surface = TTF_RenderUTF8_Blended(font, utf8, (SDL_Color){255, 255, 255, 255});
    if (!surface)
        return NULL; /* "Text has zero width": nothing to see */
    int ascent = TTF_FontAscent(font);
    uint8_t *pixels = take_pixels(surface, w, h);
    SDL_FreeSurface(surface);
    if (pixels && face->fixed) {
        float scale = (float)key->size8 / 8.0f / face->measure_px;
        pixels = shrink(pixels, scale, w, h);
        ascent = (int)((float)ascent * scale + 0.5f);
    }
    *baseline = ascent;
    return pixels;
}
