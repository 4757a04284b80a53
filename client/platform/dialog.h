/* dialog.h - the system's file chooser. Never blocks: answers come as INPUT_CHOSEN. UI thread. */
#ifndef CONFAB_PLATFORM_DIALOG_H
#define CONFAB_PLATFORM_DIALOG_H

#include <stdbool.h>
#include "protocol/base/err.h"

struct window;

/* Is there a chooser on this system? (Linux: zenity, kdialog, yad or qarma in PATH, else the
 * desktop's portal.) If not, the views ask for a path in the window. */
bool dialog_available(void);
/* Let the person choose one or more files to send. Returns a token > 0; the answers are
 * INPUT_CHOSEN with that token: one per path (none if cancelled), then one with an empty text. 0
 * and *err if the chooser could not be started. One dialog at a time. */
unsigned dialog_open_files(struct window *window, const char *title, struct err *err);
/* Let the person choose where to save; `name` is the proposal (a clean label), `folder` may be
 * NULL. Answers as above, at most one path. */
unsigned dialog_save_file(struct window *window, const char *title, const char *folder,
                          const char *name, struct err *err);
/* Let the person choose a folder; it opens at `folder` (NULL: anywhere). Answers as above, at most one path. */
unsigned dialog_choose_folder(struct window *window, const char *title, const char *folder,
                              struct err *err);
/* Put an open dialog away (the window closes). */
void dialog_cancel(void);

#endif
