/* Seatbelt, what all of Apple's own sandboxes are made of. sandbox_init() has been called deprecated since 10.8, without anything
 * in its place for a program that gives up rights by itself; a profile in words was what browsers gave it for years. */
#include "client/media/helper/posix/sandbox_lock.h"

#include <stdint.h>
#include <sys/resource.h>

/* <sandbox.h>, which is not in every SDK */
int sandbox_init(const char *profile, uint64_t flags, char **errorbuf);
void sandbox_free_error(char *errorbuf);

/* What is open stays open; nothing is opened, made, removed, connected, started or asked of another process. */
#define NOTHING "(version 1)(deny default)(allow sysctl-read)"
static const char *const profiles[] = {
    [SANDBOX_LOOK] = NOTHING,
    [SANDBOX_DRAW] = NOTHING "(allow file-read-metadata)",
    [SANDBOX_PLAY] = NOTHING,
    [SANDBOX_PLAY_FONTS] = NOTHING "(allow file-read*)",
};

bool sandbox_lock(enum sandbox kind, struct err *err)
{
    static bool locked;
    char *why = NULL;
    if (locked) /* for good: what is left to be had less of is descriptors, and sandbox.c has taken those */
        return true;
    (void)setrlimit(RLIMIT_NPROC, &(struct rlimit){0, 0}); /* threads are not counted */
    locked = sandbox_init(profiles[kind], 0, &why) == 0;
    if (!locked) {
        err_set(err, ERR_SYSTEM, "macOS did not let previews be locked in: %s",
                why ? why : "no reason");
        sandbox_free_error(why);
    }
    return locked;
}
