/* dialog_ask.h - the part of dialog.h that differs between systems: asks and waits, on a thread of
 * its own. Bodies in linux/, win32/, mac/. */
#ifndef CONFAB_PLATFORM_DIALOG_ASK_H
#define CONFAB_PLATFORM_DIALOG_ASK_H

#include <stdatomic.h>
#include <stdbool.h>
#include "protocol/base/err.h"

enum dialog_kind { DIALOG_OPEN, DIALOG_SAVE, DIALOG_FOLDER };

struct dialog_wish {
    enum dialog_kind kind;
    char *title;
    char *folder;                                            /* NULL: wherever the system starts */
    char *name;                                              /* saving: the proposal */
    atomic_bool cancelled;                                   /* looked at a few times a second */
    void (*add)(struct dialog_wish *wish, const char *path); /* call for each path chosen */
    unsigned token;
};

/* Blocks until the person has chosen or not, or `cancelled`. False with *err if the chooser could
 * not be shown. */
bool dialog_ask(struct dialog_wish *wish, struct err *err);
/* For the bodies that run a program and read one path a line from it. */
bool dialog_ask_program(struct dialog_wish *wish, const char *const *argv, struct err *err);

#endif
