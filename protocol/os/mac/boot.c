#include "protocol/os/boot.h"

#include <sys/sysctl.h>

bool boot_id(char out[BOOT_ID_SIZE])
{
    size_t size = BOOT_ID_SIZE;
    return sysctlbyname("kern.bootsessionuuid", out, &size, NULL, 0) == 0;
}
