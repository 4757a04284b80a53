/* app.h - the whole client without a screen: owns model, network thread, workers, settings, and
 * the server inside when we host. All functions on the thread that created it (the UI thread);
 * it never blocks. */
#ifndef CONFAB_APP_APP_H
#define CONFAB_APP_APP_H

#include <stdbool.h>
#include <stdint.h>
#include "client/model/model.h"
#include "protocol/base/err.h"

struct app;
struct sound_port;

/* How a front end is told that something happened (the terminal prints it; the window makes
 * toasts of some). */
enum note_kind {
    NOTE_ONLINE,     /* welcome; model has server, rooms */
    NOTE_OFFLINE,    /* text: why; not tried again */
    NOTE_LOST,       /* text: why; tried again by itself */
    NOTE_ROOM_READY, /* room: members are known (answer to join) */
    /* room, message: a new row, live or from the history (message->history), our own too once
     * relayed */
    NOTE_MESSAGE,
    NOTE_MEMBER,   /* room: someone joined or left; the message row says who */
    NOTE_PROGRESS, /* room, message: its transfer moved (at most every 100 ms each) */
    NOTE_SENT,     /* room, message: our file is whole on the server */
    NOTE_RECEIVED, /* room, message: the file is whole here, hash checked: file->transfer.path */
    NOTE_SAVED,    /* room, message: text is the path in the download folder */
    NOTE_TRANSFER_FAILED, /* room, message, text */
    NOTE_STORED,  /* room: our messages up to message (may be NULL) are on the server's disk */
    NOTE_ROOMS,   /* the list of rooms changed or was asked for */
    NOTE_HISTORY, /* room: older messages came */
    /* room, message: the server has the file whole now, or it failed (its file->state) */
    NOTE_FILE,
    /* room, message (NULL: it is not here): an admin, or its sender, has deleted it */
    NOTE_DELETED,
    NOTE_EDITED, /* room, message (NULL: it is not here): its text is another now; name: whose */
    /* room, message (NULL: it is not here): a reaction came, or went (removed); name: whose, text: the
     * emoji */
    NOTE_REACTED,
    NOTE_READ,   /* room: someone, or we in another window, has read further */
    NOTE_NOTICE, /* text: a sentence of the server for this person */
    /* text: the server refused something, code in `code`; room, message if about one of ours */
    NOTE_REFUSED,
};
struct note {
    enum note_kind kind;
    struct room *room;
    struct message *message;
    const char *text;
    const char *code;
    const char *name; /* NOTE_EDITED, NOTE_REACTED, NOTE_DELETED: who did */
    bool removed;     /* NOTE_REACTED: taken back */
    bool history; /* NOTE_EDITED, NOTE_REACTED, NOTE_DELETED: long ago, this comes with history */
    /* NOTE_MESSAGE, NOTE_FILE, NOTE_DELETED, NOTE_EDITED, NOTE_REACTED, NOTE_READ: the header as it came, for --json; NULL when nobody asked
     * (app_config.want_json) */
    const char *json;
};

struct app_config {
    const char *name;      /* the person; NULL: from the settings, else from the system */
    const char *downloads; /* NULL: from the settings, else the system's download folder */
    /* bytes: smaller pictures are fetched unasked; UINT64_MAX with save_all: everything */
    uint64_t auto_fetch;
    bool save_all; /* every file that arrives live is fetched and saved into downloads (terminal) */
    bool discover; /* listen for servers on this network */
    bool pictures; /* run confab-media for pictures and facts of what is sent (window) */
    bool reconnect; /* after a loss try again by itself */
    bool rejoin;    /* be in the rooms again in which one was at the end of the last time */
    bool directs;   /* be in every room of two */
    bool want_json;
    bool plain;    /* connect (and host) without encryption */
    bool remember; /* read and write settings and recent servers */
    const char
        *host_bind;       /* where the server inside listens; NULL: 0.0.0.0, all of this computer */
    uint16_t beacon_port; /* UDP; 0: WIRE_PORT */
    const struct sound_port *sound; /* where sound goes and comes from; NULL: nowhere (terminal) */
    const char
        *helper; /* the program that plays and records instead of confab-media, for tests; NULL */
    void (*ring)(void *context); /* wakes the front end's one wait; any thread */
    void *ring_context;
    void (*observe)(void *context, const struct note *note);
    void *observe_context;
};

struct app *app_create(const struct app_config *config, struct err *err);
/* Says bye, waits at most a second for what is queued, stops threads and the server inside. */
void app_destroy(struct app *app);
const struct model *app_model(const struct app *app);
/* Open mail, run what is due. Call after each wake and when app_next_due_ms() has passed. True
 * if the model changed. */
bool app_turn(struct app *app);
int64_t app_next_due_ms(const struct app *app); /* clock_now_ms() time, INT64_MAX: nothing */
/* True when nothing of ours is on its way: all relayed and stored, all uploads done (for pipes
 * and clean exits). */
bool app_is_settled(const struct app *app);
/* What the front end keeps for itself (window.width = 1280); NULL if there is nothing under that
 * key. Valid until the next change. */
const char *app_setting(const struct app *app, const char *key);
const char *app_downloads(const struct app *app); /* the folder that files are saved into */
/* What confab-media --version says; NULL as long as it was not asked or has not answered. */
const char *app_helper_versions(struct app *app);
uint64_t app_auto_fetch(const struct app *app); /* bytes */

#endif
