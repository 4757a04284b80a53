/* bubble_text.h - what a message says: measured and drawn for bubble.c. For the files of this folder only. */
#ifndef CONFAB_UI_VIEWS_BUBBLE_TEXT_H
#define CONFAB_UI_VIEWS_BUBBLE_TEXT_H

#include "client/markup/markup.h"
#include "client/ui/views/views.h"

/* A block of the text and its place, px from the text's top left. */
struct said_block {
    const struct markup_block *markup;
    const struct text_layout *layout;
    int x, y;          /* of the layout */
    int top, h;        /* of the whole block: code has a ground around its lines */
    size_t first_span; /* in said.spans, for the layout */
};

/* A text with its marks found and its blocks in their places. */
struct said;

/* The text of a message at a width, good until another is planned. */
struct bubble_text {
    const struct said *said;
    int w, h;   /* px, with the link that unfolds it */
    int last_w; /* where its last line ends: the time may stand behind it */
    int text_h; /* without that link */
    bool folded;
    bool *open; /* kept: a long text is shown whole */
};

/* The texts that were planned last, for views_create() and views_destroy(). */
struct said_cache;
struct said_cache *said_cache_create(void);
void said_cache_destroy(struct said_cache *cache);

/* "Message deleted" in place of what was. */
const char *bubble_text_of(const struct message *message);
void bubble_text_plan(struct views *views, const struct message *message, int width_px,
                      struct bubble_text *out);
/* Inside the message's own id (bubble_id()); `w` is the width of the bubble's inside. */
void bubble_text_draw(struct views *views, const struct message *message,
                      const struct bubble_text *text, int x, int y, int w);

/* What is selected in the room's texts, as it is copied: of one message the very bytes that were
 * sent, of several with names and times. The caller frees it; NULL: nothing. */
char *bubble_text_selected(struct views *views, const struct room *room);
/* In the timeline, with its id pushed: before the rows, and behind them. */
void bubble_text_begin(struct views *views);
void bubble_text_end(struct views *views, const struct room *room);
/* The message's place among the room's texts. */
uint64_t bubble_text_order(const struct message *message);

/* The id that all inside a message's bubble is under. */
ui_id bubble_id(const struct ui *ui, const struct message *message);

#endif
