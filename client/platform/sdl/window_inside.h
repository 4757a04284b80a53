/* window_inside.h - what dialog.c needs of window.c. */
#ifndef CONFAB_PLATFORM_WINDOW_INSIDE_H
#define CONFAB_PLATFORM_WINDOW_INSIDE_H

#include <stdbool.h>

/* Any thread: a chosen path (taken; NULL: the last answer) on its way to the queue as INPUT_CHOSEN.
 * False if there is no window any more. */
bool window_post_choice(unsigned token, char *path);

/* Any thread: a notification was clicked (INPUT_NOTICE; its tag is taken), the desktop's look has changed
 * (INPUT_THEME). */
bool window_post_notice(char *tag);
bool window_post_theme(void);

#endif
