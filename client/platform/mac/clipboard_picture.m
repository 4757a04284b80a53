#include "client/platform/clipboard_picture.h"

#import <AppKit/AppKit.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"

/* As it was offered, the smallest first: what one program copies, the system offers as TIFF too. */
static const struct {
    const char *type, *ending;
} forms[] = {
    {"public.png", "png"},   {"public.jpeg", "jpg"},  {"com.compuserve.gif", "gif"},
    {"public.heic", "heic"}, {"public.tiff", "tiff"},
};

bool clipboard_save_picture(const char *folder, const char *name, char *out, struct err *err)
{
    @autoreleasepool {
        NSPasteboard *board = [NSPasteboard generalPasteboard];
        if ([board availableTypeFromArray:@[ NSPasteboardTypeString ]])
            return false;
        for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
            char label[OS_PATH_MAX];
            NSString *type = @(forms[i].type);
            if (![board availableTypeFromArray:@[ type ]])
                continue;
            NSData *bytes = [board dataForType:type];
            if (!bytes || bytes.length == 0 || bytes.length > CLIPBOARD_PICTURE_MAX)
                return err_set(err, ERR_LIMIT, "The picture in the clipboard could not be had.");
            return str_format(label, sizeof label, "%s.%s", name, forms[i].ending) &&
                   path_join(out, folder, label) && file_make_folder(folder, err) &&
                   file_save(out, bytes.bytes, bytes.length, err);
        }
    }
    return false;
}

bool clipboard_put_picture(const uint8_t *rgba, int w, int h, clipboard_encode_fn *encode,
                           struct err *err)
{
    size_t size = 0;
    bool ok = false;
    uint8_t *png = encode(rgba, w, h, &size);
    @autoreleasepool {
        NSPasteboard *board = [NSPasteboard generalPasteboard];
        if (png) {
            [board clearContents];
            ok = [board setData:[NSData dataWithBytes:png length:size] forType:@"public.png"];
        }
    }
    mem_free(png);
    return ok || err_set(err, ERR_SYSTEM, "The clipboard is not to be had.");
}

void clipboard_picture_close(void)
{
    /* the pasteboard has a copy, which stays */
}
