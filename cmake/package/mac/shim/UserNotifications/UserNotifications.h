/* The part of Apple's UserNotifications that we use, as its documentation declares it; GNUstep has none. */
#import <Foundation/Foundation.h>

typedef NSUInteger UNAuthorizationOptions;
enum { UNAuthorizationOptionAlert = 1 << 2 };

@interface UNNotificationContent : NSObject
@property(readonly, copy) NSDictionary *userInfo;
@end

@interface UNMutableNotificationContent : UNNotificationContent
@property(copy) NSString *title;
@property(copy) NSString *body;
@property(copy) NSDictionary *userInfo;
@end

@class UNNotificationTrigger;
@interface UNNotificationRequest : NSObject
@property(readonly, copy) UNNotificationContent *content;
+ (instancetype)requestWithIdentifier:(NSString *)identifier
                              content:(UNNotificationContent *)content
                              trigger:(UNNotificationTrigger *)trigger;
@end

@interface UNNotification : NSObject
@property(readonly, copy) UNNotificationRequest *request;
@end

@interface UNNotificationResponse : NSObject
@property(readonly, copy) UNNotification *notification;
@end

@class UNUserNotificationCenter;
@protocol UNUserNotificationCenterDelegate <NSObject>
@optional
- (void)userNotificationCenter:(UNUserNotificationCenter *)center
    didReceiveNotificationResponse:(UNNotificationResponse *)response
             withCompletionHandler:(void (^)(void))completionHandler;
@end

@interface UNUserNotificationCenter : NSObject
@property(weak) id<UNUserNotificationCenterDelegate> delegate;
+ (UNUserNotificationCenter *)currentNotificationCenter;
- (void)requestAuthorizationWithOptions:(UNAuthorizationOptions)options
                      completionHandler:(void (^)(BOOL granted, NSError *error))completionHandler;
- (void)addNotificationRequest:(UNNotificationRequest *)request
         withCompletionHandler:(void (^)(NSError *error))completionHandler;
- (void)removeDeliveredNotificationsWithIdentifiers:(NSArray *)identifiers;
@end
