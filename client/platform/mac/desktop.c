#include "client/platform/desktop.h"

#include <string.h>

#include "protocol/os/spawn.h"

void desktop_prepare(void)
{
}

float desktop_scale(void *native)
{
    (void)native;
    return 1.0f; /* points are scaled by macOS itself */
}

/* The setting is there, as "Dark", only when it is dark. */
bool desktop_is_dark(void)
{
    const char *argv[] = {"defaults", "read", "-g", "AppleInterfaceStyle", NULL};
    char answer[32] = "";
    size_t got = 0;
    struct spawn *child = spawn_start(argv, OS_FILE_NONE, NULL);
    if (!child)
        return true;
    if (!spawn_read(child, answer, sizeof answer - 1, 500, &got, NULL))
        spawn_kill(child);
    spawn_finish(child);
    return strncmp(answer, "Dark", 4) == 0;
}

bool desktop_has_motion(void)
{
    const char *argv[] = {"defaults", "read", "com.apple.universalaccess", "reduceMotion", NULL};
    char answer[8] = "";
    size_t got = 0;
    struct spawn *child = spawn_start(argv, OS_FILE_NONE, NULL);
    if (!child)
        return true;
    if (!spawn_read(child, answer, sizeof answer - 1, 500, &got, NULL))
        spawn_kill(child);
    spawn_finish(child);
    return answer[0] != '1';
}

bool desktop_places_frames(void)
{
    return false;
}

bool desktop_is_rescaled(const void *message)
{
    (void)message;
    return false;
}

void desktop_set_title(void *native, const char *title)
{
    (void)native;
    (void)title;
}

void desktop_watch_drags(void *native)
{
    (void)native;
}

enum desktop_drag desktop_drag(const void *message, int *x, int *y)
{
    (void)message;
    *x = *y = 0;
    return DRAG_NONE;
}
