/* sock_words.h - the sentences about addresses and connections that all systems share; only for the
 * files of protocol/os. */
#ifndef CONFAB_OS_SOCK_WORDS_H
#define CONFAB_OS_SOCK_WORDS_H

#include "protocol/os/sock.h"

/* Why a socket call failed, in the words of no system. */
enum sock_trouble {
    TROUBLE_REFUSED,
    TROUBLE_NO_ROUTE,
    TROUBLE_NO_ANSWER,
    TROUBLE_DENIED,
    TROUBLE_IN_USE,
    TROUBLE_NOT_OURS,
    TROUBLE_NO_DESCRIPTORS,
    TROUBLE_OTHER,
};

/* Each sets *err and returns false. `reason` is the system's words, used for TROUBLE_OTHER. */
bool sock_words_connect(struct err *err, enum sock_trouble trouble,
                        const struct sock_address *address, const char *reason);
bool sock_words_listen(struct err *err, enum sock_trouble trouble, const char *host, uint16_t port,
                       const char *reason);

#endif
