/* signals.h - the polite ways in which the system asks a program to end. */
#ifndef CONFAB_OS_SIGNALS_H
#define CONFAB_OS_SIGNALS_H

#include <stdbool.h>
#include "protocol/os/wake.h"

/* From now on SIGINT, SIGTERM and SIGHUP (Ctrl-C, close and shutdown events on Windows) ring `wake`
 * and make signals_quit() true. */
void signals_watch(struct wake *wake);
bool signals_quit(void);

/* From now on SIGHUP does not end the program: it rings that wake and asks for the configuration to
 * be read again, also where nohup has made it deaf. Does nothing on Windows, which has no such
 * signal. */
void signals_watch_reload(void);
/* True once for each time it was asked for; many at once count as one. */
bool signals_reload(void);

/* From now on SIGUSR1 rings that wake too, and asks for a snapshot (for bug reports). Does nothing
 * on Windows, which has no such signal. */
void signals_watch_snapshot(void);
/* True once for each time it was asked for; many at once count as one. */
bool signals_snapshot(void);

#endif
