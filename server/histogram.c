#include "server/histogram.h"

const uint32_t histogram_limits_us[HISTOGRAM_CLASSES - 1] = {
    50, 100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 1000000};

void histogram_add(struct histogram *histogram, int64_t us)
{
    int at = 0;
    while (at < HISTOGRAM_CLASSES - 1 && us > histogram_limits_us[at])
        at++;
    histogram->counts[at]++;
    histogram->sum_us += us > 0 ? (uint64_t)us : 0;
}

void histogram_add_all(struct histogram *histogram, const struct histogram *more)
{
    for (int i = 0; i < HISTOGRAM_CLASSES; i++)
        histogram->counts[i] += more->counts[i];
    histogram->sum_us += more->sum_us;
}

uint64_t histogram_count(const struct histogram *histogram)
{
    uint64_t count = 0;
    for (int i = 0; i < HISTOGRAM_CLASSES; i++)
        count += histogram->counts[i];
    return count;
}
