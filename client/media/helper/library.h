/* library.h - a library that is only loaded when it is needed. Before the sandbox is entered: code cannot be loaded in it. */
#ifndef CONFAB_MEDIA_LIBRARY_H
#define CONFAB_MEDIA_LIBRARY_H

#include <stdbool.h>

/* The first of these names (NULL-ended) that there is; NULL: none. It stays loaded. */
void *library_open(const char *const *names);
/* *function = what is called `name`, a pointer to a function; false: there is none. */
bool library_find(void *library, const char *name, void *function);

#endif
