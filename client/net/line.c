#include "client/net/line.h"

#include <inttypes.h>
#include <string.h>

#include "client/net/known.h"
#include "client/net/net_state.h"
#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"

#define QUEUE_MAX (8u << 20) /* bytes of ours that wait in the conn; more waits in line.waiting */
#define UNSENT_MAX 131072    /* in the kernel: what is said waits behind no more than that */
#define SLEPT_MS 5000        /* the wall clock went so much further than ours: the computer slept */
#define SUSPECT_MS 3000      /* then the server must answer within this */
#define DIAL_LEAST_MS 2500

/* A connect() under way. On the heap, because the loop frees watches at the end of a turn. */
struct dial {
    struct watch watch; /* first */
    struct net *net;    /* NULL: nobody waits for it any more */
};

void line_init(struct line *line)
{
    memset(line, 0, sizeof *line);
    line->waiting_end = &line->waiting;
    line->wall_ms = clock_wall_ms();
    line->mono_ms = clock_now_ms();
}

bool line_is_ready(const struct net *net)
{
    return net->line.state == LINE_READY;
}

/* Ends */

static void forget_waiting(struct line *line)
{
    while (line->waiting != NULL) {
        struct line_waiting *first = line->waiting;
        line->waiting = first->next;
        msg_clone_free(first->msg);
        mem_free(first);
    }
    line->waiting_end = &line->waiting;
}

static void end_dial(struct net *net)
{
    struct dial *dial = net->line.dial;
    if (dial == NULL)
        return;
    net->line.dial = NULL;
    dial->net = NULL;
    loop_remove(net->loop, &dial->watch);
    sock_close(dial->watch.sock);
}

/* The conn, if there is one, is not ours from here on. */
static struct conn *reset(struct net *net)
{
    struct line *line = &net->line;
    struct conn *conn = line->conn;
    end_dial(net);
    forget_waiting(line);
    msg_clone_free(line->hello);
    line->hello = NULL;
    line->conn = NULL;
    if (line->state == LINE_READY) {
        line->state = LINE_NONE;
        uploads_on_lost(net);
        downloads_on_lost(net);
    }
    line->state = LINE_NONE;
    return conn;
}

void line_drop(struct net *net)
{
    struct conn *conn = reset(net);
    if (conn != NULL)
        conn_close(conn, ERR_CANCELLED, "This side closed the connection.");
}

void line_bye(struct net *net)
{
    bool greeted = net->line.state == LINE_READY;
    struct conn *conn = reset(net);
    if (conn == NULL)
        return;
    if (!greeted) {
        conn_close(conn, ERR_CANCELLED, "This side closed the connection.");
        return;
    }
    static const struct msg bye = {.type = MSG_BYE};
    conn_send(conn, &bye);
    conn_close_after(conn);
    net->line.leaving = conn;
}

/* It is over, and the owner hears of it. */
static void lose(struct net *net, const struct err *err, const char *code, bool final)
{
    struct net_mail *mail = net_mail_create(net, NET_LOST);
    mail->err = *err;
    mail->final = final;
    if (code != NULL)
        str_copy(mail->code, sizeof mail->code, code);
    line_drop(net);
    net_post(net, mail);
}

static void lose_because(struct net *net, enum err_kind kind, const char *text)
{
    struct err err = {0};
    err_set(&err, kind, "%s", text);
    lose(net, &err, NULL, false);
}

static void place_text(const struct net *net, char *out, size_t size)
{
    bool v6 = strchr(net->line.host, ':') != NULL;
    str_format(out, size, v6 ? "[%s]:%u" : "%s:%u", net->line.host, (unsigned)net->line.port);
}

static void lose_no_server(struct net *net)
{
    char place[300];
    struct err err = {0};
    place_text(net, place, sizeof place);
    err_set(&err, ERR_PROTOCOL,
            "There is something at %s, but it is not a Confab chat server: check the port.", place);
    lose(net, &err, NULL, true);
}

