/* bus.h - the desktop's message bus: libdbus, loaded when it is first needed, so that the program runs without it. Any
 * thread, each with a connection of its own. */
#ifndef CONFAB_PLATFORM_LINUX_BUS_H
#define CONFAB_PLATFORM_LINUX_BUS_H

#include <stdbool.h>

#include <dbus/dbus.h>

/* What is used of it: X(function) */
#define BUS_FUNCTIONS(X)                         \
    X(dbus_bus_get_private)                      \
    X(dbus_bus_get_unique_name)                  \
    X(dbus_bus_add_match)                        \
    X(dbus_error_init)                           \
    X(dbus_error_free)                           \
    X(dbus_threads_init_default)                 \
    X(dbus_connection_set_exit_on_disconnect)    \
    X(dbus_connection_get_unix_fd)               \
    X(dbus_connection_read_write)                \
    X(dbus_connection_pop_message)               \
    X(dbus_connection_send)                      \
    X(dbus_connection_flush)                     \
    X(dbus_connection_send_with_reply_and_block) \
    X(dbus_connection_close)                     \
    X(dbus_connection_unref)                     \
    X(dbus_message_new_method_call)              \
    X(dbus_message_append_args)                  \
    X(dbus_message_get_args)                     \
    X(dbus_message_get_path)                     \
    X(dbus_message_is_signal)                    \
    X(dbus_message_unref)                        \
    X(dbus_message_iter_init)                    \
    X(dbus_message_iter_get_arg_type)            \
    X(dbus_message_iter_get_basic)               \
    X(dbus_message_iter_recurse)                 \
    X(dbus_message_iter_next)                    \
    X(dbus_message_iter_init_append)             \
    X(dbus_message_iter_append_basic)            \
    X(dbus_message_iter_append_fixed_array)      \
    X(dbus_message_iter_open_container)          \
    X(dbus_message_iter_close_container)

struct bus {
#define BUS_MEMBER(function) __typeof__(function) *(function);
    BUS_FUNCTIONS(BUS_MEMBER)
#undef BUS_MEMBER
};

/* Is one running? Without one libdbus would try to start it, which is not ours to do. */
bool bus_is_there(void);
/* Its functions, or NULL if there is no libdbus here. */
const struct bus *bus_load(void);
/* A connection of one's own, which does not end the program when it breaks; NULL if there is none. */
DBusConnection *bus_open(void);
void bus_close(DBusConnection *connection);

#endif
