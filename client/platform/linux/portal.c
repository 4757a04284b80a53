#include "client/platform/linux/portal.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/platform/dialog_ask.h"
#include "client/platform/linux/bus.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/file.h"

#define NAME "org.freedesktop.portal.Desktop"
#define PLACE "/org/freedesktop/portal/desktop"
#define CHOOSER "org.freedesktop.portal.FileChooser"
#define REQUEST "org.freedesktop.portal.Request"
#define BUS "org.freedesktop.DBus"
#define PATIENCE_MS 1000       /* for whether there is one */
#define START_PATIENCE_MS 5000 /* for its answer that it shows the window */
#define LOOK_MS 200            /* how soon a cancelled dialog goes */
#define FILES_MAX 4096         /* chosen at once */

struct talk {
    const struct bus *dbus;
    DBusConnection *bus;
    char request[256]; /* the object that will answer */
};

static DBusMessage *send_call(const struct talk *talk, DBusMessage *call, int patience_ms,
                              DBusError *error)
{
    DBusMessage *answer = call ? talk->dbus->dbus_connection_send_with_reply_and_block(
                                     talk->bus, call, patience_ms, error)
                               : NULL;
    if (call)
        talk->dbus->dbus_message_unref(call);
    return answer;
}

static bool look_for_chooser(void)
{
    static const char *const interface = CHOOSER, *const property = "version";
    struct talk talk = {.bus = bus_open()};
    if (!talk.bus)
        return false;
    talk.dbus = bus_load();
    DBusMessage *call = talk.dbus->dbus_message_new_method_call(
        NAME, PLACE, "org.freedesktop.DBus.Properties", "Get");
    if (call)
        talk.dbus->dbus_message_append_args(call, DBUS_TYPE_STRING, &interface, DBUS_TYPE_STRING,
                                            &property, DBUS_TYPE_INVALID);
    DBusError error;
    talk.dbus->dbus_error_init(&error);
    DBusMessage *answer = send_call(&talk, call, PATIENCE_MS, &error);
    /* one that does not exist is denied at once; this one is only being started */
    const bool is_slow = error.name && str_equal(error.name, DBUS_ERROR_NO_REPLY);
    if (answer)
        talk.dbus->dbus_message_unref(answer);
    talk.dbus->dbus_error_free(&error);
    bus_close(talk.bus);
    return answer || is_slow;
}

bool portal_has_chooser(void)
{
    static bool asked, there;
    if (!asked)
        there = look_for_chooser();
    asked = true;
    return there;
}

/* ---- the question ---- */

static void add_option(const struct talk *talk, DBusMessageIter *options, const char *key, int type,
                       const char *signature, const void *value)
{
    const struct bus *d = talk->dbus;
    DBusMessageIter entry, variant;
    d->dbus_message_iter_open_container(options, DBUS_TYPE_DICT_ENTRY, NULL, &entry);
    d->dbus_message_iter_append_basic(&entry, DBUS_TYPE_STRING, &key);
    d->dbus_message_iter_open_container(&entry, DBUS_TYPE_VARIANT, signature, &variant);
    if (type == DBUS_TYPE_ARRAY) { /* a path: bytes with their NUL */
        const char *bytes = value;
        DBusMessageIter array;
        d->dbus_message_iter_open_container(&variant, DBUS_TYPE_ARRAY, "y", &array);
        d->dbus_message_iter_append_fixed_array(&array, DBUS_TYPE_BYTE, &bytes,
                                                (int)strlen(bytes) + 1);
        d->dbus_message_iter_close_container(&variant, &array);
    } else {
        d->dbus_message_iter_append_basic(&variant, type, value);
    }
    d->dbus_message_iter_close_container(&entry, &variant);
    d->dbus_message_iter_close_container(options, &entry);
}

