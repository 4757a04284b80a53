/* bubble_text.h - what a message says: measured and drawn for bubble.c. For the files of this folder only. */
#ifndef CONFAB_UI_VIEWS_BUBBLE_TEXT_H
#define CONFAB_UI_VIEWS_BUBBLE_TEXT_H

#include "client/ui/views/views.h"

/* The text of a message at a width, good for this pass. */
struct bubble_text {
    const struct text_layout *layout;
    int w, h;   /* px, with the link that unfolds it */
    int last_w; /* where its last line ends: the time may stand behind it */
    int text_h; /* without that link */
    bool folded;
    bool *open; /* kept: a long text is shown whole */
};

/* "Message deleted" in place of what was. */
const char *bubble_text_of(const struct message *message);
void bubble_text_plan(struct views *views, const struct message *message, int width_px,
                      struct bubble_text *out);
/* Inside the message's own id (bubble_id()). */
void bubble_text_draw(struct views *views, const struct message *message,
                      const struct bubble_text *text, int x, int y);

/* The id that all inside a message's bubble is under. */
ui_id bubble_id(const struct ui *ui, const struct message *message);

#endif
