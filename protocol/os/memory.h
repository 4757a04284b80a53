/* memory.h - what this process weighs. Any thread. */
#ifndef CONFAB_OS_MEMORY_H
#define CONFAB_OS_MEMORY_H

#include <stdint.h>

uint64_t memory_resident(void); /* bytes in memory now; 0: the system does not say */

#endif
