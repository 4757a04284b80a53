#include "protocol/base/versions.h"

#include <string.h>

#include "protocol/base/str.h"

void versions_add(char *out, size_t size, const char *name, const char *version)
{
    const size_t used = strlen(out);
    if (version && *version && !str_format(out + used, size - used, "%s %s\n", name, version))
        out[used] = '\0'; /* no half lines */
}

void versions_add_numbers(char *out, size_t size, const char *name, int major, int minor, int patch)
{
    char version[40];
    str_format(version, sizeof version, "%d.%d.%d", major, minor, patch);
    versions_add(out, size, name, version);
}
