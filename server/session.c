#include "server/session.h"

#include <assert.h>
#include <string.h>

#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "server/flush.h"
#include "server/state.h"

/* Who may say what, when, and how much of it (bytes of header and payload). A type without a
 * handler is not for servers; unknown ones are passed over. */
struct rule {
    unsigned states; /* bits of enum session_state */
    void (*handler)(struct session *session, struct msg *msg);
    size_t most;
};
#define IN(state) (1u << (state))
static const struct rule rules[MSG_COUNT] = {
    [MSG_HELLO] = {IN(SESSION_NEW), on_hello, FRAME_STRANGER_MAX},
    [MSG_BYE] = {IN(SESSION_NEW) | IN(SESSION_READY), on_bye, FRAME_HEADER_MAX},
    [MSG_PING] = {IN(SESSION_NEW) | IN(SESSION_READY), on_ping, 1024},
    [MSG_PONG] = {IN(SESSION_NEW) | IN(SESSION_READY), on_pong, 1024},
    [MSG_JOIN] = {IN(SESSION_READY), on_join, 4096},
    [MSG_INVITE] = {IN(SESSION_READY), on_invite, 4096},
    [MSG_LEAVE] = {IN(SESSION_READY), on_leave, 4096},
    [MSG_LIST] = {IN(SESSION_READY), on_list, 1024},
    [MSG_HISTORY] = {IN(SESSION_READY), on_history, 4096},
    [MSG_SAY] = {IN(SESSION_READY), on_say, FRAME_HEADER_MAX},
    [MSG_TYPING] = {IN(SESSION_READY), on_typing, 4096},
    [MSG_READ] = {IN(SESSION_READY), on_read, 4096},
    [MSG_UPLOAD] = {IN(SESSION_READY), on_upload, FRAME_HEADER_MAX + PREVIEW_MAX},
    [MSG_CHUNK] = {IN(SESSION_READY), on_chunk, 4096 + CHUNK_MAX},
    [MSG_FINISH] = {IN(SESSION_READY), on_finish, 4096},
    [MSG_DELETE] = {IN(SESSION_READY), on_delete, 4096},
    [MSG_EDIT] = {IN(SESSION_READY), on_edit, FRAME_HEADER_MAX},
    [MSG_REACT] = {IN(SESSION_READY), on_react, 4096},
    [MSG_ADMIN] = {IN(SESSION_READY), on_admin, FRAME_HEADER_MAX},
    [MSG_CANCEL] = {IN(SESSION_READY), on_cancel, 4096},
    [MSG_FETCH] = {IN(SESSION_READY), on_fetch, 4096},
    [MSG_STOP] = {IN(SESSION_READY), on_stop, 4096},
};

static const char *const state_names[SESSION_STATE_COUNT] = {"new", "ready", "going"};

const char *session_name(const struct session *session)
{
    return session->person != NULL ? session->person->name : session->address;
}

struct log_about session_about(const struct session *session)
{
    return (struct log_about){.session = session->number};
}

void session_set_state(struct session *session, enum session_state state, const char *why)
{
    if (session->state == state)
        return;
    log_about(LOG_INFO, session_about(session), "%s: %s -> %s%s%s", session_name(session),
              state_names[session->state], state_names[state], why != NULL ? ": " : "",
              why != NULL ? why : "");
    session->server->ready_count += state == SESSION_READY;
    session->server->ready_count -= session->state == SESSION_READY;
    session->state = state;
}

/* Answers */

void session_reply(struct session *session, const struct msg *msg)
{
    if (conn_send(session->conn, msg))
        return;
    session_set_state(session, SESSION_GOING, "it asks and does not listen");
    conn_close(session->conn, ERR_LIMIT, "The other side does not read what it is sent.");
}

static void send_error(struct session *session, enum msg_error_code code, const char *re,
                       const char *text, uint32_t wait_ms)
{
    char word[WORD_MAX + 1], about[RE_MAX + 1] = "", sentence[ERR_TEXT_MAX];
    struct msg msg = {.type = MSG_ERROR, .code = word, .text = sentence, .wait = wait_ms};
    str_copy(word, sizeof word, msg_code_word(code));
    str_copy(sentence, sizeof sentence, text != NULL ? text : msg_code_sentence(code));
    if (re != NULL && re[0] != '\0') {
        str_copy(about, sizeof about, re);
        msg.re = about;
    }
    session->server->metrics.errors[code]++;
    log_about(LOG_INFO, session_about(session), "%s: %s%s%s: %s", session_name(session), word,
              msg.re != NULL ? " about " : "", about, sentence);
    session_reply(session, &msg);
}

