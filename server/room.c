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
/* More events than can be seen in the time in which a power cut takes them back. */
#define SEQ_SKIP 1000000
#define FOLDER_DIGITS 16 /* of the SHA-256 of the folded name: any name becomes a safe folder */

/* Seats */

struct seat *room_find_seat(const struct room *room, const struct person *person)
{
    for (size_t i = 0; i < room->seat_count; i++) {
        if (room->seats[i].person == person)
            return &room->seats[i];
    }
    return NULL;
}

static struct seat *add_seat(struct room *room, struct person *person)
{
    if (room->seat_count == room->seat_room) {
        room->seat_room = room->seat_room == 0 ? 4 : room->seat_room * 2;
        room->seats = mem_resize(room->seats, room->seat_room, sizeof *room->seats);
    }
    struct seat *seat = &room->seats[room->seat_count++];
    *seat = (struct seat){.person = person};
    return seat;
}

static void remove_seat(struct room *room, struct seat *seat)
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
    if (seat != NULL) {
        seat->sessions++;
        return;
    }
    add_seat(room, person)->sessions = 1;
    say_presence(room, person, MSG_JOINED);
}

void room_leave_seat(struct room *room, struct person *person, bool at_once)
{
    struct seat *seat = room_find_seat(room, person);
    assert(seat != NULL && seat->sessions > 0);
    if (--seat->sessions > 0)
        return;
    if (at_once) {
        remove_seat(room, seat);
        say_presence(room, person, MSG_LEFT);
    } else {
        seat->kept_until_ms = clock_now_ms() + SEAT_KEPT_MS;
    }
}

void room_tick(struct room *room, int64_t now_ms)
{
    for (size_t i = room->seat_count; i > 0; i--) {
        struct seat *seat = &room->seats[i - 1];
        if (seat->sessions == 0 && now_ms >= seat->kept_until_ms) {
            struct person *person = seat->person;
            remove_seat(room, seat);
            say_presence(room, person, MSG_LEFT);
        }
    }
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
    quota_spend(server, server->encoded.size);
    server->metrics.events++;
    server->metrics.deliveries += room->follower_count;
    room_touch(room);
    return seq;
}

static bool read_event(struct room *room, uint64_t seq, struct buf *bytes, struct msg *event)
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
    bool ok = read_event(room, seq, &bytes, event);
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
    bool ok = read_event(room, seq, &bytes, event) && str_equal(event->from, uid) &&
              str_equal(event->id, id);
    event->payload = (struct bytes){0};
    buf_finish(&bytes);
    return ok;
}

/* Opening */

uint64_t room_seq_of(const struct msg *msg, uint64_t last)
{
    /* an event of a newer server's version counts as well */
    bool event = msg_types[msg->type].event || msg->type == MSG_UNKNOWN;
    return event && msg->seq > last ? msg->seq : 0;
}

static void replay_presence(struct room *room, const struct msg *event)
{
    struct person *person = roster_find(room->server->roster, event->from);
    struct seat *seat = person != NULL ? room_find_seat(room, person) : NULL;
    if (person == NULL) {
        log_about(LOG_WARN, (struct log_about){.room = room->name},
                  "event %llu is about someone whom nobody knows", (unsigned long long)event->seq);
    } else if (event->type == MSG_JOINED && seat == NULL) {
        seat = add_seat(room, person);
        seat->kept_until_ms = clock_now_ms() + SEAT_KEPT_RESTART_MS;
    } else if (event->type == MSG_LEFT && seat != NULL) {
        remove_seat(room, seat);
    }
}

/* Who made a room came first. */
static void replay_maker(struct room *room, const struct msg *event)
{
    struct person *person = roster_find(room->server->roster, event->from);
    if (person != NULL && !name_equal(room->name, LOBBY))
        person->gate.rooms_made++;
}

static void replay_deleted(struct room *room, uint64_t seq)
{
    room->deleted = mem_resize(room->deleted, room->deleted_count + 1, sizeof *room->deleted);
    room->deleted[room->deleted_count++] = seq;
}

