#include "protocol/os/system.h"

#include <string.h>
#include <windows.h>

#include "protocol/base/str.h"

/* RtlGetVersion(): GetVersionEx() tells what the manifest was written for. */
void system_name(char *out, size_t size)
{
    typedef LONG(WINAPI * get_version)(OSVERSIONINFOW *);
    OSVERSIONINFOW version = {.dwOSVersionInfoSize = sizeof version};
    SYSTEM_INFO system;
    get_version get = NULL;
    const HMODULE library = GetModuleHandleW(L"ntdll.dll");
    const FARPROC found = library ? GetProcAddress(library, "RtlGetVersion") : NULL;
    memcpy(&get, &found, sizeof get);
    if (get)
        get(&version);
    GetNativeSystemInfo(&system);
    const WORD kind = system.wProcessorArchitecture;
    str_format(out, size, "Windows %lu.%lu.%lu, %s", version.dwMajorVersion, version.dwMinorVersion,
               version.dwBuildNumber,
               kind == PROCESSOR_ARCHITECTURE_AMD64   ? "x86_64"
               : kind == PROCESSOR_ARCHITECTURE_ARM64 ? "arm64"
                                                      : "x86");
}
