/* roster.h - who has ever been here: a person is a uid, known by a secret, with a name that nobody
 * else can take. Kept as `person` frames in an append-only log of its own (the newest of a uid
 * rules), so it is mended as rooms are. The secret itself is stored nowhere. Server thread. */
#ifndef CONFAB_SERVER_ROSTER_H
#define CONFAB_SERVER_ROSTER_H

#include "protocol/base/hash.h"
#include "protocol/base/name.h"
#include "protocol/wire/limits.h"
#include "protocol/wire/msg.h"
#include "server/gate.h"
#include "server/roomlog.h"

struct person {
    char uid[UID_DIGITS + 1];
    char sha256[SHA256_HEX_SIZE]; /* of the secret */
    char name[NAME_SIZE];
    char *fold;        /* the name as names are compared */
    uint32_t sessions; /* connections that are this person */
    bool bot, admin;   /* gate.h */
    struct gate_person gate;
    struct room **directs; /* direct rooms of this person */
    size_t direct_count;
};

struct room;
struct roster;
struct roster *roster_open(const char *folder, enum roomlog_sync sync, struct disk *disk,
                           struct err *err);
void roster_close(struct roster *roster);
struct person *roster_find(const struct roster *roster, const char *uid);   /* NULL: unknown */
struct person *roster_named(const struct roster *roster, const char *name); /* NULL: nobody is */
/* Who was here with this secret before; NULL: nobody. */
struct person *roster_with(const struct roster *roster, const char *secret);
/* The person with this secret under this (clean) name: a new one, the one we know, or the one we
 * know with a new name, if that name is free. NULL: refused, *code says why. */
struct person *roster_admit(struct roster *roster, const char *secret, const char *name,
                            int64_t time, enum msg_error_code *code);
/* Everyone, in no order. */
void roster_visit(const struct roster *roster, void (*visit)(struct person *person, void *context),
                  void *context);
/* The log, for writing and syncing in the turn's order. */
struct roomlog *roster_log(const struct roster *roster);

#endif
