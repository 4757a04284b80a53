/* XDG Base Directory Specification 0.8, and xdg-user-dirs' user-dirs.dirs for downloads. */
#include "protocol/os/posix/folders.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/file.h"

#define USER_DIRS_MAX 65536 /* bytes of user-dirs.dirs that are read */

/* $variable, or the folder of that name under home. Relative values are to be ignored, says XDG. */
static bool base(const char *variable, const char *under_home, char *out)
{
    const char *given = getenv(variable);
    char home[OS_PATH_MAX];
    if (given && given[0] == '/')
        return str_copy(out, OS_PATH_MAX, given);
    return folders_home(home) && path_join(out, home, under_home);
}

static bool ours(const char *variable, const char *under_home, char *out)
{
    char folder[OS_PATH_MAX];
    return base(variable, under_home, folder) && path_join(out, folder, "confab");
}

/* One value of user-dirs.dirs: "$HOME/yyy" or "/yyy", in shell quotes. */
static bool value(const char *text, char *out)
{
    char home[OS_PATH_MAX] = "";
    size_t used = 0;
    if (str_starts(text, "$HOME/") || str_starts(text, "$HOME\"")) {
        if (!folders_home(home))
            return false;
        text += strlen("$HOME");
        used = strlen(home);
    } else if (text[0] != '/') {
        return false;
    }
    memcpy(out, home, used);
    for (; *text != '"'; text++) {
        if (*text == '\\')
            text++;
        if (*text == '\0' || *text == '\n' || used + 1 >= OS_PATH_MAX)
            return false;
        out[used++] = *text;
    }
    out[used] = '\0';
    return true;
}

static bool downloads(char *out)
{
    static const char key[] = "XDG_DOWNLOAD_DIR=\"";
    char path[OS_PATH_MAX], config[OS_PATH_MAX], home[OS_PATH_MAX];
    bool found = false;
    if (base("XDG_CONFIG_HOME", ".config", config) && path_join(path, config, "user-dirs.dirs")) {
        char *text = file_load(path, USER_DIRS_MAX, NULL, NULL);
        for (const char *line = text; line && !found;) {
            line += strspn(line, " \t");
            if (str_starts(line, key))
                found = value(line + strlen(key), out);
            line = strchr(line, '\n');
            line = line ? line + 1 : NULL;
        }
        mem_free(text);
    }
    return found || (folders_home(home) && path_join(out, home, "Downloads"));
}

bool folders_find(enum folder which, char *out)
{
    switch (which) {
    case FOLDER_CONFIG:
        return ours("XDG_CONFIG_HOME", ".config", out);
    case FOLDER_DATA:
        return ours("XDG_DATA_HOME", ".local/share", out);
    case FOLDER_CACHE:
        return ours("XDG_CACHE_HOME", ".cache", out);
    default:
        return downloads(out);
    }
}

bool folders_program(char *out)
{
    /* Linux, NetBSD, DragonFly; elsewhere a link may be missing and the answer is no */
    static const char *const links[] = {"/proc/self/exe", "/proc/curproc/exe",
                                        "/proc/curproc/file"};
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        ssize_t size = readlink(links[i], out, OS_PATH_MAX - 1);
        if (size > 0) {
            out[size] = '\0';
            return true;
        }
    }
    return false;
}
