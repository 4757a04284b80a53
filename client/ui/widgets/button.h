/* button.h - things to press. All take Enter and Space when they have the focus and draw their own
 * ring. UI thread. */
#ifndef CONFAB_UI_WIDGETS_BUTTON_H
#define CONFAB_UI_WIDGETS_BUTTON_H

#include "client/ui/ui.h"

enum button_kind {
    BUTTON_PRIMARY, /* accent */
    BUTTON_GHOST,   /* raised with a border */
    BUTTON_PLAIN,   /* text only, accent coloured */
    BUTTON_DANGER,  /* err coloured */
};

/* True when pressed. `icon` stands before the label (ICON_NONE: no icon). flags: UI_DISABLED,
 * UI_KEEP_FOCUS. */
bool ui_button(struct ui *ui, ui_id id, struct rect r, const char *label, enum icon icon,
               enum button_kind kind, unsigned flags);
int ui_button_width(struct ui *ui, const char *label, enum icon icon); /* with its padding */
int ui_button_height(const struct ui *ui);       /* 44 dp: the connect screen's */
int ui_button_small_height(const struct ui *ui); /* 33 dp: in rows */

/* An icon in a rounded square that shows when hovered. `label` is its tip and its name in the dump.
 */
bool ui_icon_button(struct ui *ui, ui_id id, struct rect r, enum icon icon, const char *label,
                    unsigned flags);
/* A filled accent circle with an icon (send, play). */
bool ui_round_button(struct ui *ui, ui_id id, struct rect r, enum icon icon, const char *label,
                     unsigned flags);
/* The floating circle "to the newest", with a count badge above it if count > 0. */
bool ui_fab(struct ui *ui, ui_id id, struct rect r, enum icon icon, const char *label, int count);

/* The background of a list row: hover, selection (UI_CHECKED) and focus; draw the contents on top.
 * Rounded by radius_dp. */
struct ui_hit ui_row(struct ui *ui, ui_id id, struct rect r, const char *label, float radius_dp,
                     unsigned flags);
/* Text that acts like a link. Drawn as ui_label. */
bool ui_link(struct ui *ui, ui_id id, struct rect r, const char *label, enum text_size size,
             enum role role);

#endif
