#include "protocol/net/conn.h"

#include <assert.h>
#include <string.h>

#include "protocol/base/mem.h"

/* A started frame up to this size is carried over in front of the next read, so that the rest of it
 * and all that follows come in one call; a longer one is completed in place. */
#define CARRY_MAX 4096
_Static_assert(CARRY_MAX >= FRAME_HEAD_SIZE, "what is not carried over has its head");
#define SCRATCH_MOST (LOOP_SCRATCH_SIZE - CARRY_MAX)
_Static_assert(SCRATCH_MOST >= CONN_READ_MAX, "a turn's bytes come in one call");

static struct conn *conn_of(struct watch *watch)
{
    return (struct conn *)watch; /* it is the first member */
}

/* Idle conns hold no buffer. */
static void release(struct buf *buf)
{
    size_t cap = buf->cap;
    if (buf->size > 0 || buf->room == 0)
        return;
    buf_finish(buf);
    buf_init(buf, cap);
}

/* The socket goes at once, so that a crowd that leaves gives its descriptors back; `in` stays until
 * retire, the frame under somebody's eyes may lie in it. */
static void end(struct conn *conn, enum err_kind kind, const char *text)
{
    struct err why = {0};
    conn->closed = true;
    err_set(&why, kind, "%s", text); /* before the link goes: the text may be its own */
    link_close(conn->link);
    conn->link = NULL;
    if (conn->ops->on_closed)
        conn->ops->on_closed(conn, &why);
}

void conn_close(struct conn *conn, enum err_kind kind, const char *why)
{
    if (conn->closed)
        return;
    loop_remove(conn->loop, &conn->watch);
    end(conn, kind, why);
}

static void close_after(struct conn *conn, enum err_kind kind)
{
    if (conn->closed || conn->closing)
        return;
    conn->closing = true;
    conn->closing_kind = kind;
    conn->deaf = false;
    conn->pending = false;
    conn->linger_until_ms = loop_now_ms(conn->loop) + CONN_LINGER_MS;
    loop_touch(conn->loop, &conn->watch);
}

void conn_close_after(struct conn *conn)
{
    close_after(conn, ERR_CANCELLED);
}

static void finish_closing(struct conn *conn)
{
    conn_close(conn, conn->closing_kind,
               conn->closing_kind == ERR_PROTOCOL
                   ? "The other side sent something that is not a Confab message."
                   : "This side closed the connection.");
}

/* Reading */

/* May the frame that begins here, and is not whole, be handed over in pieces? Returns how many bytes
 * its head and header are, 0 if not. */
static size_t begin_pieces(struct conn *conn, const uint8_t *bytes, size_t size)
{
    struct frame frame;
    if (!conn->ops->on_pieces || conn->whole || !frame_header(bytes, size, &frame) ||
        frame.payload.size < CONN_PIECES_MIN)
        return 0;
    if (!conn->ops->on_pieces(conn, &frame)) {
        conn->whole = true;
        return 0;
    }
    conn->pieces_left = frame.payload.size;
    return FRAME_HEAD_SIZE + frame.header.size;
}

static size_t take_piece(struct conn *conn, const uint8_t *bytes, size_t size)
{
    if (size > conn->pieces_left)
        size = conn->pieces_left;
    conn->pieces_left -= size;
    if (size > 0)
        conn->ops->on_piece(conn, (struct bytes){.data = bytes, .size = size}, conn->pieces_left);
    return size;
}

/* Hand out the whole frames in bytes[0..size). Returns how many bytes are done with. */
static size_t take_frames(struct conn *conn, const uint8_t *bytes, size_t size, unsigned *budget)
{
    size_t used = 0;
    while (!conn->closed && !conn->closing && !conn->deaf) {
        struct frame frame;
        if (conn->pieces_left > 0) {
            used += take_piece(conn, bytes + used, size - used);
            if (conn->pieces_left > 0)
                break;
            continue;
        }
        long length = frame_next(bytes + used, size - used, conn->frame_most, &frame, NULL);
        if (length == 0) {
            size_t begun = begin_pieces(conn, bytes + used, size - used);
            if (begun == 0)
                break;
            used += begun;
            continue;
        }
        if (length < 0) {
            if (conn->ops->on_bad_frame)
                conn->ops->on_bad_frame(conn);
            close_after(conn, ERR_PROTOCOL);
            break;
        }
        if (*budget == 0) {
            conn->pending = true;
            break;
        }
        (*budget)--;
        used += (size_t)length;
        conn->whole = false;
        conn->ops->on_frame(conn, &frame);
    }
    return used;
}

