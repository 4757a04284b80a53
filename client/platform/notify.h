/* notify.h - notifications of the desktop. Bodies in linux/, win32/, mac/. UI thread; nothing here blocks, and
 * where the desktop has none nothing happens. */
#ifndef CONFAB_PLATFORM_NOTIFY_H
#define CONFAB_PLATFORM_NOTIFY_H

#include <stdbool.h>

struct window;

/* From now on INPUT_THEME comes when the desktop goes dark or light, where it says so. Cheap; call it once,
 * when the window is on the screen. */
void notify_watch_theme(void);
/* Show one; it takes the place of the one before. title, text: UTF-8, shown as they are, whatever is in them.
 * A click on it comes as INPUT_NOTICE with `tag` as its text. */
void notify_show(const char *title, const char *text, const char *tag);
void notify_withdraw(void); /* it has been seen in the window */
void notify_close(void);    /* at the end, before the window goes */

#endif
