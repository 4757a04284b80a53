/* err.h - how the world fails: a kind for the program, a sentence for the person. Plain values. */
#ifndef CONFAB_BASE_ERR_H
#define CONFAB_BASE_ERR_H

#include <stdbool.h>
#include "protocol/base/format.h"

enum err_kind {
    ERR_NONE,
    ERR_SYSTEM,      /* the operating system refused; the sentence carries its reason */
    ERR_ADDRESS,     /* not an address, or a name nobody knows */
    ERR_REFUSED,     /* nobody is listening there */
    ERR_UNREACHABLE, /* no route, or no answer in time */
    ERR_CLOSED,      /* the peer closed */
    ERR_PROTOCOL,    /* the peer broke the contract */
    ERR_LIMIT,       /* a named limit was passed */
    ERR_HASH,        /* bytes are not what their hash says */
    ERR_EXISTS,
    ERR_NOT_FOUND,
    ERR_DENIED, /* the server or the system says that we may not */
    ERR_FULL,   /* no space left */
    ERR_FORMAT, /* a file or a text is not in the form it must have */
    ERR_TIMEOUT,
    ERR_CANCELLED,
};

#define ERR_TEXT_MAX 768

/* Zero-initialise ({0}) before use. `text` is one UTF-8 sentence fit to show a person: what
 * happened, why, what to do. */
struct err {
    enum err_kind kind;
    char text[ERR_TEXT_MAX];
};

/* Fill *err (which may be NULL); the sentence is cut at a character boundary. Always returns false,
 * so that `return err_set(err, ...)` reads well. */
bool err_set(struct err *err, enum err_kind kind, const char *format, ...) FORMAT_LIKE_PRINTF(3, 4);
/* The same, with ": " and the system's words for errno value `code` behind the sentence. ENOSPC and
 * EDQUOT become ERR_FULL, ENOENT ERR_NOT_FOUND, EEXIST ERR_EXISTS, EACCES, EPERM and EROFS
 * ERR_DENIED, the rest ERR_SYSTEM. */
bool err_set_errno(struct err *err, int code, const char *format, ...) FORMAT_LIKE_PRINTF(3, 4);

/* That they return false is said here as well, where every caller's compiler and analyser sees it:
 * what a function fills only on success is then known to be unread on failure. */
static inline bool err_false(bool set)
{
    (void)set;
    return false;
}
#define err_set(...) err_false(err_set(__VA_ARGS__))
#define err_set_errno(...) err_false(err_set_errno(__VA_ARGS__))

/* Out of what the program cannot go on without: print the sentence on standard error and exit(1).
 */
_Noreturn void die(const char *format, ...) FORMAT_LIKE_PRINTF(1, 2);

#endif
