#include "server/gate.h"

#include <string.h>

#include "protocol/base/mem.h"
#include "protocol/base/name.h"
#include "protocol/base/str.h"
#include "server/session.h"
#include "server/state.h"

#define ONE 1000 /* thousandths: per_second of them come back in a millisecond */

bool bucket_take(struct bucket *bucket, int64_t now_ms, uint32_t per_second, uint32_t burst,
                 uint32_t *wait_ms)
{
    int64_t most = (int64_t)burst * ONE, rate = per_second;
    int64_t passed_ms = now_ms > bucket->at_ms ? now_ms - bucket->at_ms : 0;
    bucket->at_ms = now_ms;
    bucket->used = passed_ms > bucket->used / rate ? 0 : bucket->used - passed_ms * rate;
    if (bucket->used + ONE > most) {
        *wait_ms = (uint32_t)((bucket->used + ONE - most + rate - 1) / rate);
        return false;
    }
    bucket->used += ONE;
    return true;
}

static bool is_bot(const struct session *session)
{
    const struct server_names *bots = &session->server->config.bots;
    for (size_t i = 0; i < bots->count; i++) {
        if (name_equal(bots->names[i], session->person->name))
            return true;
    }
    return false;
}

/* Is something else to come first? */
static bool overtakes(const struct session *session, const char *id, int64_t now_ms)
{
    return session->late_id != NULL && now_ms < session->late_until_ms &&
           strcmp(session->late_id, id) != 0;
}

bool gate_may_say(struct session *session, const char *id)
{
    uint32_t rate = session->server->config.rate, wait_ms = 0;
    int64_t now_ms = loop_now_ms(session->server->loop);
    if (rate == 0 || is_bot(session))
        return true;
    bool late = overtakes(session, id, now_ms);
    if (!late && bucket_take(&session->person->says, now_ms, rate, GATE_BURST(rate), &wait_ms)) {
        mem_free(session->late_id);
        session->late_id = NULL;
        return true;
    }
    if (!late) {
        mem_free(session->late_id);
        session->late_id = mem_string(id);
    }
    session->late_until_ms = now_ms + GATE_ORDER_MS;
    session_too_fast(session, id, wait_ms > GATE_WAIT_LEAST_MS ? wait_ms : GATE_WAIT_LEAST_MS);
    return false;
}
