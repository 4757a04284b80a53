#include "server/session.h"

#include <string.h>

#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "server/state.h"

/* What this server can do beyond the first version of the wire. */
#define FEATURES "edit react read private direct"

/* Words are separated by one space; NULL: there are none. */
static bool has_word(const char *words, const char *word)
{
    while (words != NULL && *words) {
        size_t size = strcspn(words, " ");
        if (size == strlen(word) && strncmp(words, word, size) == 0)
            return true;
        words += size;
        words += *words == ' ';
    }
    return false;
}

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
    };
    msg.more = session_list_rooms(session, rooms, &msg.room_count);
    session_reply(session, &msg);
}

/* The rooms that the person was in before the connection broke, each from where it stopped. */
static void resume(struct session *session, const struct msg *msg)
{
    for (size_t i = 0; i < msg->resume_count && session->state == SESSION_READY; i++) {
        struct room *room = session_find_or_make(session, msg->resume[i].name, false);
        if (room != NULL && gate_may_come_back(session, room))
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

/* Is it known here, or may it be the next that is not? False: it was told. */
static bool may_be_new(struct session *session, const struct person *known)
{
    struct server *server = session->server;
    uint32_t wait_ms = 0;
    if (known != NULL || gate_may_be_new(session->host, server->config.newcomers,
                                         loop_now_ms(server->loop), &wait_ms))
        return true;
    session_refuse_for(session, CODE_TOO_MANY_NEWCOMERS, wait_ms);
    return false;
}

/* A name that an admin gave up would make an admin of whoever takes it next. */
static bool keeps_admin_name(struct session *session, const struct person *known, const char *name)
{
    if (known == NULL || !known->admin || name_equal(known->name, name))
        return true;
    char text[ERR_TEXT_MAX];
    str_format(
        text, sizeof text,
        "You are an admin here as %s, and whoever took that name would be one. Come under it.",
        known->name);
    session_refuse(session, CODE_NOT_ALLOWED, text);
    return false;
}

/* All is well but perhaps the name. */
static void admit(struct session *session, const struct msg *msg)
{
    struct server *server = session->server;
    enum msg_error_code code;
    if (server->ready_count >= server->config.max_clients) {
        session_refuse(session, CODE_SERVER_FULL, NULL);
        return;
    }
    const struct person *known = roster_with(server->roster, msg->secret);
    if (!may_be_new(session, known) || !keeps_admin_name(session, known, msg->name))
        return;
    struct person *person =
        roster_admit(server->roster, msg->secret, msg->name, clock_wall_ms(), &code);
    if (person == NULL) {
        try_again(session, code);
        return;
    }
    server->dirty = true; /* the roster may have grown */
    gate_know(server, person);
    if (gate_is_banned(session, person))
        return;
    session->person = person;
    server->people += person->sessions++ == 0;
    session->conn->frame_most = FRAME_BODY_MAX;
    session_set_state(session, SESSION_READY, msg->client);
    session->knows_direct = has_word(msg->features, "direct");
    session->knows_read = has_word(msg->features, "read");
    welcome(session);
    resume(session, msg);
}

/* The password */

static void answer(struct session *session, const struct msg *msg, bool right)
{
    int64_t now_ms = loop_now_ms(session->server->loop);
    gate_tried(session->host, right, now_ms);
    uint32_t wait_ms = gate_wait_ms(session->host, now_ms);
    if (right)
        admit(session, msg);
    else if (wait_ms > 0)
        session_refuse_for(session, CODE_TOO_MANY_TRIES, wait_ms);
    else
        try_again(session, CODE_WRONG_PASSWORD);
}

static void on_checked(void *context, bool right)
{
    struct session *session = context;
    struct msg *msg = session->hello;
    session->hello = NULL;
    if (session->state == SESSION_NEW)
        answer(session, msg, right);
    msg_clone_free(msg);
}

/* Look at the password of a hello. It is copied if that takes time. */
static void check_password(struct session *session, const struct msg *msg)
{
    struct password *password = session->server->password;
    uint32_t wait_ms = gate_wait_ms(session->host, loop_now_ms(session->server->loop));
    if (wait_ms > 0) {
        session_refuse_for(session, CODE_TOO_MANY_TRIES, wait_ms);
        return;
    }
    if (msg->password == NULL) {
        try_again(session, CODE_PASSWORD_NEEDED);
        return;
    }
    enum password_answer known = password_try(password, msg->password);
    if (known != PASSWORD_LATER) {
        answer(session, msg, known == PASSWORD_RIGHT);
        return;
    }
    session->hello = msg_clone(msg);
    password_check(password, msg->password, on_checked, session); /* else hello_tick() does */
}

void hello_tick(struct session *session)
{
    struct msg *msg = session->hello;
    if (password_is_checking(session->server->password, session))
        return;
    session->hello = NULL;
    check_password(session, msg);
    msg_clone_free(msg);
}

void on_hello(struct session *session, struct msg *msg)
{
    if (session->hello != NULL) {
        session_error(session, CODE_NOT_ALLOWED, NULL, "The hello before is still looked at.");
        return;
    }
    session->hellos++;
    if (msg->version < WIRE_VERSION)
        session_refuse(session, CODE_VERSION, NULL);
    else if (password_is_needed(session->server->password))
        check_password(session, msg);
    else
        admit(session, msg);
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
