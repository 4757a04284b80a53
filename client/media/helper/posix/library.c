#include "client/media/helper/library.h"

#include <dlfcn.h>
#include <string.h>

void *library_open(const char *const *names)
{
    void *library = NULL;
    for (; *names && !library; names++)
        library = dlopen(*names, RTLD_NOW | RTLD_LOCAL); /* NOW: later nothing is found any more */
    return library;
}

bool library_find(void *library, const char *name, void *function)
{
    void *found = dlsym(library, name);
    memcpy(function, &found, sizeof found);
    return found != NULL;
}
