/* UserNotifications. It knows programs by their bundle: without one (run from a build folder) nothing is shown.
 * The person is asked whether they want notifications when the first one is there to be shown, not before. */
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
    }
    return center;
}

void notify_watch_theme(void)
{
    [[NSDistributedNotificationCenter defaultCenter]
        addObserverForName:@"AppleInterfaceThemeChangedNotification"
                    object:nil
                     queue:[NSOperationQueue mainQueue]
                usingBlock:^(NSNotification *change) {
                  (void)change;
                  window_post_theme();
                }];
}

/* Text of others may be anything; what is no UTF-8 is shown as nothing. */
static NSString *text_of(const char *utf8)
{
    NSString *text = [NSString stringWithUTF8String:utf8];
    return text ? text : @"";
}

void notify_show(const char *title, const char *text, const char *tag)
{
    @autoreleasepool {
        UNUserNotificationCenter *center = center_of();
        UNMutableNotificationContent *content = [UNMutableNotificationContent new];
        content.title = text_of(title);
        content.body = text_of(text);
        content.userInfo = @{@"tag" : text_of(tag)};
        UNNotificationRequest *request = [UNNotificationRequest requestWithIdentifier:number
                                                                              content:content
                                                                              trigger:nil];
        /* asks once; after that it answers at once with what was said */
        [center requestAuthorizationWithOptions:UNAuthorizationOptionAlert
                              completionHandler:^(BOOL granted, NSError *error) {
                                (void)error;
                                if (granted)
                                    [center addNotificationRequest:request
                                             withCompletionHandler:nil];
                              }];
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
