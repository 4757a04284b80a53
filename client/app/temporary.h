/* temporary.h - files that are made only to be sent, each in a folder of its own, so that all can have plain names. */
#ifndef CONFAB_APP_TEMPORARY_H
#define CONFAB_APP_TEMPORARY_H

#include "protocol/base/err.h"

/* A new folder's path (OS_PATH_MAX bytes), which is not made. */
bool temporary_folder(char *out, struct err *err);
/* The file goes, with its folder if that is empty then. */
void temporary_remove(const char *path);

#endif
