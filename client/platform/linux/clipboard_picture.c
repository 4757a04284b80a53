/* X11's clipboard (ICCCM 2.4 to 2.7.2), over a connection of our own: SDL's own has a reader already. Wayland gives its
 * clipboard to the window with the keyboard alone, which is SDL's; where an X server runs beside it, that has the same. */
#include "client/platform/clipboard_picture.h"

#include <string.h>

#include <SDL.h>
#include <SDL_syswm.h>

#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"

#ifdef SDL_VIDEO_DRIVER_X11

#include <X11/Xatom.h>
#include <poll.h>

#define LOOK_MAX 1024 /* formats that are offered; more are not looked at */
#define LOOK_MS 20    /* between two looks at what SDL is asked: the clipboard may be our own */

struct paste {
    Display *display;
    Window window;
    Atom clipboard, property, incr;
};

/* From the best to keep to the largest. */
static const struct format {
    const char *mime, *extension;
} formats[] = {
    {"image/png", "png"},   {"image/jpeg", "jpg"}, {"image/gif", "gif"},
    {"image/webp", "webp"}, {"image/bmp", "bmp"},  {"image/tiff", "tiff"},
};
#define FORMAT_COUNT (sizeof formats / sizeof *formats)

/* The next event of this type on our window; false: it did not come in time. */
static bool wait_for(const struct paste *paste, int type, XEvent *event)
{
    const int64_t until_ms = clock_now_ms() + CLIPBOARD_WAIT_MS;
    while (!XCheckTypedWindowEvent(paste->display, paste->window, type, event)) {
        const int64_t left_ms = until_ms - clock_now_ms();
        struct pollfd fd = {.fd = ConnectionNumber(paste->display), .events = POLLIN};
        if (left_ms <= 0)
            return false;
        poll(&fd, 1, left_ms < LOOK_MS ? (int)left_ms : LOOK_MS);
        SDL_PumpEvents();
        XEventsQueued(paste->display, QueuedAfterReading);
    }
    return true;
}

/* What stands in our property: its type, and its bytes appended to *bytes. The property is deleted, which asks for the next piece. */
static bool take_property(const struct paste *paste, Atom *type, uint8_t **bytes, size_t *size)
{
    const long most = (long)(CLIPBOARD_PICTURE_MAX / 4) + 1;
    unsigned char *data = NULL;
    unsigned long count = 0, after = 0;
    int width = 0;
    if (XGetWindowProperty(paste->display, paste->window, paste->property, 0, most, True,
                           AnyPropertyType, type, &width, &count, &after, &data) != Success)
        return false;
    /* Xlib hands out 32 bits as longs */
    const size_t unit = width == 32   ? sizeof(long)
                        : width == 16 ? sizeof(short)
                                      : 1,
                 got = count * unit;
    const bool fits = after == 0 && got <= CLIPBOARD_PICTURE_MAX - *size;
    if (fits) {
        *bytes = mem_resize(*bytes, *size + got + 1, 1);
        if (got > 0)
            memcpy(*bytes + *size, data, got);
        *size += got;
    }
    if (data)
        XFree(data);
    return fits;
}

static bool ask(const struct paste *paste, Atom target, uint8_t **bytes, size_t *size, Atom *type)
{
    XEvent event;
    XConvertSelection(paste->display, paste->clipboard, target, paste->property, paste->window,
                      CurrentTime);
    XFlush(paste->display);
    if (!wait_for(paste, SelectionNotify, &event) || event.xselection.property == None)
        return false;
    /* that it was written is told twice; what is told later is about the pieces */
    while (XCheckTypedWindowEvent(paste->display, paste->window, PropertyNotify, &event))
        ;
    return take_property(paste, type, bytes, size);
}

