#include "client/media/helper/sandbox.h"

#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <windows.h>
#include <sddl.h>

#define LOW_INTEGRITY L"S-1-16-4096" /* may change next to nothing that is the person's */

/* The job ends what takes too much, and lets no child be started. Its handle stays open: the job lives as long as we do. */
static bool enter_job(enum sandbox kind)
{
    HANDLE job = CreateJobObjectW(NULL, NULL);
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION info = {0};
    JOBOBJECT_BASIC_UI_RESTRICTIONS screen = {
        JOB_OBJECT_UILIMIT_DESKTOP | JOB_OBJECT_UILIMIT_DISPLAYSETTINGS |
        JOB_OBJECT_UILIMIT_EXITWINDOWS | JOB_OBJECT_UILIMIT_GLOBALATOMS |
        JOB_OBJECT_UILIMIT_HANDLES | JOB_OBJECT_UILIMIT_READCLIPBOARD |
        JOB_OBJECT_UILIMIT_SYSTEMPARAMETERS | JOB_OBJECT_UILIMIT_WRITECLIPBOARD};
    info.BasicLimitInformation.LimitFlags =
        JOB_OBJECT_LIMIT_PROCESS_MEMORY | JOB_OBJECT_LIMIT_ACTIVE_PROCESS |
        JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION |
        (kind == SANDBOX_LOOK || kind == SANDBOX_DRAW ? JOB_OBJECT_LIMIT_PROCESS_TIME : 0);
    info.BasicLimitInformation.ActiveProcessLimit = 1;
    info.BasicLimitInformation.PerProcessUserTimeLimit.QuadPart =
        HELPER_CPU_SECONDS * 10000000LL; /* 100 ns */
    info.ProcessMemoryLimit = (SIZE_T)HELPER_MEMORY_BYTES;
    if (!job ||
        !SetInformationJobObject(job, JobObjectExtendedLimitInformation, &info, sizeof info) ||
        !AssignProcessToJobObject(job, GetCurrentProcess()))
        return false;
    /* refused inside some other program's job, and that job's business then */
    SetInformationJobObject(job, JobObjectBasicUIRestrictions, &screen, sizeof screen);
    return true;
}

/* Our own token, for good: no privilege is left, and nothing of the person's can be written. */
static bool restrict_token(void)
{
    union {
        TOKEN_PRIVILEGES held;
        uint8_t room[2048];
    } all;
    DWORD size = 0;
    HANDLE token = NULL;
    PSID low = NULL;
    bool ok =
        OpenProcessToken(GetCurrentProcess(),
                         TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES | TOKEN_ADJUST_DEFAULT, &token) &&
        GetTokenInformation(token, TokenPrivileges, &all, sizeof all, &size) &&
        ConvertStringSidToSidW(LOW_INTEGRITY, &low);
    if (ok) {
        for (DWORD i = 0; i < all.held.PrivilegeCount; i++)
            all.held.Privileges[i].Attributes = SE_PRIVILEGE_REMOVED;
        TOKEN_MANDATORY_LABEL label = {{low, SE_GROUP_INTEGRITY}};
        ok = AdjustTokenPrivileges(token, FALSE, &all.held, 0, NULL, NULL) &&
             SetTokenInformation(token, TokenIntegrityLevel, &label,
                                 sizeof label + GetLengthSid(low));
    }
    LocalFree(low);
    if (token)
        CloseHandle(token);
    return ok;
}

bool sandbox_enter(enum sandbox kind, struct err *err)
{
    static bool entered; /* a second time there is nothing less to have */
    if (entered)
        return true;
    if (kind == SANDBOX_LOOK || kind == SANDBOX_DRAW)
        SetPriorityClass(GetCurrentProcess(), BELOW_NORMAL_PRIORITY_CLASS);
    entered = enter_job(kind) && restrict_token();
    return entered || err_set(err, ERR_SYSTEM,
                              "This computer does not let Confab lock up the program that looks "
                              "into files, so nothing is shown of them.");
}

os_file sandbox_input(void)
{
    _setmode(_fileno(stdout), _O_BINARY);
    return (os_file)GetStdHandle(STD_INPUT_HANDLE);
}
