/* A picture of ours in the clipboard, by way of a file that the system reads. The path goes in as an argument, never into the script's
 * source. */
#include "client/platform/clipboard_picture.h"

#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/dirs.h"
#include "protocol/os/spawn.h"

void clipboard_picture_close(void)
{
}

bool clipboard_put_picture(const uint8_t *rgba, int w, int h, clipboard_encode_fn *encode,
                           struct err *err)
{
    static const char script[] =
        "on run argv\n"
        "set the clipboard to (read (POSIX file (item 1 of argv)) as «class PNGf»)\n"
        "end run\n";
    char folder[OS_PATH_MAX], path[OS_PATH_MAX], name[64], id[33], answer[64];
    size_t size = 0, got = 0;
    uint8_t *png = encode(rgba, w, h, &size);
    dirs_temp(folder);
    random_hex(16, id);
    str_format(name, sizeof name, "confab-%s.png", id);
    bool ok = png && path_join(path, folder, name) && file_save(path, png, size, err);
    if (ok) {
        const char *put[] = {"osascript", "-e", script, path, NULL};
        struct spawn *child = spawn_start(put, OS_FILE_NONE, err);
        ok = child && spawn_read(child, answer, sizeof answer, 5 * CLIPBOARD_WAIT_MS, &got, NULL);
        if (child && !ok)
            spawn_kill(child);
        ok = child && spawn_finish(child) == 0 && ok;
        file_remove(path, NULL);
    }
    mem_free(png);
    return ok || err_set(err, ERR_SYSTEM, "The clipboard is not to be had.");
}
