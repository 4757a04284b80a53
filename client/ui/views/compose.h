/* compose.h - what the files of the composer share: composer.c (the box), compose_bar.c (what stands above the text),
 * completion.c (names and emoji while one writes), picker.c (emoji), sheet.c and sheet_view.c (pictures before they go), voice.c (a voice message), outgoing.c (files made for
 * sending). For the files of this folder only. */
#ifndef CONFAB_UI_VIEWS_COMPOSE_H
#define CONFAB_UI_VIEWS_COMPOSE_H

#include "client/app/action.h"
#include "client/app/look.h"
#include "client/ui/complete.h"
#include "client/ui/emoji.h"
#include "client/ui/views/views.h"

#define RECENT_EMOJI 16
#define COMPLETION_MAX 6 /* rows */

#define SHEET_MAX 60 /* files: six albums */

struct sheet_item {
    char *path;
    bool ours;       /* written only to be sent: see outgoing.c */
    uint64_t number; /* no two have the same, in whatever order they are */
    uint64_t size;
    bool guess; /* by its name it is a picture or a film */
    bool moves;
    struct look *look;
    struct smaller *copy; /* smaller; NULL: it is not wanted */
};

struct outgoing {
    char *path;
    bool until_left; /* kept until the server is left: its bubble looks into it */
};

struct voice {
    bool asked;        /* a recording was begun whose trouble, if any, is not shown yet */
    bool held, away;   /* the button is; the pointer is so far from it that letting go cancels */
    uint64_t since_ms; /* it was pressed */
};

struct choice {
    const char *text;            /* what is put in, without what follows it */
    const char *label;           /* as shown */
    const struct member *member; /* NULL: an emoji */
};

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
    struct choice choices[COMPLETION_MAX];
    int choice_count, completion_at;
    /* what they were found for: looking through a thousand names with each frame would be felt */
    const struct room *completion_room;
    uint32_t completion_room_version;
    unsigned completion_version;
    size_t completion_caret;
    size_t completion_dismissed; /* the word at this byte + 1 is written without help; 0: none */

    /* pictures and films before they are sent; open while there are any */
    struct sheet_item sheet[SHEET_MAX];
    int sheet_count;
    char sheet_room[NAME_SIZE]; /* they are for it, whatever room comes on screen meanwhile */
    bool sheet_draft;           /* the caption began as what was being written there */
    uint64_t sheet_numbers;     /* given */
    struct edit caption;
    bool sheet_smaller;
    enum send_as sheet_as;
    bool sheet_waits; /* to be sent as soon as all were looked at */
    int sheet_warned; /* the person has been told of so many that say where they were taken */
    struct app *app;  /* whose the copies are */
    /* what is being dropped or chosen, until it is all here */
    char **dropped;
    size_t drop_count;
    bool drop_plain;

    struct voice voice;
    struct outgoing *outgoing;
    size_t outgoing_count;
};

/* A picture of the clipboard into the sheet, which opens. False: there is none, or a text beside
 * it. */
bool sheet_paste(struct views *views);
/* A file that was written to be sent; it goes with the sheet unless it is sent. At most SHEET_MAX. */
void sheet_add(struct views *views, const char *path);
void sheet_drop(struct composer *composer);

/* The button that begins a voice message; and while one is spoken, in place of what the box else holds: a bin, what is heard,
 * and what sends it. */
void voice_button(struct views *views, struct rect r, struct room *room);
/* In every pass: says why it could not begin, ended by itself, or could not be sent. */
void voice_follow(struct views *views);
bool voice_is_on(const struct views *views);
void voice_view(struct views *views, struct rect trash, struct rect r, struct rect go,
                struct room *room);

/* The file goes, with its folder, when it has been sent or given up; or when the server is left. */
void outgoing_keep(struct views *views, const char *path, bool until_left);
void outgoing_sweep(struct views *views);
void outgoing_leave(struct composer *composer);

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
