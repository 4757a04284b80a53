/* recall.h - what is kept of a server's rooms for the next start: which one was in, which are muted,
 * what stood in the composer. UI thread only.
 *
 * One file for each server and person, in the folder `rooms` of the configuration folder. Each save
 * reads it anew and replaces only what changed here, so two programs keep each other's rooms. */
#ifndef CONFAB_APP_RECALL_H
#define CONFAB_APP_RECALL_H

#include <stdbool.h>
#include <stddef.h>
#include "protocol/base/buf.h"
#include "protocol/base/name.h"

#define RECALL_FILE_MAX (4 << 20)
#define RECALL_ROOMS_MAX 512
#define RECALL_DRAFT_MAX 65536 /* bytes; of a longer one this much is kept */

struct recalled {
    char name[NAME_SIZE];
    bool joined, muted;
    bool is_private; /* never made anew by coming back: it would be open to all */
    char *draft;     /* NULL: none */
};
struct recall { /* zero-initialised */
    struct recalled *rooms;
    size_t count;
};

/* Lines "joined ROOM", "private ROOM", "muted ROOM", "draft ROOM TEXT" with \\ and \n for backslash and line end. What is
 * not understood is skipped. */
void recall_read(struct recall *recall, const char *text);
void recall_write(const struct recall *recall, struct buf *out);
struct recalled *recall_find(const struct recall *recall, const char *name);
/* The one that is there, or a new one; NULL past RECALL_ROOMS_MAX. */
struct recalled *recall_add(struct recall *recall, const char *name);
void recall_finish(struct recall *recall);

struct app;
struct room;
void recall_open(struct app *app);                     /* what was kept of this server */
void recall_room(struct app *app, struct room *room);  /* into a room that is new here */
void recall_later(struct app *app, struct room *room); /* something of it changed: save it soon */
void recall_save(struct app *app);

#endif
