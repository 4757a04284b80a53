/* bell.h - a wake's ring as a call: for a main thread that sleeps in something that is not select().
 *
 * A signal handler may do next to nothing, but it may ring a wake. A thread sleeps on that wake and
 * calls on. It costs no time while nothing happens. */
#ifndef CONFAB_WORK_BELL_H
#define CONFAB_WORK_BELL_H

#include "protocol/os/wake.h"

struct bell;
/* Each time `wake` rings, `ring(context)` is called on the bell's own thread; many rings at once may
 * make one call. The wake is only borrowed, and nobody else may wait for it. NULL and *err if there
 * can be no thread. */
struct bell *bell_start(struct wake *wake, void (*ring)(void *context), void *context,
                        struct err *err);
/* No call comes after it has returned. NULL is fine. */
void bell_stop(struct bell *bell);

#endif
