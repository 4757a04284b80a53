/* list.h - a virtual list: rows of unlike heights of which only those in sight are measured and
 * drawn. UI thread.
 *
 * 100,000 rows cost what ten do: heights live in a Fenwick tree (P. Fenwick, 1994), estimated until
 * first seen. The position is an anchor, "row K, so many px above the top edge", so what is being
 * read does not move when rows come, go or grow above or below. At the bottom (within
 * LIST_BOTTOM_DP) the list sticks there and new rows push up. */
#ifndef CONFAB_UI_WIDGETS_LIST_H
#define CONFAB_UI_WIDGETS_LIST_H

#include "client/ui/ui.h"

#define LIST_BOTTOM_DP 15.0f /* counts as "at the bottom" (UX.md: 15 px) */

/* What the list asks the view; index 0 is the topmost row. */
struct list_source {
    size_t count;
    unsigned version; /* changes whenever rows came, went or changed place; then keys are read again
                         (about 10 ns a row) */
    /* A number that stays with the row whatever happens around it (a message's seq or id hash).
     * Unique in the list. */
    uint64_t (*key)(void *context, size_t index);
    /* The row's height at this width, px, > 0. Asked for each row in sight each frame, so changes
     * show at once: keep it cheap (text layouts are cached). */
    int (*measure)(void *context, struct ui *ui, size_t index, int width_px);
    /* Draw it into r (clipped by the list). */
    void (*draw)(void *context, struct ui *ui, size_t index, struct rect r);
    void *context;
    int estimate_px; /* height of a row not yet seen */
    int pad_top_px, pad_bottom_px;
    bool from_bottom; /* few rows stand at the bottom (a timeline), and the list starts there */
};

struct list; /* the position and the heights; kept by the view, one per room */
struct list *list_create(void);
void list_destroy(struct list *list);

/* Draw the rows in sight of r; wheel, scrollbar and (with `keys`) PgUp, PgDn, Ctrl+Home, Ctrl+End.
 */
void ui_list(struct ui *ui, ui_id id, struct rect r, struct list *list,
             const struct list_source *source, bool keys);

bool list_is_at_bottom(const struct list *list);
double list_px_below(const struct list *list);  /* distance to the bottom, as far as it is known */
size_t list_first_row(const struct list *list); /* rows drawn last time: [first, end) */
size_t list_end_row(const struct list *list);
void list_to_bottom(struct list *list);
/* Put the row with this key into sight at the next ui_list(): its top at a third of the height.
 * False if no such row was there at the last ui_list(). */
bool list_to_key(struct list *list, uint64_t key);

#endif
