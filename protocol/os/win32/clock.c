#include "protocol/os/clock.h"

#include <windows.h>

#include "protocol/os/clock_split.h"

#define FILETIME_1970 INT64_C(116444736000000000) /* 100 ns from 1601 to 1970 */

int64_t clock_now_us(void)
{
    LARGE_INTEGER now, each_second;
    QueryPerformanceFrequency(&each_second);
    QueryPerformanceCounter(&now);
    /* in two parts, so that the product does not overflow */
    return now.QuadPart / each_second.QuadPart * 1000000 +
           now.QuadPart % each_second.QuadPart * 1000000 / each_second.QuadPart;
}

int64_t clock_now_ms(void)
{
    return clock_now_us() / 1000;
}

int64_t clock_wall_ms(void)
{
    FILETIME now;
    GetSystemTimePreciseAsFileTime(&now);
    int64_t ticks = (int64_t)((uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime);
    return (ticks - FILETIME_1970) / 10000;
}

bool clock_split_local(int64_t seconds, struct tm *out)
{
    __time64_t when = seconds;
    return _localtime64_s(out, &when) == 0;
}
