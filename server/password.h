/* password.h - the password that a server may ask for.
 *
 * At rest it is scrypt's hash of it, with salt and cost, in `password` of the data folder
 * (--set-password), or a file of whoever runs the server (--password-file), which is read once. In
 * memory it is a hash under a key that lives as long as the process, so that only the first check
 * after a start is slow. That one runs on a thread of its own: on the disk's, a fifth of a second
 * for each guess would hold up the syncs that `stored` waits for. Server thread. */
#ifndef CONFAB_SERVER_PASSWORD_H
#define CONFAB_SERVER_PASSWORD_H

#include <stdbool.h>
#include "protocol/base/err.h"
#include "protocol/os/wake.h"

struct password;

/* Make this the password of the data folder; an empty text: it has none. On no loop: it is slow. */
bool password_save(const char *folder, const char *text, struct err *err);

/* What `file` (NULL: none) or else the folder asks for; perhaps nothing. `wake` is rung when a
 * check is done. NULL: the file cannot be read or makes no sense. */
struct password *password_open(const char *folder, const char *file, struct wake *wake,
                               struct err *err);
void password_close(struct password *password); /* NULL is fine */
bool password_is_needed(const struct password *password);

enum password_answer {
    PASSWORD_RIGHT,
    PASSWORD_WRONG,
    PASSWORD_LATER, /* it takes time: password_check() */
};
/* What is known without waiting. */
enum password_answer password_try(struct password *password, const char *text);
/* Find out about this text; false: another one is being looked at, try again when that is done.
 * done(context, right) is called from password_collect(), on failure (no memory) with false. */
bool password_check(struct password *password, const char *text,
                    void (*done)(void *context, bool right), void *context);
/* Whoever asked is gone: done() is not called. */
void password_forget(struct password *password, const void *context);
/* Is it this one that is being looked at? */
bool password_is_checking(const struct password *password, const void *context);
void password_collect(struct password *password); /* when the wake rang */

#endif