static void lose_no_answer(struct net *net)
{
    char place[300];
    struct err err = {0};
    place_text(net, place, sizeof place);
    err_set(&err, ERR_TIMEOUT,
            "There is no answer from %s. Is the address right, and does its firewall let port %u "
            "through?",
            place, (unsigned)net->line.port);
    lose(net, &err, NULL, false);
}

/* Whom we talk to */

static bool distrust(struct net *net, const char *place, const char *before, const char *now)
{
    char old_words[TLS_WORDS_SIZE], new_words[TLS_WORDS_SIZE], path[OS_PATH_MAX];
    tls_words(before, old_words);
    tls_words(now, new_words);
    log_warn("%s has the key %s, and had %s", place, now, before);
    if (!known_path(path))
        str_copy(path, sizeof path, "known-servers");
    return err_set(&net->line.distrust, ERR_DENIED,
                   "%s has another key than before: it was set up anew, or somebody stands between "
                   "you and it. Nothing was sent. Old key: %s. New key: %s. Ask whoever runs it "
                   "which key it shows; if it is the new one, remove the line about %s from %s.",
                   place, old_words, new_words, place, path);
}

/* In the handshake, before anything of ours is sent. */
static bool on_key(void *context, const char *fingerprint)
{
    struct net *net = context;
    struct line *line = &net->line;
    char place[300], before[TLS_FINGERPRINT_SIZE];
    place_text(net, place, sizeof place);
    str_copy(line->fingerprint, sizeof line->fingerprint, fingerprint);
    line->first_visit = false;
    if (line->key[0] != '\0')
        str_copy(before, sizeof before, line->key);
    else if (!known_find(place, before, &line->distrust))
        return false;
    line->first_visit = before[0] == '\0';
    return line->first_visit || strcmp(before, fingerprint) == 0 ||
           distrust(net, place, before, fingerprint);
}

/* It is a Confab server, so its key is worth keeping. */
static void remember_key(struct net *net)
{
    char place[300];
    struct err err = {0};
    if (!net->line.first_visit)
        return;
    place_text(net, place, sizeof place);
    log_info("%s is new, its key is %s", place, net->line.fingerprint);
    if (!known_save(place, net->line.fingerprint, &err))
        log_warn("the key of %s can't be remembered: %s", place, err.text);
}

/* It answers in plain. What it says is only taken for a hint: anybody on the way can say it. */
static void on_plain_answer(struct net *net, const struct msg *msg)
{
    char place[300];
    struct err err = {0};
    place_text(net, place, sizeof place);
    enum msg_error_code code = msg->type == MSG_ERROR ? msg_code_from_word(msg->code) : CODE_COUNT;
    if (code == CODE_SERVER_FULL || code == CODE_TOO_MANY_CONNECTIONS) /* no time for a handshake */
        err_set(&err, ERR_DENIED, "%s", msg_code_sentence(code));
    else
        err_set(&err, ERR_DENIED,
                "The server at %s speaks without encryption, so nothing was sent to it. If that is "
                "meant so, connect with --plain.",
                place);
    lose(net, &err, NULL, true);
}

/* What the server says */

/* An admin has ended it: coming back by itself would be the wrong answer. */
static bool is_sent_out(enum msg_error_code code)
{
    return code == CODE_KICKED || code == CODE_BANNED;
}

/* "43 s", "10 min", "5 h": rounded up, so that it is not too early then */
static void wait_text(uint32_t wait_ms, char out[16])
{
    uint32_t seconds = wait_ms / 1000 + (wait_ms % 1000 != 0);
    if (seconds > 2 * 3600)
        str_format(out, 16, "%" PRIu32 " h", (seconds + 3599) / 3600);
    else if (seconds > 120)
        str_format(out, 16, "%" PRIu32 " min", (seconds + 59) / 60);
    else
        str_format(out, 16, "%" PRIu32 " s", seconds);
}

