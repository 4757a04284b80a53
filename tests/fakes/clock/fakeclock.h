/* fakeclock.h - protocol/os/clock.h's two clocks, linked in their place: the wall's clock can be set.
 * The steady one goes on as it is. POSIX. */
#ifndef CONFAB_TESTS_FAKECLOCK_H
#define CONFAB_TESTS_FAKECLOCK_H

#include <stdint.h>

/* From now on the wall's clock is so far from the true one. Any thread. */
void fakeclock_set(int64_t apart_ms);

#endif