void session_error(struct session *session, enum msg_error_code code, const char *re,
                   const char *text)
{
    send_error(session, code, re, text, 0);
}

void session_too_fast(struct session *session, const char *re, uint32_t wait_ms)
{
    send_error(session, CODE_TOO_FAST, re, NULL, wait_ms);
}

void session_refuse_for(struct session *session, enum msg_error_code code, uint32_t wait_ms)
{
    send_error(session, code, NULL, NULL, wait_ms);
    session_set_state(session, SESSION_GOING, msg_code_word(code));
    conn_close_after(session->conn);
}

void session_refuse(struct session *session, enum msg_error_code code, const char *text)
{
    session_error(session, code, NULL, text);
    session_set_state(session, SESSION_GOING, msg_code_word(code));
    conn_close_after(session->conn);
}

void session_bye(struct session *session, const char *text)
{
    char sentence[ERR_TEXT_MAX];
    struct msg msg = {.type = MSG_BYE, .text = sentence};
    str_copy(sentence, sizeof sentence, text);
    session_reply(session, &msg);
    session_set_state(session, SESSION_GOING, text);
    conn_close_after(session->conn);
}

/* Frames in */

static bool frame_fits(const struct rule *rule, const struct frame *frame)
{
    return frame->header.size + frame->payload.size <= rule->most;
}

static void dispatch(struct session *session, const struct frame *frame)
{
    struct msg msg = {0};
    struct err err = {0};
    bool good = msg_decode(&msg, frame, &err);
    const struct rule *rule = &rules[msg.type];
    if (good && msg.type == MSG_UNKNOWN) {
        log_about(LOG_DEBUG, session_about(session),
                  "a message of a kind from the future is passed over");
    } else if (!good && msg.type == MSG_HELLO && msg.name == NULL) {
        session_error(session, CODE_BAD_NAME, NULL, err.text);
    } else if (!good) {
        session_error(session, CODE_BAD_MESSAGE, msg.id != NULL ? msg.id : msg.file, err.text);
    } else if (rule->handler == NULL || !(rule->states & IN(session->state))) {
        session_error(session, CODE_NOT_ALLOWED, msg.id,
                      session->state == SESSION_NEW ? "Say hello first." : NULL);
    } else if (!frame_fits(rule, frame)) {
        session_error(session, CODE_BAD_MESSAGE, msg.id, "This message is longer than it may be.");
    } else {
        rule->handler(session, &msg);
    }
    msg_destroy(&msg);
}

static void hear(struct session *session, const struct frame *frame)
{
    session->server->metrics.messages_in++;
    dispatch(session, frame);
    if (session->conn->out.size > SESSION_QUEUE_FULL)
        conn_set_deaf(session->conn, true); /* until flush.c has seen it empty */
}

static void on_frame(struct conn *conn, const struct frame *frame)
{
    struct session *session = conn->owner;
    if (session->state == SESSION_GOING)
        return;
    if (session->server->tls != NULL && !link_encrypted(conn->link))
        session_refuse(session, CODE_ENCRYPTED_ONLY, NULL);
    else if (session->state == SESSION_NEW && conn->bytes_in > STRANGER_BYTES_MAX)
        session_refuse(session, CODE_NOT_ALLOWED, "Say hello before so much else.");
    else
        hear(session, frame);
}

static bool begins_chunk(struct session *session, const struct frame *frame)
{
    struct msg msg = {0};
    bool good = frame_fits(&rules[MSG_CHUNK], frame) && msg_decode(&msg, frame, NULL) &&
                msg.type == MSG_CHUNK;
    if (good) {
        session->server->metrics.messages_in++;
        on_chunk_begin(session, &msg);
    }
    msg_destroy(&msg);
    return good;
}

/* Chunks of files are written down as they come. Of other messages none may have so long a payload:
 * they are refused before it is here, and it is passed over (or a hundred peers could make us keep a
 * megabyte each). What is shorter is heard to its end first. */
