#include "server/console.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "protocol/base/str.h"
#include "protocol/base/utf8.h"
#include "protocol/os/stdout.h"
#include "server/room.h"
#include "server/state.h"

#define SHOWN_MAX 2048 /* bytes of a text; the rest is in the room */

/* The server must not wait for whoever reads this: a terminal stopped with Ctrl-S would stop the
 * chat. So lines wait for the end of the turn, when they go out together; those that find no room
 * are counted, and the number is told when there is room again. */
static void line(struct server *server, const char *format, ...) FORMAT_LIKE_PRINTF(2, 3);
static void line(struct server *server, const char *format, ...)
{
    char text[STDOUT_LINE_MAX];
    va_list args;
    if (server->config.quiet)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text - 1, format, args);
    va_end(args);
    size_t size = strlen(text);
    text[size++] = '\n';
    if (server->unshown > 0 || !buf_append(&server->lines, text, size))
        server->unshown++;
}

void console_flush(struct server *server)
{
    while (server->lines.size > 0 && stdout_is_ready()) {
        struct bytes bytes = buf_peek(&server->lines);
        size_t size = bytes.size < STDOUT_LINE_MAX ? bytes.size : STDOUT_LINE_MAX;
        fwrite(bytes.data, 1, size, stdout);
        fflush(stdout);
        buf_consume(&server->lines, size);
    }
    if (server->lines.size == 0 && server->unshown > 0) {
        uint64_t unshown = server->unshown;
        server->unshown = 0;
        line(server, "[%" PRIu64 " LINES NOT SHOWN]", unshown);
    }
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
static void list_places(struct server *server)
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

/* What people compare with what their own screen says. */
static void list_key(struct server *server)
{
    char words[TLS_WORDS_SIZE];
    if (server->tls == NULL) {
        line(server, "  without encryption (--plain)");
        return;
    }
    tls_words(tls_fingerprint(server->tls), words);
    line(server, "  key: %s", words);
    line(server, "  the same whole, SHA-256: %s", tls_fingerprint(server->tls));
}

void console_open(struct server *server)
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
    list_key(server);
    console_flush(server);
}

void console_closed(struct server *server)
{
    line(server, "[SERVER CLOSED]");
    console_flush(server);
}

void console_presence(struct server *server, const struct room *room, const struct person *person,
                      bool joined)
{
    char name[NAME_SIZE * 3], where[NAME_SIZE * 3 + 8];
    if (!room_is_open(room))
        return;
    utf8_show(person->name, false, name, sizeof name);
    line(server, "[%s] %s%s", joined ? "JOINED" : "LEFT", name, in_room(room, where));
}

void console_said(struct server *server, const struct room *room, const char *name,
                  const char *text, bool edited)
{
    if (server->config.quiet || !room_is_open(room))
        return;
    char who[NAME_SIZE * 3], where[NAME_SIZE * 3 + 8];
    char what[SHOWN_MAX];
    utf8_show(name, false, who, sizeof who);
    utf8_show(text, false, what, sizeof what);
    bool cut = strlen(what) + 4 >= sizeof what;
    line(server, "[%s%s%s] %s%s", who, in_room(room, where), edited ? ", edited" : "", what,
         cut ? " ..." : "");
}

void console_file(struct server *server, const struct room *room, const char *name,
                  const struct blob *blob)
{
    char who[NAME_SIZE * 3], where[NAME_SIZE * 3 + 8];
    char label[LABEL_SIZE * 3], size[STR_SIZE_MAX];
    if (!room_is_open(room))
        return;
    utf8_show(name, false, who, sizeof who);
    utf8_show(blob->label, false, label, sizeof label);
    str_size(blob->size, size);
    line(server, "[FILE] %s sends %s (%s)%s", who, label, size, in_room(room, where));
}

void console_file_end(struct server *server, const struct blob *blob, const char *trouble)
{
    char label[LABEL_SIZE * 3];
    if (!room_is_open(blob->room))
        return;
    utf8_show(blob->label, false, label, sizeof label);
    line(server, "[FILE] %s %s", label, trouble != NULL ? trouble : "complete");
}
