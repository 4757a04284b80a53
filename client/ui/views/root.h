/* root.h - all that is on the screen: views are functions from the model to draw commands, run again when something changed. UI thread.
 *
 * Reading order: root.c (which screen), connect.c, then chat.c (the chat screen's frame) with sidebar.c, timeline.c (rows), bubble.c (one
 * message; album.c: several pictures in one), filecard.c, composer.c (compose_bar.c and completion.c above it, picker.c, sheet.c with sheet_view.c), members.c; viewer.c and drop.c lie over it. */
#ifndef CONFAB_UI_VIEWS_ROOT_H
#define CONFAB_UI_VIEWS_ROOT_H

#include "client/app/action.h"
#include "client/app/app.h"
#include "client/ui/ui.h"

struct views;

/* The observer of app_config; `context` is a struct views ** (the app is created first, and may speak before the views are there). */
void views_observe(void *context, const struct note *note);
/* Everything handed in outlives the views. */
struct views *views_create(struct app *app, struct ui *ui);
void views_destroy(struct views *views);
/* One pass: between ui_begin() and ui_end(). */
void root_view(struct views *views);
/* For ui_set_handler(); context is the struct views. */
void views_on_input(void *context, const struct input *input);
bool views_want_quit(const struct views *views);
/* Unread messages in all rooms, for the window's title. */
size_t views_unread(const struct views *views);

/* Lines "NAME VERSION" of the libraries of this program, for --version. */
void views_add_versions(char *out, size_t size);

#endif
