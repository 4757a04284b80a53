/* fonts_known.h - finding fonts where no font server answers: known files in known folders
 * (Windows, macOS). */
#ifndef CONFAB_PLATFORM_FONTS_KNOWN_H
#define CONFAB_PLATFORM_FONTS_KNOWN_H

#include <stdbool.h>
#include <stdint.h>
#include "client/platform/fonts.h"

/* A font file and what it is good for: the blocks of Unicode it is tried for, in the order of the
 * table. */
struct known_font {
    const char *file;
    int index;
    bool color;
    int weight;          /* 400 ... 700; 0: any */
    enum font_want want; /* for a fallback: FONT_UI */
    bool fallback;       /* only for characters that the first fonts lack */
    uint32_t from, to;   /* of a fallback: characters it is asked for */
};

/* folders: NULL-ended, "" for one that is not there. The first table entry that fits and whose file is in one of them. */
bool fonts_known_find(const struct known_font *table, const char *const *folders,
                      enum font_want want, int weight, struct font_file *file);
bool fonts_known_find_for(const struct known_font *table, const char *const *folders, uint32_t rune,
                          bool avoid_color, struct font_file *file);

#endif
