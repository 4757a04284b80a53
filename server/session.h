/* session.h - one connection: its state, what it may say now, which logs it follows from where,
 * what it is owed. Server thread.
 *
 * A session has no queue of messages. It has a cursor into the log of each room it follows, and
 * debts (a list of rooms, a `stored`, a stretch of history, a file) that flush.c pays when the
 * connection takes them; only short answers wait in the connection's own queue. */
#ifndef CONFAB_SERVER_SESSION_H
#define CONFAB_SERVER_SESSION_H

#include "protocol/base/log.h"
#include "protocol/net/conn.h"
#include "protocol/os/sock.h"
#include "server/room.h"

#define SESSION_QUEUE_MAX ((size_t)1 << 20) /* bytes of answers */
/* With more answers than this waiting, no more requests are read: who asks must also listen. */
#define SESSION_QUEUE_FULL ((size_t)65536)
#define SESSION_HELLOS_MAX 5     /* tries */
#define SESSION_UPLOADS_MAX 8    /* at once */
#define PERSON_UPLOADS_MAX 64    /* of a person, those included that wait for their sender */
#define SESSION_DOWNLOADS_MAX 64 /* asked for; DOWNLOADS_ACTIVE of them flow */
#define SESSION_HISTORY_MAX 8    /* stretches asked for and not yet sent */

enum session_state {
    SESSION_NEW,   /* no hello yet */
    SESSION_READY, /* may talk */
    SESSION_GOING, /* is being told why it must go, or said bye */
    SESSION_STATE_COUNT,
};

struct follow { /* a room that this session is in */
    struct room *room;
    size_t place;         /* in room->followers */
    uint64_t cursor;      /* offset into the room's log: sent up to here */
    uint64_t first;       /* seq that the cursor began with, for `room` */
    uint64_t sent_seq;    /* newest event that this session brought about */
    uint64_t stored_told; /* ... and how far it was told that events are stored */
    uint64_t marks_told;  /* room->mark_news up to which it was told who has read how far */
    uint64_t read_seq;    /* ... and how far it said itself */
    bool owes_room;       /* a `room` is to be sent before anything of the log */
    size_t listed;        /* ... and so many members were named in what was sent of it */
};
struct stretch { /* of a room's log, once: history, or an event again */
    struct room *room;
    uint64_t at, end;
    bool owes_end; /* then a history-end */
    uint64_t before;
};
struct download {
    struct blob *blob;
    uint64_t offset;
    bool owes_empty; /* asked for nothing: an empty chunk is the answer */
};
struct chunk {         /* the frame of a download that is under way */
    struct blob *blob; /* NULL: none */
    uint64_t at, end;  /* of the file */
    int64_t began_ms;
    uint8_t head[256];
    size_t head_size, head_sent;
};
struct files { /* made when a session first sends or fetches one */
    struct blob *uploads[SESSION_UPLOADS_MAX];
    size_t upload_count;
    struct blob *filling; /* the one that gets the payload under way; NULL: it is dropped */
    struct download downloads[SESSION_DOWNLOADS_MAX];
    size_t download_count, turn; /* turn: rises with each chunk, so that another's is next */
    struct chunk chunk;
    bool slow;                /* the connection took its time over the last chunk */
    char refused[ID_MAX + 1]; /* the id whose chunks were last refused: said once */
};

struct session {
    struct server *server;
    struct conn *conn; /* NULL once closed */
    uint32_t number;
    size_t slot; /* in server->sessions */
    enum session_state state;
    struct person *person; /* READY */
    struct follow *follows;
    size_t follow_count, follow_room;
    struct stretch *history;
    size_t history_count;
    struct stretch rest; /* of a frame of a log that was sent in part; room NULL: none */
    struct files *files; /* NULL: none yet */
    uint16_t log_turn;   /* the follow whose log is sent first */
    bool owes_rooms, said_bye;
    bool rooms_again;              /* the list has changed while it is told ... */
    size_t rooms_listed;           /* ... of which so many were looked at */
    bool knows_direct, knows_read; /* the features that its hello named */
    uint8_t hellos;
    int64_t since_ms, asked_ms, typed_ms; /* made; last ping of ours; last typing */
    struct gate_host *host;
    struct msg *hello;     /* whose password is being looked at; NULL: none */
    char *late_id;         /* refused as too fast, and to come first; NULL: none */
    int64_t late_until_ms; /* ... until then */
    char address[SOCK_ADDRESS_SIZE];
};

/* Takes the socket. */
void session_create(struct server *server, os_sock sock, const struct sock_address *from,
                    struct gate_host *host);
