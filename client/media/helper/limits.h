/* limits.h - what the helper may use up, and where its one file is. Bodies per system. */
#ifndef CONFAB_MEDIA_LIMITS_H
#define CONFAB_MEDIA_LIMITS_H

#include "protocol/os/file.h"

#define HELPER_CPU_SECONDS 10
#define HELPER_MEMORY_BYTES (UINT64_C(1) << 30)

/* Bound processor time and memory, forbid new files and children. Called before the first byte is read; what the system does not know is left out. */
void limits_apply(void);
/* Standard input as a file that can be read at any offset; standard output becomes binary. */
os_file limits_input(void);

#endif
