#include "client/platform/locale.h"

#include <windows.h>

#include "protocol/base/str.h"

void locale_languages(char *out, size_t size)
{
    wchar_t wide[LOCALE_NAME_MAX_LENGTH];
    char word[LOCALE_NAME_MAX_LENGTH * 3];
    out[0] = '\0';
    /* the language of menus and dialogs, which need not be the one of numbers and dates */
    if (LCIDToLocaleName(MAKELCID(GetUserDefaultUILanguage(), SORT_DEFAULT), wide,
                         LOCALE_NAME_MAX_LENGTH, 0) == 0)
        return;
    if (WideCharToMultiByte(CP_UTF8, 0, wide, -1, word, (int)sizeof word, NULL, NULL) > 0)
        str_copy(out, size, word);
}
