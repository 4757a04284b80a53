#include "client/platform/desktop.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <SDL.h>
#include <SDL_syswm.h>
#ifdef SDL_VIDEO_DRIVER_X11
#include <X11/Xatom.h>
#endif

#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/file.h"
#include "protocol/os/spawn.h"

#define RESOURCES_MAX 65536 /* bytes that are looked at */

/* Without a message bus SDL would have one started for it, which takes longer than all the rest and stays
 * behind when the program has ended; it only wants to know of input methods. */
static void do_without_bus(void)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    char path[OS_PATH_MAX];
    if (getenv("DBUS_SESSION_BUS_ADDRESS") ||
        (runtime && path_join(path, runtime, "bus") && access(path, F_OK) == 0))
        return;
    setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:", 1);
}

void desktop_prepare(void)
{
    do_without_bus();
    setenv("SDL_VIDEO_X11_WMCLASS", "org.confab.Confab", 0);     /* finds the desktop file, */
    setenv("SDL_VIDEO_WAYLAND_WMCLASS", "org.confab.Confab", 0); /* thus the icon */
}

/* ---- scale ---- */

static float plausible(double scale)
{
    return scale >= 0.5 && scale <= 4.0 ? (float)scale : 1.0f;
}

/* What people set by hand for the toolkits; it goes before what the desktop says. */
static float scale_of_environment(void)
{
    static const char *const names[] = {"GDK_SCALE", "QT_SCALE_FACTOR"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *text = getenv(names[i]);
        const double scale = text ? strtod(text, NULL) : 0;
        if (scale >= 0.5 && scale <= 4.0 && scale != 1.0)
            return (float)scale;
    }
    return 0;
}

#ifdef SDL_VIDEO_DRIVER_X11
/* "Xft.dpi:\t192" among the server's resources: what desktops set for X programs. They are asked for anew each
 * time, for XResourceManagerString() knows only what they were at the start. */
static float xft_scale(Display *display)
{
    Atom type;
    int bits;
    unsigned long count, left;
    unsigned char *resources = NULL;
    float scale = 1.0f;
    if (XGetWindowProperty(display, DefaultRootWindow(display), XA_RESOURCE_MANAGER, 0,
                           RESOURCES_MAX / 4, False, XA_STRING, &type, &bits, &count, &left,
                           &resources) != Success)
        return 1.0f;
    const char *found =
        resources ? strstr((const char *)resources, "Xft.dpi:") : NULL; /* Xlib ends it */
    if (found)
        scale = plausible(strtod(found + strlen("Xft.dpi:"), NULL) / 96.0);
    if (resources)
        XFree(resources);
    return scale;
}

static Display *display_of(void *native, Window *window)
{
    SDL_SysWMinfo info;
    SDL_VERSION(&info.version);
    if (!native || !SDL_GetWindowWMInfo(native, &info) || info.subsystem != SDL_SYSWM_X11)
        return NULL;
    *window = info.info.x11.window;
    return info.info.x11.display;
}
#endif

float desktop_scale(void *native)
{
    const float set = scale_of_environment();
    if (set > 0)
        return set;
#ifdef SDL_VIDEO_DRIVER_X11
    const char *driver = SDL_GetCurrentVideoDriver();
    if (driver && strcmp(driver, "x11") == 0) {
        Window window;
        Display *display = display_of(native, &window);
        if (display)
            return xft_scale(display);
        display = XOpenDisplay(NULL); /* before there is a window: its size depends on this */
        if (!display)
            return 1.0f;
        float scale = xft_scale(display);
        XCloseDisplay(display);
        return scale;
    }
#else
    (void)native;
#endif
    return 1.0f; /* Wayland: SDL knows the density itself */
}

bool desktop_is_rescaled(const void *message)
{
#ifdef SDL_VIDEO_DRIVER_X11
    const SDL_SysWMmsg *system = message;
    return system->subsystem == SDL_SYSWM_X11 && system->msg.x11.event.type == PropertyNotify &&
           system->msg.x11.event.xproperty.atom == XA_RESOURCE_MANAGER;
#else
    (void)message;
    return false;
#endif
}

bool desktop_places_frames(void)
{
    const char *driver = SDL_GetCurrentVideoDriver();
    return driver && strcmp(driver, "x11") == 0;
}

/* ---- dark or light ---- */

static bool file_says(const char *below_config, const char *const *words)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    char path[OS_PATH_MAX];
    if (config && config[0])
        str_format(path, sizeof path, "%s/%s", config, below_config);
    else
        str_format(path, sizeof path, "%s/.config/%s", home ? home : "", below_config);
    size_t size;
    char *text = file_info(path).exists ? file_load(path, 256 * 1024, &size, NULL) : NULL;
    bool dark = false;
    for (int i = 0; text && words[i]; i++)
        dark = dark || strstr(text, words[i]) != NULL;
    mem_free(text);
    return dark;
}

