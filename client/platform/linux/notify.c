/* The desktop's message bus, on a thread of its own that sleeps in poll(): Desktop Notifications Specification
 * 1.2 and the portal's settings (freedesktop.org). */
#include "client/platform/notify.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <SDL.h>

#include "client/platform/linux/bus.h"
#include "client/platform/sdl/window_inside.h"
#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/file.h"
#include "protocol/os/thread.h"
#include "protocol/os/wake.h"

#define NAME "org.freedesktop.Notifications"
#define PLACE "/org/freedesktop/Notifications"
#define PATIENCE_MS 1000 /* for an answer of the desktop */
#define TEXT_MAX_BYTES 2048

/* What the UI thread wants; the newest counts. */
struct wish {
    bool show, withdraw;
    char *title, *text, *tag;
};

static struct {
    struct thread *thread;
    struct wake *bell;
    struct mutex *mutex;
    struct wish wish; /* under the mutex */
    atomic_bool ends;
    /* the bus thread's own */
    const struct bus *dbus;
    DBusConnection *bus;
    bool markup;    /* what is shown as text is read as markup: it is escaped */
    uint32_t shown; /* number of the notification; 0: none */
    char *tag;
} notify;

static void wish_free(struct wish *wish)
{
    mem_free(wish->title);
    mem_free(wish->text);
    mem_free(wish->tag);
    *wish = (struct wish){0};
}

/* ---- the bus thread ---- */

static bool open_bus(void)
{
    notify.bus = bus_open();
    if (!notify.bus)
        return false;
    notify.dbus = bus_load();
    notify.dbus->dbus_bus_add_match(notify.bus, "type='signal',interface='" NAME "'", NULL);
    notify.dbus->dbus_bus_add_match(notify.bus,
                                    "type='signal',interface='org.freedesktop.portal.Settings',"
                                    "member='SettingChanged'",
                                    NULL);
    return true;
}

static void close_bus(void)
{
    bus_close(notify.bus);
    notify.bus = NULL;
}

static DBusMessage *ask(DBusMessage *call)
{
    DBusMessage *answer = call ? notify.dbus->dbus_connection_send_with_reply_and_block(
                                     notify.bus, call, PATIENCE_MS, NULL)
                               : NULL;
    if (call)
        notify.dbus->dbus_message_unref(call);
    return answer;
}

static DBusMessage *call_of(const char *method)
{
    return notify.dbus->dbus_message_new_method_call(NAME, PLACE, NAME, method);
}

/* Does this desktop read markup in a text? */
static void ask_for_markup(void)
{
    DBusMessage *answer = ask(call_of("GetCapabilities"));
    DBusMessageIter all, one;
    if (!answer)
        return;
    notify.markup = false;
    if (notify.dbus->dbus_message_iter_init(answer, &all) &&
        notify.dbus->dbus_message_iter_get_arg_type(&all) == DBUS_TYPE_ARRAY)
        for (notify.dbus->dbus_message_iter_recurse(&all, &one);
             notify.dbus->dbus_message_iter_get_arg_type(&one) == DBUS_TYPE_STRING;
             notify.dbus->dbus_message_iter_next(&one)) {
            const char *word;
            notify.dbus->dbus_message_iter_get_basic(&one, &word);
            notify.markup = notify.markup || str_equal(word, "body-markup");
        }
    notify.dbus->dbus_message_unref(answer);
}

static void escape(const char *text, char *out, size_t size)
{
    size_t at = 0;
    for (; *text && at + 6 < size; text++) {
        const char *as = *text == '&'   ? "&amp;"
                         : *text == '<' ? "&lt;"
                         : *text == '>' ? "&gt;"
                                        : NULL;
        if (as) {
            memcpy(out + at, as, strlen(as));
            at += strlen(as);
        } else {
            out[at++] = *text;
        }
    }
    out[at] = '\0';
}

