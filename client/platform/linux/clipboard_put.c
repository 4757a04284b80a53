/* A picture of ours in X11's clipboard (ICCCM 2.1 to 2.7.2): whoever owns a selection must answer for as long as it does, so a thread
 * with a connection of its own does. It ends when another program takes the clipboard, or at the end. */
#include "client/platform/clipboard_picture.h"

#include <string.h>

#include <SDL.h>
#include <SDL_syswm.h>

#include "protocol/base/mem.h"
#include "protocol/os/clock.h"
#include "protocol/os/thread.h"

#ifdef SDL_VIDEO_DRIVER_X11

#include <X11/Xatom.h>
#include <poll.h>
#include <stdatomic.h>
#include <unistd.h>

#define PIECE ((size_t)256 << 10) /* a larger picture goes piece by piece (INCR) */
#define PIECE_WAIT_MS 5000        /* for who takes the pieces */

struct put {
    Display *display;
    Window window;
    Atom clipboard, targets, png, incr;
    uint8_t *rgba, *file; /* file: the PNG, once someone wanted it */
    size_t size;
    int w, h;
    clipboard_encode_fn *encode;
    atomic_bool stop;
    int wake[2]; /* a pipe: a byte in it ends the wait */
    struct thread *thread;
};

/* Who asks may be gone before it is answered, which is no error of ours. Xlib has one such function for all connections. */
static Display *volatile quiet;
static XErrorHandler others;

static int on_error(Display *display, XErrorEvent *event)
{
    return display == quiet || !others ? 0 : others(display, event);
}

/* Until something has come or `wait_ms` (-1: no limit) have passed; false: it is to end. */
static bool wait_for_events(struct put *put, int wait_ms)
{
    struct pollfd fds[] = {{.fd = ConnectionNumber(put->display), .events = POLLIN},
                           {.fd = put->wake[0], .events = POLLIN}};
    XFlush(put->display);
    if (XPending(put->display) == 0)
        poll(fds, 2, wait_ms);
    return !atomic_load(&put->stop);
}

/* The next piece is written when the one before was taken away. */
static bool is_taken(struct put *put, Window asker, Atom property)
{
    const int64_t until_ms = clock_now_ms() + PIECE_WAIT_MS;
    XEvent event;
    for (;;) {
        while (XCheckTypedWindowEvent(put->display, asker, PropertyNotify, &event))
            if (event.xproperty.atom == property && event.xproperty.state == PropertyDelete)
                return true;
        const int64_t left_ms = until_ms - clock_now_ms();
        if (left_ms <= 0 || !wait_for_events(put, left_ms < 50 ? (int)left_ms : 50))
            return false;
        XEventsQueued(put->display, QueuedAfterReading);
    }
}

static void send_pieces(struct put *put, Window asker, Atom property)
{
    for (size_t at = 0; is_taken(put, asker, property);) {
        const size_t size = put->size - at < PIECE ? put->size - at : PIECE;
        XChangeProperty(put->display, asker, property, put->png, 8, PropModeReplace, put->file + at,
                        (int)size);
        at += size;
        if (size == 0)
            return; /* an empty one was the end */
    }
}

static void answer(struct put *put, const XSelectionRequestEvent *asked)
{
    XEvent event = {.xselection = {.type = SelectionNotify,
                                   .requestor = asked->requestor,
                                   .selection = asked->selection,
                                   .target = asked->target,
                                   .time = asked->time}};
    const Atom property = asked->property ? asked->property : asked->target;
    bool pieces = false;
    if (asked->target == put->targets) {
        const Atom all[] = {put->targets, put->png};
        XChangeProperty(put->display, asked->requestor, property, XA_ATOM, 32, PropModeReplace,
                        (const unsigned char *)all, 2);
        event.xselection.property = property;
    } else if (asked->target == put->png) {
        if (!put->file)
            put->file = put->encode(put->rgba, put->w, put->h, &put->size);
        pieces = put->file && put->size > PIECE;
        if (put->file)
            event.xselection.property = property;
        if (pieces) {
            const long size = (long)put->size;
            XSelectInput(put->display, asked->requestor, PropertyChangeMask);
            XChangeProperty(put->display, asked->requestor, property, put->incr, 32,
                            PropModeReplace, (const unsigned char *)&size, 1);
        } else if (put->file) {
            XChangeProperty(put->display, asked->requestor, property, put->png, 8, PropModeReplace,
                            put->file, (int)put->size);
        }
    }
    XSendEvent(put->display, asked->requestor, False, NoEventMask, &event);
    if (pieces)
        send_pieces(put, asked->requestor, property);
}

static void serve(void *arg)
{
    struct put *put = arg;
    XEvent event;
    for (bool owns = true; owns && wait_for_events(put, -1);) {
        while (owns && XPending(put->display)) {
            XNextEvent(put->display, &event);
            if (event.type == SelectionRequest)
                answer(put, &event.xselectionrequest);
            else if (event.type == SelectionClear)
                owns = false; /* another program has put something there */
        }
    }
}

static void destroy(struct put *put)
{
    if (!put)
        return;
    atomic_store(&put->stop, true);
    if (put->thread && write(put->wake[1], "", 1) != 1) {
        /* a full pipe wakes it as well */
    }
    thread_join(put->thread);
    XCloseDisplay(put->display);
    close(put->wake[0]);
    close(put->wake[1]);
    mem_free(put->rgba);
    mem_free(put->file);
    mem_free(put);
}

static struct put *current;

void clipboard_picture_close(void)
{
    destroy(current);
    current = NULL;
}

bool clipboard_put_picture(const uint8_t *rgba, int w, int h, clipboard_encode_fn *encode,
                           struct err *err)
{
    Display *display = XOpenDisplay(NULL);
    int wake[2] = {-1, -1};
    if (!display || pipe(wake) != 0) {
        if (display)
            XCloseDisplay(display);
        return err_set(err, ERR_SYSTEM,
                       "Pictures can't be copied on this system. Save the file instead.");
    }
    struct put *put = mem_alloc(1, sizeof *put);
    put->display = display;
    put->wake[0] = wake[0];
    put->wake[1] = wake[1];
    put->rgba = mem_copy(rgba, 4 * (size_t)w * (size_t)h);
    put->w = w;
    put->h = h;
    put->encode = encode;
    put->clipboard = XInternAtom(display, "CLIPBOARD", False);
    put->targets = XInternAtom(display, "TARGETS", False);
    put->png = XInternAtom(display, "image/png", False);
    put->incr = XInternAtom(display, "INCR", False);
    put->window = XCreateSimpleWindow(display, DefaultRootWindow(display), 0, 0, 1, 1, 0, 0, 0);
    XSetSelectionOwner(display, put->clipboard, put->window, CurrentTime);
    const bool owns = XGetSelectionOwner(display, put->clipboard) == put->window;
    clipboard_picture_close(); /* the one before has lost it by this */
    if (!others)
        others = XSetErrorHandler(on_error);
    quiet = display;
    put->thread = owns ? thread_start(serve, put, err) : NULL;
    if (!put->thread) {
        destroy(put);
        return err->text[0] ? false : err_set(err, ERR_SYSTEM, "The clipboard is not to be had.");
    }
    current = put;
    return true;
}

#else

void clipboard_picture_close(void)
{
}

bool clipboard_put_picture(const uint8_t *rgba, int w, int h, clipboard_encode_fn *encode,
                           struct err *err)
{
    (void)rgba;
    (void)w;
    (void)h;
    (void)encode;
    return err_set(err, ERR_SYSTEM,
                   "Pictures can't be copied on this system. Save the file instead.");
}

#endif
