#include "server/session.h"

#include "protocol/base/log.h"
#include "server/console.h"
#include "server/marks.h"
#include "server/state.h"

/* Clients say it every TYPING_EVERY_MS; one that arrives a little early is not one too many. */
#define TYPING_AGAIN_MS (TYPING_EVERY_MS - 500)

/* What is sent again was sent by someone who did not hear that it is safe: say it (again). */
bool session_was_sent(struct session *session, struct follow *follow, const char *id)
{
    struct msg event = {0};
    bool known = room_find_sent(follow->room, session->person->uid, id, &event);
    if (known) {
        if (event.seq > follow->sent_seq)
            follow->sent_seq = event.seq;
        if (event.seq <= follow->stored_told)
            follow->stored_told = event.seq - 1;
        session_send_again(session, follow->room, event.seq);
    }
    msg_destroy(&event);
    return known;
}

void session_refuse_event(struct session *session, enum msg_error_code code, const char *id)
{
    session_error(session, code, id,
                  code == CODE_DISK_FULL ? "The server's disk takes no more messages at the moment."
                                         : "The message is longer than the server allows.");
}

void on_say(struct session *session, struct msg *msg)
{
    struct follow *follow = session_follow(session, msg->room, msg->id);
    enum msg_error_code code;
    if (follow == NULL || session_was_sent(session, follow, msg->id))
        return;
    if (roomlog_is_stuck(follow->room->log)) {
        session_refuse_event(session, CODE_DISK_FULL, msg->id);
        return;
    }
    if (!gate_may_say(session, msg->id))
        return;
    struct msg event = {
        .type = MSG_SAID,
        .from = session->person->uid,
        .name = session->person->name,
        .id = msg->id,
        .text = msg->text,
        .reply = msg->reply,
        .extra = msg->extra,
    };
    uint64_t seq = room_publish(follow->room, &event, &code);
    if (seq == 0) {
        session_refuse_event(session, code, msg->id);
        return;
    }
    follow->sent_seq = seq;
    console_said(session->server, follow->room, session->person->name, msg->text, false);
}

void on_typing(struct session *session, struct msg *msg)
{
    struct server *server = session->server;
    struct follow *follow = session_follow(session, msg->room, NULL);
    int64_t now_ms = loop_now_ms(server->loop);
    if (follow == NULL || (session->typed_ms != 0 && now_ms - session->typed_ms < TYPING_AGAIN_MS))
        return;
    session->typed_ms = now_ms;
    struct msg typing = {
        .type = MSG_TYPING, .room = follow->room->name, .from = session->person->uid};
    buf_clear(&server->encoded);
    if (!msg_encode(&typing, &server->encoded))
        return;
    for (size_t i = 0; i < follow->room->follower_count; i++) {
        struct session *other = follow->room->followers[i];
        if (other != session && other->state == SESSION_READY && other->conn->out.size == 0)
            conn_send_bytes(other->conn, buf_peek(&server->encoded));
    }
}

void on_read(struct session *session, struct msg *msg)
{
    struct follow *follow = session_follow(session, msg->room, msg->room);
    if (follow == NULL)
        return;
    uint64_t last = roomlog_last_seq(follow->room->log);
    uint64_t seq = msg->seq < last ? msg->seq : last; /* nobody has read what is to come */
    if (seq <= marks_get(follow->room, session->person) || !gate_may_read(session, msg->room))
        return;
    follow->read_seq = seq;
    marks_put(follow->room, session->person, seq);
}
