#include "client/platform/dialog_ask.h"

#include "client/platform/dialog.h"
#include "protocol/base/str.h"
#include "protocol/os/file.h"

bool dialog_available(void)
{
    return true; /* osascript is part of the system */
}

/* Texts go in as arguments of the script and never into its source: nothing in a file's name is
 * run. */
bool dialog_ask(struct dialog_wish *wish, struct err *err)
{
    static const char open_script[] =
        "on run argv\n"
        "set chosen to choose file with prompt (item 1 of argv) with multiple selections allowed\n"
        "set answer to \"\"\n"
        "repeat with f in chosen\n"
        "set answer to answer & POSIX path of f & linefeed\n"
        "end repeat\n"
        "return answer\n"
        "end run\n";
    static const char save_script[] =
        "on run argv\n"
        "if (item 3 of argv) is \"\" then\n"
        "set f to choose file name with prompt (item 1 of argv) default name (item 2 of argv)\n"
        "else\n"
        "set f to choose file name with prompt (item 1 of argv) default name (item 2 of argv) "
        "default location (POSIX file (item 3 of argv))\n"
        "end if\n"
        "return POSIX path of f\n"
        "end run\n";
    static const char folder_script[] = "on run argv\n"
                                        "if (item 3 of argv) is \"\" then\n"
                                        "set f to choose folder with prompt (item 1 of argv)\n"
                                        "else\n"
                                        "set f to choose folder with prompt (item 1 of argv) "
                                        "default location (POSIX file (item 3 of argv))\n"
                                        "end if\n"
                                        "return POSIX path of f\n"
                                        "end run\n";
    const char *argv[] = {"osascript",
                          "-e",
                          wish->kind == DIALOG_SAVE     ? save_script
                          : wish->kind == DIALOG_FOLDER ? folder_script
                                                        : open_script,
                          wish->title,
                          wish->name ? wish->name : "",
                          wish->folder ? wish->folder : "",
                          NULL};
    return dialog_ask_program(wish, argv, err);
}
