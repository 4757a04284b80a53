/* instance.h - one program of this person that is told what later starts of it were asked for.
 *
 * The first one that keeps a name is told; a later one tells it a word and ends. A socket in a folder of
 * this person on POSIX, a named pipe on Windows: nobody else can tell, nor be told. What is left behind
 * by a crash is in nobody's way, and of two that start at once one is the first. */
#ifndef CONFAB_OS_INSTANCE_H
#define CONFAB_OS_INSTANCE_H

#include <stdbool.h>
#include "protocol/base/err.h"

#define INSTANCE_WORD_SIZE 1024 /* bytes of a word with its NUL */

struct instance;        /* kept by the first */
struct instance_caller; /* one that tells and waits for the answer */

/* Be the first of `name` (the settings' folder), or tell who is: *told, and this program can end. Neither
 * is so if the first one hangs: wait_ms have passed then, and this one goes on as if it were alone; or if
 * the system lets nobody be first. word NULL: tell nobody, and do not wait. Blocks. */
struct instance *instance_begin(const char *name, const char *word, int wait_ms, bool *told);
/* Before it is destroyed instance_hear() has returned false, and every caller was answered. NULL is fine. */
void instance_destroy(struct instance *instance);

/* Sleep until somebody tells; the word, and who is to be answered. False after instance_stop(). Called by
 * one thread; who says nothing within a second, or more than a word, is not heard. */
bool instance_hear(struct instance *instance, char word[INSTANCE_WORD_SIZE],
                   struct instance_caller **caller);
void instance_stop(struct instance *instance); /* any thread: ends instance_hear() */
/* Answer, and free the caller; any thread. False: it has given up, so its word is not to be followed.
 * `took` false: only free it. */
bool instance_answer(struct instance_caller *caller, bool took);

/* What the system's file has for instance_begin(): be the first, NULL with err->kind ERR_EXISTS if another
 * one is; tell it, and false if it has gone (after a little while) or did not answer in time. */
struct instance *instance_keep(const char *name, struct err *err);
bool instance_tell(const char *name, const char *word, int timeout_ms);

#endif
