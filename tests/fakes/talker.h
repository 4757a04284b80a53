/* talker.h - a peer that speaks the wire and waits for each thing it does: for tests of a server in
 * the same process. One thread at a time. POSIX. */
#ifndef CONFAB_TESTS_TALKER_H
#define CONFAB_TESTS_TALKER_H

#include "protocol/base/buf.h"
#include "protocol/wire/msg_json.h"

struct talker {
    int sock; /* -1: closed */
    struct buf in, out;
    size_t used; /* bytes of the message that was given last */
};

/* To 127.0.0.1. False: nobody took the call. */
bool talker_open(struct talker *talker, uint16_t port);
void talker_close(struct talker *talker); /* closed is fine */
/* False: the other end is gone. */
bool talker_send(struct talker *talker, const struct msg *msg);
bool talker_send_bytes(struct talker *talker, const void *bytes, size_t size);
/* The next message within timeout_ms into *msg (zero-initialised; destroy it). Its payload is lent
 * until the next call. False: none came; the socket may be closed. */
bool talker_next(struct talker *talker, struct msg *msg, int timeout_ms);
/* hello as `name` with a secret made of it and `salt`. */
bool talker_hello(struct talker *talker, const char *name, const char *salt);

#endif
