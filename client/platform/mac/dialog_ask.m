/* The panels of AppKit. They live on the main thread, whose queue runs while SDL waits there for events; the thread
 * that asks waits beside it, so the window goes on under an open panel. */
#include "client/platform/dialog_ask.h"

#import <AppKit/AppKit.h>
#include <SDL.h>

#include "client/platform/dialog.h"

#define LOOK_MS 200 /* how soon a cancelled panel goes */

/* What is shared with the main thread, which may be done later than whoever asked. */
@interface ConfabPanel : NSObject {
  @public
    NSSavePanel *panel; /* open panels are save panels too; main thread */
    NSArray *chosen;    /* of NSURL; written before `done` is told */
    bool withdrawn;     /* main thread */
    dispatch_semaphore_t done;
}
@end

@implementation ConfabPanel
@end

/* SDL gives us each key that is pressed in the program; what is typed into a panel is for no window of ours. */
static int is_for_us(void *none, SDL_Event *event)
{
    (void)none;
    switch (event->type) {
    case SDL_KEYDOWN:
        return event->key.windowID != 0;
    case SDL_TEXTINPUT:
        return event->text.windowID != 0;
    case SDL_TEXTEDITING:
        return event->edit.windowID != 0;
    default:
        return 1;
    }
}

static NSSavePanel *make(enum dialog_kind kind, NSString *title, NSString *folder, NSString *name)
{
    NSSavePanel *panel;
    if (kind == DIALOG_SAVE) {
        panel = [NSSavePanel savePanel];
        if (name)
            panel.nameFieldStringValue = name;
    } else {
        NSOpenPanel *open = [NSOpenPanel openPanel];
        open.canChooseFiles = kind == DIALOG_OPEN;
        open.canChooseDirectories = kind == DIALOG_FOLDER;
        open.allowsMultipleSelection = kind == DIALOG_OPEN;
        panel = open;
    }
    panel.message = title; /* panels have shown no title since macOS 11 */
    panel.canCreateDirectories = kind != DIALOG_OPEN;
    if (folder)
        panel.directoryURL = [NSURL fileURLWithPath:folder isDirectory:YES];
    return panel;
}

static NSString *text_of(const char *utf8)
{
    return utf8 && utf8[0] ? [NSString stringWithUTF8String:utf8] : nil;
}

bool dialog_available(void)
{
    return true;
}

bool dialog_ask(struct dialog_wish *wish, struct err *err)
{
    (void)err;
    @autoreleasepool {
        ConfabPanel *shared = [ConfabPanel new];
        const enum dialog_kind kind = wish->kind;
        NSString *title = text_of(wish->title), *folder = text_of(wish->folder),
                 *name = text_of(wish->name);
        shared->done = dispatch_semaphore_create(0);
        dispatch_async(dispatch_get_main_queue(), ^{
          if (shared->withdrawn)
              return;
          SDL_SetEventFilter(is_for_us, NULL);
          shared->panel = make(kind, title, folder, name);
          [shared->panel beginWithCompletionHandler:^(NSInteger answer) {
            if (answer == NSModalResponseOK)
                shared->chosen = kind == DIALOG_SAVE ? @[ shared->panel.URL ]
                                                     : ((NSOpenPanel *)shared->panel).URLs;
            shared->panel = nil;
            dispatch_semaphore_signal(shared->done);
          }];
        });
        while (dispatch_semaphore_wait(shared->done,
                                       dispatch_time(DISPATCH_TIME_NOW, LOOK_MS * NSEC_PER_MSEC)))
            if (atomic_load(&wish->cancelled)) {
                /* whoever cancels may be the main thread, and waits for us */
                dispatch_async(dispatch_get_main_queue(), ^{
                  shared->withdrawn = true;
                  [shared->panel cancel:nil];
                });
                return true;
            }
        for (NSURL *url in shared->chosen)
            wish->add(wish, url.path.UTF8String);
    }
    return true;
}
