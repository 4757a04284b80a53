#include "protocol/os/system.h"

#include <string.h>
#include <sys/utsname.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"
#include "protocol/os/file.h"

#define OS_RELEASE_MAX 65536 /* bytes of os-release(5) that are read */

/* PRETTY_NAME="..." of os-release(5), where there is one. */
static bool pretty_name(char *out, size_t size)
{
    static const char key[] = "PRETTY_NAME=";
    bool found = false;
    char *text = file_load("/etc/os-release", OS_RELEASE_MAX, NULL, NULL);
    for (char *line = text; line && !found; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (!str_starts(line, key))
            continue;
        char *value = line + sizeof key - 1;
        const char quote = *value == '"' || *value == '\'' ? *value++ : '\n';
        value[strcspn(value, (const char[]){quote, '\n', '\0'})] = '\0';
        found = *value != '\0' && utf8_valid(value, strlen(value)) && str_copy(out, size, value);
        break;
    }
    mem_free(text);
    return found;
}

void system_name(char *out, size_t size)
{
    struct utsname name;
    char words[128];
    if (uname(&name) != 0) {
        str_copy(out, size, "?");
        return;
    }
    if (!pretty_name(words, sizeof words))
        str_format(words, sizeof words, "%s %s", name.sysname, name.release);
    str_format(out, size, "%s, %s", words, name.machine);
}
