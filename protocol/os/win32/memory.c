#include "protocol/os/memory.h"

#include <windows.h>

#define PSAPI_VERSION 2 /* in kernel32, without psapi.dll */
#include <psapi.h>

uint64_t memory_resident(void)
{
    PROCESS_MEMORY_COUNTERS counters = {.cb = sizeof counters};
    if (!GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof counters))
        return 0;
    return counters.WorkingSetSize;
}
