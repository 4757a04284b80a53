/* playback.h - the one sound or film that plays (model.playback): what action.h says of it, and its turns. For the files of this
 * folder; UI thread. */
#ifndef CONFAB_APP_PLAYBACK_H
#define CONFAB_APP_PLAYBACK_H

#include "client/app/action.h"

struct app;
struct playing; /* what the model need not know of it */

void playback_load(struct app *app); /* at birth: volume and the like from the settings */
void playback_finish(struct app *app);
/* Bytes that came, the clock, a picture that is due, the end. */
void playback_turn(struct app *app, int64_t now_ms);
int64_t playback_due_ms(const struct app *app); /* INT64_MAX: only mail moves it */

/* playback_next.c: the sound of the same person that goes on when this one has ended, if nothing large would
 * have to be fetched for it; NULL: none. */
struct message *playback_next(const struct app *app, const struct room *room,
                              const struct message *message);

#endif
