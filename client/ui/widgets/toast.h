/* toast.h - a sentence that floats at the bottom for TOAST_MS and goes. UI thread. */
#ifndef CONFAB_UI_WIDGETS_TOAST_H
#define CONFAB_UI_WIDGETS_TOAST_H

#include "client/ui/ui.h"

enum toast_kind { TOAST_INFO, TOAST_OK, TOAST_ERR };

/* Show `text` (copied); at most TOAST_COUNT at once, the oldest goes. The same sentence again only
 * starts its time anew. */
#define TOAST_COUNT 3
void ui_toast(struct ui *ui, enum toast_kind kind, const char *text);
/* Draw what is there, above the bottom edge of r. Once a pass, from the root view. */
void ui_toasts(struct ui *ui, struct rect r);

#endif
