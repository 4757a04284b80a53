/* clipboard_open.h - OpenClipboard() with patience; only for win32/. UI thread. */
#ifndef CONFAB_PLATFORM_WIN32_CLIPBOARD_OPEN_H
#define CONFAB_PLATFORM_WIN32_CLIPBOARD_OPEN_H

#include <stdbool.h>

/* Other programs (clipboard histories, remote desktops) have it open for moments. In the name of our
 * window: what is put there without one is refused. CloseClipboard() as usual. */
bool clipboard_open(void);

#endif
