/* field.h - a box to write in, of one or many lines, on an edit.h editor that the view keeps. UI
 * thread.
 *
 * Draws text, caret, selection, placeholder and what an input method composes; mouse: click,
 * double, triple, drag (beyond the edge it scrolls), wheel, and the middle button, which puts in what
 * is selected elsewhere where the system has that; keys as people know them (arrows, words with
 * Ctrl or Alt, Home/End, Ctrl+A/C/X/V/Z/Y, Shift to select; Ctrl+Shift+Backspace deletes to the
 * line's beginning). Up and down go by drawn lines. Enter in a many-line field is a submit;
 * Shift+Enter a new line.
 *
 * On a secret editor it takes no copy out and keeps words to itself: nothing goes to the clipboard,
 * moves and double clicks know no words, the dump has dots. */
#ifndef CONFAB_UI_WIDGETS_FIELD_H
#define CONFAB_UI_WIDGETS_FIELD_H

#include "client/ui/edit.h"
#include "client/ui/ui.h"

struct field_spec {
    const char *label;       /* its name in the dump ("Message", "Your name") */
    const char *placeholder; /* shown while empty; NULL: none */
    enum text_size size;
    bool bare; /* no box of its own: the view has drawn one (composer, leading avatar) */
    float pad_x_dp, pad_y_dp; /* inside; 0 gives 14 and 0 for a box, 0 and 0 when bare */
    float radius_dp;          /* 0: RADIUS_MD */
    bool invalid;             /* err coloured border */
    bool marks;               /* Ctrl+B, I, E put the signs of bold, italic, code around */
    bool dots;                /* one for each character in its place; of one line */
};

enum {
    FIELD_CHANGED = 1, /* the text is not what it was */
    FIELD_SUBMIT = 2,  /* Enter (never while composing) */
    FIELD_CANCEL = 4,  /* Escape */
    FIELD_UP = 8,      /* Up in an empty field: "edit my last message" */
    FIELD_FOCUSED = 16,
};

/* r is the whole box. One-line fields scroll sideways, many-line ones down, so that the caret is in
 * sight. */
unsigned ui_field(struct ui *ui, ui_id id, struct rect r, struct edit *edit,
                  const struct field_spec *spec);
/* The height that all its lines want at this width, with the padding, but at most max_px (0: any).
 */
int ui_field_height(struct ui *ui, const struct edit *edit, const struct field_spec *spec,
                    int width_px, int max_px);

#endif
