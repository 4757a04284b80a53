#include "client/platform/clipboard_picture.h"

#include <windows.h>
#include <string.h>

#include "client/platform/win32/clipboard_open.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

#define BMP_HEAD 14 /* BITMAPFILEHEADER, which a bitmap in the clipboard lacks */

static void put_u32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

/* Bytes before the pixels: the header, masks of a 40 byte header, the palette. */
static size_t pixels_at(const BITMAPINFOHEADER *head, size_t size)
{
    size_t at = head->biSize;
    if (head->biSize == sizeof *head && head->biCompression == BI_BITFIELDS)
        at += 12;
    if (head->biClrUsed > 0 && head->biClrUsed <= 256)
        at += (size_t)head->biClrUsed * 4;
    else if (head->biBitCount <= 8)
        at += ((size_t)1 << head->biBitCount) * 4;
    return at < size ? at : 0;
}

/* A file's bytes of what the clipboard has under this format; NULL: nothing of use. mem_free() it. */
static uint8_t *take(UINT format, bool bitmap, size_t *size)
{
    HANDLE handle = GetClipboardData(format);
    const void *data = handle ? GlobalLock(handle) : NULL;
    uint8_t *out = NULL;
    *size = data ? GlobalSize(handle) : 0;
    if (data && *size > sizeof(BITMAPINFOHEADER) && *size <= CLIPBOARD_PICTURE_MAX) {
        const size_t head = bitmap ? BMP_HEAD : 0;
        BITMAPINFOHEADER info;
        memcpy(&info, data, sizeof info);
        const size_t pixels = bitmap ? pixels_at(&info, *size) : 1;
        if (pixels > 0) {
            out = mem_alloc(*size + head, 1);
            memcpy(out + head, data, *size);
        }
        if (out && bitmap) {
            memcpy(out, "BM", 2);
            put_u32(out + 2, (uint32_t)(*size + head));
            put_u32(out + 10, (uint32_t)(pixels + head));
        }
        *size += head;
    }
    if (data)
        GlobalUnlock(handle);
    return out;
}

bool clipboard_save_picture(const char *folder, const char *name, char *out, struct err *err)
{
    const UINT png = RegisterClipboardFormatW(L"PNG");
    const bool is_png = IsClipboardFormatAvailable(png),
               is_bitmap = IsClipboardFormatAvailable(CF_DIB);
    char label[OS_PATH_MAX];
    size_t size = 0;
    bool ok = false;
    if ((!is_png && !is_bitmap) || IsClipboardFormatAvailable(CF_UNICODETEXT) || !clipboard_open())
        return false;
    uint8_t *bytes = take(is_png ? png : CF_DIB, !is_png, &size);
    CloseClipboard();
    if (!bytes)
        err_set(err, ERR_LIMIT, "The picture in the clipboard could not be had.");
    else
        ok = str_format(label, sizeof label, "%s.%s", name, is_png ? "png" : "bmp") &&
             path_join(out, folder, label) && file_make_folder(folder, err) &&
             file_save(out, bytes, size, err);
    mem_free(bytes);
    return ok;
}
