/* fonts.h - which font file to use. Linux: fontconfig; Windows and macOS: the files that come with
 * the system. UI thread. */
#ifndef CONFAB_PLATFORM_FONTS_H
#define CONFAB_PLATFORM_FONTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FONTS_PATH_MAX 512

struct font_file {
    char path[FONTS_PATH_MAX];
    int index;  /* face in a collection */
    bool color; /* has colour glyphs (emoji) */
};

enum font_want { FONT_UI, FONT_UI_ITALIC, FONT_MONO, FONT_EMOJI };

/* The best file for a wish: Inter (upright or italic), then Noto Sans, then whatever sans; JetBrains Mono, then DejaVu
 * Sans Mono; Noto Color Emoji. weight: 400, 500, 600, 700. False if the system has nothing at all.
 */
bool fonts_find(enum font_want want, int weight, struct font_file *file);
/* A font that has `rune`; `avoid_color` wants an outline font. False if no font on the system has
 * it. */
bool fonts_find_for(uint32_t rune, int weight, bool avoid_color, struct font_file *file);
void fonts_close(void);
/* Of the library that finds them; false where there is none. */
bool fonts_version(char *out, size_t size);

#endif
