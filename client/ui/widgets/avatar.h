/* avatar.h - the small signs: a person's disc, a count, a bar, a dot, a pill. They only draw. UI
 * thread. */
#ifndef CONFAB_UI_WIDGETS_AVATAR_H
#define CONFAB_UI_WIDGETS_AVATAR_H

#include "client/ui/ui.h"

/* A disc in the name's colour with its first character in capitals, as large as the square in the
 * middle of r. */
void ui_avatar(struct ui *ui, struct rect r, const char *name);
/* The same, and who is here has a small dot at its lower right, cut out of what is behind it. */
void ui_avatar_here(struct ui *ui, struct rect r, const char *name, bool here, struct color behind);
/* An unread count in a pill, right-aligned in the vertical middle of r; above 99 "99+"; nothing for
 * 0. Returns its width. */
int ui_badge(struct ui *ui, struct rect r, int count);
/* The same with any short text ("@"), or as one that does not ask for attention. */
int ui_badge_text(struct ui *ui, struct rect r, const char *text, bool quiet);
int ui_badge_quiet(struct ui *ui, struct rect r, int count);
int ui_badge_width(struct ui *ui, int count);
/* A bar filled to 0..1 (clamped) in `filled` over `track`, r.h high, in the dump as "progress" with
 * label and per cent. < 0: running to and fro, for "no idea how long". */
void ui_progress(struct ui *ui, struct rect r, const char *label, float fraction, enum role filled,
                 enum role track);
void ui_dot(struct ui *ui, struct rect r, enum role role); /* presence: 8 dp in the middle of r */
/* Extra small text in a pill, centred in r's middle: days, times on pictures. Returns the pill's
 * rectangle. */
struct rect ui_pill(struct ui *ui, struct rect r, const char *text, enum role background,
                    enum role role, enum ui_align align);

#endif
