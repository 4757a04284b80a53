/* portal.h - the file chooser of the desktop's portal (org.freedesktop.portal.FileChooser, XDG Desktop Portal), for systems
 * without a program that shows one, and for sandboxes, where no such program is and only the portal lets files in. */
#ifndef CONFAB_PLATFORM_LINUX_PORTAL_H
#define CONFAB_PLATFORM_LINUX_PORTAL_H

#include <stdbool.h>
#include "protocol/base/err.h"

struct dialog_wish;

/* Asked once: up to a second, if the desktop starts its portal for it. UI thread. */
bool portal_has_chooser(void);
/* As dialog_ask(). */
bool portal_ask(struct dialog_wish *wish, struct err *err);

#endif