void session_set_state(struct session *session, enum session_state state, const char *why);
/* Answer. What does not fit ends the session: it asks and does not listen. */
void session_reply(struct session *session, const struct msg *msg);
/* `re` may be NULL; so may text: then it is the code's own sentence. */
void session_error(struct session *session, enum msg_error_code code, const char *re,
                   const char *text);
/* CODE_TOO_FAST about `re`, which may come again in wait_ms. */
void session_too_fast(struct session *session, const char *re, uint32_t wait_ms);
/* session_error, then close when it is sent. */
void session_refuse(struct session *session, enum msg_error_code code, const char *text);
/* The same, with how long it is to wait. */
void session_refuse_for(struct session *session, enum msg_error_code code, uint32_t wait_ms);
/* Say bye and close when it is sent. */
void session_bye(struct session *session, const char *text);
/* Silence: too long before hello, ping, give up. */
void session_tick(struct session *session, int64_t now_ms);
const char *session_name(const struct session *session); /* for the log */
struct log_about session_about(const struct session *session);

/* The room of that name as this session follows it. NULL, and said so about `re` (NULL: not said):
 * it is not in it, or may not even be. */
struct follow *session_follow(struct session *session, const char *name, const char *re);
/* The same as words alone: it is not in that room (of that name, if there is none: NULL). */
void session_refuse_room(struct session *session, const struct room *room, const char *name,
                         const char *re);
/* Has this person sent `id` before? Then the event that it became is told once more. */
bool session_was_sent(struct session *session, struct follow *follow, const char *id);
/* The event of `id` was not written down. */
void session_refuse_event(struct session *session, enum msg_error_code code, const char *id);
struct follow *session_find_follow(const struct session *session, const struct room *room);
/* Be in the room and read on behind event `known` (0: the newest HISTORY_JOIN events). */
void session_enter(struct session *session, struct room *room, uint64_t known);
/* The room, made if it is new. NULL: the session was told why not. */
struct room *session_find_or_make(struct session *session, const char *name, bool private);
void session_exit(struct session *session, struct room *room);
/* The room's log begins later now: read on there, and say so with a `room`. */
void session_skip(struct session *session, struct room *room);
/* A list of rooms is to be sent. */
void session_owe_rooms(struct session *session);
/* The next ROOMS_MAX at most of it into rooms[], whose strings are lent. True: more of them follow. */
bool session_list_rooms(struct session *session, struct msg_room *rooms, size_t *count);
struct files *session_files(struct session *session);

/* The handlers, in on_hello.c, on_room.c, on_say.c, on_change.c, on_admin.c and on_file.c. */
void on_hello(struct session *session, struct msg *msg);
void hello_tick(struct session *session); /* its password is still to be looked at */
void on_ping(struct session *session, struct msg *msg);
void on_pong(struct session *session, struct msg *msg);
void on_bye(struct session *session, struct msg *msg);
void on_join(struct session *session, struct msg *msg);
void on_leave(struct session *session, struct msg *msg);
void on_delete(struct session *session, struct msg *msg);
void on_edit(struct session *session, struct msg *msg);
void on_react(struct session *session, struct msg *msg);
void on_admin(struct session *session, struct msg *msg);
void on_invite(struct session *session, struct msg *msg);
void on_list(struct session *session, struct msg *msg);
void on_history(struct session *session, struct msg *msg);
void on_say(struct session *session, struct msg *msg);
void on_read(struct session *session, struct msg *msg);
void on_typing(struct session *session, struct msg *msg);
void on_upload(struct session *session, struct msg *msg);
void on_chunk(struct session *session, struct msg *msg);
/* The same for a chunk whose payload comes in pieces: first its header (msg->payload has only its
 * size), then they. */
void on_chunk_begin(struct session *session, struct msg *msg);
void on_chunk_piece(struct session *session, struct bytes piece, size_t left);
void on_finish(struct session *session, struct msg *msg);
void on_cancel(struct session *session, struct msg *msg);
void on_fetch(struct session *session, struct msg *msg);
void on_stop(struct session *session, struct msg *msg);
/* Send event `seq` once more, to one who did not hear that it was taken. */
void session_send_again(struct session *session, struct room *room, uint64_t seq);

/* on_file.c: what happens to uploads without a message */
void files_on_checked(struct blob *blob, const struct err *err);
/* The event that began a file is deleted: so is the file, also while it is sent. */
void files_delete(struct room *room, uint64_t seq);
void files_forget_session(struct session *session); /* it closed: suspend, release */
void files_tick(struct server *server, int64_t now_ms);
/* The room's log was replayed up to this event. */
void files_replay(struct room *room, const struct msg *event);
/* After all rooms: what is unfinished waits, what has no bytes left has failed. */
void files_settle(struct server *server);

#endif
