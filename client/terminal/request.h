/* request.h - lines of --json input that are no text to say: {"type":"react","of":7,"emoji":"+1"}. Main
 * thread. */
#ifndef CONFAB_TERMINAL_REQUEST_H
#define CONFAB_TERMINAL_REQUEST_H

#include "client/app/app.h"
#include "protocol/base/err.h"

/* Do what the line asks for, if it is a JSON object whose `type` is say, edit, react, delete, read, typing, join,
 * leave or invite, with the fields of the protocol; `room` is `here` and `id` a new one if they are
 * missing. False: it is something else, so a text. *done is false if it could not be done: *err. */
bool request_take(struct app *app, struct room *here, const char *line, bool *done,
                  struct err *err);

#endif
