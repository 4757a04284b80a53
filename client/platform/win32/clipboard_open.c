#include "client/platform/win32/clipboard_open.h"

#include <windows.h>

#define TRIES 10
#define BETWEEN_MS 10

bool clipboard_open(void)
{
    for (int i = 0; i < TRIES; i++) {
        if (OpenClipboard(GetActiveWindow()))
            return true;
        Sleep(BETWEEN_MS);
    }
    return false;
}
