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

/* Put one into the clipboard: w * h * 4 bytes RGBA8, copied. encode makes a PNG of it when that is what the other program wants;
 * it may be called on another thread, also long after. What it returns is freed with mem_free(). False with a sentence. */
typedef uint8_t *clipboard_encode_fn(const uint8_t *rgba, int w, int h, size_t *size);
bool clipboard_put_picture(const uint8_t *rgba, int w, int h, clipboard_encode_fn *encode,
                           struct err *err);
void clipboard_picture_close(void); /* at the end: what was put there goes */

#endif
