#include "server/session.h"

#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "server/state.h"

/* What this server can do beyond the first version of the wire: nothing yet that needs a name. */
#define FEATURES NULL

static void welcome(struct session *session)
{
    struct server *server = session->server;
    struct msg_room rooms[ROOMS_MAX];
    struct msg msg = {
        .type = MSG_WELCOME,
        .version = WIRE_VERSION,
        .server = server->name,
        .uid = session->person->uid,
        .name = session->person->name,
        .max_upload = server->config.max_upload,
        .features = FEATURES,
        .rooms = rooms,
        .room_count = server->room_count,
    };
    for (size_t i = 0; i < server->room_count; i++) {
        rooms[i] = (struct msg_room){
            .name = server->rooms[i]->name,
            .seq = roomlog_last_seq(server->rooms[i]->log),
            .people = room_people(server->rooms[i]),
        };
    }
    session_reply(session, &msg);
}

/* The rooms that the person was in before the connection broke, each from where it stopped. */
static void resume(struct session *session, const struct msg *msg)
{
    for (size_t i = 0; i < msg->resume_count && session->state == SESSION_READY; i++) {
        struct room *room = session_find_or_make(session, msg->resume[i].name);
        if (room != NULL)
            session_enter(session, room, msg->resume[i].seq);
    }
}

static void try_again(struct session *session, enum msg_error_code code)
{
    if (session->hellos < SESSION_HELLOS_MAX)
        session_error(session, code, NULL, NULL);
    else
        session_refuse(session, code, NULL);
}

void on_hello(struct session *session, struct msg *msg)
{
    struct server *server = session->server;
    enum msg_error_code code;
    session->hellos++;
    if (msg->version < WIRE_VERSION) {
        session_refuse(session, CODE_VERSION, NULL);
        return;
    }
    if (server->ready_count >= server->config.max_clients) {
        session_refuse(session, CODE_SERVER_FULL, NULL);
        return;
    }
    struct person *person =
        roster_admit(server->roster, msg->secret, msg->name, clock_wall_ms(), &code);
    if (person == NULL) {
        try_again(session, code);
        return;
    }
    server->dirty = true; /* the roster may have grown */
    session->person = person;
    server->people += person->sessions++ == 0;
    session->conn->frame_most = FRAME_BODY_MAX;
    session_set_state(session, SESSION_READY, msg->client);
    welcome(session);
    resume(session, msg);
}

void on_ping(struct session *session, struct msg *msg)
{
    static const struct msg pong = {.type = MSG_PONG};
    (void)msg;
    session_reply(session, &pong);
}

void on_pong(struct session *session, struct msg *msg)
{
    (void)session; /* that it was heard is all: conn.heard_ms */
    (void)msg;
}

void on_bye(struct session *session, struct msg *msg)
{
    session->said_bye = true;
    while (session->follow_count > 0)
        session_exit(session, session->follows[session->follow_count - 1].room);
    session_set_state(session, SESSION_GOING, msg->text != NULL ? msg->text : "bye");
    conn_close_after(session->conn);
}
