#include "protocol/os/dirs.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/base/utf8.h"
#include "protocol/os/file.h"
#include "protocol/os/posix/folders.h"

#define PASSWD_SIZE 16384 /* bytes of one person's entry */

/* The person's entry; `room` holds its strings. NULL if the system knows none. */
static const struct passwd *person(struct passwd *entry, char *room, size_t size)
{
    struct passwd *found = NULL;
    return getpwuid_r(getuid(), entry, room, size, &found) == 0 ? found : NULL;
}

bool folders_home(char *out)
{
    const char *home = getenv("HOME");
    if (home && home[0] == '/')
        return str_copy(out, OS_PATH_MAX, home);
    char room[PASSWD_SIZE];
    struct passwd entry;
    const struct passwd *me = person(&entry, room, sizeof room);
    return me && me->pw_dir && me->pw_dir[0] == '/' && str_copy(out, OS_PATH_MAX, me->pw_dir);
}

void dirs_temp(char *out)
{
    const char *given = getenv("TMPDIR");
    if (!given || given[0] != '/' || !str_copy(out, OS_PATH_MAX, given))
        str_copy(out, OS_PATH_MAX, "/tmp");
}

/* A folder of this user that others can't write to, and no link to one. */
static bool is_own(const char *path)
{
    struct stat facts;
    return lstat(path, &facts) == 0 && S_ISDIR(facts.st_mode) && facts.st_uid == geteuid() &&
           (facts.st_mode & 022) == 0;
}

/* The folder that the system wants, made; else one of this user in the temporary folder, where somebody else may have
 * made it first to read and replace what we keep: then nothing can be kept, and who tries is told of this path. */
static void provide(enum folder which, char *out)
{
    if (folders_find(which, out) && file_make_folder(out, NULL) && access(out, W_OK) == 0)
        return;
    char temp[OS_PATH_MAX], name[64];
    static const char *const names[] = {"config", "data", "cache", "downloads"};
    dirs_temp(temp);
    str_format(name, sizeof name, "confab-%lu-%s", (unsigned long)getuid(), names[which]);
    path_join(out, temp, name);
    if (!file_make_folder(out, NULL) || !is_own(out))
        str_format(out, OS_PATH_MAX, "/dev/null/%s", name);
}

void dirs_config(char *out)
{
    provide(FOLDER_CONFIG, out);
}

void dirs_data(char *out)
{
    provide(FOLDER_DATA, out);
}

void dirs_cache(char *out)
{
    provide(FOLDER_CACHE, out);
}

void dirs_downloads(char *out)
{
    provide(FOLDER_DOWNLOADS, out);
}

void dirs_program(char *out)
{
    if (!folders_program(out)) {
        str_copy(out, OS_PATH_MAX, ".");
        return;
    }
    char *last = strrchr(out, '/');
    if (last && last > out)
        *last = '\0';
}

void dirs_user_name(char *out, size_t size)
{
    char room[PASSWD_SIZE];
    struct passwd entry;
    const struct passwd *me = person(&entry, room, sizeof room);
    out[0] = '\0';
    if (me && me->pw_gecos) {
        /* full name, room, telephone ... separated by commas */
        str_copy(out, size, me->pw_gecos);
        out[strcspn(out, ",")] = '\0';
    }
    if (out[0] == '\0' && me && me->pw_name)
        str_copy(out, size, me->pw_name);
    if (out[0] == '\0' && getenv("USER"))
        str_copy(out, size, getenv("USER"));
    if (!utf8_valid(out, strlen(out)))
        out[0] = '\0';
}

void dirs_host_name(char *out, size_t size)
{
    char name[256];
    if (gethostname(name, sizeof name) != 0)
        name[0] = '\0';
    name[sizeof name - 1] = '\0';
    name[strcspn(name, ".")] = '\0'; /* people call it by the first part */
    str_copy(out, size, name[0] && utf8_valid(name, strlen(name)) ? name : "this computer");
}
