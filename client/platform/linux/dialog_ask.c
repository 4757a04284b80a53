#include "client/platform/dialog_ask.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/platform/dialog.h"
#include "client/platform/linux/portal.h"
#include "protocol/base/str.h"
#include "protocol/os/file.h"

static bool is_in_path(const char *program)
{
    const char *path = getenv("PATH");
    char full[OS_PATH_MAX];
    while (path && *path) {
        size_t size = strcspn(path, ":");
        if (str_format(full, sizeof full, "%.*s/%s", (int)size, path, program) &&
            access(full, X_OK) == 0)
            return true;
        path += size + (path[size] == ':');
    }
    return false;
}

/* The desktop's own first; yad and qarma speak zenity's options. */
static const char *chooser(void)
{
    const char *desktop = getenv("XDG_CURRENT_DESKTOP");
    if (desktop && strstr(desktop, "KDE") && is_in_path("kdialog"))
        return "kdialog";
    static const char *const known[] = {"zenity", "kdialog", "qarma", "yad"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (is_in_path(known[i]))
            return known[i];
    return NULL;
}

bool dialog_available(void)
{
    return chooser() || portal_has_chooser();
}

bool dialog_ask(struct dialog_wish *wish, struct err *err)
{
    const char *program = chooser();
    char title[512], start[OS_PATH_MAX + 16], proposal[OS_PATH_MAX] = "";
    if (!program)
        return portal_ask(wish, err);
    if (wish->folder)
        str_format(proposal, sizeof proposal, "%s/%s", wish->folder, wish->name ? wish->name : "");
    else if (wish->name)
        str_copy(proposal, sizeof proposal, wish->name);
    const char *argv[12];
    int n = 0;
    argv[n++] = program;
    if (str_equal(program, "kdialog")) {
        argv[n++] = "--title";
        argv[n++] = wish->title;
        argv[n++] = wish->kind == DIALOG_SAVE     ? "--getsavefilename"
                    : wish->kind == DIALOG_FOLDER ? "--getexistingdirectory"
                                                  : "--getopenfilename";
        argv[n++] = proposal[0] ? proposal : ".";
        if (wish->kind == DIALOG_OPEN) {
            argv[n++] = "--multiple";
            argv[n++] = "--separate-output";
        }
    } else {
        str_format(title, sizeof title, "--title=%s", wish->title);
        str_format(start, sizeof start, "--filename=%s", proposal);
        argv[n++] = str_equal(program, "yad") ? "--file" : "--file-selection";
        argv[n++] = title;
        if (wish->kind == DIALOG_FOLDER) {
            argv[n++] = "--directory";
        } else if (wish->kind == DIALOG_SAVE) {
            argv[n++] = "--save";
            argv[n++] = "--confirm-overwrite";
        } else {
            argv[n++] = "--multiple";
            argv[n++] = "--separator=\n";
        }
        if (proposal[0])
            argv[n++] = start;
    }
    argv[n] = NULL;
    return dialog_ask_program(wish, argv, err);
}
