#include "client/platform/locale.h"

#include <stdlib.h>

#include "protocol/base/str.h"

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

/* As gettext does, LANGUAGE goes first; it counts under C.UTF-8 too, where gettext drops it, but not under a plain C. */
void locale_languages(char *out, size_t size)
{
    const char *locale = variable("LC_ALL"), *wish = variable("LANGUAGE");
    if (!locale)
        locale = variable("LC_MESSAGES");
    if (!locale)
        locale = variable("LANG");
    if (str_equal(locale, "C") || str_equal(locale, "POSIX"))
        wish = NULL;
    str_format(out, size, "%s%s%s", wish ? wish : "", wish && locale ? ":" : "",
               locale ? locale : "");
}
