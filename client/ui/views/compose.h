/* compose.h - what the files of the composer share: composer.c (the box), compose_bar.c (what stands above the text),
 * completion.c (names and emoji while one writes), picker.c (emoji). For the files of this folder only. */
#ifndef CONFAB_UI_VIEWS_COMPOSE_H
#define CONFAB_UI_VIEWS_COMPOSE_H

#include "client/ui/complete.h"
#include "client/ui/emoji.h"
#include "client/ui/views/views.h"

#define RECENT_EMOJI 16
#define COMPLETION_MAX 6 /* rows */

struct composer {
    /* the picker: open while it has an owner */
    ui_id picker_owner, picker_before; /* who had the keyboard before */
    struct rect picker_anchor;
    struct edit search;
    unsigned search_version;
    int picked;             /* cell chosen by keyboard, -1: none */
    char taken[EMOJI_SIZE]; /* lent to the owner */
    char recent[RECENT_EMOJI][EMOJI_SIZE];
    int recent_count;
    bool recent_known; /* read from the settings */

    /* the list that finishes a word */
    int completion_at;
    size_t completion_dismissed; /* the word at this byte + 1 is written without help; 0: none */
};

struct composer *composer_create(void);
void composer_destroy(struct composer *composer);

/* What stands above the text in the composer's box. */
int compose_bar_height(const struct views *views);
void compose_bar_view(struct views *views, struct rect r, struct room *room);

bool composer_is_too_long(const struct views *views);
void composer_send_as_file(struct views *views, struct room *room);

/* The list over the box for the word before the caret, if there is one. Before the field, as it
 * gets the keys first; `field` is where the text stands. */
void completion_view(struct views *views, struct rect box, struct rect field,
                     const struct room *room);

#endif
