/* heights.h - many row heights, their sums and "which row is at y" in O(log n). Pure; for list.c.
 * Source: P. Fenwick, "A new data structure for cumulative frequency tables", 1994.
 *
 * Rows that come at the end cost O(log n) each; those that come, go or move further up only mark the
 * tree, which is put right from there on when it is next asked, once for all of them. */
#ifndef CONFAB_UI_WIDGETS_HEIGHTS_H
#define CONFAB_UI_WIDGETS_HEIGHTS_H

#include <stddef.h>
#include <stdint.h>

/* Plain; zero-initialised is empty. */
struct heights {
    int *rows;     /* each row's height, px, >= 0 */
    int64_t *tree; /* 1-based Fenwick tree over them */
    size_t count, room;
    size_t right; /* the tree is right for the first so many rows */
};

void heights_finish(struct heights *heights);
/* `count` rows of px each in place of all. */
void heights_reset(struct heights *heights, size_t count, int px);
/* `count` rows of px each before row `at` (<= heights.count). */
void heights_insert(struct heights *heights, size_t at, size_t count, int px);
void heights_remove(struct heights *heights, size_t at, size_t count);
void heights_set(struct heights *heights, size_t index, int px);
/* The sum of the first `index` rows: the y of row `index`'s top. */
int64_t heights_before(struct heights *heights, size_t index);
/* The row that y falls into; count if it lies behind the last. Negative y: 0. */
size_t heights_at(struct heights *heights, int64_t y);

#endif
