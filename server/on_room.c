#include "server/session.h"

#include "protocol/base/mem.h"
#include "protocol/os/clock.h"
#include "server/state.h"

void session_refuse_room(struct session *session, const struct room *room, const char *name,
                         const char *re)
{
    (void)room;
    (void)name;
    session_error(session, CODE_NOT_IN_ROOM, re, NULL);
}

struct follow *session_follow(struct session *session, const char *name, const char *re)
{
    struct room *room = rooms_find(session->server, name);
    struct follow *follow = room != NULL ? session_find_follow(session, room) : NULL;
    if (follow == NULL && re != NULL)
        session_refuse_room(session, room, name, re);
    return follow;
}

struct room *session_find_or_make(struct session *session, const char *name)
{
    struct server *server = session->server;
    enum msg_error_code code;
    struct room *room = rooms_find(server, name);
    if (room != NULL || !gate_may_make_room(session, name))
        return room;
    room = rooms_find_or_make(server, name, &code);
    if (room != NULL)
        session->person->gate.rooms_made++;
    else
        session_error(session, code, name, NULL);
    return room;
}

void on_join(struct session *session, struct msg *msg)
{
    struct room *room =
        gate_may_join(session, msg->room) ? session_find_or_make(session, msg->room) : NULL;
    if (room != NULL)
        session_enter(session, room, msg->seq);
}

void on_leave(struct session *session, struct msg *msg)
{
    struct follow *follow = session_follow(session, msg->room, msg->room);
    if (follow != NULL)
        session_exit(session, follow->room);
}

void on_list(struct session *session, struct msg *msg)
{
    (void)msg;
    session->owes_rooms = true;
}

static void owe_stretch(struct session *session, struct stretch stretch)
{
    session->history =
        mem_resize(session->history, session->history_count + 1, sizeof *session->history);
    session->history[session->history_count++] = stretch;
}

/* `count` events before number `before` (0: before the end), then history-end. */
void on_history(struct session *session, struct msg *msg)
{
    struct follow *follow = session_follow(session, msg->room, msg->room);
    if (follow == NULL)
        return;
    struct room *room = follow->room;
    if (session->history_count >= SESSION_HISTORY_MAX) {
        session_error(session, CODE_TOO_MANY_TRANSFERS, msg->room,
                      "Too much history was asked for at once.");
        return;
    }
    uint64_t first = 0;
    uint64_t end =
        msg->before == 0 ? roomlog_end(room->log) : roomlog_seek(room->log, msg->before, NULL);
    uint64_t at = roomlog_seek_back(room->log, end, msg->count, &first);
    if (at >= end) { /* beyond it: the index could not be read, and the log says so */
        at = end;
        first = 0;
    }
    owe_stretch(
        session,
        (struct stretch){.room = room, .at = at, .end = end, .owes_end = true, .before = first});
}

void session_send_again(struct session *session, struct room *room, uint64_t seq)
{
    const struct follow *follow = session_find_follow(session, room);
    uint64_t found;
    uint64_t at = roomlog_seek(room->log, seq, &found);
    if (follow == NULL || found != seq || at >= follow->cursor)
        return; /* it comes by itself */
    if (session->history_count < SESSION_HISTORY_MAX * 2)
        owe_stretch(session, (struct stretch){
                                 .room = room, .at = at, .end = roomlog_border(room->log, at + 1)});
}
