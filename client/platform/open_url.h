/* open_url.h - hand a file, a folder or a web address to the program the system has for it. Any
 * thread. */
#ifndef CONFAB_PLATFORM_OPEN_URL_H
#define CONFAB_PLATFORM_OPEN_URL_H

#include <stdbool.h>
#include "protocol/base/err.h"

/* http:// and https:// only: anything else from a message is refused with a sentence. */
bool open_url(const char *url, struct err *err);
/* A path on this computer. The caller has asked the person first: an unknown file may be a program.
 */
bool open_file(const char *path, struct err *err);
/* Show the file's folder. */
bool open_folder_of(const char *path, struct err *err);

#endif
