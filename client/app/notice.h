/* notice.h - who is to be told of what came while one looks elsewhere, and how often. Pure rules over the model;
 * what is done about an answer (a flash, a sound, a notification) is the front end's matter.
 *
 * Nothing is told of one's own messages, of what the history brings, while the window has the keyboard, or while
 * the person does not want to be disturbed. Who mentions us or writes to us alone is always told, also of a
 * muted room; the rest of a muted room never. What comes within NOTICE_GAP_MS of the last notice waits and is
 * told together. */
#ifndef CONFAB_APP_NOTICE_H
#define CONFAB_APP_NOTICE_H

#include <stdbool.h>
#include <stdint.h>
#include "client/model/model.h"

#define NOTICE_GAP_MS 1000
#define NOTICE_TEXT_SIZE 200 /* bytes of the first line that are shown */

enum notice_level { NOTICE_ALL, NOTICE_MENTIONS, NOTICE_OFF };

struct notice_rules {
    enum notice_level level;
    bool quiet;   /* do not disturb */
    bool focused; /* the window has the keyboard */
};

/* What is to be told now. One message: who said what. Several: how many, and where if it was one room. */
struct news {
    bool popup;   /* a notification too; else a flash and a sound alone */
    bool mention; /* one of them is about us */
    size_t count;
    char room[sizeof((struct room *)0)->name]; /* of the last one: to be shown on a click */
    bool one_room;                             /* all were in it */
    bool direct;                               /* it is a talk of two */
    char title[NAME_SIZE];                     /* of the room, as people read it */
    char name[NAME_SIZE];                      /* who said the last one */
    char text[NOTICE_TEXT_SIZE];               /* its first line; a file's label */
    bool file;
};

struct notices {
    struct news next; /* count 0: none waits */
    int64_t told_ms;  /* when the last one was told; 0: never */
};

/* A message came (NOTE_MESSAGE). */
void notices_add(struct notices *notices, const struct notice_rules *rules, const struct room *room,
                 const struct message *message);
/* True if one is due; it is in *news then, and gone from here. */
bool notices_take(struct notices *notices, int64_t now_ms, struct news *news);
int64_t notices_due_ms(const struct notices *notices); /* INT64_MAX: nothing waits */
void notices_forget(struct notices *notices);          /* it has been seen */

/* What the title counts: all that is unread, of muted rooms the mentions alone. */
size_t notice_unread(const struct model *model);

#endif
