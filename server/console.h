/* console.h - what the server says on standard output, as people know it from the old program: who
 * comes, what is said, which files pass, who goes. Of rooms that are open to everyone: what is said
 * in the others is not for who passes by. Nothing with config.quiet. Names and texts are
 * shown with utf8_show(), so they cannot steer the terminal. Lines wait for console_flush(); one that
 * finds no room (nobody reads) is dropped and counted. Server thread. */
#ifndef CONFAB_SERVER_CONSOLE_H
#define CONFAB_SERVER_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

#define CONSOLE_WAITING_MAX ((size_t)131072) /* bytes of lines */

struct server;
struct room;
struct person;
struct blob;
struct msg;

void console_open(struct server *server);   /* the address, [ACTIVATING SERVER] ... */
void console_closed(struct server *server); /* [SERVER CLOSED] */
/* At the end of a turn: as much as standard output takes without waiting. */
void console_flush(struct server *server);
void console_presence(struct server *server, const struct room *room, const struct person *person,
                      bool joined);
void console_said(struct server *server, const struct room *room, const char *name,
                  const char *text, bool edited);
void console_file(struct server *server, const struct room *room, const char *name,
                  const struct blob *blob);
/* trouble NULL: complete */
void console_file_end(struct server *server, const struct blob *blob, const char *trouble);

#endif
