/* pace.h - does decoding keep up? If not, pictures are left out rather than late.
 *
 * The client takes as fast as it plays, and a full pipe shows that it has enough. From then on the lead shrinks when a second of film
 * takes longer than a second to make; waiting for the client does not count. */
#ifndef CONFAB_MEDIA_PACE_H
#define CONFAB_MEDIA_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct channel;
struct track;

struct pace {
    bool begun;
    int64_t media_us, worked_us; /* both at the moment when the lead was as large as it gets */
    int64_t lead_us;             /* since then */
    int64_t painted_us;          /* time of the last picture */
};

void pace_begin(struct pace *pace);
/* Something of this time was said. */
void pace_said(struct pace *pace, const struct channel *channel, int64_t time_us, int percent);
/* Is it better not to scale and say the picture of this time? Now and then one is, however slow it is. */
bool pace_is_late(const struct pace *pace, int64_t time_us);
void pace_painted(struct pace *pace, int64_t time_us);
/* What the decoder may leave out from now on. */
void pace_hurry(const struct pace *pace, struct track *film);

#endif
