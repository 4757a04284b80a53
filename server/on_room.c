#include "server/session.h"

#include "protocol/base/mem.h"
#include "protocol/os/clock.h"
#include "server/state.h"

void session_refuse_room(struct session *session, const struct room *room, const char *name,
                         const char *re)
{
    char peer[UID_DIGITS + 1];
    bool may = room != NULL
                   ? room_lets_in(room, session->person)
                   : !name_is_direct(name) || name_direct_peer(name, session->person->uid, peer);
    session_error(session, may ? CODE_NOT_IN_ROOM : CODE_NOT_INVITED, re, NULL);
}

struct follow *session_follow(struct session *session, const char *name, const char *re)
{
    struct room *room = rooms_find(session->server, name);
    struct follow *follow = room != NULL ? session_find_follow(session, room) : NULL;
    if (follow == NULL && re != NULL)
        session_refuse_room(session, room, name, re);
    return follow;
}

static struct room *make(struct session *session, const char *name, const struct rooms_new *how)
{
    enum msg_error_code code;
    struct gate_person *gate = &session->person->gate;
    if (how->other != NULL ? !gate_may_make_direct(session, name)
                           : !gate_may_make_room(session, name))
        return NULL;
    struct room *room = rooms_make(session->server, name, how, &code);
    if (room == NULL)
        session_error(session, code, name, NULL);
    else if (how->other != NULL)
        gate->directs_made++;
    else
        gate->rooms_made++;
    return room;
}

/* Of this person and the other one alone. */
static struct room *direct_room(struct session *session, struct room *room, const char *name)
{
    char uid[UID_DIGITS + 1];
    struct person *me = session->person, *other = NULL;
    if (!name_direct_peer(name, me->uid, uid)) {
        session_error(session, CODE_NOT_INVITED, name, NULL);
        return NULL;
    }
    other = roster_find(session->server->roster, uid);
    if (other == NULL) {
        session_error(session, CODE_NOBODY, name, NULL);
        return NULL;
    }
    if (room == NULL)
        return make(session, name, &(struct rooms_new){.maker = me, .other = other});
    room_attach(room, me); /* both are, but for a list of people that was lost */
    room_attach(room, other);
    return room;
}

struct room *session_find_or_make(struct session *session, const char *name, bool private)
{
    struct room *room = rooms_find(session->server, name);
    if (name_is_direct(name))
        return direct_room(session, room, name);
    if (room == NULL)
        return make(session, name,
                    &(struct rooms_new){.maker = session->person, .private = private});
    if (!room_lets_in(room, session->person)) {
        session_error(session, CODE_NOT_INVITED, name, NULL);
        return NULL;
    }
    if (private && room_is_open(room)) {
        session_error(session, CODE_NOT_ALLOWED, name,
                      "There is a room of this name already, and everyone may come into it.");
        return NULL;
    }
    return room;
}

void on_join(struct session *session, struct msg *msg)
{
    struct room *room = gate_may_join(session, msg->room)
                            ? session_find_or_make(session, msg->room, msg->private)
                            : NULL;
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
    session_owe_rooms(session);
}

/* Why this person cannot be invited; NULL: it can. */
static const char *trouble_with_guest(const struct room *room, const struct person *person)
{
    if (room->direct)
        return "A talk of two people stays one of two.";
    if (room->guests == NULL)
        return "Everyone may come into this room.";
    if (guests_has(room->guests, person->uid))
        return "This person has been invited already.";
    return NULL;
}

void on_invite(struct session *session, struct msg *msg)
{
    struct server *server = session->server;
    struct follow *follow = session_follow(session, msg->room, msg->room);
    enum msg_error_code code;
    struct err err = {0};
    if (follow == NULL || !gate_may_act(session, msg->room))
        return;
    struct room *room = follow->room;
    struct person *person = roster_named(server->roster, msg->target);
    const char *trouble = person != NULL ? trouble_with_guest(room, person) : NULL;
    if (person == NULL) {
        session_error(session, CODE_NOBODY, msg->room, NULL);
    } else if (trouble != NULL) {
        session_error(session, CODE_NOT_ALLOWED, msg->room, trouble);
    } else if (!guests_add(room->guests, person->uid, &err)) {
        session_error(session, err.kind == ERR_FULL ? CODE_DISK_FULL : CODE_NOT_ALLOWED, msg->room,
                      err.text);
    } else {
        struct msg event = {
            .type = MSG_INVITED,
            .from = session->person->uid,
            .name = session->person->name,
            .text = person->name,
            .uid = person->uid,
        };
        if (room_publish(room, &event, &code) == 0)
            session_error(session, code, msg->room, NULL);
        rooms_tell_person(server, person);
    }
}

/* Lists of rooms */

void session_owe_rooms(struct session *session)
{
    session->rooms_again = session->rooms_listed > 0; /* what was told of it may be wrong now */
    session->owes_rooms = true;
    conn_touch(session->conn);
}

static struct msg_room entry_of(const struct session *session, const struct room *room)
{
    char uid[UID_DIGITS + 1];
    const struct person *peer = NULL;
    if (room->direct && name_direct_peer(room->name, session->person->uid, uid))
        peer = roster_find(session->server->roster, uid);
    return (struct msg_room){
        .name = (char *)room->name,
        .seq = roomlog_last_seq(room->log),
        .people = room_people(room),
        .private = room->guests != NULL,
        .title = peer != NULL ? (char *)peer->name : NULL,
    };
}

/* The place behind `at` is where to look on: first the rooms of all, then this person's direct ones.
 * NULL: there are no more. */
static struct room *next_listed(const struct session *session, size_t *at)
{
    const struct server *server = session->server;
    const struct person *person = session->person;
    size_t directs = session->knows_direct ? person->direct_count : 0;
    while (*at < server->listed_count) {
        struct room *room = server->listed[(*at)++];
        if (room_lets_in(room, person))
            return room;
    }
    if (*at < server->listed_count + directs)
        return person->directs[(*at)++ - server->listed_count];
    return NULL;
}

bool session_list_rooms(struct session *session, struct msg_room *rooms, size_t *count)
{
    size_t at = session->rooms_listed, ahead;
    const struct room *room;
    for (*count = 0; *count < ROOMS_MAX && (room = next_listed(session, &at)) != NULL; ++*count)
        rooms[*count] = entry_of(session, room);
    ahead = at;
    bool more = next_listed(session, &ahead) != NULL;
    session->rooms_listed = more ? at : 0;
    session->owes_rooms = more || session->rooms_again;
    session->rooms_again = session->rooms_again && more;
    return more;
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
