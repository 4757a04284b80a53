/* UserNotifications. It knows programs by their bundle: without one (run from a build folder) nothing is shown. */
#include "client/platform/notify.h"

#import <Foundation/Foundation.h>
#import <UserNotifications/UserNotifications.h>

#include "client/platform/sdl/window_inside.h"
#include "protocol/base/mem.h"

static NSString *const number = @"confab.notice"; /* one at a time: the same number replaces */

@interface ConfabNotices : NSObject <UNUserNotificationCenterDelegate>
@end

@implementation ConfabNotices
- (void)userNotificationCenter:(UNUserNotificationCenter *)center
    didReceiveNotificationResponse:(UNNotificationResponse *)response
             withCompletionHandler:(void (^)(void))done
{
    (void)center;
    NSString *tag = response.notification.request.content.userInfo[@"tag"];
    if (tag)
        window_post_notice(mem_string(tag.UTF8String));
    done();
}
@end

static ConfabNotices *delegate;

static UNUserNotificationCenter *center_of(void)
{
    if (![NSBundle mainBundle].bundleIdentifier)
        return nil;
    UNUserNotificationCenter *center = [UNUserNotificationCenter currentNotificationCenter];
    if (!delegate) {
        delegate = [ConfabNotices new];
        center.delegate = delegate;
        [center requestAuthorizationWithOptions:UNAuthorizationOptionAlert
                              completionHandler:^(BOOL granted, NSError *error) {
                                (void)granted;
                                (void)error;
                              }];
    }
    return center;
}

void notify_watch_theme(void)
{
    /* the window asks when it gets the keyboard */
}

void notify_show(const char *title, const char *text, const char *tag)
{
    @autoreleasepool {
        UNMutableNotificationContent *content = [UNMutableNotificationContent new];
        content.title = @(title);
        content.body = @(text);
        content.userInfo = @{ @"tag" : @(tag) };
        [center_of() addNotificationRequest:[UNNotificationRequest requestWithIdentifier:number
                                                                                 content:content
                                                                                 trigger:nil]
                      withCompletionHandler:nil];
    }
}

void notify_withdraw(void)
{
    @autoreleasepool {
        if (delegate)
            [center_of() removeDeliveredNotificationsWithIdentifiers:@[ number ]];
    }
}

void notify_close(void)
{
    notify_withdraw();
}
