/* switch.h - a choice between on and off: its label, a word about it, and the switch at the right. UI
 * thread. */
#ifndef CONFAB_UI_WIDGETS_SWITCH_H
#define CONFAB_UI_WIDGETS_SWITCH_H

#include "client/ui/ui.h"

/* True when pressed: the caller turns it over. All of r can be clicked; Enter and Space turn it, too.
 * `note` is a smaller second line, NULL: none. In the dump a "switch", checked while on. */
bool ui_switch(struct ui *ui, ui_id id, struct rect r, const char *label, const char *note, bool on,
               unsigned flags);
/* With one or two lines and some air. */
int ui_switch_height(const struct ui *ui, bool note);

#endif