static void take_from_in(struct conn *conn, unsigned *budget)
{
    struct bytes kept = buf_peek(&conn->in);
    conn->pending = false;
    if (kept.size == 0)
        return;
    size_t used = take_frames(conn, kept.data, kept.size, budget);
    if (conn->closed)
        return;
    buf_consume(&conn->in, used);
    release(&conn->in);
}

static void count_in(struct conn *conn, size_t moved)
{
    conn->heard_ms = loop_now_ms(conn->loop);
    conn->bytes_in += moved;
}

/* One call of the link, into the loop's scratch behind what is carried over. */
static enum sock_status receive_carried(struct conn *conn, size_t most, size_t *moved,
                                        unsigned *frames)
{
    uint8_t *scratch = loop_scratch(conn->loop);
    struct bytes kept = buf_peek(&conn->in);
    if (kept.size > 0)
        memcpy(scratch, kept.data, kept.size);
    enum sock_status status = link_receive(conn->link, scratch + kept.size, most, moved);
    if (status != SOCK_OK)
        return status;
    count_in(conn, *moved);
    size_t size = kept.size + *moved;
    size_t used = take_frames(conn, scratch, size, frames);
    if (conn->closed)
        return status;
    buf_clear(&conn->in);
    if (!conn->closing && used < size) {
        bool fits = buf_append(&conn->in, scratch + used, size - used);
        assert(fits);
        (void)fits;
    }
    release(&conn->in);
    return status;
}

/* How far to read the long frame that begins here: to its end, but first to that of its header, which
 * tells whether the rest is to be kept. */
static size_t next_stop(const struct conn *conn, struct bytes kept, size_t whole)
{
    struct frame frame;
    if (conn->ops->on_pieces == NULL || conn->whole || frame_header(kept.data, kept.size, &frame) ||
        frame.payload.size < CONN_PIECES_MIN)
        return whole;
    return FRAME_HEAD_SIZE + frame.header.size;
}

/* One call of the link, straight into the long frame that `in` has begun, and not past `need`. */
static enum sock_status receive_in_place(struct conn *conn, size_t need, size_t most, size_t *moved,
                                         unsigned *frames)
{
    size_t missing = need - conn->in.size;
    uint8_t *space = buf_reserve(&conn->in, missing < most ? missing : most);
    assert(space);
    enum sock_status status =
        link_receive(conn->link, space, missing < most ? missing : most, moved);
    if (status != SOCK_OK)
        return status;
    count_in(conn, *moved);
    buf_commit(&conn->in, *moved);
    if (*moved == missing)
        take_from_in(conn, frames);
    return status;
}

static void on_link_end(struct conn *conn, enum sock_status status)
{
    const char *trouble = link_trouble(conn->link);
    if (status == SOCK_FAILED)
        conn_close(conn, ERR_SYSTEM, trouble != NULL ? trouble : "The connection broke.");
    else if (conn->in.size > 0 || conn->pieces_left > 0)
        conn_close(conn, ERR_CLOSED, "The connection ended in the middle of a message.");
    else
        conn_close(conn, ERR_CLOSED, "The other side closed the connection.");
}

static void read_frames(struct conn *conn)
{
    size_t bytes = conn->pieces_left == 0 ? CONN_READ_MAX
                   : conn->brief          ? CONN_PIECES_BRIEF
                                          : CONN_PIECES_MAX;
    unsigned frames = CONN_FRAMES_MAX;
    if (conn->pending)
        take_from_in(conn, &frames);
    while (bytes > 0 && !conn->closed && !conn->closing && !conn->deaf && !conn->pending) {
        size_t moved = 0, most = bytes < SCRATCH_MOST ? bytes : SCRATCH_MOST, need = 0;
        enum sock_status status;
        if (conn->in.size > CARRY_MAX) {
            struct bytes kept = buf_peek(&conn->in);
            struct frame frame;
            if (frame_next(kept.data, kept.size, conn->frame_most, &frame, &need) != 0) {
                take_from_in(conn, &frames); /* the owner changed frame_most */
                continue;
            }
            need = next_stop(conn, kept, need);
            if (need - kept.size < most)
                most = need - kept.size;
            status = receive_in_place(conn, need, most, &moved, &frames);
        } else {
            status = receive_carried(conn, most, &moved, &frames);
        }
        if (conn->closed)
            return;
        if (status == SOCK_AGAIN) {
            if (conn->failed)
                on_link_end(conn, SOCK_CLOSED);
            return;
        }
        if (status != SOCK_OK) {
            on_link_end(conn, status);
            return;
        }
        bytes -= moved;
        /* less than there was room for: the socket is empty, no need to hear it say so */
        if (moved < most && !link_pending(conn->link))
            return;
    }
}

