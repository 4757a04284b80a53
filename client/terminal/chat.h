/* chat.h - a person at a prompt: what chat.c (questions, commands, the loop) and notes.c (what
 * happened, as lines) share. Main thread. */
#ifndef CONFAB_TERMINAL_CHAT_H
#define CONFAB_TERMINAL_CHAT_H

#include "client/terminal/ask.h"
#include "client/terminal/files.h"
#include "client/terminal/lines.h"
#include "client/terminal/prompt.h"
#include "client/terminal/terminal.h"
#include "protocol/os/file.h"

enum stage {
    STAGE_ASKING,
    STAGE_PASSWORD,   /* the server wants one */
    STAGE_CONNECTING, /* until the room is there */
    STAGE_TALKING,
    STAGE_OVER,
};

struct chat {
    struct terminal terminal;
    struct prompt *prompt;
    char history[OS_PATH_MAX]; /* where earlier lines are kept */
    enum stage stage;
    enum ask ask;
    char name[NAME_SIZE]; /* as answered; "": the options' */
    int code;             /* to exit with */
    struct buf out;       /* lines on their way to the screen */
    struct files files;
    bool was_online, lost;
    bool rooms_asked;         /* !rooms waits for the server's list */
    char entering[NAME_SIZE]; /* the room that we join: shown when it is known who is in it ... */
    bool entered;             /* ... it is known, its history is on its way ... */
    int64_t room_due_ms;      /* ... at the latest then; INT64_MAX: nothing is waited for */
    unsigned progress_file;   /* which transfer has the status line */
    int64_t progress_ms;      /* when it last moved */
};

/* act.c: the commands about messages and people. */
void act_reply(struct chat *chat, unsigned number, const char *text);
void act_edit(struct chat *chat, unsigned number, const char *text);
void act_react(struct chat *chat, unsigned number, const char *emoji);
void act_delete(struct chat *chat, unsigned number);   /* 0: the newest of ours */
void act_list(struct chat *chat, unsigned count);      /* 0: as many as fit */
void act_direct(struct chat *chat, const char *typed); /* "NAME", "NAME text" */
void act_invite(struct chat *chat, const char *name);
void act_leave(struct chat *chat);

/* app_config.observe; context is a struct chat. */
void notes_observe(void *context, const struct note *note);
/* The room on the screen is another one, in which we are already: who is in it, what is unread. */
void notes_show_other_room(struct chat *chat);
/* Show the room that was joined once its history is here, or late. Call after each wait. */
void notes_show_room_if_here(struct chat *chat);

/* Take the status line away when its transfer has ended. Call after each wait. */
void notes_check_progress(struct chat *chat);
bool notes_is_moving(const struct message *message); /* its file, to or from the server */

/* Print what is in chat->out. */
void chat_flush(struct chat *chat);
/* One sentence among the lines. */
void chat_tell(struct chat *chat, const char *text);
/* A room that we asked to join is shown when the server says yes. */
void chat_enter(struct chat *chat, const char *room);
void chat_end(struct chat *chat, int code);
/* The room on the screen; NULL before there is one. */
struct room *chat_room(const struct chat *chat);

#endif