static void add_hint(DBusMessageIter *hints, const char *key, int type, const char *signature,
                     const void *value)
{
    DBusMessageIter entry, variant;
    notify.dbus->dbus_message_iter_open_container(hints, DBUS_TYPE_DICT_ENTRY, NULL, &entry);
    notify.dbus->dbus_message_iter_append_basic(&entry, DBUS_TYPE_STRING, &key);
    notify.dbus->dbus_message_iter_open_container(&entry, DBUS_TYPE_VARIANT, signature, &variant);
    notify.dbus->dbus_message_iter_append_basic(&variant, type, value);
    notify.dbus->dbus_message_iter_close_container(&entry, &variant);
    notify.dbus->dbus_message_iter_close_container(hints, &entry);
}

/* Notify(name s, replaces u, icon s, summary s, body s, actions as, hints a{sv}, expires i) -> u */
static DBusMessage *notification(const char *title, const char *text)
{
    static const char *const actions[] = {"default", ""};
    static const char *const name = "Confab", *const icon = "org.confab.Confab",
                             *const entry = "org.confab.Confab", *const kind = "im.received";
    const char *const *pairs = actions;
    const dbus_bool_t silent = TRUE;
    const int32_t expires = -1;
    DBusMessage *call = call_of("Notify");
    DBusMessageIter args, hints;
    if (!call)
        return NULL;
    notify.dbus->dbus_message_append_args(call, DBUS_TYPE_STRING, &name, DBUS_TYPE_UINT32,
                                          &notify.shown, DBUS_TYPE_STRING, &icon, DBUS_TYPE_STRING,
                                          &title, DBUS_TYPE_STRING, &text, DBUS_TYPE_ARRAY,
                                          DBUS_TYPE_STRING, &pairs, 2, DBUS_TYPE_INVALID);
    notify.dbus->dbus_message_iter_init_append(call, &args);
    notify.dbus->dbus_message_iter_open_container(&args, DBUS_TYPE_ARRAY, "{sv}", &hints);
    add_hint(&hints, "desktop-entry", DBUS_TYPE_STRING, "s", &entry);
    add_hint(&hints, "category", DBUS_TYPE_STRING, "s", &kind);
    add_hint(&hints, "suppress-sound", DBUS_TYPE_BOOLEAN, "b", &silent); /* we have our own */
    notify.dbus->dbus_message_iter_close_container(&args, &hints);
    notify.dbus->dbus_message_iter_append_basic(&args, DBUS_TYPE_INT32, &expires);
    return call;
}

static void show(struct wish *wish)
{
    char body[TEXT_MAX_BYTES];
    ask_for_markup(); /* the desktop's shell may be another one since */
    if (notify.markup)
        escape(wish->text, body, sizeof body);
    else
        str_copy(body, sizeof body, wish->text);
    DBusMessage *answer = ask(notification(wish->title, body));
    if (!answer)
        return;
    notify.dbus->dbus_message_get_args(answer, NULL, DBUS_TYPE_UINT32, &notify.shown,
                                       DBUS_TYPE_INVALID);
    notify.dbus->dbus_message_unref(answer);
    mem_free(notify.tag);
    notify.tag = wish->tag;
    wish->tag = NULL;
}

static void withdraw(void)
{
    DBusMessage *call = notify.shown ? call_of("CloseNotification") : NULL;
    if (!call)
        return;
    notify.dbus->dbus_message_append_args(call, DBUS_TYPE_UINT32, &notify.shown, DBUS_TYPE_INVALID);
    notify.dbus->dbus_connection_send(notify.bus, call, NULL);
    notify.dbus->dbus_connection_flush(notify.bus);
    notify.dbus->dbus_message_unref(call);
    notify.shown = 0;
}

static void obey(void)
{
    mutex_lock(notify.mutex);
    struct wish wish = notify.wish;
    notify.wish = (struct wish){0};
    mutex_unlock(notify.mutex);
    if (wish.show)
        show(&wish);
    else if (wish.withdraw)
        withdraw();
    wish_free(&wish);
}

