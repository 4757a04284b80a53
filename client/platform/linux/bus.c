#include "client/platform/linux/bus.h"

#include <stdlib.h>

#include <SDL.h>

#include "protocol/base/str.h"
#include "protocol/os/file.h"

bool bus_is_there(void)
{
    const char *address = getenv("DBUS_SESSION_BUS_ADDRESS"), *folder = getenv("XDG_RUNTIME_DIR");
    char path[OS_PATH_MAX];
    if (address && address[0])
        return !str_starts(address, "disabled:");
    return folder && folder[0] && path_join(path, folder, "bus") && file_info(path).exists;
}

/* The library stays: SDL may use it too, and it keeps threads' data. */
static bool load(struct bus *bus)
{
    void *object = SDL_LoadObject("libdbus-1.so.3");
    if (!object)
        return false;
#define LOAD(function)                                              \
    *(void **)&bus->function = SDL_LoadFunction(object, #function); \
    if (!bus->function)                                             \
        return false;
    BUS_FUNCTIONS(LOAD)
#undef LOAD
    return bus->dbus_threads_init_default();
}

const struct bus *bus_load(void)
{
    static SDL_SpinLock lock;
    static struct bus bus;
    static bool tried, loaded;
    SDL_AtomicLock(&lock);
    if (!tried)
        loaded = load(&bus);
    tried = true;
    SDL_AtomicUnlock(&lock);
    return loaded ? &bus : NULL;
}

DBusConnection *bus_open(void)
{
    const struct bus *bus = bus_is_there() ? bus_load() : NULL;
    DBusConnection *connection = bus ? bus->dbus_bus_get_private(DBUS_BUS_SESSION, NULL) : NULL;
    if (connection)
        bus->dbus_connection_set_exit_on_disconnect(connection, FALSE);
    return connection;
}

void bus_close(DBusConnection *connection)
{
    const struct bus *bus = bus_load();
    if (!connection)
        return;
    bus->dbus_connection_close(connection);
    bus->dbus_connection_unref(connection);
}
