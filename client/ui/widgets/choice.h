/* choice.h - one of a few, on or off, a colour. All take Enter and Space when they have the focus. UI thread. */
#ifndef CONFAB_UI_WIDGETS_CHOICE_H
#define CONFAB_UI_WIDGETS_CHOICE_H

#include "client/ui/ui.h"

/* Pills that stand beside each other in w px, and below each other where they do not fit. The one of index
 * `at` is marked. Returns the index that was taken in this pass, else -1. */
int ui_choices(struct ui *ui, ui_id id, struct rect r, const char *const *labels, int count,
               int at);
/* The box they need: returns its height at most w px wide, and the width that is used. */
int ui_choices_height(struct ui *ui, const char *const *labels, int count, int w, int *used_w);

/* A switch at the right of r's middle; true if it was turned. `label` is its name in the dump. */
bool ui_switch(struct ui *ui, ui_id id, struct rect r, const char *label, bool on);
#define SWITCH_W 40.0f
#define SWITCH_H 24.0f

/* A disc of a colour that can be taken; true if it was. */
bool ui_swatch(struct ui *ui, ui_id id, struct rect r, const char *label, struct color color,
               bool chosen);
#define SWATCH 30.0f

#endif