/* OpenFile or SaveFile (parent window s, title s, options a{sv}) -> request o */
static DBusMessage *question(const struct talk *talk, const struct dialog_wish *wish,
                             const char *token)
{
    const bool saves = wish->kind == DIALOG_SAVE;
    const dbus_bool_t yes = TRUE;
    const char *parent = "", *title = wish->title;
    DBusMessageIter args, options;
    DBusMessage *call = talk->dbus->dbus_message_new_method_call(NAME, PLACE, CHOOSER,
                                                                 saves ? "SaveFile" : "OpenFile");
    if (!call)
        return NULL;
    talk->dbus->dbus_message_append_args(call, DBUS_TYPE_STRING, &parent, DBUS_TYPE_STRING, &title,
                                         DBUS_TYPE_INVALID);
    talk->dbus->dbus_message_iter_init_append(call, &args);
    talk->dbus->dbus_message_iter_open_container(&args, DBUS_TYPE_ARRAY, "{sv}", &options);
    add_option(talk, &options, "handle_token", DBUS_TYPE_STRING, "s", &token);
    if (wish->kind == DIALOG_OPEN)
        add_option(talk, &options, "multiple", DBUS_TYPE_BOOLEAN, "b", &yes);
    if (wish->kind == DIALOG_FOLDER)
        add_option(talk, &options, "directory", DBUS_TYPE_BOOLEAN, "b", &yes);
    if (saves && wish->name)
        add_option(talk, &options, "current_name", DBUS_TYPE_STRING, "s", &wish->name);
    if (wish->folder)
        add_option(talk, &options, "current_folder", DBUS_TYPE_ARRAY, "ay", wish->folder);
    talk->dbus->dbus_message_iter_close_container(&args, &options);
    return call;
}

/* What showed the window may end without an answer: the bus tells that its name has gone. */
#define GOING                                                          \
    "type='signal',sender='org.freedesktop.DBus',interface='" BUS "'," \
    "member='NameOwnerChanged',arg0='" NAME "'"

/* The answer may come before the call returns, so it is listened for before: where it will come from follows from our name
 * on the bus and a word of ours. */
static bool listen_for_answer(struct talk *talk, const char *token)
{
    const char *name = talk->dbus->dbus_bus_get_unique_name(talk->bus);
    char match[sizeof talk->request + 100], sender[128];
    if (!name || !str_copy(sender, sizeof sender, name + (name[0] == ':')))
        return false;
    for (char *c = sender; *c; c++)
        if (*c == '.')
            *c = '_';
    if (!str_format(talk->request, sizeof talk->request, PLACE "/request/%s/%s", sender, token) ||
        !str_format(match, sizeof match,
                    "type='signal',interface='" REQUEST "',member='Response',path='%s'",
                    talk->request))
        return false;
    talk->dbus->dbus_bus_add_match(talk->bus, match, NULL);
    talk->dbus->dbus_bus_add_match(talk->bus, GOING, NULL);
    return true;
}

/* ---- the answer ---- */

