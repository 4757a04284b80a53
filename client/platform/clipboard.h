/* clipboard.h - text to and from the system's clipboard. UI thread; needs an open window. */
#ifndef CONFAB_PLATFORM_CLIPBOARD_H
#define CONFAB_PLATFORM_CLIPBOARD_H

#include <stdbool.h>

/* The clipboard's text, "" if none; the caller frees it with mem_free(). Never NULL; may hold
 * anything, so clean it (edit.h does). */
char *clipboard_get(void);
bool clipboard_set(const char *utf8);

/* What is selected at the moment, in any program, for the middle button: X11's and Wayland's second
 * clipboard. Elsewhere there is none: "" and nothing. */
char *clipboard_get_primary(void);
void clipboard_set_primary(const char *utf8);

#endif
