#include "client/platform/open_url.h"

#import <AppKit/AppKit.h>

#include "protocol/base/str.h"

static bool hand_over(NSURL *what, struct err *err)
{
    return (what && [[NSWorkspace sharedWorkspace] openURL:what]) ||
           err_set(err, ERR_SYSTEM, "macOS has no program for this");
}

/* nil: no name that a file can have here. A path that begins nowhere begins in the current folder. */
static NSURL *file_of(const char *path)
{
    NSString *text = [NSString stringWithUTF8String:path];
    return text.length > 0 ? [NSURL fileURLWithPath:text] : nil;
}

bool open_url(const char *url, struct err *err)
{
    if (!str_starts(url, "http://") && !str_starts(url, "https://"))
        return err_set(err, ERR_DENIED, "Only http and https addresses are opened");
    @autoreleasepool {
        NSString *text = [NSString stringWithUTF8String:url];
        return hand_over(text ? [NSURL URLWithString:text] : nil, err);
    }
}

bool open_asset(const char *path, struct err *err)
{
    @autoreleasepool {
        return hand_over(file_of(path), err);
    }
}

bool open_folder_of(const char *path, struct err *err)
{
    @autoreleasepool {
        NSURL *file = file_of(path);
        if (!file)
            return err_set(err, ERR_NOT_FOUND, "%s is not there any more", path);
        [[NSWorkspace sharedWorkspace] activateFileViewerSelectingURLs:@[ file ]];
        return true;
    }
}
