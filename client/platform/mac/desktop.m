#include "client/platform/desktop.h"

#import <AppKit/AppKit.h>

void desktop_prepare(void)
{
}

float desktop_scale(void *native)
{
    (void)native;
    return 1.0f; /* points are scaled by macOS itself */
}

/* The setting is there, as "Dark", only when it is dark. */
bool desktop_is_dark(void)
{
    @autoreleasepool {
        NSUserDefaults *settings = [NSUserDefaults standardUserDefaults];
        return [[settings stringForKey:@"AppleInterfaceStyle"] isEqualToString:@"Dark"];
    }
}

bool desktop_has_motion(void)
{
    @autoreleasepool {
        return ![NSWorkspace sharedWorkspace].accessibilityDisplayShouldReduceMotion;
    }
}

bool desktop_places_frames(void)
{
    return false;
}

bool desktop_is_rescaled(const void *message)
{
    (void)message;
    return false;
}

void desktop_set_title(void *native, const char *title)
{
    (void)native;
    (void)title;
}

/* What hovers is told to SDL's own window, which keeps it for itself until it is dropped. */
void desktop_watch_drags(void *native)
{
    (void)native;
}

enum desktop_drag desktop_drag(const void *message, int *x, int *y)
{
    (void)message;
    *x = *y = 0;
    return DRAG_NONE;
}
