#include "protocol/os/boot.h"

/* Windows tells when it started, but that moves with the clock, and a fast start keeps the kernel. */
bool boot_id(char out[BOOT_ID_SIZE])
{
    out[0] = '\0';
    return false;
}
