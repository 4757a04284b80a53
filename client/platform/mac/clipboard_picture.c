#include "client/platform/clipboard_picture.h"

#include <SDL.h>

#include "protocol/base/str.h"
#include "protocol/os/spawn.h"

/* The system makes PNG of whatever picture is there. The path goes in as an argument, never into the script's source. */
bool clipboard_save_picture(const char *folder, const char *name, char *out, struct err *err)
{
    static const char script[] = "on run argv\n"
                                 "set picture to the clipboard as «class PNGf»\n"
                                 "set f to open for access POSIX file (item 1 of argv) with write "
                                 "permission\n"
                                 "write picture to f\n"
                                 "close access f\n"
                                 "return \"yes\"\n"
                                 "end run\n";
    static const char ask_script[] = "clipboard info for «class PNGf»";
    const char *ask[] = {"osascript", "-e", ask_script, NULL};
    char label[OS_PATH_MAX], answer[256] = "";
    size_t got = 0;
    if (SDL_HasClipboardText())
        return false;
    struct spawn *child = spawn_start(ask, OS_FILE_NONE, NULL);
    if (!child)
        return false;
    if (!spawn_read(child, answer, sizeof answer - 1, CLIPBOARD_WAIT_MS, &got, NULL))
        spawn_kill(child);
    spawn_finish(child);
    if (got < 5) /* "{}" or a line's end: none */
        return false;
    if (!str_format(label, sizeof label, "%s.png", name) || !path_join(out, folder, label) ||
        !file_make_folder(folder, err))
        return false;
    const char *save[] = {"osascript", "-e", script, out, NULL};
    child = spawn_start(save, OS_FILE_NONE, err);
    if (!child)
        return false;
    if (!spawn_read(child, answer, sizeof answer - 1, 5 * CLIPBOARD_WAIT_MS, &got, NULL))
        spawn_kill(child);
    if (spawn_finish(child) == 0 && file_info(out).size > 0)
        return file_info(out).size <= CLIPBOARD_PICTURE_MAX ||
               err_set(err, ERR_LIMIT, "The picture in the clipboard could not be had.");
    return err_set(err, ERR_SYSTEM, "The picture in the clipboard could not be had.");
}
