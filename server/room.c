#include "server/room.h"

#include <assert.h>
#include <string.h>

#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/wire/msg_json.h"
#include "server/console.h"
#include "server/quota.h"
#include "server/session.h"
#include "server/state.h"

#define CLOCK_BACK_MS ((int64_t)3600 * 1000)

/* Seats */

struct seat *room_find_seat(const struct room *room, const struct person *person)
{
    for (size_t i = 0; i < room->seat_count; i++) {
        if (room->seats[i].person == person)
            return &room->seats[i];
    }
    return NULL;
}

struct seat *room_add_seat(struct room *room, struct person *person)
{
    if (room->seat_count == room->seat_room) {
        room->seat_room = room->seat_room == 0 ? 4 : room->seat_room * 2;
        room->seats = mem_resize(room->seats, room->seat_room, sizeof *room->seats);
    }
    struct seat *seat = &room->seats[room->seat_count++];
    *seat = (struct seat){.person = person};
    return seat;
}

void room_remove_seat(struct room *room, struct seat *seat)
{
    size_t at = (size_t)(seat - room->seats);
    memmove(seat, seat + 1, (--room->seat_count - at) * sizeof *seat);
    for (size_t i = 0; i < room->follower_count;
         i++) { /* who is being sent the list misses nobody */
        struct follow *follow = session_find_follow(room->followers[i], room);
        follow->listed -= follow->listed > at;
    }
}

static void say_presence(struct room *room, struct person *person, enum msg_type type)
{
    struct msg event = {.type = type, .from = person->uid, .name = person->name};
    enum msg_error_code code;
    if (room_publish(room, &event, &code) == 0)
        log_about(LOG_WARN, (struct log_about){.room = room->name},
                  "that %s %s was not written down", person->name,
                  type == MSG_JOINED ? "joined" : "left");
    console_presence(room->server, room, person, type == MSG_JOINED);
}

void room_take_seat(struct room *room, struct person *person)
{
    struct seat *seat = room_find_seat(room, person);
    assert(seat != NULL || !room->direct);
    if (seat == NULL)
        seat = room_add_seat(room, person);
    seat->sessions++;
    if (room->direct || str_equal(seat->told, person->name))
        return;
    str_copy(seat->told, sizeof seat->told, person->name);
    say_presence(room, person, MSG_JOINED);
}

void room_leave_seat(struct room *room, struct person *person, bool at_once)
{
    struct seat *seat = room_find_seat(room, person);
    assert(seat != NULL && seat->sessions > 0);
    if (--seat->sessions > 0 || room->direct)
        return;
    if (at_once) {
        room_remove_seat(room, seat);
        say_presence(room, person, MSG_LEFT);
    } else {
        seat->kept_until_ms = clock_now_ms() + SEAT_KEPT_MS;
    }
}

void room_tick(struct room *room, int64_t now_ms)
{
    for (size_t i = room->direct ? 0 : room->seat_count; i > 0; i--) {
        struct seat *seat = &room->seats[i - 1];
        if (seat->sessions == 0 && now_ms >= seat->kept_until_ms) {
            struct person *person = seat->person;
            room_remove_seat(room, seat);
            say_presence(room, person, MSG_LEFT);
        }
    }
}

bool room_lets_in(const struct room *room, const struct person *person)
{
    char peer[UID_DIGITS + 1];
    if (room->direct)
        return name_direct_peer(room->name, person->uid, peer);
    return room->guests == NULL || guests_has(room->guests, person->uid);
}

void room_attach(struct room *room, struct person *person)
{
    if (room_find_seat(room, person) != NULL)
        return;
    room_add_seat(room, person);
    person->directs = mem_resize(person->directs, person->direct_count + 1, sizeof(struct room *));
    person->directs[person->direct_count++] = room;
}

uint32_t room_people(const struct room *room)
{
    uint32_t people = 0;
    for (size_t i = 0; i < room->seat_count; i++)
        people += room->seats[i].sessions > 0;
    return people;
}

/* Followers */

void room_add_follower(struct room *room, struct session *session)
{
    if (room->follower_count == room->follower_room) {
        room->follower_room = room->follower_room == 0 ? 4 : room->follower_room * 2;
        room->followers =
            mem_resize(room->followers, room->follower_room, sizeof(struct session *));
    }
    session_find_follow(session, room)->place = room->follower_count;
    room->followers[room->follower_count++] = session;
    room->touched_era = 0; /* it has not been touched */
}

void room_remove_follower(struct room *room, size_t place)
{
    struct session *last = room->followers[--room->follower_count];
    session_find_follow(last, room)->place = place;
    room->followers[place] = last;
}

