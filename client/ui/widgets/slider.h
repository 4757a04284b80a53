/* slider.h - a place along a line: how far a sound is, how loud it is. UI thread. */
#ifndef CONFAB_UI_WIDGETS_SLIDER_H
#define CONFAB_UI_WIDGETS_SLIDER_H

#include "client/ui/ui.h"

enum slide {
    SLIDE_NONE,
    SLIDE_MOVES, /* held: *at is where the pointer is */
    SLIDE_SET,   /* let go of there: that is what the person wants */
};
/* Only what a person does, for lines of any look: r is where to press. *at is 0 .. 1 along it, in with what is so, out while
 * the answer is not SLIDE_NONE. flags: UI_FOCUSABLE, UI_KEEP_FOCUS. In the dump as "slider" with the label and per cent. */
enum slide ui_slide(struct ui *ui, ui_id id, struct rect r, const char *label, float *at,
                    unsigned flags, struct ui_hit *hit);
/* The same as a thin line in the middle of r, filled up to *at, with a knob while one points at it. The arrow keys go `step`
 * (0: they are left alone). */
enum slide ui_slider(struct ui *ui, ui_id id, struct rect r, const char *label, float *at,
                     float step, enum role filled, enum role track);

#endif
