/* film.h - a film where it is looked at: in its bubble, in the viewer. What plays is model.playback, one at a time. UI thread.
 *
 * A film that is out of sight, in a room that is not on the screen or scrolled away, goes on as a sound does: the bar on top tells
 * what plays and holds it. Only its pictures are not made meanwhile. */
#ifndef CONFAB_UI_VIEWS_FILM_H
#define CONFAB_UI_VIEWS_FILM_H

#include "client/ui/views/views.h"

/* As a film rather than as a card. */
bool film_is_shown(const struct message *message);
/* What the viewer goes through: pictures and films. */
bool media_is_shown(const struct message *message);
/* How it plays, or did last; NULL: it is not this one that plays. */
const struct playback *film_playback(const struct views *views, const struct room *room,
                                     const struct message *message);
/* The largest rect of the shape w : h in the middle of r; w, h 0: r. Off by a pixel, it is r itself. */
struct rect film_contain(struct rect r, int w, int h);

enum film_place { FILM_BUBBLE, FILM_VIEWER };
/* The poster or what plays, what can be pressed on it. lit (in the viewer): what lies on it is shown. */
void film_view(struct views *views, struct room *room, struct message *message, struct rect r,
               enum film_place place, bool lit);
/* Whether what can be pressed lies on it just now. */
bool film_is_lit(const struct views *views, const struct room *room, const struct message *message);
/* Begin, pause, go on, begin anew. */
void film_toggle(struct views *views, struct room *room, struct message *message);
/* The keys for what plays, for who has the focus (id, 0: whoever); arrows: the ones to the sides seek. */
void film_keys(struct views *views, struct room *room, struct message *message, ui_id id,
               bool arrows);
/* Once a pass, before and after all views: how large the film is seen; nothing of it is kept when none plays. */
void film_begin_pass(struct views *views);
void film_end_pass(struct views *views);

/* film_controls.c: the line and the buttons at the bottom of r, as visible as alpha says; true while something is held. */
bool film_controls(struct views *views, const struct playback *playback, struct room *room,
                   struct message *message, struct rect r, enum film_place place, float radius,
                   float alpha);

#endif