/* GNOME and its kin keep it in dconf; its own tool answers in a few milliseconds, once for all that we ask. */
static bool gnome_says(char *answer, size_t size)
{
    const char *argv[] = {"gsettings", "list-recursively", "org.gnome.desktop.interface", NULL};
    size_t got = 0, part;
    struct spawn *child = spawn_start(argv, OS_FILE_NONE, NULL);
    if (!child)
        return false;
    bool ok = true;
    while (ok && got + 1 < size) {
        part = 0;
        ok = spawn_read(child, answer + got, size - 1 - got, 300, &part, NULL);
        if (ok && part == 0)
            break;
        got += part;
    }
    if (!ok)
        spawn_kill(child);
    answer[got] = '\0';
    return spawn_finish(child) == 0;
}

/* "... enable-animations false" */
static bool is_set(const char *answer, const char *key, const char *value)
{
    const char *found = strstr(answer, key);
    const char *end = found ? strchr(found, '\n') : NULL;
    const char *at = found ? strstr(found, value) : NULL;
    return at && (!end || at < end);
}

static struct {
    bool asked, motion;
} look;

bool desktop_has_motion(void)
{
    if (!look.asked)
        desktop_is_dark();
    return look.motion;
}

bool desktop_is_dark(void)
{
    static const char *const gtk[] = {"gtk-application-prefer-dark-theme=1",
                                      "gtk-application-prefer-dark-theme=true", "-dark", "-Dark",
                                      NULL};
    static const char *const gtk_still[] = {"gtk-enable-animations=0",
                                            "gtk-enable-animations=false", NULL};
    static const char *const kde[] = {"ColorScheme=BreezeDark", "Dark\n", NULL};
    static const char *const kde_still[] = {"AnimationDurationFactor=0\n", NULL};
    const char *theme = getenv("GTK_THEME"), *desktop = getenv("XDG_CURRENT_DESKTOP");
    const bool told = theme && theme[0];
    const bool told_dark = told && (strstr(theme, "dark") || strstr(theme, "Dark"));
    look.asked = look.motion = true;
    if (!desktop || !desktop[0])
        return !told || told_dark;
    if (strstr(desktop, "KDE")) {
        look.motion = !file_says("kdeglobals", kde_still);
        return told ? told_dark : file_says("kdeglobals", kde);
    }
    char answer[8192] = "";
    const bool gnome = gnome_says(answer, sizeof answer);
    look.motion = !(gnome && is_set(answer, " enable-animations ", "false")) &&
                  !file_says("gtk-3.0/settings.ini", gtk_still);
    if (told)
        return told_dark;
    if (gnome && is_set(answer, " color-scheme ", "prefer-"))
        return is_set(answer, " color-scheme ", "dark");
    return file_says("gtk-3.0/settings.ini", gtk);
}

/* ---- the title ---- */

void desktop_set_title(void *native, const char *title)
{
#ifdef SDL_VIDEO_DRIVER_X11
    Window window;
    Display *display = display_of(native, &window);
    if (display)
        XChangeProperty(display, window, XInternAtom(display, "_NET_WM_NAME", False),
                        XInternAtom(display, "UTF8_STRING", False), 8, PropModeReplace,
                        (const unsigned char *)title, (int)strlen(title));
#else
    (void)native;
    (void)title;
#endif
}

/* ---- drags ---- */

/* The protocol is XDND 5 (freedesktop.org). SDL answers it; we only look on, to show where a drop
 * would go. */
void desktop_watch_drags(void *native)
{
#ifdef SDL_VIDEO_DRIVER_X11
    Window window;
    Display *display = display_of(native, &window);
    XWindowAttributes root;
    if (!display)
        return;
    SDL_EventState(SDL_SYSWMEVENT, SDL_ENABLE);
    /* and the root's properties, where the scale is: beside what SDL has asked for there */
    if (XGetWindowAttributes(display, DefaultRootWindow(display), &root))
        XSelectInput(display, DefaultRootWindow(display),
                     root.your_event_mask | PropertyChangeMask);
#else
    (void)native;
#endif
}

enum desktop_drag desktop_drag(const void *message, int *x, int *y)
{
    *x = *y = 0;
#ifdef SDL_VIDEO_DRIVER_X11
    const SDL_SysWMmsg *system = message;
    if (system->subsystem != SDL_SYSWM_X11 || system->msg.x11.event.type != ClientMessage)
        return DRAG_NONE;
    const XClientMessageEvent *e = &system->msg.x11.event.xclient;
    static Atom position, leave, drop;
    if (!position) {
        position = XInternAtom(e->display, "XdndPosition", False);
        leave = XInternAtom(e->display, "XdndLeave", False);
        drop = XInternAtom(e->display, "XdndDrop", False);
    }
    if (e->message_type == position) {
        int root_x = (int)((unsigned long)e->data.l[2] >> 16 & 0xffff);
        int root_y = (int)((unsigned long)e->data.l[2] & 0xffff);
        Window child;
        XTranslateCoordinates(e->display, DefaultRootWindow(e->display), e->window, root_x, root_y,
                              x, y, &child);
        return DRAG_OVER;
    }
    /* at a drop the overlay goes too: what was dropped follows, or nothing if SDL cannot take it */
    if (e->message_type == leave || e->message_type == drop)
        return DRAG_LEFT;
#else
    (void)message;
#endif
    return DRAG_NONE;
}
