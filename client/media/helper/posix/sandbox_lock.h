/* sandbox_lock.h - which system calls are left. Bodies in linux/ (a filter) and mac/ (limits alone). */
#ifndef CONFAB_MEDIA_SANDBOX_LOCK_H
#define CONFAB_MEDIA_SANDBOX_LOCK_H

#include "client/media/helper/sandbox.h"

bool sandbox_lock(enum sandbox kind, struct err *err);

#endif
