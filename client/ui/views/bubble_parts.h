/* bubble_parts.h - what stands in and around a bubble besides what is said: the quote, the reactions, the buttons, the menu.
 * For bubble.c; each inside the message's own id (bubble_id()). */
#ifndef CONFAB_UI_VIEWS_BUBBLE_PARTS_H
#define CONFAB_UI_VIEWS_BUBBLE_PARTS_H

#include "client/ui/views/album_layout.h"
#include "client/ui/views/views.h"

/* A way in which a file is shown inside a bubble. bubble.c has the table. */
struct bubble_shape {
    bool (*is_for)(const struct message *message); /* message->file is not NULL */
    /* px: no wider than most_w */
    void (*size)(struct views *views, const struct room *room, const struct message *message,
                 int most_w, int *w, int *h);
    void (*draw)(struct views *views, struct room *room, struct message *message, struct rect r);
    /* keys while the message has the focus `id`; NULL: none of its own */
    void (*keys)(struct views *views, struct room *room, struct message *message, ui_id id);
    /* NULL: never. What lies where the time would stand. */
    bool (*hides_time)(const struct views *views, const struct room *room,
                       const struct message *message);
    bool media; /* it fills the bubble, and the time stands on it */
};
extern const struct bubble_shape shape_picture, shape_film, shape_audio, shape_card;

/* A picture, or a film's poster, filling r: what there is of it, larger by and by. r is as the timeline shows it, from
 * one pass to the next the same if nothing changes. */
void picture_paint(struct views *views, struct room *room, struct message *message, struct rect r,
                   struct corners corners);

/* moving.c: of a picture that moves, what is to be seen of it now; else the picture. NULL: there is none yet. It plays
 * while it is called in each pass: who does not see it calls it not. */
const struct picture *moving_picture(struct views *views, const struct message *message);
/* That it moves, if it does not by itself. True if the click has begun or ended it. */
bool moving_sign(struct views *views, const struct message *message, struct rect r, bool clicked);

/* Pictures and films that were sent together, in one bubble. */
struct album {
    struct message *messages[ALBUM_CELLS_MAX]; /* the room's, in order */
    struct rect cells[ALBUM_CELLS_MAX];        /* from 0, 0 */
    int count;                                 /* > 1; 0: it is no album */
    int more;                                  /* so many have no cell */
    int w, h;
};
void album_plan(struct views *views, const struct room *room, const struct row *row, int most_w,
                struct album *album);
void album_draw(struct views *views, struct room *room, const struct album *album, struct rect r);
/* The one that is pointed at, or was last while its buttons are there; else the first. */
struct message *album_pointed(const struct views *views, const struct album *album, struct rect r);
/* Of the album that this file is of, the first: what is said about all is said about that one. */
struct message *album_head(const struct room *room, struct message *message);

/* What it answers: whose it is and a line of it. 0: it answers nothing. With its margins. */
int quote_height(const struct ui *ui, const struct message *message);
int quote_width(struct views *views, const struct room *room, const struct message *message);
void quote_draw(struct views *views, struct room *room, const struct message *message,
                struct rect r);

/* Who answered with which emoji: pills in as many lines as they need. 0: nobody did. */
int reactions_height(struct views *views, const struct message *message, int width);
void reactions_draw(struct views *views, struct room *room, struct message *message, struct rect r);

/* "Ann", "Ann and Bo", "Ann, Bo and 3 others": the people of the room with these uids, in order. */
void people_text(const struct views *views, const struct room *room,
                 const char (*uids)[UID_DIGITS + 1], size_t count, char *out, size_t size);
#define PEOPLE_TEXT_MAX 1024

/* ui_tip() of something in a message: nothing is kept for those that are not pointed at. */
void bubble_tip(struct views *views, ui_id id, struct rect r, const char *text, bool hovered);

/* The buttons at the corner of the bubble whose row (r) is pointed at. */
void tools_draw(struct views *views, struct room *room, struct message *message, struct rect row,
                struct rect bubble);
/* The menu of this message, at the pointer. */
void tools_open_menu(struct views *views, const struct message *message, int x, int y);
bool message_can_be_answered(const struct message *message);

#endif
