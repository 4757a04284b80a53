/* open_url.h - hand a web address or a folder to the program the system has for it. Never a file that
 * was received: it may be a program. Any thread. */
#ifndef CONFAB_PLATFORM_OPEN_URL_H
#define CONFAB_PLATFORM_OPEN_URL_H

#include <stdbool.h>
#include "protocol/base/err.h"

/* http:// and https:// only: anything else from a message is refused with a sentence. */
bool open_url(const char *url, struct err *err);
/* A text that came with the program, in whatever shows texts here. */
bool open_asset(const char *path, struct err *err);
/* Show the folder in which the file is, with the file marked where the system can. */
bool open_folder_of(const char *path, struct err *err);

#endif
