/* tip.h - a word about the thing under the pointer, after TIP_DELAY_MS of rest. UI thread. */
#ifndef CONFAB_UI_WIDGETS_TIP_H
#define CONFAB_UI_WIDGETS_TIP_H

#include "client/ui/ui.h"

/* `hovered`: from the thing's ui_hit. Shown above r, or below it if there is no room. */
void ui_tip(struct ui *ui, ui_id id, struct rect r, const char *text, bool hovered);

#endif
