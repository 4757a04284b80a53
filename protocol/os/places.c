/* Where what came with the program lies, seen from the program: nothing else is known, so that an
 * installed folder can be moved, and what was built holds no path of where it was built. */
#include "protocol/os/places.h"

#include <stddef.h>
#include <string.h>

#include "protocol/base/str.h"
#include "protocol/os/dirs.h"
#include "protocol/os/file.h"

/* A name that stays where it is looked for: "icons/send.svg", and no way up or out. */
static bool is_inside(const char *name)
{
    if (name[0] == '\0' || strpbrk(name, "\\:"))
        return false;
    for (const char *part = name;; part++) {
        size_t length = strcspn(part, "/");
        if (length == 0 || str_starts(part, "./") || str_starts(part, "../") ||
            strcmp(part, ".") == 0 || strcmp(part, "..") == 0)
            return false;
        part += length;
        if (*part == '\0')
            return true;
    }
}

static bool find(char *out, const char *program_folder, const char *place, const char *name,
                 const char *ending)
{
    char folder[OS_PATH_MAX], file[OS_PATH_MAX];
    return path_join(folder, program_folder, place) &&
           str_format(file, sizeof file, "%s%s", name, ending) && path_join(out, folder, file) &&
           file_info(out).exists;
}

bool places_asset(char *out, const char *program_folder, const char *name)
{
    static const char *const places[] = {
        "assets", /* Windows; and a build folder, where it is a link to the source tree's */
        "../share/confab",    /* Linux */
        "../../share/confab", /* the same, for a helper in libexec/confab */
        "../Resources",       /* the bundle of macOS */
        "",                   /* Windows: fonts/, licences/ */
        "../assets",          /* the tests of a build folder */
    };
    if (is_inside(name))
        for (size_t i = 0; i < sizeof places / sizeof *places; i++)
            if (find(out, program_folder, places[i], name, ""))
                return true;
    out[0] = '\0';
    return false;
}

bool places_helper(char *out, const char *program_folder, const char *name)
{
    static const char *const places[] = {"", "../libexec/confab"};
    static const char *const endings[] = {"", ".exe"};
    if (is_inside(name))
        for (size_t i = 0; i < sizeof places / sizeof *places; i++)
            for (size_t j = 0; j < sizeof endings / sizeof *endings; j++)
                if (find(out, program_folder, places[i], name, endings[j]) &&
                    !file_info(out).is_folder)
                    return true;
    out[0] = '\0';
    return false;
}

bool dirs_asset(char *out, const char *name)
{
    char program[OS_PATH_MAX];
    dirs_program(program);
    return places_asset(out, program, name);
}

bool dirs_helper(char *out, const char *name)
{
    char program[OS_PATH_MAX];
    dirs_program(program);
    return places_helper(out, program, name);
}
