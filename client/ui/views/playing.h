/* playing.h - what all that shows a sound or film shares: the bubbles, the bar, the viewer. The model's `playback` read, and
 * the person's keys and clicks made actions. */
#ifndef CONFAB_UI_VIEWS_PLAYING_H
#define CONFAB_UI_VIEWS_PLAYING_H

#include "client/ui/views/views.h"

#define PLAYING_STEP_MS 5000 /* UX.md: the arrow keys */

struct playing; /* what is remembered of it between passes */
struct playing *playing_create(void);
void playing_destroy(struct playing *playing);

/* This message is the one that plays, or is paused, or has ended. */
bool playing_is(const struct views *views, const struct room *room, const struct message *message);
/* It goes on, or is about to: a click pauses it. */
bool playing_is_on(const struct views *views);
/* It does not go on because there is nothing yet to hear or see, and long enough for saying so. */
bool playing_waits(const struct views *views);
/* Begins, pauses, goes on, or begins anew: what the button and Space do. */
void playing_toggle(struct views *views, struct room *room, struct message *message);
/* Space, the arrow keys and M for who has the focus `id`: call before the ui_hit() of the same id. */
void playing_keys(struct views *views, struct room *room, struct message *message, ui_id id);
/* To a part (0 .. 1) of it; it begins to play if it does not yet. */
void playing_seek(struct views *views, struct room *room, struct message *message, float at);

/* 0 .. 1; 0 if it is not this message, or nobody knows how long it is. */
float playing_at(const struct views *views, const struct room *room, const struct message *message);
int64_t playing_length_ms(const struct views *views, const struct room *room,
                          const struct message *message);
/* "0:38", "1:02:03". */
#define PLAYING_TIME 32
void playing_time(int64_t ms, char out[PLAYING_TIME]);
/* "0:38 / 1:31" while it is the one that plays, else "1:31". */
void playing_times(const struct views *views, const struct room *room,
                   const struct message *message, char *out, size_t size);
const char *playing_speed(const struct views *views); /* "1×" */
void playing_next_speed(struct views *views);         /* 1, 1.5, 2, 0.5 */
/* What it is called: its title, "Voice message", or the file. */
const char *playing_name(const struct message *message);

/* A pass is wanted when a line of `width` px that shows the position, or the time in whole seconds, is to look different. */
void playing_wake(struct views *views, int width);
/* What a press at this part of a line of r's width would go to, above the pointer. */
void playing_tip(struct views *views, struct rect r, int x, int64_t length_ms);

/* Its bubble or its window is in sight in this pass: no bar then. */
void playing_seen(struct views *views);
/* Around the view that may call playing_seen(); the list is the one that moves when the bar comes or goes. */
void playing_begin(struct views *views);
void playing_end(struct views *views, struct list *list);
#define PLAYING_BAR_H 48.0f
/* The bar below the room's head: 0 high if there is none. */
int playing_bar_height(const struct views *views);
void playing_bar(struct views *views, struct rect r);

/* A voice message that came while we were here and that nobody has heard here yet. */
bool playing_is_new(const struct views *views, const struct room *room,
                    const struct message *message);

#endif
