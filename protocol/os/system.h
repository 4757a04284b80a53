/* system.h - what this computer runs. Any thread. */
#ifndef CONFAB_OS_SYSTEM_H
#define CONFAB_OS_SYSTEM_H

#include <stddef.h>

/* "Debian GNU/Linux 12 (bookworm), x86_64", "Windows 10.0.19045, x86_64": for reports of faults. */
void system_name(char *out, size_t size);

#endif
