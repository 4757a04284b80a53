/* clipboard_picture.h - a picture that another program has put into the clipboard (a screenshot, "copy image"): SDL knows
 * texts only. Bodies in linux/, win32/, mac/. UI thread; needs an open window. */
#ifndef CONFAB_PLATFORM_CLIPBOARD_PICTURE_H
#define CONFAB_PLATFORM_CLIPBOARD_PICTURE_H

#include <stdbool.h>
#include "protocol/base/err.h"
#include "protocol/os/file.h"

#define CLIPBOARD_PICTURE_MAX \
    ((size_t)64 << 20) /* bytes; a larger one is refused with a sentence */
#define CLIPBOARD_WAIT_MS \
    1000 /* for each answer of the program that has it; then it is as if there were none */

/* Write it, undecoded, as folder/name.png (or .jpg, .bmp ...: as it was offered); the folder is made if
 * there is a picture. out[OS_PATH_MAX] is its path. False without a sentence (err->text empty): there is
 * none, or a text beside it (a table's cells come as a picture as well: it is the text that is meant). Wayland without an X
 * server beside it cannot tell; with no text there either, the sentence says so. */
bool clipboard_save_picture(const char *folder, const char *name, char *out, struct err *err);

#endif
