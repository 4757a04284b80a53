/* histogram.h - how long things took: counts in fixed classes, from 50 us to 1 s. Plain value,
 * zero-initialised; one thread. */
#ifndef CONFAB_SERVER_HISTOGRAM_H
#define CONFAB_SERVER_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_CLASSES 14 /* the last one: longer than all limits */

struct histogram {
    uint64_t counts[HISTOGRAM_CLASSES];
    uint64_t sum_us;
};
/* The longest time of each class but the last. */
extern const uint32_t histogram_limits_us[HISTOGRAM_CLASSES - 1];

void histogram_add(struct histogram *histogram, int64_t us); /* below 0 counts as 0 */
void histogram_add_all(struct histogram *histogram, const struct histogram *more);
uint64_t histogram_count(const struct histogram *histogram);

#endif
