/* viewer_inside.h - what the files of the viewer share: viewer.c (what is there, keys), viewer_picture.c (one picture, moved and
 * zoomed), viewer_strip.c (all pictures and films of the room). */
#ifndef CONFAB_UI_VIEWS_VIEWER_INSIDE_H
#define CONFAB_UI_VIEWS_VIEWER_INSIDE_H

#include "client/ui/views/bubble_parts.h"

/* How a picture stands: device px for one of its own, and which of its points is in the middle of the room there is. */
struct stand {
    double zoom, x, y;
};

struct viewer {
    uint64_t seq; /* in the pass before; 0: closed */
    bool full;    /* over the whole window; else the room's other pictures are below */
    bool alone;   /* opened so, from a bubble: back is there */
    ui_id focus;  /* who had the keyboard before */
    int x, y;     /* the pointer, and when it moved last */
    uint64_t moved_ms;

    /* the picture */
    int turns; /* quarters, clockwise */
    bool fits; /* as large as the room is; follows the window */
    struct stand from, to;
    uint64_t since_ms;   /* from `from` to `to`, since then */
    uint64_t changed_ms; /* when it was moved or zoomed last */
    uint64_t zoomed_ms;  /* when by a zoom: how large it is, is told for a while */
    bool dragging;
    bool pressed; /* since it came: not yet, and a second click is still of those that opened it */
    int drag_x, drag_y,
        drag_way;   /* the pointer when it was last looked at; px it went since it was pressed */
    struct turned { /* pictures that were turned for it, by the serial of what they were made of */
        uint32_t serial;
        int turns;
        struct draw_image *image;
    } turned[2];
    bool copying;

    /* all of the room */
    char room[NAME_SIZE];
    uint32_t room_version;
    uint64_t change_count, looked_ms;
    uint64_t *seqs; /* of pictures and films, as they were sent */
    size_t count, room_for;
    size_t at; /* which of them is looked at */
};

/* viewer_picture.c */
void viewer_reset_picture(struct views *views);
/* The picture in `room_px`, its middle the middle of `place`; r: all that it may cover. */
struct rect viewer_picture(struct views *views, struct room *room, struct message *message,
                           struct rect r, struct rect place, bool lit);
void viewer_turn_picture(struct views *views); /* a quarter, clockwise */
void viewer_picture_keys(struct views *views, const struct message *message, struct rect place);
bool viewer_is_zoomed(const struct views *views, const struct message *message, struct rect place);
void viewer_copy(struct views *views, struct room *room, struct message *message);
/* A copy that waited for the whole picture is made when that is there. */
void viewer_go_on_copying(struct views *views, struct room *room, struct message *message);

/* viewer_strip.c */
void viewer_gather(struct views *views, const struct room *room);
/* The picture `by` further on; 0: there is none. */
uint64_t viewer_neighbour(const struct viewer *viewer, int by);
void viewer_strip(struct views *views, struct rect r, struct room *room);

#define VIEWER_STRIP_H 44.0f
#define VIEWER_LIT_MS 2000 /* UX.md: what lies over it hides after so long */

#endif
