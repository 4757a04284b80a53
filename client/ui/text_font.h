/* text_font.h - font files to measured and rendered runs: all of SDL_ttf is in text_font.c. UI
 * thread; for text.c and text_layout.c.
 *
 * A face is a font file (a number; faces stay until the end); a size is eighths of a px (116
 * is 14.5 px). A run is text of one face, script and direction; it is shaped by HarfBuzz inside
 * SDL_ttf. */
#ifndef CONFAB_UI_TEXT_FONT_H
#define CONFAB_UI_TEXT_FONT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "client/ui/text.h"

struct text_fonts;

struct text_fonts *text_fonts_create(struct err *err);
void text_fonts_destroy(struct text_fonts *fonts);
size_t text_fonts_open(const struct text_fonts *fonts); /* SDL_ttf fonts open now */

/* The face of a style's family and weight. */
int text_fonts_face(struct text_fonts *fonts, enum text_family family, enum text_weight weight,
                    bool italic);
/* The face for one cluster of `count` runes in text whose own face is `face`: itself if it has all
 * of them, the emoji font for emoji, else a fallback. */
int text_fonts_pick(struct text_fonts *fonts, int face, enum text_weight weight,
                    const uint32_t *runes, size_t count);
bool text_fonts_is_color(const struct text_fonts *fonts, int face);

struct text_run_key {
    int face, size8;
    uint32_t script; /* ISO 15924 tag, four letters, as HarfBuzz packs it */
    bool rtl;
};
/* Advance width of NUL-terminated UTF-8, px. */
float text_fonts_width(struct text_fonts *fonts, const struct text_run_key *key, const char *utf8);
/* Distances from the baseline, px, both positive. */
void text_fonts_metrics(struct text_fonts *fonts, int face, int size8, float *ascent,
                        float *descent);
/* The run as RGBA8: white with coverage as alpha, or in colour; baseline: rows from the top down to
 * it. NULL if there is nothing to see. */
uint8_t *text_fonts_render(struct text_fonts *fonts, const struct text_run_key *key,
                           const char *utf8, int *w, int *h, int *baseline);

#endif