static bool on_pieces(struct conn *conn, const struct frame *frame)
{
    struct session *session = conn->owner;
    if (session->state != SESSION_READY)
        return false;
    if (begins_chunk(session, frame))
        return true;
    if (frame->payload.size <= PREVIEW_MAX)
        return false;
    hear(session, frame);
    return true;
}

static void on_piece(struct conn *conn, struct bytes piece, size_t left)
{
    struct session *session = conn->owner;
    conn->brief = flush_hears_talk(session);
    if (session->state == SESSION_READY)
        on_chunk_piece(session, piece, left);
}

/* What a stranger has sent so far begins the loop's scratch (conn.c reads there). */
static bool looks_like(const struct session *session, const char *word)
{
    return memcmp(loop_scratch(session->server->loop), word, strlen(word)) == 0;
}

static void on_bad_frame(struct conn *conn)
{
    struct session *session = conn->owner;
    if (session->state == SESSION_NEW &&
        (looks_like(session, "GET ") || looks_like(session, "POST") ||
         looks_like(session, "HEAD"))) {
        static const char page[] = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\n"
                                   "Connection: close\r\n\r\nThis is a Confab chat server, not a "
                                   "web server. Connect to it with Confab.\n";
        conn_send_bytes(conn,
                        (struct bytes){.data = (const uint8_t *)page, .size = sizeof page - 1});
        session_set_state(session, SESSION_GOING, "it speaks HTTP");
        return;
    }
    if (session->state == SESSION_NEW && looks_like(session, "\x16\x03")) {
        session_error(session, CODE_PLAIN_ONLY, NULL, NULL);
        session_set_state(session, SESSION_GOING, "it begins TLS, and this server speaks plain");
        return;
    }
    session_error(session, CODE_BAD_FRAME, NULL, NULL);
    session_set_state(session, SESSION_GOING, "it announced a frame that is too large");
}

/* Ends */

static void leave(struct session *session, struct follow *follow, bool at_once)
{
    struct room *room = follow->room;
    room_remove_follower(room, follow->place);
    *follow = session->follows[--session->follow_count];
    room_leave_seat(room, session->person, at_once);
}

static void on_closed(struct conn *conn, const struct err *why)
{
    struct session *session = conn->owner;
    struct server *server = session->server;
    session_set_state(session, SESSION_GOING, why->text);
    log_about(LOG_INFO, session_about(session), "%s has ended: %s", session_name(session),
              why->text);
    server->metrics.bytes_in += conn->bytes_in;
    server->metrics.bytes_out += conn->bytes_out;
    files_forget_session(session);
    gate_exit(server->gate, session->host, loop_now_ms(server->loop));
    password_forget(server->password, session);
    /* Without a bye the person may be back soon. When the server goes, it keeps all seats. */
    while (session->follow_count > 0)
        leave(session, &session->follows[session->follow_count - 1], session->said_bye);
    session->history_count = 0;
    if (session->person != NULL)
        server->people -= --session->person->sessions == 0;
    struct session *last = server->sessions[--server->session_count];
    server->sessions[session->slot] = last;
    last->slot = session->slot;
}

static void on_retire(struct conn *conn)
{
    struct session *session = conn->owner;
    mem_free(session->follows);
    mem_free(session->history);
    mem_free(session->files);
    mem_free(session->late_id);
    msg_clone_free(session->hello);
    mem_free(session);
}

static bool on_flush(struct conn *conn)
{
    return flush_session(conn->owner);
}

void session_create(struct server *server, os_sock sock, const struct sock_address *from,
                    struct gate_host *host)
{
    static const struct conn_ops ops = {
        .on_frame = on_frame,
        .on_pieces = on_pieces,
        .on_piece = on_piece,
        .on_bad_frame = on_bad_frame,
        .on_flush = on_flush,
        .on_closed = on_closed,
        .on_retire = on_retire,
    };
    struct session *session = mem_alloc(1, sizeof *session);
    session->server = server;
    session->host = host;
    session->number = ++server->next_number;
    server->metrics.connections++;
    session->since_ms = loop_now_ms(server->loop);
    sock_address_text(from, session->address);
    sock_set_unsent_limit(sock, UNSENT_MAX);
    struct link *link =
        server->tls != NULL ? link_tls_accept(server->tls, sock) : link_plain_create(sock);
    session->conn = conn_create(server->loop, link, SESSION_QUEUE_MAX, &ops, session);
    session->conn->frame_most = FRAME_STRANGER_MAX;
    if (server->session_count == server->session_room) {
        server->session_room = server->session_room == 0 ? 16 : server->session_room * 2;
        server->sessions =
            mem_resize(server->sessions, server->session_room, sizeof(struct session *));
    }
    session->slot = server->session_count;
    server->sessions[server->session_count++] = session;
    log_about(LOG_DEBUG, session_about(session), "it is %s", session->address);
}