/* While closing: what still comes is read, so that the socket closes without a reset. */
static void drain(struct conn *conn)
{
    size_t bytes = CONN_READ_MAX;
    while (bytes > 0) {
        size_t moved = 0;
        enum sock_status status = link_receive(conn->link, loop_scratch(conn->loop), bytes, &moved);
        if (status == SOCK_AGAIN)
            return;
        if (status == SOCK_FAILED || (status == SOCK_CLOSED && conn->ended)) {
            finish_closing(conn);
            return;
        }
        if (status == SOCK_CLOSED) {
            conn->deaf = true; /* it says no more, but may still listen to the rest of our queue */
            return;
        }
        bytes -= moved;
    }
}

/* Writing */

/* The link takes no more. What the peer said before it went is still worth reading, so the reader
 * is the one who closes. */
static void fail(struct conn *conn)
{
    conn->failed = true;
    conn->blocked = true;
    conn->more = false;
    buf_clear(&conn->out);
}

static size_t written(struct conn *conn, enum sock_status status, size_t moved)
{
    if (status == SOCK_OK) {
        conn->bytes_out += moved;
        return moved;
    }
    conn->blocked = true;
    if (status != SOCK_AGAIN)
        fail(conn);
    return 0;
}

size_t conn_write(struct conn *conn, const struct sock_piece *pieces, size_t count)
{
    size_t moved = 0;
    if (conn->closed || conn->blocked)
        return 0;
    assert(conn->flushing); /* elsewhere it could land inside a frame of the queue */
    enum sock_status status = link_send(conn->link, pieces, count, &moved);
    return written(conn, status, moved);
}

size_t conn_write_more(struct conn *conn, const void *bytes, size_t size)
{
    struct sock_piece piece = {.data = bytes, .size = size};
    if (conn->closed)
        return 0;
    conn->link->more = true;
    size_t sent = conn_write(conn, &piece, 1);
    conn->link->more = false;
    return sent;
}

size_t conn_write_file(struct conn *conn, os_file file, uint64_t offset, size_t size)
{
    size_t moved = 0;
    if (conn->closed || conn->blocked)
        return 0;
    assert(conn->flushing); /* elsewhere it could land inside a frame of the queue */
    enum sock_status status = link_send_file(conn->link, file, offset, size, &moved);
    return written(conn, status, moved);
}

static void send_queue(struct conn *conn)
{
    while (conn->out.size > 0 && !conn->blocked) {
        struct bytes queue = buf_peek(&conn->out);
        struct sock_piece piece = {queue.data, queue.size};
        size_t moved = 0;
        enum sock_status status = link_send(conn->link, &piece, 1, &moved);
        if (written(conn, status, moved) > 0)
            buf_consume(&conn->out, moved);
    }
    release(&conn->out);
}

/* Ask the owner for more. False if the flush is over for this turn. */
static bool ask_owner(struct conn *conn)
{
    conn->flushing = true;
    bool more = conn->ops->on_flush && conn->ops->on_flush(conn);
    conn->flushing = false;
    if (conn->closed)
        return false;
    conn->more = more && !conn->failed;
    return !conn->blocked && !conn->mid_frame;
}

static void conn_flush(struct watch *watch)
{
    struct conn *conn = conn_of(watch);
    if (conn->closed || conn->blocked || conn->ended)
        return;
    if (conn->mid_frame && !ask_owner(conn))
        return;
    send_queue(conn);
    if (!conn->blocked && !conn->closing && ask_owner(conn))
        send_queue(conn); /* what on_flush itself queued */
    if (!conn->closed && conn->closing && !conn->mid_frame && !conn->blocked &&
        conn->out.size == 0) {
        link_end_sending(conn->link);
        conn->ended = true;
        conn->more = false;
        if (conn->deaf) /* the peer has ended too */
            finish_closing(conn);
    }
}

