#include "protocol/os/stdout.h"

bool stdout_is_ready(void)
{
    return true; /* Windows cannot say; its console waits only while a person marks text */
}
