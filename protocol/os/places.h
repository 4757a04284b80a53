/* places.h - the search of dirs_asset() and dirs_helper() from a folder that is said; for places.c and
 * its tests. */
#ifndef CONFAB_OS_PLACES_H
#define CONFAB_OS_PLACES_H

#include <stdbool.h>

bool places_asset(char *out, const char *program_folder, const char *name);
bool places_helper(char *out, const char *program_folder, const char *name);

#endif
