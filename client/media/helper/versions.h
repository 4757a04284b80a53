/* versions.h - confab-media --version: what this program is, and the libraries that decode in it. */
#ifndef CONFAB_MEDIA_VERSIONS_H
#define CONFAB_MEDIA_VERSIONS_H

#include <stddef.h>
#include <stdbool.h>

void versions_add_picture(char *out, size_t size); /* what both programs have */
/* True if the version was all that was asked for: it is printed. `more` (NULL: none) adds its lines. */
bool versions_asked(int argc, char **argv, const char *program,
                    void (*more)(char *out, size_t size));

#endif
