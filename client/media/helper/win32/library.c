#include "client/media/helper/library.h"

#include <string.h>
#include <windows.h>

void *library_open(const char *const *names)
{
    HMODULE library = NULL;
    for (; *names && !library; names++)
        library = LoadLibraryExA(*names, NULL, LOAD_LIBRARY_SEARCH_DEFAULT_DIRS);
    return library;
}

bool library_find(void *library, const char *name, void *function)
{
    FARPROC found = GetProcAddress(library, name);
    memcpy(function, &found, sizeof found);
    return found != NULL;
}
