/* clipboard.h - text to and from the system's clipboard. UI thread; needs an open window. */
#ifndef CONFAB_PLATFORM_CLIPBOARD_H
#define CONFAB_PLATFORM_CLIPBOARD_H

#include <stdbool.h>

/* The clipboard's text, "" if none; the caller frees it with mem_free(). Never NULL; may hold
 * anything, so clean it (edit.h does). */
char *clipboard_get(void);
bool clipboard_set(const char *utf8);

#endif