static int hex(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* "file:///a%20b" -> "/a b" */
static bool path_of(const char *uri, char *out)
{
    size_t used = 0;
    if (!str_starts(uri, "file:///"))
        return false;
    for (const char *at = uri + strlen("file://"); *at; at++) {
        char byte = *at;
        if (byte == '%') {
            const int high = hex(at[1]), low = high < 0 ? -1 : hex(at[2]);
            if (low < 0 || high * 16 + low == 0)
                return false;
            byte = (char)(high * 16 + low);
            at += 2;
        }
        if (used + 1 >= OS_PATH_MAX)
            return false;
        out[used++] = byte;
    }
    out[used] = '\0';
    return true;
}

static void add_uris(const struct talk *talk, struct dialog_wish *wish, DBusMessageIter *uris)
{
    const struct bus *d = talk->dbus;
    char path[OS_PATH_MAX];
    DBusMessageIter one;
    if (d->dbus_message_iter_get_arg_type(uris) != DBUS_TYPE_ARRAY)
        return;
    d->dbus_message_iter_recurse(uris, &one);
    for (int i = 0; i < FILES_MAX && d->dbus_message_iter_get_arg_type(&one) == DBUS_TYPE_STRING;
         i++, d->dbus_message_iter_next(&one)) {
        const char *uri;
        d->dbus_message_iter_get_basic(&one, &uri);
        if (path_of(uri, path))
            wish->add(wish, path);
    }
}

/* Response(u: 0 chosen, 1 cancelled; results a{sv}, of which "uris" as) */
static void take_answer(const struct talk *talk, struct dialog_wish *wish, DBusMessage *signal)
{
    const struct bus *d = talk->dbus;
    DBusMessageIter args, results, entry, value;
    uint32_t code = 1;
    if (!d->dbus_message_iter_init(signal, &args) ||
        d->dbus_message_iter_get_arg_type(&args) != DBUS_TYPE_UINT32)
        return;
    d->dbus_message_iter_get_basic(&args, &code);
    d->dbus_message_iter_next(&args);
    if (code != 0 || d->dbus_message_iter_get_arg_type(&args) != DBUS_TYPE_ARRAY)
        return;
    for (d->dbus_message_iter_recurse(&args, &results);
         d->dbus_message_iter_get_arg_type(&results) == DBUS_TYPE_DICT_ENTRY;
         d->dbus_message_iter_next(&results)) {
        const char *key = "";
        d->dbus_message_iter_recurse(&results, &entry);
        if (d->dbus_message_iter_get_arg_type(&entry) == DBUS_TYPE_STRING)
            d->dbus_message_iter_get_basic(&entry, &key);
        d->dbus_message_iter_next(&entry);
        if (!str_equal(key, "uris") ||
            d->dbus_message_iter_get_arg_type(&entry) != DBUS_TYPE_VARIANT)
            continue;
        d->dbus_message_iter_recurse(&entry, &value);
        add_uris(talk, wish, &value);
    }
}

static void put_away(const struct talk *talk)
{
    DBusMessage *call =
        talk->dbus->dbus_message_new_method_call(NAME, talk->request, REQUEST, "Close");
    if (!call)
        return;
    talk->dbus->dbus_connection_send(talk->bus, call, NULL);
    talk->dbus->dbus_connection_flush(talk->bus);
    talk->dbus->dbus_message_unref(call);
}

/* NameOwnerChanged(name s, before s, now s): nobody has it now, or somebody else who knows nothing of us. That somebody
 * has it who did not exist before is how it was started for our call. */
static bool has_gone(const struct talk *talk, DBusMessage *message)
{
    const char *name = "", *before = "", *now = "";
    return talk->dbus->dbus_message_is_signal(message, BUS, "NameOwnerChanged") &&
           talk->dbus->dbus_message_get_args(message, NULL, DBUS_TYPE_STRING, &name,
                                             DBUS_TYPE_STRING, &before, DBUS_TYPE_STRING, &now,
                                             DBUS_TYPE_INVALID) &&
           str_equal(name, NAME) && before[0] != '\0';
}

static void wait_for_answer(const struct talk *talk, struct dialog_wish *wish)
{
    for (bool answered = false; !answered;) {
        DBusMessage *message = talk->dbus->dbus_connection_pop_message(talk->bus);
        if (message) {
            const char *from = talk->dbus->dbus_message_get_path(message);
            answered = talk->dbus->dbus_message_is_signal(message, REQUEST, "Response") && from &&
                       str_equal(from, talk->request);
            if (answered)
                take_answer(talk, wish, message);
            answered = answered || has_gone(talk, message);
            talk->dbus->dbus_message_unref(message);
        } else if (atomic_load(&wish->cancelled)) {
            put_away(talk);
            return;
        } else if (!talk->dbus->dbus_connection_read_write(talk->bus, LOOK_MS)) {
            return; /* the bus has gone */
        }
    }
}

bool portal_ask(struct dialog_wish *wish, struct err *err)
{
    struct talk talk = {.bus = bus_open()};
    char token[64];
    DBusMessage *answer = NULL;
    if (talk.bus) {
        talk.dbus = bus_load();
        str_format(token, sizeof token, "confab%ld_%u", (long)getpid(), wish->token);
        if (listen_for_answer(&talk, token))
            answer = send_call(&talk, question(&talk, wish, token), START_PATIENCE_MS, NULL);
    }
    if (answer) {
        talk.dbus->dbus_message_unref(answer);
        wait_for_answer(&talk, wish);
    }
    bus_close(talk.bus);
    return answer || err_set(err, ERR_NOT_FOUND, "No file window: the desktop does not answer");
}