static uint32_t number_of(DBusMessage *signal)
{
    uint32_t number = 0;
    notify.dbus->dbus_message_get_args(signal, NULL, DBUS_TYPE_UINT32, &number, DBUS_TYPE_INVALID);
    return number;
}

static bool is_about_looks(DBusMessage *signal)
{
    const char *space = "", *key = "";
    notify.dbus->dbus_message_get_args(signal, NULL, DBUS_TYPE_STRING, &space, DBUS_TYPE_STRING,
                                       &key, DBUS_TYPE_INVALID);
    return str_equal(key, "color-scheme") || str_equal(key, "gtk-theme") ||
           str_equal(key, "enable-animations");
}

static void on_signal(DBusMessage *signal)
{
    if (notify.dbus->dbus_message_is_signal(signal, "org.freedesktop.portal.Settings",
                                            "SettingChanged")) {
        if (is_about_looks(signal))
            window_post_theme();
    } else if (notify.shown && number_of(signal) == notify.shown) {
        if (notify.dbus->dbus_message_is_signal(signal, NAME, "ActionInvoked") && notify.tag)
            window_post_notice(mem_string(notify.tag));
        else if (notify.dbus->dbus_message_is_signal(signal, NAME, "NotificationClosed"))
            notify.shown = 0;
    }
}

static void body(void *arg)
{
    (void)arg;
    if (!open_bus()) {
        log_info("notifications: there is no desktop that shows them");
        return;
    }
    int fd = -1;
    if (!notify.dbus->dbus_connection_get_unix_fd(notify.bus, &fd))
        return;
    while (!atomic_load(&notify.ends)) {
        DBusMessage *message;
        obey();
        while ((message = notify.dbus->dbus_connection_pop_message(notify.bus))) {
            on_signal(message);
            notify.dbus->dbus_message_unref(message);
        }
        struct pollfd both[] = {{.fd = fd, .events = POLLIN},
                                {.fd = (int)wake_sock(notify.bell), .events = POLLIN}};
        poll(both, 2, -1);
        wake_drain(notify.bell);
        if (!notify.dbus->dbus_connection_read_write(notify.bus, 0))
            break; /* the bus has gone */
    }
    if (notify.bus)
        withdraw();
    close_bus();
}

/* ---- the UI thread ---- */

static bool start(void)
{
    if (notify.thread)
        return true;
    notify.bell = notify.bell ? notify.bell : wake_create(NULL);
    notify.mutex = notify.mutex ? notify.mutex : mutex_create();
    notify.thread = notify.bell ? thread_start(body, NULL, NULL) : NULL;
    return notify.thread != NULL;
}

void notify_watch_theme(void)
{
    if (bus_is_there())
        start();
}

static void want(struct wish wish)
{
    if (!bus_is_there() || !start()) {
        wish_free(&wish);
        return;
    }
    mutex_lock(notify.mutex);
    wish_free(&notify.wish);
    notify.wish = wish;
    mutex_unlock(notify.mutex);
    wake_ring(notify.bell);
}

void notify_show(const char *title, const char *text, const char *tag)
{
    want((struct wish){.show = true,
                       .title = mem_string(title),
                       .text = mem_string(text),
                       .tag = mem_string(tag)});
}

void notify_withdraw(void)
{
    if (notify.thread)
        want((struct wish){.withdraw = true});
}

void notify_close(void)
{
    if (notify.thread) {
        atomic_store(&notify.ends, true);
        wake_ring(notify.bell);
        thread_join(notify.thread);
    }
    notify.thread = NULL;
    wish_free(&notify.wish);
    mem_free(notify.tag);
    notify.tag = NULL;
    wake_destroy(notify.bell);
    mutex_destroy(notify.mutex);
    notify.bell = NULL;
    notify.mutex = NULL;
}
