/* versions.h - the libraries that the window is made with. */
#ifndef CONFAB_PLATFORM_VERSIONS_H
#define CONFAB_PLATFORM_VERSIONS_H

#include <stddef.h>

void platform_add_versions(char *out, size_t size); /* loads SDL_mixer, to ask it */

#endif
