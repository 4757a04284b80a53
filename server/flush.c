#include "server/flush.h"

#include <assert.h>
#include <string.h>

#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "server/marks.h"
#include "server/session.h"
#include "server/state.h"

/* Logs */

/* Up to `most` bytes of a room's log from offset `at`. 0: blocked (or the session is closed). */
static size_t send_some(struct session *session, struct room *room, uint64_t at, uint64_t most)
{
    struct bytes bytes = roomlog_peek(room->log, at);
    if (bytes.size > 0) {
        struct sock_piece piece = {.data = bytes.data, .size = bytes.size};
        if (piece.size > most)
            piece.size = (size_t)most;
        return conn_write(session->conn, &piece, 1);
    }
    struct roomlog_range range;
    struct err err = {0};
    if (!roomlog_range(room->log, at, &range, &err)) {
        log_about(LOG_ERROR, session_about(session), "%s: %s", session_name(session), err.text);
        session_refuse(session, CODE_INTERNAL, NULL);
        return 0;
    }
    if (range.size > most)
        range.size = most;
    return conn_write_file(session->conn, range.file, range.at, (size_t)range.size);
}

/* Bytes [*at, end) of a log. False if the connection or the turn's budget stopped it; then the rest
 * of a frame that has begun is put aside, so that *at is a border again and its owner may go. */
static bool send_stretch(struct session *session, struct room *room, uint64_t *at, uint64_t end,
                         size_t *budget)
{
    while (*at<end && * budget> 0) {
        uint64_t most = end - *at < *budget ? end - *at : *budget;
        size_t sent = send_some(session, room, *at, most);
        if (sent == 0)
            break;
        *at += sent;
        *budget -= sent;
    }
    if (*at == end)
        return true;
    uint64_t border = roomlog_border(room->log, *at);
    if (border != *at) {
        session->rest = (struct stretch){.room = room, .at = *at, .end = border};
        conn_set_mid_frame(session->conn, true);
        *at = border;
    }
    return false;
}

static bool send_logs(struct session *session, size_t *budget)
{
    bool all = true;
    size_t count = session->follow_count;
    for (size_t i = 0; i < count && session->rest.room == NULL; i++) {
        /* each turn begins with another room, so that one that never ends cannot hide the rest */
        struct follow *follow = &session->follows[(i + session->log_turn) % count];
        uint64_t end = roomlog_end(follow->room->log);
        if (follow->cursor == end)
            continue;
        if (!send_stretch(session, follow->room, &follow->cursor, end, budget)) {
            session->log_turn = (uint16_t)((i + session->log_turn + 1) % count);
            all = false;
            break;
        }
    }
    return all;
}

static void drop_first_history(struct session *session)
{
    session->history_count--;
    memmove(session->history, session->history + 1,
            session->history_count * sizeof *session->history);
    if (session->history_count == 0) {
        mem_free(session->history);
        session->history = NULL;
    }
}

static bool send_history(struct session *session, size_t *budget)
{
    while (session->history_count > 0) {
        struct stretch *first = &session->history[0];
        if (!send_stretch(session, first->room, &first->at, first->end, budget))
            return false;
        bool owes_end = first->owes_end;
        struct msg end = {
            .type = MSG_HISTORY_END, .room = first->room->name, .before = first->before};
        drop_first_history(session);
        if (owes_end) {
            session_reply(session, &end);
            return false; /* it stands in the queue: that goes first */
        }
    }
    return true;
}

/* Downloads */

static void remove_download(struct files *files, size_t at)
{
    blob_release(files->downloads[at].blob);
    files->download_count--;
    memmove(&files->downloads[at], &files->downloads[at + 1],
            (files->download_count - at) * sizeof files->downloads[0]);
}

/* Send what is left of the chunk under way. */
static bool send_chunk(struct session *session, size_t *budget)
{
    struct chunk *chunk = &session->files->chunk;
    while (chunk->head_sent < chunk->head_size) {
        size_t sent = conn_write_more(session->conn, chunk->head + chunk->head_sent,
                                      chunk->head_size - chunk->head_sent);
        if (sent == 0)
            return false;
        chunk->head_sent += sent;
    }
    while (chunk->at < chunk->end) {
        size_t size = (size_t)(chunk->end - chunk->at);
        size_t sent = conn_write_file(session->conn, chunk->blob->file, chunk->at, size);
        if (sent == 0)
            return false;
        chunk->at += sent;
        *budget -= sent < *budget ? sent : *budget;
    }
    session->files->slow = loop_now_ms(session->server->loop) - chunk->began_ms > CHUNK_WITHIN_MS;
    blob_release(chunk->blob);
    chunk->blob = NULL;
    return true;
}

