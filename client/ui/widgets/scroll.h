/* scroll.h - a clipped window onto something taller, with wheel and scrollbar. For long lists of
 * rows see list.h. UI thread. */
#ifndef CONFAB_UI_WIDGETS_SCROLL_H
#define CONFAB_UI_WIDGETS_SCROLL_H

#include "client/ui/ui.h"

/* Begin an area at r over content that is content_h px high; returns the rectangle to draw the
 * content into: r moved up by the scroll, content_h high, clipped to r until ui_scroll_end(). PgUp
 * and PgDn work while it is pointed at. Nests up to 8 deep. */
struct rect ui_scroll_begin(struct ui *ui, ui_id id, struct rect r, int content_h);
void ui_scroll_end(struct ui *ui);
/* Bring [top, top + height) of the content into sight next time. */
void ui_scroll_show(struct ui *ui, ui_id id, int top, int height);

/* The bar alone: at r's right edge for a content of total_h px of which [at, at + r.h) shows.
 * Returns the new `at` (dragged or not). */
double ui_scrollbar(struct ui *ui, ui_id id, struct rect r, double at, double total_h);

#endif
