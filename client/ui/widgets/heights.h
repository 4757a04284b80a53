/* heights.h - many row heights, their sums and "which row is at y" in O(log n). Pure; for list.c.
 * Source: P. Fenwick, "A new data structure for cumulative frequency tables", 1994. */
#ifndef CONFAB_UI_WIDGETS_HEIGHTS_H
#define CONFAB_UI_WIDGETS_HEIGHTS_H

#include <stddef.h>
#include <stdint.h>

/* Plain; zero-initialised is empty. */
struct heights {
    int *rows;     /* each row's height, px */
    int64_t *tree; /* 1-based Fenwick tree over them */
    size_t count, room;
};

void heights_finish(struct heights *heights);
/* Take `rows` (count of them, from mem_alloc, taken) as the heights: O(n). */
void heights_reset(struct heights *heights, int *rows, size_t count);
void heights_set(struct heights *heights, size_t index, int px);
/* The sum of the first `index` rows: the y of row `index`'s top. */
int64_t heights_before(const struct heights *heights, size_t index);
/* The row that y falls into; count if it lies behind the last. Negative y: 0. */
size_t heights_at(const struct heights *heights, int64_t y);

#endif
