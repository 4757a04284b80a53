#include "client/media/helper/av/pace.h"

#include <libavcodec/avcodec.h>

#include "client/media/helper/av/channel.h"
#include "client/media/helper/av/reel.h"
#include "protocol/os/clock.h"

#define LEAD_MOST_US 1000000 /* the client has no more than this, however quickly it takes */
#define LATE_US 150000       /* pictures are not scaled any more */
#define LATER_US 400000      /* those that no other needs are not decoded */
#define LATEST_US 2000000    /* nor any but key pictures */
#define PAINT_EVERY_US 250000

void pace_begin(struct pace *pace)
{
    *pace = (struct pace){.painted_us = INT64_MIN};
}

void pace_said(struct pace *pace, const struct channel *channel, int64_t time_us, int percent)
{
    const int64_t worked_us = clock_now_us() - channel->idle_us;
    if (!pace->begun || channel->was_full) {
        pace->begun = true;
        pace->media_us = time_us;
        pace->worked_us = worked_us;
    }
    pace->lead_us = (time_us - pace->media_us) * 100 / percent - (worked_us - pace->worked_us);
    if (pace->lead_us > LEAD_MOST_US) {
        pace->worked_us -= pace->lead_us - LEAD_MOST_US;
        pace->lead_us = LEAD_MOST_US;
    }
}

bool pace_is_late(const struct pace *pace, int64_t time_us)
{
    return pace->lead_us < -LATE_US && pace->painted_us != INT64_MIN &&
           time_us - pace->painted_us < PAINT_EVERY_US;
}

void pace_painted(struct pace *pace, int64_t time_us)
{
    pace->painted_us = time_us;
}

void pace_hurry(const struct pace *pace, struct track *film)
{
    film->skip = pace->lead_us < -LATEST_US  ? AVDISCARD_NONKEY
                 : pace->lead_us < -LATER_US ? AVDISCARD_NONREF
                                             : AVDISCARD_DEFAULT;
}
