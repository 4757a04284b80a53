/* locale.h - the languages that the person has chosen for the system. Bodies in linux/, win32/, mac/. Any thread. */
#ifndef CONFAB_PLATFORM_LOCALE_H
#define CONFAB_PLATFORM_LOCALE_H

#include <stddef.h>

/* Words like "de_AT.UTF-8" or "pt-BR", the most wanted first, with ':' between them; "" if the system says nothing.
 * What does not fit is left out. */
void locale_languages(char *out, size_t size);

#endif
