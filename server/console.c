#include "server/console.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "protocol/base/str.h"
#include "protocol/base/utf8.h"
#include "server/room.h"
#include "server/state.h"

#define SHOWN_MAX (TEXT_MAX * 3 + 1) /* a control character of one byte is shown in three */

static void line(const struct server *server, const char *format, ...) FORMAT_LIKE_PRINTF(2, 3);
static void line(const struct server *server, const char *format, ...)
{
    va_list args;
    if (server->config.quiet)
        return;
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
    fflush(stdout); /* one line at a time, also into a pipe */
}

/* " in ROOM", or nothing for the lobby, where everybody is. */
static const char *in_room(const struct room *room, char out[NAME_SIZE * 3 + 8])
{
    char name[NAME_SIZE * 3];
    out[0] = '\0';
    if (strcmp(room->fold, LOBBY) != 0) {
        utf8_show(room->name, false, name, sizeof name);
        str_format(out, NAME_SIZE * 3 + 8, " in %s", name);
    }
    return out;
}

/* Where people who type an address find us. */
static void list_places(const struct server *server)
{
    const char *host = server->config.host;
    if (host != NULL && strcmp(host, "0.0.0.0") != 0 && strcmp(host, "::") != 0)
        return;
    struct sock_interface all[SOCK_INTERFACES_MAX];
    size_t count = sock_interfaces(all);
    for (size_t i = 0; i < count; i++) {
        const uint8_t *a = all[i].address;
        line(server, "  %u.%u.%u.%u:%u (%s)", a[0], a[1], a[2], a[3], server->port,
             all[i].loopback ? "this computer only" : all[i].name);
    }
}

void console_open(const struct server *server)
{
    const char *host = server->config.host;
    char shown[NAME_SIZE * 3];
    utf8_show(server->name, false, shown, sizeof shown);
    bool six = host != NULL && strchr(host, ':') != NULL && host[0] != '[';
    line(server, "%s at %s%s%s:%u", shown, six ? "[" : "", host != NULL ? host : "all addresses",
         six ? "]" : "", server->port);
    line(server, "[ACTIVATING SERVER]");
    line(server, "For Server Termination, use the Keyboard Interrupt (Ctrl-C)");
    line(server, "[SERVER LISTENING] on port %u", server->port);
    list_places(server);
}

void console_closed(const struct server *server)
{
    line(server, "[SERVER CLOSED]");
}

void console_presence(const struct server *server, const struct room *room,
                      const struct person *person, bool joined)
{
    char name[NAME_SIZE * 3], where[NAME_SIZE * 3 + 8];
    utf8_show(person->name, false, name, sizeof name);
    line(server, "[%s] %s%s", joined ? "JOINED" : "LEFT", name, in_room(room, where));
}

void console_said(const struct server *server, const struct room *room, const char *name,
                  const char *text)
{
    if (server->config.quiet)
        return;
    char who[NAME_SIZE * 3], where[NAME_SIZE * 3 + 8];
    char what[SHOWN_MAX];
    utf8_show(name, false, who, sizeof who);
    utf8_show(text, false, what, sizeof what);
    line(server, "[%s%s] %s", who, in_room(room, where), what);
}

void console_file(const struct server *server, const struct room *room, const char *name,
                  const struct blob *blob)
{
    char who[NAME_SIZE * 3], where[NAME_SIZE * 3 + 8];
    char label[LABEL_SIZE * 3], size[STR_SIZE_MAX];
    utf8_show(name, false, who, sizeof who);
    utf8_show(blob->label, false, label, sizeof label);
    str_size(blob->size, size);
    line(server, "[FILE] %s sends %s (%s)%s", who, label, size, in_room(room, where));
}

void console_file_end(const struct server *server, const struct blob *blob, const char *trouble)
{
    char label[LABEL_SIZE * 3];
    utf8_show(blob->label, false, label, sizeof label);
    line(server, "[FILE] %s %s", label, trouble != NULL ? trouble : "complete");
}
