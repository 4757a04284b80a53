/* bans.h - who may not come in or not speak, and for how long: kept in the data folder as lines of
 * text that a person can read. Server thread. */
#ifndef CONFAB_SERVER_BANS_H
#define CONFAB_SERVER_BANS_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/base/err.h"
#include "protocol/base/name.h"
#include "protocol/os/sock.h"

enum ban_kind { BAN_PERSON, BAN_ADDRESS, BAN_MUTE, BAN_KINDS };
#define BANS_MAX 10000

struct ban {
    enum ban_kind kind;
    char key[SOCK_ADDRESS_SIZE]; /* a uid, or an address as sock_address_network() writes it */
    char name[NAME_SIZE];        /* of the person then; "" for addresses */
    int64_t until_ms;            /* clock_wall_ms(); 0: for good */
};

struct bans;
/* What the folder knows; lines that make no sense are passed over and told in the log. NULL with a
 * sentence if the file cannot be read. */
struct bans *bans_open(const char *folder, struct err *err);
void bans_close(struct bans *bans); /* NULL is fine */
/* From now on, in place of what was said of the same kind and key. It holds although false says with
 * *err that it could not be written down; ERR_LIMIT: there are too many, it does not hold. */
bool bans_set(struct bans *bans, const struct ban *ban, int64_t now_ms, struct err *err);
/* No longer. False without an error: there was none. */
bool bans_lift(struct bans *bans, enum ban_kind kind, const char *key, struct err *err);
/* The one that holds now; NULL: none. Valid until the next change. */
const struct ban *bans_find(const struct bans *bans, enum ban_kind kind, const char *key,
                            int64_t now_ms);
/* The newest person ban of that name, whoever has the name now; NULL: none. */
const struct ban *bans_of_name(const struct bans *bans, enum ban_kind kind, const char *name);

#endif
