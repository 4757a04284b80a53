/* What GNUstep's AppKit lacks of Apple's, as Apple's documentation declares it: see cmake/package/README.md, macOS. */
#include_next <AppKit/AppKit.h>

@interface NSWorkspace (Newer)
@property(readonly) BOOL accessibilityDisplayShouldReduceMotion;
- (void)activateFileViewerSelectingURLs:(NSArray *)urls;
@end

@interface NSPasteboard (Newer)
- (NSInteger)clearContents;
@end
