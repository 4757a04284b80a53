/* record.h - the voice message that is being spoken (model.recording): what action.h says of it, and its turns. For the files of
 * this folder; UI thread. */
#ifndef CONFAB_APP_RECORD_H
#define CONFAB_APP_RECORD_H

#include "client/app/action.h"

struct app;

void record_load(struct app *app);
void record_finish(struct app *app);
void record_forget(struct app *app);               /* another server comes */
void record_turn(struct app *app, int64_t now_ms); /* its length and loudness, its longest */
int64_t record_due_ms(const struct app *app);

#endif
