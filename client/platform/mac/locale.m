#include "client/platform/locale.h"

#import <Foundation/Foundation.h>

#include <string.h>

void locale_languages(char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    @autoreleasepool {
        for (NSString *language in [NSLocale preferredLanguages]) {
            const char *word = language.UTF8String;
            const size_t length = word ? strlen(word) : 0;
            if (length == 0 || used + 1 + length >= size)
                continue;
            if (used > 0)
                out[used++] = ':';
            memcpy(out + used, word, length + 1);
            used += length;
        }
    }
}
