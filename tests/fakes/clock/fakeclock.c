#include "tests/fakes/clock/fakeclock.h"

#include <stdatomic.h>
#include <time.h>

#include "protocol/os/clock.h"
#include "protocol/os/clock_split.h"

static _Atomic int64_t apart;

void fakeclock_set(int64_t apart_ms)
{
    atomic_store(&apart, apart_ms);
}

static int64_t read_us(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_now_ms(void)
{
    return read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t clock_now_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

int64_t clock_wall_ms(void)
{
    return read_us(CLOCK_REALTIME) / 1000 + atomic_load(&apart);
}

bool clock_split_local(int64_t seconds, struct tm *out)
{
    time_t when = (time_t)seconds;
    return localtime_r(&when, out) != NULL;
}
