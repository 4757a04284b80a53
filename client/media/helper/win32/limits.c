#include "client/media/helper/limits.h"

#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <windows.h>

void limits_apply(void)
{
    HANDLE job = CreateJobObjectW(NULL, NULL);
    if (!job)
        return;
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION info = {0};
    info.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_PROCESS_MEMORY |
                                            JOB_OBJECT_LIMIT_PROCESS_TIME |
                                            JOB_OBJECT_LIMIT_ACTIVE_PROCESS;
    info.BasicLimitInformation.ActiveProcessLimit = 1;
    info.BasicLimitInformation.PerProcessUserTimeLimit.QuadPart =
        HELPER_CPU_SECONDS * 10000000LL; /* 100 ns */
    info.ProcessMemoryLimit = (SIZE_T)HELPER_MEMORY_BYTES;
    SetInformationJobObject(job, JobObjectExtendedLimitInformation, &info, sizeof info);
    AssignProcessToJobObject(
        job, GetCurrentProcess()); /* the handle stays open: the job lives as long as we do */
}

os_file limits_input(void)
{
    _setmode(_fileno(stdout), _O_BINARY);
    return (os_file)GetStdHandle(STD_INPUT_HANDLE);
}
