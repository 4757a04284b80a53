/* stdout.h - may a program that must not wait write a line for people? One thread. */
#ifndef CONFAB_OS_STDOUT_H
#define CONFAB_OS_STDOUT_H

#include <stdbool.h>

/* Lines up to this length go out in one piece once stdout_is_ready() says so. */
#define STDOUT_LINE_MAX 4096

/* False while a write to standard output would wait: a pipe that nobody empties, a terminal stopped
 * with Ctrl-S. */
bool stdout_is_ready(void);

#endif