static void on_event(void *context, uint64_t seq, struct bytes bytes)
{
    static const char said[] = "{\"type\":\"said\""; /* as our encoder writes it */
    struct room *room = context;
    struct frame frame;
    (void)seq;
    if (frame_next(bytes.data, bytes.size, FRAME_BODY_MAX, &frame, NULL) <= 0)
        return;
    /* most events are talk, and talk changes nothing: do not spend the start on it */
    if (room->name[0] != '\0' && frame.header.size > sizeof said &&
        memcmp(frame.header.data, said, sizeof said - 1) == 0)
        return;
    struct msg event = {0};
    if (msg_decode(&event, &frame, NULL)) {
        if (room->name[0] == '\0' && event.room != NULL)
            str_copy(room->name, sizeof room->name, event.room);
        if (event.seq == 1 && event.type == MSG_JOINED)
            replay_maker(room, &event);
        if (event.type == MSG_JOINED || event.type == MSG_LEFT)
            replay_presence(room, &event);
        else if (event.type == MSG_DELETED)
            replay_deleted(room, event.of);
        else if (event.type == MSG_FILE || event.type == MSG_FILE_DONE ||
                 event.type == MSG_FILE_FAILED)
            files_replay(room, &event);
    }
    msg_destroy(&event);
}

/* The ids of the newest events, and their last time. */
static void load_recent(struct room *room)
{
    uint64_t seq;
    struct buf bytes;
    roomlog_seek_back(room->log, roomlog_end(room->log), RECENT_MAX, &seq);
    buf_init(&bytes, FRAME_SIZE_MAX);
    while (seq != 0) {
        struct msg event = {0};
        if (read_event(room, seq, &bytes, &event)) {
            if (event.id != NULL && event.from != NULL)
                recent_put(&room->recent, room->server->seed, event.from, event.id, seq);
            room->last_time = event.time;
        }
        msg_destroy(&event);
        roomlog_seek(room->log, seq + 1, &seq);
    }
    buf_finish(&bytes);
}

static void close_room(struct room *room)
{
    roomlog_close(room->log);
    recent_finish(&room->recent);
    mem_free(room->seats);
    mem_free(room->followers);
    mem_free(room->deleted);
    mem_free(room->fold);
    mem_free(room);
}

static void on_stored(void *owner)
{
    struct room *room = owner;
    for (size_t i = 0; i < room->follower_count; i++) { /* their flush pays the debt */
        const struct follow *follow = session_find_follow(room->followers[i], room);
        if (follow->sent_seq > follow->stored_told)
            conn_touch(room->followers[i]->conn);
    }
}

static struct room *open_room(struct server *server, const char *folder, const char *name,
                              struct err *err)
{
    struct room *room = mem_alloc(1, sizeof *room);
    struct segment_rules rules = {.seq_of = room_seq_of, .visit = on_event, .context = room};
    room->server = server;
    str_copy(room->name, sizeof room->name, name);
    room->log =
        roomlog_open(folder, &rules, server->config.sync, server->disk, on_stored, room, err);
    if (room->log == NULL || room->name[0] == '\0') {
        if (room->log != NULL)
            err_set(err, ERR_FORMAT, "%s is an empty room without a name.", folder);
        close_room(room);
        return NULL;
    }
    char fold[NAME_FOLD_SIZE];
    name_fold(room->name, fold);
    room->fold = mem_string(fold);
    load_recent(room);
    server->rooms = mem_resize(server->rooms, server->room_count + 1, sizeof(struct room *));
    server->rooms[server->room_count++] = room;
    strmap_put(&server->room_names, room->fold, room);
    return room;
}

struct room *rooms_find(const struct server *server, const char *name)
{
    char fold[NAME_FOLD_SIZE];
    name_fold(name, fold);
    return strmap_get(&server->room_names, fold);
}

static void rooms_folder(const char *data_dir, char *out)
{
    str_format(out, OS_PATH_MAX, "%s/rooms", data_dir);
}

bool rooms_path(const char *data_dir, const char *name, char out[OS_PATH_MAX])
{
    char fold[NAME_FOLD_SIZE], sha256[SHA256_HEX_SIZE], rooms[OS_PATH_MAX];
    name_fold(name, fold);
    sha256_hex(fold, strlen(fold), sha256);
    sha256[FOLDER_DIGITS] = '\0';
    rooms_folder(data_dir, rooms);
    return path_join(out, rooms, sha256);
}

