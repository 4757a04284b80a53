/* A picture of ours in the clipboard: as PNG, which keeps what is transparent, and as the bitmap that every program takes. */
#include "client/platform/clipboard_picture.h"

#include <windows.h>
#include <string.h>

#include "client/platform/win32/clipboard_open.h"
#include "protocol/base/mem.h"

static bool put(UINT format, const void *head, size_t head_size, const void *data, size_t size)
{
    HGLOBAL handle = GlobalAlloc(GMEM_MOVEABLE, head_size + size);
    uint8_t *to = handle ? GlobalLock(handle) : NULL;
    if (to) {
        if (head_size)
            memcpy(to, head, head_size);
        memcpy(to + head_size, data, size);
        GlobalUnlock(handle);
        if (SetClipboardData(format, handle))
            return true; /* it is the system's now */
    }
    if (handle)
        GlobalFree(handle);
    return false;
}

void clipboard_picture_close(void)
{
}

bool clipboard_put_picture(const uint8_t *rgba, int w, int h, clipboard_encode_fn *encode,
                           struct err *err)
{
    const size_t count = (size_t)w * (size_t)h;
    size_t size = 0;
    bool ok = false;
    uint8_t *png = encode(rgba, w, h, &size), *bgra = mem_alloc(count, 4);
    for (int y = 0; y < h; y++) /* from the bottom up */
        for (int x = 0; x < w; x++) {
            const uint8_t *from = rgba + 4 * ((size_t)(h - 1 - y) * (size_t)w + (size_t)x);
            uint8_t *to = bgra + 4 * ((size_t)y * (size_t)w + (size_t)x);
            to[0] = from[2];
            to[1] = from[1];
            to[2] = from[0];
            to[3] = from[3];
        }
    const BITMAPINFOHEADER head = {.biSize = sizeof head,
                                   .biWidth = w,
                                   .biHeight = h,
                                   .biPlanes = 1,
                                   .biBitCount = 32,
                                   .biCompression = BI_RGB};
    if (clipboard_open()) {
        EmptyClipboard();
        if (png)
            ok = put(RegisterClipboardFormatW(L"PNG"), NULL, 0, png, size);
        ok = put(CF_DIB, &head, sizeof head, bgra, 4 * count) || ok;
        CloseClipboard();
    }
    mem_free(png);
    mem_free(bgra);
    return ok || err_set(err, ERR_SYSTEM, "The clipboard is not to be had.");
}
