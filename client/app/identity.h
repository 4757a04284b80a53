/* identity.h - who one is on a server: a random secret for each name. Any thread, any number of
 * programs at once.
 *
 * One file a name in the folder `identities` of the configuration folder, readable by this user
 * alone, called by the hash of the folded name: "secret" and "name" lines. A file is born whole and
 * never written again, so two programs that begin at once with one name agree on one secret. */
#ifndef CONFAB_APP_IDENTITY_H
#define CONFAB_APP_IDENTITY_H

#include <stdbool.h>
#include "protocol/base/err.h"
#include "protocol/wire/limits.h"

#define IDENTITY_SECRET_DIGITS 64
#define IDENTITY_SECRET_SIZE (IDENTITY_SECRET_DIGITS + 1)

/* The secret of this (clean) name, made if there is none. Names that are equal when folded have one
 * secret. */
bool identity_secret(const char *name, char secret[IDENTITY_SECRET_SIZE], struct err *err);
/* The same person under another name as well: from now on `name` has this secret. *born: it had none before.
 * False if it has another one, which stays. */
bool identity_share(const char *name, const char *secret, bool *born, struct err *err);
void identity_forget(const char *name); /* of a name that was just born */
/* The person that this secret is. */
void identity_uid(const char *secret, char uid[UID_DIGITS + 1]);

#endif
