/* clock_split.h - what clock.c asks of each system. */
#ifndef CONFAB_OS_CLOCK_SPLIT_H
#define CONFAB_OS_CLOCK_SPLIT_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* Seconds since 1970 as the fields of this computer's zone. False if the system can't. */
bool clock_split_local(int64_t seconds, struct tm *out);

#endif
