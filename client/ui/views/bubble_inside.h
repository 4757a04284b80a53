/* bubble_inside.h - what bubble_text.c (where it stands) and bubble_text_draw.c share. */
#ifndef CONFAB_UI_VIEWS_BUBBLE_INSIDE_H
#define CONFAB_UI_VIEWS_BUBBLE_INSIDE_H

#include "client/ui/lang.h"
#include "client/ui/views/bubble_text.h"

struct said {
    uint64_t hash; /* of the text and who may be mentioned in it; 0: empty */
    char *text;
    size_t size;
    struct markup markup;
    float code_px;           /* of the code that the spans were made for; 0: they were not yet */
    struct text_span *spans; /* as the layouts want them: from each block's beginning */
    struct said_block *blocks;
    size_t block_count; /* of them have a place: those behind the fold have none */
};

/* Colours of spans. */
enum ink { INK_TEXT, INK_LINK, INK_MENTION, INK_COUNT };

#define CODE_PAD_X 10.0f /* the mock's .code */
#define CODE_PAD_Y 8.0f
#define QUOTE_STEP 12.0f /* from bar to text, and to the next bar */
#define QUOTE_BAR 3.0f

static const char show_more[] = LANG_KEY("Show more");

#endif
