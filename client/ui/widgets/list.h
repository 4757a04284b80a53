/* list.h - a virtual list: rows of unlike heights of which only those in sight are measured and
 * drawn. UI thread.
 *
 * 100,000 rows cost what ten do: heights live in a Fenwick tree (heights.h), estimated until first
 * seen, and the view says which rows came and went. The position is an anchor, "row K, so many px
 * below the top edge", so what is being read does not move when rows come, go or grow above or
 * below. At the bottom (within LIST_BOTTOM_DP) the list sticks there and new rows push up.
 *
 * Where things stand changes at once; what is shown follows within MOTION_MS or so (`lag`), and a row in
 * sight whose height changes gets there as smoothly. Without motion (ui_motion()) all is at once. */
#ifndef CONFAB_UI_WIDGETS_LIST_H
#define CONFAB_UI_WIDGETS_LIST_H

#include "client/ui/ui.h"

#define LIST_BOTTOM_DP 15.0f /* counts as "at the bottom" (UX.md: 15 px) */

/* What the list asks the view; index 0 is the topmost row. */
struct list_source {
    size_t count; /* as list_reset(), list_insert() and list_remove() have made it */
    /* The row's height at this width, px; 0: it is not shown. Asked for each row in sight each
     * frame, so changes show at once: keep it cheap (text layouts are cached). */
    int (*measure)(void *context, struct ui *ui, size_t index, int width_px);
    /* Draw it into r (clipped by the list). While its height changes r.h is not what was measured. */
    void (*draw)(void *context, struct ui *ui, size_t index, struct rect r);
    /* How far below the row's top that stands which must not move when what is above it in the same row
     * comes or goes (a day's pill). NULL: 0. */
    int (*lead)(void *context, struct ui *ui, size_t index, int width_px);
    void *context;
    int estimate_px; /* height of a row not yet seen */
    int pad_top_px, pad_bottom_px;
    bool from_bottom; /* few rows stand at the bottom (a timeline), and the list starts there */
};

struct list; /* the position and the heights; kept by the view, one per room */
struct list *list_create(void);
void list_destroy(struct list *list);

/* `count` rows that nothing is known of yet. A list that was on screen stays where it was if
 * `anchor` tells what has become of its list_anchor(); SIZE_MAX: that row is gone, to the start. */
void list_reset(struct list *list, size_t count, size_t anchor);
/* Rows came before row `at`, went, or one of them stands elsewhere now (`to`: its index then). */
void list_insert(struct list *list, size_t at, size_t count);
void list_remove(struct list *list, size_t at, size_t count);
void list_move(struct list *list, size_t from, size_t to);
size_t list_count(const struct list *list);
size_t list_anchor(const struct list *list); /* the row that stays where it is */

/* Draw the rows in sight of r; wheel, scrollbar and (with `keys`) PgUp, PgDn, Ctrl+Home, Ctrl+End.
 */
void ui_list(struct ui *ui, ui_id id, struct rect r, struct list *list,
             const struct list_source *source, bool keys);

bool list_is_at_bottom(const struct list *list);
double list_px_below(const struct list *list);  /* distance to the bottom, as far as it is known */
double list_px_above(const struct list *list);  /* and to the top */
size_t list_first_row(const struct list *list); /* rows drawn last time: [first, end) */
size_t list_end_row(const struct list *list);
uint64_t list_scrolled_ms(const struct list *list); /* when a person last moved it; 0: never */
void list_to_bottom(struct list *list);
/* Something of `by` px comes above the list (negative: goes), which gets so much lower: what is in it stays where it is. */
void list_top_moved(struct list *list, int by);
/* Put row `index` into sight at the next ui_list(): its top at a third of the height. */
void list_to_row(struct list *list, size_t index);

#endif
