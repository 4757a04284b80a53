/* room.h - a room: its log, and who has a seat in it. Server thread.
 *
 * Who is in a room follows from its `joined` and `left` events alone, so a restart knows it too. A
 * seat without a connection is kept for a while before it is given up in words. A direct room is
 * different: its two people have their seats for ever, and nothing is said of it. */
#ifndef CONFAB_SERVER_ROOM_H
#define CONFAB_SERVER_ROOM_H

#include "protocol/wire/msg.h"
#include "server/guests.h"
#include "server/recent.h"
#include "server/roomlog.h"
#include "server/roster.h"

struct mark;
struct server;
struct session;

struct seat {
    struct person *person;
    uint32_t sessions;     /* connections of that person which are in the room */
    int64_t kept_until_ms; /* clock_now_ms(); with 0 sessions */
    char told[NAME_SIZE];  /* the name that the last `joined` said; not in a room of two */
};
struct room {
    struct server *server;
    char name[NAME_SIZE];
    char *fold;
    struct roomlog *log;
    bool direct;           /* of two people alone */
    struct guests *guests; /* who may come in; NULL: everyone (but see `direct`) */
    bool busy;             /* it stands in server->busy */
    struct seat *seats;
    size_t seat_count, seat_room;
    struct session **followers; /* those that are sent its log */
    size_t follower_count, follower_room;
    uint64_t touched_era; /* loop_era() when they last heard of news */
    struct recent recent;
    uint64_t *deleted; /* numbers of events that are not to be shown any more; they rise */
    size_t deleted_count, deleted_room;
    struct strmap marks; /* uid -> struct mark, marks.h */
    struct mark *newest_mark;
    uint64_t mark_news;    /* rises with each mark that rises */
    bool marks_wait;       /* some have risen and are not told yet */
    int64_t marks_told_ms; /* when some were, by loop_now_ms() */
    int64_t talk_ms;       /* when something was last said, by loop_now_ms() */
    int64_t last_time;     /* of the newest event: time never goes back in a room */
};

/* A session follows the room from now on (it has a struct follow for it); no longer. */
void room_add_follower(struct room *room, struct session *session);
void room_remove_follower(struct room *room, size_t place);
/* There is news: every follower is flushed. */
void room_touch(struct room *room);

/* Open every room in the data folder, and the lobby. */
bool rooms_open(struct server *server, struct err *err);
void rooms_close(struct server *server);
/* The folder of the room with that clean name, there or not. False: the path is too long. */
bool rooms_path(const char *data_dir, const char *name, char out[OS_PATH_MAX]);
/* For struct segment_rules: what a room's events look like. */
uint64_t room_seq_of(const struct msg *msg, uint64_t last);
/* room.c and rooms.c only: seats without words, an event with the bytes that it is read from. */
struct seat *room_add_seat(struct room *room, struct person *person);
void room_remove_seat(struct room *room, struct seat *seat);
bool room_read_bytes(struct room *room, uint64_t seq, struct buf *bytes, struct msg *event);
/* By clean name. NULL: there is none. */
struct room *rooms_find(const struct server *server, const char *name);
/* A new room (the name is free); who may know of it gets to hear. NULL: *code says why. */
struct rooms_new {
    struct person *maker, *other; /* other: of a direct room; NULL else */
    bool private;
};
struct room *rooms_make(struct server *server, const char *name, const struct rooms_new *how,
                        enum msg_error_code *code);
/* May this person know of the room, and come in? */
bool room_lets_in(const struct room *room, const struct person *person);
/* Is it shown to whoever looks at the server's screen? */
static inline bool room_is_open(const struct room *room)
{
    return !room->direct && room->guests == NULL;
}
/* This person is one of the two of this direct room: has a seat there, and it stands in the list. */
void room_attach(struct room *room, struct person *person);
/* The list of rooms has changed for who may know of this one; for that person. */
void rooms_tell(const struct room *room);
void rooms_tell_person(const struct server *server, const struct person *person);

/* The one way for an event into a room: number, time and room are filled in, it is encoded once and
 * stands in the log; whoever follows is behind now and flush.c sees it. `event` is lent. Returns
 * its number. 0: it could not be encoded (more than a header holds) or the disk takes no more,
 * *code says which. */
uint64_t room_publish(struct room *room, struct msg *event, enum msg_error_code *code);
/* The event with that number, without its payload; msg_destroy() it in any case. False: there is
 * none. */
bool room_read(struct room *room, uint64_t seq, struct msg *event);
/* The event that `id` of `person` became, decoded into *event (destroy it in every case). False:
 * it is not among the recent ones. */
bool room_find_sent(struct room *room, const char *uid, const char *id, struct msg *event);

/* Event `seq` is not to be shown any more; is it so? */
void room_add_deleted(struct room *room, uint64_t seq);
bool room_is_deleted(const struct room *room, uint64_t seq);
/* Events before that number have gone. */
void room_forget_deleted(struct room *room, uint64_t first_kept);

struct seat *room_find_seat(const struct room *room, const struct person *person); /* or NULL */
/* One more session of this person in the room; says `joined` if there was no seat, or it came back under another
 * name. */
void room_take_seat(struct room *room, struct person *person);
/* One less. At once: says `left` if it was the last one; else the seat is kept for a while. */
void room_leave_seat(struct room *room, struct person *person, bool at_once);
/* Give up seats that were kept long enough. */
void room_tick(struct room *room, int64_t now_ms);
uint32_t room_people(const struct room *room); /* with a connection */

#endif