/* The head of a chunk frame; its payload comes from the file by itself. */
static void begin_chunk(struct session *session, struct download *download, uint64_t size)
{
    struct chunk *chunk = &session->files->chunk;
    struct msg msg = {.type = MSG_CHUNK, .file = download->blob->id, .offset = download->offset};
    struct buf head;
    struct err err = {0};
    buf_init(&head, sizeof chunk->head);
    bool fits = msg_encode(&msg, &head);
    assert(fits && download->blob->file != OS_FILE_NONE);
    (void)fits;
    memcpy(chunk->head, buf_peek(&head).data, head.size);
    frame_head(chunk->head, head.size - FRAME_HEAD_SIZE, (size_t)size);
    chunk->head_size = head.size;
    chunk->head_sent = 0;
    buf_finish(&head);
    blob_use(download->blob, &err); /* open already: cannot fail */
    chunk->blob = download->blob;
    chunk->began_ms = loop_now_ms(session->server->loop);
    chunk->at = download->offset;
    chunk->end = download->offset + size;
    download->offset += size;
    download->owes_empty = false;
}

bool flush_hears_talk(const struct session *session)
{
    int64_t since_ms = loop_now_ms(session->server->loop) - TALKING_MS;
    for (size_t i = 0; i < session->follow_count; i++) {
        if (session->follows[i].room->talk_ms > since_ms)
            return true;
    }
    return false;
}

/* Bytes of it that are here and not yet sent. */
static uint64_t bytes_here(const struct download *download)
{
    return download->blob->have > download->offset ? download->blob->have - download->offset : 0;
}

/* The next download that has something; download_count: none has. The oldest few that do take
 * turns: one that waits for its sender holds up nobody. */
static size_t next_download(struct files *files)
{
    size_t active[DOWNLOADS_ACTIVE], count = 0;
    for (size_t i = 0; i < files->download_count && count < DOWNLOADS_ACTIVE; i++) {
        if (bytes_here(&files->downloads[i]) > 0 || files->downloads[i].owes_empty)
            active[count++] = i;
    }
    return count > 0 ? active[files->turn++ % count] : files->download_count;
}

/* Begin a chunk of it. False: there is none. An ended download goes. */
static bool next_chunk(struct session *session)
{
    struct files *files = session->files;
    uint64_t most = flush_hears_talk(session) && files->slow ? CHUNK_WHILE_TALKING : CHUNK_MAX;
    size_t at = next_download(files);
    if (at == files->download_count)
        return false;
    struct download *download = &files->downloads[at];
    uint64_t here = bytes_here(download);
    begin_chunk(session, download, here < most ? here : most);
    if (download->offset == download->blob->size)
        remove_download(files, at);
    return true;
}

/* Downloads of what will never be whole end in words. False: something was queued. */
static bool end_failed(struct session *session)
{
    struct files *files = session->files;
    bool none = true;
    for (size_t i = files->download_count; i > 0; i--) {
        struct blob *blob = files->downloads[i - 1].blob;
        if (blob->state != BLOB_FAILED)
            continue;
        session_error(session, CODE_GONE, blob->id, NULL);
        remove_download(files, i - 1);
        none = false;
    }
    return none;
}

static bool send_downloads(struct session *session, size_t budget)
{
    if (session->files == NULL)
        return true;
    if (!end_failed(session))
        return false;
    size_t most = flush_hears_talk(session) ? FILES_WHILE_TALKING : budget;
    if (most > budget)
        most = budget;
    while (most > 0) {
        if (!next_chunk(session))
            return true;
        if (!send_chunk(session, &most)) {
            conn_set_mid_frame(session->conn, true);
            return false;
        }
    }
    return false;
}

/* Debts */

static void reply_rooms(struct session *session)
{
    struct msg_room rooms[ROOMS_MAX];
    struct msg msg = {.type = MSG_ROOMS, .rooms = rooms};
    msg.more = session_list_rooms(session, rooms, &msg.room_count);
    session_reply(session, &msg);
}

/* One frame of it: what a crowd comes to would not fit into the queue. */
static void reply_room(struct session *session, struct follow *follow)
{
    struct room *room = follow->room;
    struct msg_member members[MEMBERS_MAX];
    size_t left = room->seat_count - follow->listed;
    size_t count = left < MEMBERS_MAX ? left : MEMBERS_MAX;
    struct msg msg = {
        .type = MSG_ROOM,
        .room = room->name,
        .seq = roomlog_last_seq(room->log),
        .first = follow->first,
        .members = members,
        .member_count = count,
        .more = count < left,
    };
    for (size_t i = 0; i < count; i++) {
        const struct seat *seat = &room->seats[follow->listed + i];
        members[i] = (struct msg_member){
            .uid = seat->person->uid,
            .name = seat->person->name,
            /* in a direct room the one who is not there hears of it all the same */
            .read = marks_get(room, seat->person),
            .online = room->direct ? seat->person->sessions > 0 : seat->sessions > 0,
        };
    }
    follow->owes_room = msg.more;
    follow->listed = msg.more ? follow->listed + count : 0;
    session_reply(session, &msg);
}

