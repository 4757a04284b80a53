#include "client/platform/fonts_known.h"

#include "protocol/base/str.h"
#include "protocol/os/file.h"

static bool find_file(const struct known_font *font, const char *const *folders,
                      struct font_file *file)
{
    for (int i = 0; folders[i]; i++) {
        if (folders[i][0] &&
            str_format(file->path, sizeof file->path, "%s/%s", folders[i], font->file) &&
            file_info(file->path).exists) {
            file->index = font->index;
            file->color = font->color;
            return true;
        }
    }
    return false;
}

static int distance(int a, int b)
{
    return a > b ? a - b : b - a;
}

bool fonts_known_find(const struct known_font *table, const char *const *folders,
                      enum font_want want, int weight, struct font_file *file)
{
    /* the table is in order of liking by family; within all that exist the nearest weight of the
     * first family's */
    for (int off = 0; off <= 300; off += 100)
        for (const struct known_font *f = table; f->file; f++)
            if (f->want == want && !f->fallback &&
                distance(f->weight ? f->weight : weight, weight) == off &&
                find_file(f, folders, file))
                return true;
    return false;
}

bool fonts_known_find_for(const struct known_font *table, const char *const *folders, uint32_t rune,
                          bool avoid_color, struct font_file *file)
{
    for (const struct known_font *f = table; f->file; f++)
        if (f->fallback && rune >= f->from && rune <= f->to && !(avoid_color && f->color) &&
            find_file(f, folders, file))
            return true;
    return false;
}
