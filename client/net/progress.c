#include "client/net/progress.h"

#include "client/net/net.h"

void progress_start(struct progress *progress, uint64_t done, int64_t now_ms)
{
    progress->told_ms = now_ms;
    progress->told_done = done;
    progress->rate = 0;
}

bool progress_due(struct progress *progress, uint64_t done, int64_t now_ms)
{
    int64_t passed_ms = now_ms - progress->told_ms;
    if (passed_ms < NET_PROGRESS_EVERY_MS || done < progress->told_done)
        return false;
    double rate = (double)(done - progress->told_done) * 1000.0 / (double)passed_ms;
    double weight = (double)passed_ms / PROGRESS_SMOOTH_MS;
    if (progress->rate <= 0 || weight > 1)
        progress->rate = rate;
    else
        progress->rate += (rate - progress->rate) * weight;
    progress->told_ms = now_ms;
    progress->told_done = done;
    return true;
}