/* The room whose list is under way, else one that is owed; NULL: none. */
static struct follow *next_owed_room(const struct session *session)
{
    struct follow *owed = NULL;
    for (size_t i = 0; i < session->follow_count; i++) {
        struct follow *follow = &session->follows[i];
        if (follow->owes_room && (owed == NULL || follow->listed > 0))
            owed = follow;
    }
    return owed;
}

/* What must stand before the logs. False: something was queued, so nothing can be written past it
 * in this turn. */
static bool pay_before(struct session *session)
{
    struct conn *conn = session->conn;
    struct follow *owed;
    while (session->owes_rooms && session->state == SESSION_READY &&
           conn->out.size < SESSION_QUEUE_FULL)
        reply_rooms(session);
    while (session->state == SESSION_READY && conn->out.size < SESSION_QUEUE_FULL &&
           (owed = next_owed_room(session)) != NULL)
        reply_room(session, owed);
    return conn->out.size == 0;
}

/* Is history of this room, or an event once more, still to be sent? */
static bool owes_history(const struct session *session, const struct room *room)
{
    for (size_t i = 0; i < session->history_count; i++) {
        if (session->history[i].room == room)
            return true;
    }
    return false;
}

/* How far this session may be told that events are stored: `stored` never overtakes the event, by
 * which its sender knows what it is about. */
static uint64_t stored_and_sent(const struct session *session, const struct follow *follow)
{
    struct roomlog *log = follow->room->log;
    uint64_t stored = roomlog_stored(log), sent = roomlog_last_seq(log);
    if (follow->sent_seq <= follow->stored_told || stored <= follow->stored_told)
        return follow->stored_told;
    if (owes_history(session, follow->room))
        return follow->stored_told;
    if (follow->cursor != roomlog_end(log)) {
        roomlog_seek_back(log, follow->cursor, 0, &sent); /* the next one, or 0: cannot be read */
        sent = sent > 0 ? sent - 1 : follow->stored_told;
    }
    return stored < sent ? stored : sent;
}

/* Who has read how far, to one who has the events. As much as the queue takes; the rest when it is
 * empty. */
static void pay_marks(struct session *session, struct follow *follow)
{
    struct room *room = follow->room;
    if (!session->knows_read || follow->marks_told == room->mark_news || follow->owes_room ||
        follow->cursor != roomlog_end(room->log))
        return;
    for (struct mark *mark = marks_after(room, follow->marks_told);
         mark != NULL && session->conn->out.size < SESSION_QUEUE_FULL; mark = mark->newer) {
        struct msg msg = {
            .type = MSG_READ, .room = room->name, .from = mark->person->uid, .seq = mark->seq};
        follow->marks_told = mark->news;
        if (mark->person == session->person && mark->seq == follow->read_seq)
            continue; /* its own word */
        session_reply(session, &msg);
        if (session->state != SESSION_READY)
            return;
    }
}

/* After the logs. */
static void pay_after(struct session *session)
{
    for (size_t i = 0; i < session->follow_count; i++) {
        struct follow *follow = &session->follows[i];
        uint64_t seq = stored_and_sent(session, follow);
        pay_marks(session, follow);
        if (session->state != SESSION_READY)
            return;
        if (seq <= follow->stored_told)
            continue;
        struct msg msg = {.type = MSG_STORED, .room = follow->room->name, .seq = seq};
        follow->stored_told = seq;
        session_reply(session, &msg);
        if (session->state != SESSION_READY)
            return;
    }
}

/* All together */

/* The frame that was begun comes first, whatever else there is. */
static bool finish_frame(struct session *session, size_t *budget)
{
    if (session->rest.room != NULL) {
        struct stretch *rest = &session->rest;
        while (rest->at < rest->end) {
            size_t sent = send_some(session, rest->room, rest->at, rest->end - rest->at);
            if (sent == 0)
                return false;
            rest->at += sent;
        }
        rest->room = NULL;
    } else if (session->files != NULL && session->files->chunk.blob != NULL) {
        if (!send_chunk(session, budget))
            return false;
    }
    conn_set_mid_frame(session->conn, false);
    return true;
}

bool flush_session(struct session *session)
{
    struct conn *conn = session->conn;
    size_t budget = FLUSH_MOST;
    server_write(session->server);
    if (!finish_frame(session, &budget))
        return true;
    if (conn->out.size > 0)
        return true;
    if (session->state != SESSION_READY)
        return false;
    if (conn->deaf)
        conn_set_deaf(conn, false);
    if (!pay_before(session))
        return true;
    bool all = send_logs(session, &budget) && send_history(session, &budget) &&
               send_downloads(session, budget);
    if (session->state == SESSION_READY)
        pay_after(session);
    return !all || session->owes_rooms || next_owed_room(session) != NULL;
}

bool flush_is_level(const struct session *session)
{
    if (session->state != SESSION_READY)
        return true;
    if (session->rest.room != NULL || session->history_count > 0)
        return false;
    for (size_t i = 0; i < session->follow_count; i++) {
        if (session->follows[i].cursor != roomlog_end(session->follows[i].room->log))
            return false;
    }
    return true;
}
