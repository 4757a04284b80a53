#include "server/room.h"

#include <string.h>

#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/wire/msg_json.h"
#include "server/session.h"
#include "server/state.h"

/* More events than can be seen in the time in which a power cut takes them back. */
#define SEQ_SKIP 1000000
#define FOLDER_DIGITS 16 /* of the SHA-256 of the folded name: any name becomes a safe folder */

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
    } else if (event->type == MSG_JOINED) {
        if (seat == NULL) {
            seat = room_add_seat(room, person);
            seat->kept_until_ms = clock_now_ms() + SEAT_KEPT_RESTART_MS;
        }
        str_copy(seat->told, sizeof seat->told, event->name != NULL ? event->name : "");
    } else if (event->type == MSG_LEFT && seat != NULL) {
        room_remove_seat(room, seat);
    }
}

/* Who made a room came first. */
static void replay_maker(struct room *room, const struct msg *event)
{
    struct person *person = roster_find(room->server->roster, event->from);
    if (person != NULL && !name_equal(room->name, LOBBY))
        person->gate.rooms_made++;
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
            room_add_deleted(room, event.of);
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
        if (room_read_bytes(room, seq, &bytes, &event)) {
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
    guests_destroy(room->guests);
    recent_finish(&room->recent);
    strmap_finish(&room->marks);
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

/* Who it is of, when that is told by its name. */
static void attach_two(struct room *room)
{
    char uid[UID_DIGITS + 1];
    for (int i = 0; i < 2; i++) {
        str_format(uid, sizeof uid, "%.*s", UID_DIGITS, room->name + 1 + i * UID_DIGITS);
        struct person *person = roster_find(room->server->roster, uid);
        if (person != NULL)
            room_attach(room, person);
        else
            log_about(LOG_WARN, (struct log_about){.room = room->name},
                      "nobody knows one of its two people");
    }
}

static void enlist(struct server *server, struct room *room)
{
    server->rooms = mem_resize(server->rooms, server->room_count + 1, sizeof(struct room *));
    server->rooms[server->room_count++] = room;
    strmap_put(&server->room_names, room->fold, room);
    if (room->direct) {
        attach_two(room);
        return;
    }
    server->listed = mem_resize(server->listed, server->listed_count + 1, sizeof(struct room *));
    server->listed[server->listed_count++] = room;
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
    room->direct = name_is_direct(room->name);
    room->guests = guests_load(folder, server->disk);
    load_recent(room);
    enlist(server, room);
    if (roomlog_stored(room->log) < roomlog_last_seq(room->log))
        server_add_busy(server, room);
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

static struct room *make_room(struct server *server, const char *name, const char *guest,
                              struct err *err)
{
    char rooms[OS_PATH_MAX], folder[OS_PATH_MAX], path[OS_PATH_MAX];
    rooms_folder(server->config.data_dir, rooms);
    if (!rooms_path(server->config.data_dir, name, folder) || !path_join(path, folder, "name"))
        return err_set(err, ERR_LIMIT, "The path of the data folder is too long."), NULL;
    /* on the disk before anybody sees an event of it: a room that a power cut took back would begin
     * with number 1 again */
    /* first whose it is: a crash in between leaves a room without a name, which nobody comes into */
    if (!file_make_folder(folder, err) ||
        !(guest != NULL ? guests_begin(folder, guest, err) : guests_clear(folder, err)) ||
        !file_save(path, name, strlen(name), err) || !file_sync_folder(folder, err) ||
        !file_sync_folder(rooms, err))
        return NULL;
    return open_room(server, folder, name, err);
}

void rooms_tell_person(const struct server *server, const struct person *person)
{
    for (size_t i = 0; i < server->session_count; i++) {
        if (server->sessions[i]->person == person)
            session_owe_rooms(server->sessions[i]); /* flush.c asks whether it is ready */
    }
}

void rooms_tell(const struct room *room)
{
    const struct server *server = room->server;
    for (size_t i = 0; i < server->session_count; i++) {
        const struct person *person = server->sessions[i]->person;
        if (person != NULL && room_lets_in(room, person))
            session_owe_rooms(server->sessions[i]);
    }
}

struct room *rooms_make(struct server *server, const char *name, const struct rooms_new *how,
                        enum msg_error_code *code)
{
    struct err err = {0};
    if (how->other != NULL ? server->room_count - server->listed_count >= server->direct_rooms
                           : server->listed_count >= server->config.rooms) {
        *code = CODE_TOO_MANY_ROOMS;
        return NULL;
    }
    struct room *room = make_room(server, name, how->private ? how->maker->uid : NULL, &err);
    if (room == NULL) {
        log_about(LOG_ERROR, (struct log_about){.room = name}, "%s", err.text);
        *code = err.kind == ERR_FULL ? CODE_DISK_FULL : CODE_INTERNAL;
        return NULL;
    }
    rooms_tell(room);
    return room;
}

static bool is_unused(const char *folder)
{
    char first[OS_PATH_MAX], second[OS_PATH_MAX], next[OS_PATH_MAX];
    segment_path(first, folder, 1, ".seg");
    segment_path(second, folder, 2, ".seg");
    return file_info(first).exists && file_info(first).size == 0 && !file_info(second).exists &&
           path_join(next, folder, "next") && !file_info(next).exists;
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
    if (name_is_direct(name) && is_unused(folder))
        return true; /* begun, and nothing said: it is made again when it is wanted */
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
    if (!ok || (rooms_find(server, LOBBY) == NULL && make_room(server, LOBBY, NULL, err) == NULL))
        return false;
    for (size_t i = 0; i < server->listed_count; i++) { /* the lobby stands first in lists */
        if (strcmp(server->listed[i]->fold, LOBBY) == 0) {
            struct room *lobby = server->listed[i];
            server->listed[i] = server->listed[0];
            server->listed[0] = lobby;
        }
    }
    return true;
}

void rooms_close(struct server *server)
{
    for (size_t i = 0; i < server->room_count; i++)
        close_room(server->rooms[i]);
    mem_free(server->rooms);
    mem_free(server->listed);
    mem_free(server->busy);
    strmap_finish(&server->room_names);
}