/* The sentence of an error that ends it, with the reason that an admin gave and how long to wait. */
static void explain(const struct msg *msg, struct err *err)
{
    char wait[16];
    const char *text = msg_code_explain(msg->code, msg->text);
    if (is_sent_out(msg_code_from_word(msg->code)) && msg->text != NULL && msg->text[0] != '\0')
        text = msg->text;
    if (msg->wait == 0) {
        err_set(err, ERR_DENIED, "%s", text);
        return;
    }
    wait_text(msg->wait, wait);
    err_set(err, ERR_DENIED, "%s Try again in %s.", text, wait);
}

static void send_now(struct net *net, enum msg_type type)
{
    struct msg msg = {.type = type};
    conn_send(net->line.conn, &msg);
}

static void forward(struct net *net, const struct msg *msg)
{
    struct net_mail *mail = net_mail_create(net, NET_MESSAGE);
    mail->msg = msg_clone(msg);
    if (msg->type == MSG_WELCOME) {
        str_copy(mail->fingerprint, sizeof mail->fingerprint, net->line.fingerprint);
        mail->first_visit = net->line.first_visit;
    }
    if (net->config.want_json && msg->seq != 0)
        mail->json = msg_to_text(msg);
    net_post(net, mail);
}

static void on_greeting(struct net *net, const struct msg *msg)
{
    struct err err = {0};
    if (msg->type == MSG_WELCOME) {
        net->line.state = LINE_READY;
        remember_key(net);
        forward(net, msg);
        uploads_on_ready(net);
        downloads_on_ready(net);
    } else if (msg->type == MSG_ERROR) {
        explain(msg, &err);
        lose(net, &err, msg->code, true);
    } else if (msg->type == MSG_BYE) {
        err_set(&err, ERR_CLOSED, "%s", msg->text ? msg->text : "The server is closing.");
        lose(net, &err, NULL, false);
    } else if (msg->type == MSG_PING) {
        send_now(net, MSG_PONG);
    } else {
        lose_no_server(net);
    }
}

static void on_message(struct net *net, const struct msg *msg)
{
    struct err err = {0};
    switch (msg->type) {
    case MSG_PING:
        send_now(net, MSG_PONG);
        return;
    case MSG_PONG:
        return;
    case MSG_CHUNK:
        downloads_on_chunk(net, msg);
        return;
    case MSG_ACCEPT:
        uploads_on_accept(net, msg);
        return;
    case MSG_ERROR:
        if (is_sent_out(msg_code_from_word(msg->code))) {
            explain(msg, &err);
            lose(net, &err, msg->code, true);
            return;
        }
        if (uploads_on_error(net, msg) || downloads_on_error(net, msg))
            return;
        break;
    case MSG_BYE:
        lose_because(net, ERR_CLOSED, msg->text ? msg->text : "The server is closing.");
        return;
    default:
        break;
    }
    /* First the event, then how it ended what was under way: in the order in which it happened. */
    forward(net, msg);
    if (msg->type == MSG_FILE_DONE) {
        uploads_on_file_done(net, msg);
    } else if (msg->type == MSG_FILE_FAILED) {
        uploads_on_file_failed(net, msg);
        downloads_on_file_failed(net, msg);
    }
}

static void on_frame(struct conn *conn, const struct frame *frame)
{
    struct net *net = conn->owner;
    struct msg msg = {0};
    struct err err = {0};
    if (net->line.conn != conn)
        return; /* it only waits for its bye to be sent */
    net->line.suspect_ms = 0;
    bool good = msg_decode(&msg, frame, &err);
    if (!good && net->line.state == LINE_GREETING)
        lose_no_server(net);
    else if (net->tls != NULL && !link_encrypted(conn->link))
        on_plain_answer(net, &msg);
    else if (!good)
        log_warn("a message of the server is passed over: %s", err.text);
    else if (net->line.state == LINE_GREETING)
        on_greeting(net, &msg);
    else
        on_message(net, &msg);
    msg_destroy(&msg);
}

static void on_bad_frame(struct conn *conn)
{
    struct net *net = conn->owner;
    if (net->line.conn == conn && net->line.state == LINE_GREETING)
        lose_no_server(net);
}

