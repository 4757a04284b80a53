#include "protocol/os/boot.h"

#include <string.h>

#include "protocol/os/file.h"

bool boot_id(char out[BOOT_ID_SIZE])
{
    size_t got = 0;
    os_file file = file_open("/proc/sys/kernel/random/boot_id", FILE_READ, NULL);
    if (file == OS_FILE_NONE)
        return false;
    bool ok = file_read_some(file, 0, out, BOOT_ID_SIZE - 1, &got, NULL) && got > 0;
    file_close(file);
    out[ok ? got : 0] = '\0';
    out[strcspn(out, "\n")] = '\0';
    return ok;
}
