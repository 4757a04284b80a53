/* retain.h - what rooms keep: the oldest segments of their logs and the files in them go when
 * --keep-days, --keep-messages or --keep-size says so, and when --quota (quota.h) leaves no other
 * way. Server thread. */
#ifndef CONFAB_SERVER_RETAIN_H
#define CONFAB_SERVER_RETAIN_H

#include <stdbool.h>
#include <stdint.h>

#define RETAIN_EVERY_MS 5000
#define RETAIN_CALM_MS 3600000 /* without a jump of the clock, before messages go by age */
#define KEEP_DAYS_MAX 36500
#define KEEP_MESSAGES_MIN 100
#define KEEP_SIZE_MIN 65536

struct server;

/* Is the clock that says how old messages are to be trusted? A clock that was set wrong for a moment
 * must not cost a room its history, so after a jump against the steady clock it is not, for a
 * while. Zero-initialised: trusted. Pure. */
struct retain_clock {
    int64_t apart_ms; /* wall - steady */
    int64_t jumped_ms;
    bool known, jumped;
};
bool retain_is_calm(struct retain_clock *clock, int64_t wall_ms, int64_t now_ms);

/* Let go what may go. Returns when it is due again (clock_now_ms()). */
int64_t retain_tick(struct server *server, int64_t now_ms);

#endif