static bool queue_open(const struct conn *conn)
{
    return !conn->closed && !conn->closing && !conn->failed;
}

/* What on_flush queues goes out in the same flush. */
static void touch(struct conn *conn)
{
    if (!conn->flushing)
        loop_touch(conn->loop, &conn->watch);
}

bool conn_send(struct conn *conn, const struct msg *msg)
{
    if (!queue_open(conn))
        return true;
    touch(conn);
    return msg_encode(msg, &conn->out);
}

bool conn_send_bytes(struct conn *conn, struct bytes frame)
{
    if (!queue_open(conn))
        return true;
    touch(conn);
    return buf_append(&conn->out, frame.data, frame.size);
}

void conn_set_mid_frame(struct conn *conn, bool mid_frame)
{
    conn->mid_frame = mid_frame;
}

void conn_set_deaf(struct conn *conn, bool deaf)
{
    if (conn->closed || conn->closing || conn->deaf == deaf)
        return;
    conn->deaf = deaf;
    conn->pending = !deaf && conn->in.size > 0;
    touch(conn);
}

void conn_touch(struct conn *conn)
{
    if (!conn->closed)
        touch(conn);
}

/* On the loop */

static unsigned conn_prepare(struct watch *watch)
{
    const struct conn *conn = conn_of(watch);
    unsigned would = conn->deaf ? 0 : SOCK_READ;
    if (conn->closing) {
        loop_due(conn->loop, conn->linger_until_ms);
        if (loop_now_ms(conn->loop) >= conn->linger_until_ms)
            return LOOP_PENDING;
    }
    if (conn->failed)
        return LOOP_PENDING;
    if (!conn->ended && (conn->blocked || conn->more || (conn->out.size > 0 && !conn->mid_frame)))
        would |= SOCK_WRITE;
    bool here = conn->pending || (would & SOCK_READ && link_pending(conn->link));
    return link_wants(conn->link, would) | (here ? LOOP_PENDING : 0);
}

static void conn_serve(struct watch *watch, unsigned ready)
{
    struct conn *conn = conn_of(watch);
    if (conn->closing && loop_now_ms(conn->loop) >= conn->linger_until_ms) {
        finish_closing(conn);
        return;
    }
    if (conn->failed && (conn->deaf || conn->closing)) { /* nobody reads what came before the end */
        if (conn->closing)
            finish_closing(conn);
        else
            on_link_end(conn, SOCK_CLOSED);
        return;
    }
    if (ready & SOCK_WRITE)
        link_advance(conn->link);
    if (!conn->failed && ready & link_wants(conn->link, SOCK_WRITE))
        conn->blocked = false;
    if (conn->deaf || !(ready & (link_wants(conn->link, SOCK_READ) | LOOP_PENDING)))
        return;
    if (conn->closing)
        drain(conn);
    else
        read_frames(conn);
}

static void conn_retire(struct watch *watch)
{
    struct conn *conn = conn_of(watch);
    if (!conn->closed) /* the loop goes, and takes it along */
        end(conn, ERR_CANCELLED, "This side closed the connection.");
    if (conn->ops->on_retire)
        conn->ops->on_retire(conn);
    buf_finish(&conn->in);
    buf_finish(&conn->out);
    mem_free(conn);
}

struct conn *conn_create(struct loop *loop, struct link *link, size_t out_cap,
                         const struct conn_ops *ops, void *owner)
{
    static const struct watch_ops watch_ops = {
        .prepare = conn_prepare,
        .serve = conn_serve,
        .flush = conn_flush,
        .retire = conn_retire,
    };
    assert(ops->on_frame);
    struct conn *conn = mem_alloc(1, sizeof *conn);
    conn->loop = loop;
    conn->link = link;
    conn->ops = ops;
    conn->owner = owner;
    conn->frame_most = FRAME_BODY_MAX;
    conn->heard_ms = loop_now_ms(loop);
    buf_init(&conn->in, FRAME_SIZE_MAX + LOOP_SCRATCH_SIZE);
    buf_init(&conn->out, out_cap);
    conn->watch.sock = link->sock;
    conn->watch.ops = &watch_ops;
    loop_add(loop, &conn->watch);
    return conn;
}
