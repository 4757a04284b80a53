/* boot.h - has the computer started anew since? */
#ifndef CONFAB_OS_BOOT_H
#define CONFAB_OS_BOOT_H

#include <stdbool.h>

#define BOOT_ID_SIZE 64

/* A word that stays while the computer runs and is another after each of its starts. False: the
 * system has none. */
bool boot_id(char out[BOOT_ID_SIZE]);

#endif