static struct room *make_room(struct server *server, const char *name, struct err *err)
{
    char rooms[OS_PATH_MAX], folder[OS_PATH_MAX], path[OS_PATH_MAX];
    rooms_folder(server->config.data_dir, rooms);
    if (!rooms_path(server->config.data_dir, name, folder) || !path_join(path, folder, "name"))
        return err_set(err, ERR_LIMIT, "The path of the data folder is too long."), NULL;
    /* on the disk before anybody sees an event of it: a room that a power cut took back would begin
     * with number 1 again */
    if (!file_make_folder(folder, err) || !file_save(path, name, strlen(name), err) ||
        !file_sync_folder(folder, err) || !file_sync_folder(rooms, err))
        return NULL;
    return open_room(server, folder, name, err);
}

struct room *rooms_find_or_make(struct server *server, const char *name, enum msg_error_code *code)
{
    struct err err = {0};
    struct room *room = rooms_find(server, name);
    if (room != NULL)
        return room;
    if (server->room_count >= server->config.rooms) {
        *code = CODE_TOO_MANY_ROOMS;
        return NULL;
    }
    room = make_room(server, name, &err);
    if (room == NULL) {
        log_about(LOG_ERROR, (struct log_about){.room = name}, "%s", err.text);
        *code = err.kind == ERR_FULL ? CODE_DISK_FULL : CODE_INTERNAL;
        return NULL;
    }
    for (size_t i = 0; i < server->session_count; i++) {
        server->sessions[i]->owes_rooms = true; /* flush.c asks whether it is ready */
        conn_touch(server->sessions[i]->conn);
    }
    return room;
}

/* A room's name is in its file, or else in its events. */
static bool reopen_room(struct server *server, const char *folder, struct err *err)
{
    char path[OS_PATH_MAX], name[NAME_SIZE] = "";
    size_t size;
    if (!path_join(path, folder, "name"))
        return err_set(err, ERR_LIMIT, "The path of the data folder is too long.");
    char *text = file_info(path).exists ? file_load(path, NAME_SIZE - 1, &size, NULL) : NULL;
    if (text == NULL || !name_clean_room(text, name, NULL))
        log_warn("%s is missing or damaged; the room's name is taken from its events", path);
    mem_free(text);
    if (name[0] != '\0' && rooms_find(server, name) != NULL) {
        log_warn("%s is a second room called %s and is passed over", folder, name);
        return true;
    }
    struct room *room = open_room(server, folder, name, err);
    if (room != NULL && server->was_cut && !roomlog_skip(room->log, SEQ_SKIP, err))
        log_warn("%s: numbers of messages may be used again: %s", room->name, err->text);
    if (room != NULL)
        return true;
    if (err->kind != ERR_FORMAT)
        return false;
    log_warn("%s It is passed over.", err->text);
    *err = (struct err){0};
    return true;
}

bool rooms_open(struct server *server, struct err *err)
{
    char rooms[OS_PATH_MAX], folder[OS_PATH_MAX];
    char **names;
    size_t count;
    rooms_folder(server->config.data_dir, rooms);
    if (!file_make_folder(rooms, err) || !file_list(rooms, &names, &count, err))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        if (path_join(folder, rooms, names[i]) && file_info(folder).is_folder)
            ok = reopen_room(server, folder, err);
    }
    file_list_free(names, count);
    if (!ok || (rooms_find(server, LOBBY) == NULL && make_room(server, LOBBY, err) == NULL))
        return false;
    for (size_t i = 0; i < server->room_count; i++) { /* the lobby stands first in lists */
        if (strcmp(server->rooms[i]->fold, LOBBY) == 0) {
            struct room *lobby = server->rooms[i];
            server->rooms[i] = server->rooms[0];
            server->rooms[0] = lobby;
        }
    }
    return true;
}

void rooms_close(struct server *server)
{
    for (size_t i = 0; i < server->room_count; i++)
        close_room(server->rooms[i]);
    mem_free(server->rooms);
    strmap_finish(&server->room_names);
}