void room_touch(struct room *room)
{
    if (room->touched_era == loop_era(room->server->loop))
        return;
    room->touched_era = loop_era(room->server->loop);
    for (size_t i = 0; i < room->follower_count; i++)
        conn_touch(room->followers[i]->conn);
}

/* Events */

/* A clock that is set back a little makes the times of a room stand still, not go back. When it goes
 * far back it was wrong before, and what comes now must not bear that wrong time for years. */
static int64_t event_time(const struct room *room)
{
    int64_t time = clock_wall_ms();
    if (time < room->last_time && room->last_time - time <= CLOCK_BACK_MS)
        time = room->last_time;
    return time < 0 ? 0 : time;
}

uint64_t room_publish(struct room *room, struct msg *event, enum msg_error_code *code)
{
    struct server *server = room->server;
    event->seq = roomlog_next(room->log);
    event->time = event_time(room);
    event->room = room->name;
    buf_clear(&server->encoded);
    if (!msg_encode(event, &server->encoded)) {
        *code = CODE_BAD_MESSAGE;
        return 0;
    }
    uint64_t seq = roomlog_append(room->log, buf_peek(&server->encoded), event->time);
    if (seq == 0) {
        *code = CODE_DISK_FULL;
        return 0;
    }
    assert(seq == event->seq);
    room->last_time = event->time;
    if (event->type == MSG_SAID)
        room->talk_ms = loop_now_ms(server->loop);
    if (event->id != NULL)
        recent_put(&room->recent, server->seed, event->from, event->id, seq);
    server->dirty = true;
    if (!room->busy)
        server_add_busy(server, room);
    if (room->direct && seq == 1)
        rooms_tell(room); /* the first word: whoever passed over an empty room looks again */
    quota_spend(server, server->encoded.size);
    server->metrics.events++;
    server->metrics.deliveries += room->follower_count;
    room_touch(room);
    return seq;
}

bool room_read_bytes(struct room *room, uint64_t seq, struct buf *bytes, struct msg *event)
{
    struct frame frame;
    buf_clear(bytes);
    return roomlog_read(room->log, seq, bytes) &&
           frame_next(buf_peek(bytes).data, bytes->size, FRAME_BODY_MAX, &frame, NULL) > 0 &&
           msg_decode(event, &frame, NULL);
}

bool room_read(struct room *room, uint64_t seq, struct msg *event)
{
    struct buf bytes;
    buf_init(&bytes, FRAME_SIZE_MAX);
    bool ok = room_read_bytes(room, seq, &bytes, event);
    event->payload = (struct bytes){0};
    buf_finish(&bytes);
    return ok;
}

bool room_find_sent(struct room *room, const char *uid, const char *id, struct msg *event)
{
    uint64_t seq = recent_get(&room->recent, room->server->seed, uid, id);
    if (seq == 0)
        return false;
    struct buf bytes;
    buf_init(&bytes, FRAME_SIZE_MAX);
    bool ok = room_read_bytes(room, seq, &bytes, event) && str_equal(event->from, uid) &&
              str_equal(event->id, id);
    event->payload = (struct bytes){0};
    buf_finish(&bytes);
    return ok;
}

/* What is deleted */

/* Where `seq` stands or belongs. */
static size_t place_of_deleted(const struct room *room, uint64_t seq)
{
    size_t low = 0, high = room->deleted_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (room->deleted[middle] < seq)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool room_is_deleted(const struct room *room, uint64_t seq)
{
    size_t at = place_of_deleted(room, seq);
    return at < room->deleted_count && room->deleted[at] == seq;
}

void room_add_deleted(struct room *room, uint64_t seq)
{
    size_t at = place_of_deleted(room, seq);
    if (at < room->deleted_count && room->deleted[at] == seq)
        return;
    if (room->deleted_count == room->deleted_room) {
        room->deleted_room = room->deleted_room == 0 ? 8 : room->deleted_room * 2;
        room->deleted = mem_resize(room->deleted, room->deleted_room, sizeof *room->deleted);
    }
    memmove(room->deleted + at + 1, room->deleted + at,
            (room->deleted_count - at) * sizeof *room->deleted);
    room->deleted[at] = seq;
    room->deleted_count++;
}

void room_forget_deleted(struct room *room, uint64_t first_kept)
{
    size_t gone = place_of_deleted(room, first_kept);
    room->deleted_count -= gone;
    if (gone > 0)
        memmove(room->deleted, room->deleted + gone, room->deleted_count * sizeof *room->deleted);
}
