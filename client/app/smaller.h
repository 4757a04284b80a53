/* smaller.h - a smaller copy of a picture, without what the camera wrote into it, to be sent in its place. Made by a worker;
 * its file is temporary. UI thread. */
#ifndef CONFAB_APP_SMALLER_H
#define CONFAB_APP_SMALLER_H

#include <stdbool.h>
#include <stdint.h>

struct app;
struct room;
struct message;

/* Read done, ok, size; the model is touched when they come. */
struct smaller {
    bool done, ok;
    uint64_t size;     /* bytes */
    int width, height; /* px */
    /* smaller.c's own */
    char *original, *to;
    struct preview *preview; /* the pool's, while it is not done */
    struct handle *handle;   /* the message that it is sent with; NULL: none yet */
    bool ended;              /* nobody wants it any more */
    struct smaller *next;
};

struct smaller *smaller_begin(struct app *app, const char *path);
void smaller_end(struct app *app, struct smaller *smaller); /* NULL is fine; the file goes */
/* It is handed over, and the message of ours, which waits, is sent when it is done; or fails, and then the original
 * may be sent in its place. */
void smaller_send(struct app *app, struct smaller *smaller, struct room *room,
                  struct message *message);
void smaller_turn(struct app *app);   /* what was sent is put away */
void smaller_finish(struct app *app); /* all files go; the pool has ended */

#endif
