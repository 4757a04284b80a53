/* album_layout.h - where the pictures of an album stand: rows that fill the width, or a tall one beside the others. Pure. */
#ifndef CONFAB_UI_VIEWS_ALBUM_LAYOUT_H
#define CONFAB_UI_VIEWS_ALBUM_LAYOUT_H

#include "client/ui/layout.h"

#define ALBUM_CELLS_MAX 10

/* Cells for 1 <= count <= ALBUM_CELLS_MAX pictures of these shapes (width / height; 0: not known) from 0, 0 on, in order,
 * `gap` px apart; together `width` px wide and at most `most_h` high, which is returned. All is filled: a picture is
 * cropped to its cell. The same shapes always stand in the same way. */
int album_layout(const float *shapes, int count, int width, int gap, int most_h,
                 struct rect cells[ALBUM_CELLS_MAX]);

#endif
