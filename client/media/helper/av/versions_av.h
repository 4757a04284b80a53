/* versions_av.h - the libraries that only confab-media has, not confab-media-quick. */
#ifndef CONFAB_MEDIA_VERSIONS_AV_H
#define CONFAB_MEDIA_VERSIONS_AV_H

#include <stddef.h>

void versions_add_av(char *out, size_t size);

#endif
