#include "protocol/os/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

uint64_t memory_resident(void)
{
    uint64_t all, resident = 0;
    FILE *file = fopen("/proc/self/statm", "re"); /* proc(5): in pages */
    if (file == NULL)
        return 0;
    if (fscanf(file, "%" SCNu64 " %" SCNu64, &all, &resident) != 2)
        resident = 0;
    fclose(file);
    return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}