static void on_closed(struct conn *conn, const struct err *why)
{
    struct net *net = conn->owner;
    if (net->line.leaving == conn)
        net->line.leaving = NULL;
    if (net->line.conn != conn)
        return;
    bool greeting = net->line.state == LINE_GREETING;
    net->line.conn = NULL; /* it closes itself */
    if (net->line.distrust.kind != ERR_NONE)
        lose(net, &net->line.distrust, NULL, true);
    else if (greeting && conn->bytes_in > 0)
        lose_no_server(net);
    else if (greeting && why->kind == ERR_CLOSED)
        lose_because(net, ERR_CLOSED,
                     "The other side closed the connection before it said anything: it is busy, or "
                     "not a Confab chat server.");
    else
        lose(net, why, NULL, false);
}

static bool on_flush(struct conn *conn)
{
    struct net *net = conn->owner;
    struct line *line = &net->line;
    if (line->conn != conn || line->state != LINE_READY)
        return false;
    while (line->waiting != NULL && conn_send(conn, line->waiting->msg)) {
        struct line_waiting *first = line->waiting;
        line->waiting = first->next;
        if (line->waiting == NULL)
            line->waiting_end = &line->waiting;
        msg_clone_free(first->msg);
        mem_free(first);
    }
    /* What people say goes first: a chunk is only added to an empty queue. */
    return line->waiting != NULL || (conn->out.size > 0 ? uploads_pending(net) : uploads_pump(net));
}

/* Dialing */

static void dial_next(struct net *net);

static unsigned dial_prepare(struct watch *watch)
{
    (void)watch;
    return SOCK_WRITE;
}

static void greet(struct net *net, os_sock sock)
{
    static const struct conn_ops ops = {
        .on_frame = on_frame,
        .on_bad_frame = on_bad_frame,
        .on_flush = on_flush,
        .on_closed = on_closed,
    };
    struct line *line = &net->line;
    sock_set_unsent_limit(sock, UNSENT_MAX);
    line->fingerprint[0] = '\0';
    line->first_visit = false;
    line->distrust = (struct err){0};
    struct link *link =
        net->tls != NULL ? link_tls_connect(net->tls, sock, on_key, net) : link_plain_create(sock);
    line->conn = conn_create(net->loop, link, QUEUE_MAX, &ops, net);
    line->conn->heard_ms = clock_now_ms();
    line->state = LINE_GREETING;
    line->answer_by_ms = clock_now_ms() + NET_ANSWER_WITHIN_MS;
    line->pinged_ms = clock_now_ms();
    line->suspect_ms = 0;
    conn_send(line->conn, line->hello);
}

static void dial_serve(struct watch *watch, unsigned ready)
{
    struct dial *dial = (struct dial *)watch;
    struct net *net = dial->net;
    struct line *line = &net->line;
    (void)ready;
    os_sock sock = watch->sock;
    line->dial = NULL;
    loop_remove(net->loop, watch);
    if (sock_connect_result(sock, &line->addresses[line->address_at], &line->dial_err)) {
        greet(net, sock);
        return;
    }
    sock_close(sock);
    line->address_at++;
    dial_next(net);
}

static void dial_retire(struct watch *watch)
{
    mem_free(watch);
}

/* The next address that can be tried; the last one's sentence when there is none. */
static void dial_next(struct net *net)
{
    static const struct watch_ops ops = {
        .prepare = dial_prepare, .serve = dial_serve, .retire = dial_retire};
    struct line *line = &net->line;
    for (; line->address_at < line->address_count; line->address_at++) {
        os_sock sock = sock_connect(&line->addresses[line->address_at], &line->dial_err);
        if (sock == OS_SOCK_NONE)
            continue;
        struct dial *dial = mem_alloc(1, sizeof *dial);
        dial->net = net;
        dial->watch.sock = sock;
        dial->watch.ops = &ops;
        line->dial = dial;
        int64_t share = NET_ANSWER_WITHIN_MS / (int64_t)line->address_count;
        if (share < DIAL_LEAST_MS && line->address_at + 1 < line->address_count)
            share = DIAL_LEAST_MS;
        line->answer_by_ms = clock_now_ms() + share;
        loop_add(net->loop, &dial->watch);
        return;
    }
    if (line->dial_err.kind == ERR_TIMEOUT)
        lose_no_answer(net);
    else
        lose(net, &line->dial_err, NULL, false);
}

