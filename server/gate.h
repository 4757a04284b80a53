/* gate.h - how much a person may do in which time. Server thread; no allocation, no clock of its
 * own.
 *
 * Source: token bucket, as in RFC 2697 section 3 (one rate, one burst). */
#ifndef CONFAB_SERVER_GATE_H
#define CONFAB_SERVER_GATE_H

#include <stdbool.h>
#include <stdint.h>

struct session;

#define GATE_RATE_DEFAULT 3 /* messages a second, for people */
#define GATE_RATE_MAX 1000000
#define GATE_BURST(rate) (3 * (rate) + 1)
/* Told to who was too fast, at least: so that one refusal pays for several messages. */
#define GATE_WAIT_LEAST_MS 1000
/* So long after a refusal nothing else is taken from that connection before what was refused, so
 * that what was already on its way does not overtake it. */
#define GATE_ORDER_MS 5000

struct bucket {   /* zero-initialised: full */
    int64_t used; /* thousandths */
    int64_t at_ms;
};
/* Take one of up to `burst`, which come back at `per_second`. False: there is none; *wait_ms: how
 * long until there is. A clock that goes back gives nothing and takes nothing. */
bool bucket_take(struct bucket *bucket, int64_t now_ms, uint32_t per_second, uint32_t burst,
                 uint32_t *wait_ms);

/* May this session's person say one more message, `id`? False: it was told too-fast. */
bool gate_may_say(struct session *session, const char *id);

#endif
