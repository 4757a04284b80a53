/* conn.h - one peer on a loop: bytes in become frames, frames out wait in a capped queue, the owner
 * may write other sources behind it. */
#ifndef CONFAB_NET_CONN_H
#define CONFAB_NET_CONN_H

#include "protocol/net/link.h"
#include "protocol/net/loop.h"
#include "protocol/wire/frame.h"
#include "protocol/wire/msg_json.h"

/* Taken from one peer in a turn, in bytes and in frames, so that one cannot starve the others. What
 * is left over makes the conn `pending`. */
#define CONN_READ_MAX 65536
#define CONN_FRAMES_MAX 256
/* A payload from this size on can be handed over in pieces; of such a one more is taken in a turn,
 * less of it while the conn is `brief`. */
#define CONN_PIECES_MIN 16384
#define CONN_PIECES_MAX 1048576
#define CONN_PIECES_BRIEF 131072

struct conn;

struct conn_ops {
    /* A whole frame; valid during the call. Closing the conn inside is allowed. */
    void (*on_frame)(struct conn *conn, const struct frame *frame);
    /* The header of a frame whose payload (its size stands in *frame, its bytes don't) is not all
     * here. True: it is handed over piece by piece as it comes, and never is in memory; false:
     * on_frame when it is whole. May be NULL. */
    bool (*on_pieces)(struct conn *conn, const struct frame *frame);
    /* The next of them; `left` bytes of the payload follow. */
    void (*on_piece)(struct conn *conn, struct bytes piece, size_t left);
    /* The peer announced a frame past frame_most or the limits: the stream can't be read any
     * further. Say so with conn_send() if you like; what is queued still goes out, then the conn
     * closes with ERR_PROTOCOL. May be NULL. */
    void (*on_bad_frame)(struct conn *conn);
    /* The queue is empty, the link took all so far, the turn's flush is now: write more with
     * conn_write() / conn_write_file(), or return false: nothing to say (the conn then does not
     * watch for writability until the next turn). True: there is more, and conn->blocked or the
     * fairness budget stopped it; the call comes again when the socket takes more. Also called
     * first thing while mid-frame. conn_send() in here is sent in the same flush.
     * Called after the conn was served, and after conn_touch(). NULL: nothing ever. */
    bool (*on_flush)(struct conn *conn);
    /* The conn ended: why->kind ERR_CLOSED (the peer closed), ERR_PROTOCOL (it broke frames),
     * ERR_SYSTEM (the connection broke), ERR_CANCELLED (conn_close_after() is through, or the loop
     * went), or what conn_close() was given. Called once, also for conn_close(); the socket is
     * closed by then. */
    void (*on_closed)(struct conn *conn, const struct err *why);
    /* The last call: memory may go (the conn itself is freed right after). May be NULL. */
    void (*on_retire)(struct conn *conn);
};

/* Opaque in spirit: owners read `owner`, the flags and the counters, and may set frame_most. With
 * nothing in its buffers a conn is this struct and its link, and no more. */
struct conn {
    struct watch watch; /* first */
    struct loop *loop;
    struct link *link;
    const struct conn_ops *ops;
    void *owner;
    struct buf in, out;
    size_t pieces_left; /* of a payload that is handed over in pieces */
    size_t frame_most;  /* cap on header + payload for frame_next(); at first the wire's own */
    bool mid_frame; /* the owner wrote part of a frame: the queue must wait (conn_set_mid_frame) */
    bool blocked;   /* the link said AGAIN since the last flush */
    bool pending;   /* whole frames wait in `in` */
    bool more;      /* on_flush said so */
    bool flushing;  /* on_flush is being called */
    bool whole;     /* the frame under way is wanted whole: on_pieces said so */
    bool brief;     /* the owner's: others want their turn soon */
    bool closing;   /* close once the queue is sent */
    bool ended;     /* ... it was, and the peer knows: what it still sends is dropped */
    bool failed;    /* the link takes no more; what the peer sent before is still read */
    bool closed;
    bool deaf;                  /* reading is paused (back-pressure) */
    enum err_kind closing_kind; /* what on_closed will be told */
    int64_t heard_ms;           /* clock_now_ms() of the last byte in */
    int64_t linger_until_ms;    /* while closing */
    uint64_t bytes_in, bytes_out;
};

/* Takes the link. out_cap: most bytes that the queue may hold. */
struct conn *conn_create(struct loop *loop, struct link *link, size_t out_cap,
                         const struct conn_ops *ops, void *owner);
/* Append a message to the queue. False if it does not fit (the peer does not read): the owner
 * decides; nothing is half-queued. On a conn that is closing or closed it is dropped and true
 * returned: nobody is left to decide about. */
bool conn_send(struct conn *conn, const struct msg *msg);
/* The same for a frame that is already encoded. */
bool conn_send_bytes(struct conn *conn, struct bytes frame);
/* Straight to the link, only inside on_flush: returns bytes taken (0: blocked, or the connection
 * has ended). */
size_t conn_write(struct conn *conn, const struct sock_piece *pieces, size_t count);
/* The same for what is followed by more at once, so that both leave together. */
size_t conn_write_more(struct conn *conn, const void *bytes, size_t size);
size_t conn_write_file(struct conn *conn, os_file file, uint64_t offset, size_t size);
/* The owner has something to say that did not come up while this conn was served: on_flush is called
 * soon. */
void conn_touch(struct conn *conn);
/* While set, on_flush is called before the queue is sent (finish the frame first). */
void conn_set_mid_frame(struct conn *conn, bool mid_frame);
/* Stop and go on reading (the socket's window then holds the peer back). */
void conn_set_deaf(struct conn *conn, bool deaf);
/* Close when the queue is sent, at latest after CONN_LINGER_MS. No more frames are handed out, but
 * the peer's bytes are read and dropped until it closes too: else the system would answer them with
 * a reset, and that can overtake our last frame. */
#define CONN_LINGER_MS 2000
void conn_close_after(struct conn *conn);
/* Close now. Freed at the end of the turn. Twice is fine. */
void conn_close(struct conn *conn, enum err_kind kind, const char *why);

#endif