/* A large one comes in pieces; an empty piece is the end. */
static bool take_pieces(const struct paste *paste, uint8_t **bytes, size_t *size)
{
    XEvent event;
    Atom type;
    *size = 0;
    for (;;) {
        const size_t had = *size;
        XFlush(paste->display);
        do
            if (!wait_for(paste, PropertyNotify, &event))
                return false;
        while (event.xproperty.atom != paste->property ||
               event.xproperty.state != PropertyNewValue);
        if (!take_property(paste, &type, bytes, size))
            return false;
        if (*size == had)
            return had > 0;
    }
}

/* Whether the format called `mime` is among what is offered. */
static bool offers(const struct paste *paste, const uint8_t *bytes, size_t size, const char *mime)
{
    const Atom wanted = XInternAtom(paste->display, mime, False);
    for (size_t i = 0; i < size / sizeof wanted && i < LOOK_MAX; i++)
        if (memcmp(bytes + i * sizeof wanted, &wanted, sizeof wanted) == 0)
            return true;
    return false;
}

static const struct format *find_format(const struct paste *paste)
{
    static const char *const texts[] = {"UTF8_STRING", "STRING", "text/plain"};
    uint8_t *bytes = NULL;
    size_t size = 0;
    Atom type = None;
    const struct format *found = NULL;
    bool text = false;
    if (ask(paste, XInternAtom(paste->display, "TARGETS", False), &bytes, &size, &type) &&
        (type == XA_ATOM || type == XInternAtom(paste->display, "TARGETS", False))) {
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            text = text || offers(paste, bytes, size, texts[i]);
        for (size_t i = 0; i < FORMAT_COUNT && !text && !found; i++)
            if (offers(paste, bytes, size, formats[i].mime))
                found = &formats[i];
    }
    mem_free(bytes);
    return found;
}

static bool save(const struct paste *paste, const char *folder, const char *name, char *out,
                 struct err *err)
{
    const struct format *format = find_format(paste);
    uint8_t *bytes = NULL;
    size_t size = 0;
    Atom type = None;
    char label[OS_PATH_MAX];
    bool ok = false;
    if (!format)
        return false;
    const Atom target = XInternAtom(paste->display, format->mime, False);
    if (!ask(paste, target, &bytes, &size, &type) ||
        (type == paste->incr && !take_pieces(paste, &bytes, &size)) || size == 0)
        err_set(err, ERR_LIMIT, "The picture in the clipboard could not be had.");
    else
        ok = str_format(label, sizeof label, "%s.%s", name, format->extension) &&
             path_join(out, folder, label) && file_make_folder(folder, err) &&
             file_save(out, bytes, size, err);
    mem_free(bytes);
    return ok;
}

bool clipboard_save_picture(const char *folder, const char *name, char *out, struct err *err)
{
    bool ok = false;
    struct paste paste = {.display = XOpenDisplay(NULL)};
    if (!paste.display)
        return SDL_HasClipboardText() ? false
                                      : err_set(err, ERR_SYSTEM,
                                                "Pictures can't be pasted on this system. Drop the "
                                                "file into the window instead.");
    paste.clipboard = XInternAtom(paste.display, "CLIPBOARD", False);
    paste.property = XInternAtom(paste.display, "CONFAB_PASTE", False);
    paste.incr = XInternAtom(paste.display, "INCR", False);
    if (XGetSelectionOwner(paste.display, paste.clipboard) != None) {
        paste.window = XCreateSimpleWindow(paste.display, DefaultRootWindow(paste.display), 0, 0, 1,
                                           1, 0, 0, 0);
        XSelectInput(paste.display, paste.window, PropertyChangeMask);
        ok = save(&paste, folder, name, out, err);
        XDestroyWindow(paste.display, paste.window);
    }
    XCloseDisplay(paste.display);
    return ok;
}

#else

bool clipboard_save_picture(const char *folder, const char *name, char *out, struct err *err)
{
    (void)folder;
    (void)name;
    (void)out;
    return SDL_HasClipboardText() ? false
                                  : err_set(err, ERR_SYSTEM,
                                            "Pictures can't be pasted on this system. Drop the "
                                            "file into the window instead.");
}

#endif