void line_connect(struct net *net, uint32_t attempt, const char *host, uint16_t port,
                  const struct msg *hello, const char *key)
{
    struct line *line = &net->line;
    line_drop(net);
    str_copy(line->key, sizeof line->key, key != NULL ? key : "");
    line->attempt = attempt;
    str_copy(line->host, sizeof line->host, host);
    line->port = port;
    line->hello = msg_clone(hello);
    line->state = LINE_DIALING;
    line->dial_err = (struct err){0};
    line->address_at = 0;
    line->address_count = sock_resolve(host, port, line->addresses, &line->dial_err);
    dial_next(net);
}

/* Sending */

void line_send(struct net *net, const struct msg *msg)
{
    struct line *line = &net->line;
    if (line->state != LINE_READY)
        return;
    if (line->waiting == NULL && conn_send(line->conn, msg))
        return;
    struct line_waiting *waiting = mem_alloc(1, sizeof *waiting);
    waiting->msg = msg_clone(msg);
    *line->waiting_end = waiting;
    line->waiting_end = &waiting->next;
    conn_touch(line->conn);
}

void line_hurry(struct net *net)
{
    if (net->line.conn != NULL)
        conn_touch(net->line.conn);
}

/* Time */

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* After a sleep the connection may be long dead, and nothing would say so: ask. */
static void look_at_clocks(struct net *net, int64_t now_ms)
{
    struct line *line = &net->line;
    int64_t wall_ms = clock_wall_ms();
    int64_t slept_ms = (wall_ms - line->wall_ms) - (now_ms - line->mono_ms);
    line->wall_ms = wall_ms;
    line->mono_ms = now_ms;
    if (slept_ms < SLEPT_MS || line->state != LINE_READY)
        return;
    send_now(net, MSG_PING);
    line->pinged_ms = now_ms;
    line->suspect_ms = now_ms + SUSPECT_MS;
}

static int64_t tick_ready(struct net *net, int64_t now_ms)
{
    struct line *line = &net->line;
    int64_t heard_ms = line->conn->heard_ms;
    bool suspect = line->suspect_ms != 0;
    if (now_ms - heard_ms >= DEAD_AFTER_MS || (suspect && now_ms >= line->suspect_ms)) {
        lose_because(net, ERR_TIMEOUT, "Nothing was heard from the server any more.");
        return INT64_MAX;
    }
    int64_t asked_ms = heard_ms > line->pinged_ms ? heard_ms : line->pinged_ms;
    if (now_ms - asked_ms >= PING_EVERY_MS) {
        send_now(net, MSG_PING);
        line->pinged_ms = asked_ms = now_ms;
    }
    int64_t due_ms = earlier(asked_ms + PING_EVERY_MS, heard_ms + DEAD_AFTER_MS);
    return suspect ? earlier(due_ms, line->suspect_ms) : due_ms;
}

int64_t line_tick(struct net *net, int64_t now_ms)
{
    struct line *line = &net->line;
    look_at_clocks(net, now_ms);
    if (line->state == LINE_READY)
        return tick_ready(net, now_ms);
    if (line->state == LINE_NONE)
        return INT64_MAX;
    if (now_ms < line->answer_by_ms)
        return line->answer_by_ms;
    if (line->state == LINE_DIALING && line->address_at + 1 < line->address_count) {
        end_dial(net);
        err_set(&line->dial_err, ERR_TIMEOUT, "There is no answer.");
        line->address_at++;
        dial_next(net);
        return now_ms;
    }
    lose_no_answer(net);
    return INT64_MAX;
}
