/* folders.h - where each POSIX system keeps a person's files; only for dirs.c. Every function fills
 * out[OS_PATH_MAX] and is false if there is no answer. Makes nothing. */
#ifndef CONFAB_OS_POSIX_FOLDERS_H
#define CONFAB_OS_POSIX_FOLDERS_H

#include <stdbool.h>

enum folder { FOLDER_CONFIG, FOLDER_DATA, FOLDER_CACHE, FOLDER_DOWNLOADS };

/* Provided by linux/ and mac/. */
bool folders_find(enum folder which, char *out);
bool folders_program(char *out); /* the running program's own path */
/* Provided by dirs.c. */
bool folders_home(char *out);

#endif
