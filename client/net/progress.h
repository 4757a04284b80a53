/* progress.h - how fast something moves, and when to tell. Plain values. */
#ifndef CONFAB_CLIENT_NET_PROGRESS_H
#define CONFAB_CLIENT_NET_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress { /* zero-initialised */
    int64_t told_ms;
    uint64_t told_done;
    double rate; /* bytes per second, smoothed over PROGRESS_SMOOTH_MS */
};
#define PROGRESS_SMOOTH_MS 1500.0

/* Begin (again) at `done` bytes: what was there before is no speed. */
void progress_start(struct progress *progress, uint64_t done, int64_t now_ms);
/* True, with the rate brought up to date, if it is time to tell. */
bool progress_due(struct progress *progress, uint64_t done, int64_t now_ms);

#endif