void session_tick(struct session *session, int64_t now_ms)
{
    int64_t silent_ms = now_ms - session->conn->heard_ms;
    int64_t within_ms = session->server->config.hello_within * INT64_C(1000);
    if (session->state == SESSION_GOING)
        return; /* conn.c ends it in time */
    if (session->hello != NULL) {
        hello_tick(session);
    } else if (session->state == SESSION_NEW && now_ms - session->since_ms >= within_ms) {
        session_refuse(session, CODE_NOT_ALLOWED, "No hello came in time.");
    } else if (silent_ms >= DEAD_AFTER_MS) {
        session_set_state(session, SESSION_GOING, "it was silent for too long");
        conn_close(session->conn, ERR_TIMEOUT, "Nothing was heard from it for half a minute.");
    } else if (session->state == SESSION_READY && silent_ms >= PING_EVERY_MS &&
               now_ms - session->asked_ms >= PING_EVERY_MS) {
        static const struct msg ping = {.type = MSG_PING};
        session->asked_ms = now_ms;
        session_reply(session, &ping);
    }
}

/* Rooms */

struct follow *session_find_follow(const struct session *session, const struct room *room)
{
    for (size_t i = 0; i < session->follow_count; i++) {
        if (session->follows[i].room == room)
            return &session->follows[i];
    }
    return NULL;
}

static void set_cursor(struct follow *follow, uint64_t known)
{
    struct roomlog *log = follow->room->log;
    if (known > 0 && known <= roomlog_last_seq(log)) /* else it has never been here, or we forgot */
        follow->cursor = roomlog_seek(log, known + 1, &follow->first);
    else
        follow->cursor = roomlog_seek_back(log, roomlog_end(log), HISTORY_JOIN, &follow->first);
}

void session_enter(struct session *session, struct room *room, uint64_t known)
{
    struct follow *follow = session_find_follow(session, room);
    if (follow == NULL) {
        room_take_seat(room, session->person);
        if (session->follow_count == session->follow_room) {
            session->follow_room = session->follow_room == 0 ? 1 : session->follow_room * 2;
            session->follows =
                mem_resize(session->follows, session->follow_room, sizeof *session->follows);
        }
        follow = &session->follows[session->follow_count++];
        *follow = (struct follow){.room = room};
        room_add_follower(room, session);
    }
    set_cursor(follow, known);
    follow->marks_told = room->mark_news; /* the list of members says it */
    follow->owes_room = true;
    follow->listed = 0;
}

void session_exit(struct session *session, struct room *room)
{
    leave(session, session_find_follow(session, room), true);
}

void session_skip(struct session *session, struct room *room)
{
    uint64_t start = roomlog_start(room->log);
    struct follow *follow = session_find_follow(session, room);
    if (follow != NULL && follow->cursor < start) {
        follow->cursor = roomlog_seek(room->log, 1, &follow->first);
        follow->marks_told = room->mark_news;
        follow->owes_room = true;
        follow->listed = 0;
        conn_touch(session->conn);
    }
    for (size_t i = 0; i < session->history_count; i++) {
        struct stretch *stretch = &session->history[i];
        if (stretch->room == room && stretch->at < start)
            stretch->at = start;
        if (stretch->room == room && stretch->end < start)
            stretch->end = start;
    }
    /* half of a message is there, and the other half nowhere: it must come back and read on */
    if (session->rest.room == room && session->rest.at < start) {
        session_set_state(session, SESSION_GOING, "what it was reading is not kept any more");
        conn_close(session->conn, ERR_LIMIT, "What it was reading is not kept any more.");
    }
}

struct files *session_files(struct session *session)
{
    if (session->files == NULL)
        session->files = mem_alloc(1, sizeof *session->files);
    return session->files;
}
