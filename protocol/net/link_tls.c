/* TLS over a non-blocking socket.
 *
 * OpenSSL reads from the socket and writes to tls->stage, by a BIO of ours; after each call what is
 * staged goes to the socket in one send(), and what that does not take waits in link->held. So an
 * SSL_write() never stops in the middle of a record: bytes that it took are gone from the caller's
 * view, who may send something else next time. (With OpenSSL's own socket BIO a half-sent record
 * must be tried again with the very same bytes, and each record is a send() of its own.)
 *
 * Where the kernel can encrypt (Linux with the module `tls` and OpenSSL built for it) it does, after
 * the handshake: then our writes and sendfile() are those of a plain link. Reading stays OpenSSL's.
 * A peer that asks for new keys (KeyUpdate) on such a link loses the connection: OpenSSL 3 cannot
 * change the kernel's. Our own clients never ask. */
#include <assert.h>
#include <openssl/err.h>
#include <string.h>
#include "protocol/base/hash.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/net/tls_inside.h"

#define FIRST_BYTE_TLS 0x16   /* a handshake record, RFC 8446 5.1 */
#define FIRST_BYTE_ALERT 0x15 /* an alert */

enum kind {
    KIND_UNKNOWN, /* accepted, nothing heard */
    KIND_TLS,
    KIND_PLAIN, /* the peer speaks plain */
};

struct link_tls {
    struct link link; /* first */
    struct tls *tls;
    SSL *ssl; /* NULL unless KIND_TLS */
    link_tls_trust *trust;
    void *trust_context;
    uint8_t *held; /* records that the socket had no room for; NULL: none */
    size_t held_at, held_size;
    enum kind kind;
    bool client;
    bool heard;            /* a byte came from the socket */
    uint8_t first;         /* the one that told the kind ... */
    bool has_first;        /* ... and was not handed on yet */
    bool begun;            /* the handshake is through ... */
    bool kernel;           /* ... and the kernel encrypts: what is written to the socket is plain */
    bool full;             /* the socket took no more of the handshake or of our close_notify */
    bool more;             /* OpenSSL may have bytes that select() does not see */
    bool ending, ended;    /* close_notify was written; the socket's end was said */
    enum sock_status in;   /* SOCK_OK, or how reading ended */
    enum sock_status out;  /* SOCK_OK, or how writing ended */
    enum sock_status last; /* of the socket, in the BIO */
    char trouble[160];
};

static struct link_tls *tls_of(struct link *link)
{
    return (struct link_tls *)link;
}

static const struct link_tls *const_tls_of(const struct link *link)
{
    return (const struct link_tls *)link;
}

/* The BIO: OpenSSL's side of the socket */

static int bio_write(BIO *bio, const char *bytes, size_t size, size_t *moved)
{
    struct link_tls *link = BIO_get_data(bio);
    *moved = 0;
    struct tls *tls = link->tls;
    if (size > TLS_STAGE_MAX - tls->staged)
        return 0;
    memcpy(tls->stage + tls->staged, bytes, size);
    tls->staged += size;
    *moved = size;
    return 1;
}

static int bio_read(BIO *bio, char *bytes, size_t size, size_t *moved)
{
    struct link_tls *link = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    *moved = 0;
    if (size == 0)
        return 0;
    if (link->has_first) {
        link->has_first = false;
        bytes[0] = (char)link->first;
        *moved = 1;
        return 1;
    }
    link->last = sock_receive(link->link.sock, bytes, link->heard ? size : 1, moved);
    if (link->last == SOCK_OK && !link->heard) { /* a client's: what does the server speak? */
        link->heard = true;
        if (bytes[0] != FIRST_BYTE_TLS && bytes[0] != FIRST_BYTE_ALERT) {
            link->first = (uint8_t)bytes[0];
            link->has_first = true;
            link->kind = KIND_PLAIN;
            link->last = SOCK_AGAIN; /* OpenSSL hears no more */
            *moved = 0;
        }
    }
    if (link->last == SOCK_AGAIN)
        BIO_set_retry_read(bio);
    return link->last == SOCK_OK;
}

static long bio_control(BIO *bio, int command, long number, void *pointer)
{
    const struct link_tls *link = BIO_get_data(bio);
    (void)number, (void)pointer;
    if (command == BIO_CTRL_EOF)
        return link->last == SOCK_CLOSED;
    return command == BIO_CTRL_FLUSH;
}

void link_tls_prepare(struct tls *tls)
{
    tls->method = BIO_meth_new(BIO_TYPE_START | BIO_TYPE_SOURCE_SINK, "confab link");
    if (tls->method == NULL || BIO_meth_set_write_ex(tls->method, bio_write) != 1 ||
        BIO_meth_set_read_ex(tls->method, bio_read) != 1 ||
        BIO_meth_set_ctrl(tls->method, bio_control) != 1)
        die("The cryptographic library (OpenSSL) does not work on this computer.");
}

/* The socket's side */

static void drop_held(struct link_tls *link)
{
    mem_free(link->held);
    link->held = NULL;
    link->held_at = link->held_size = 0;
}

static enum sock_status send_held(struct link_tls *link)
{
    while (link->out == SOCK_OK && link->held != NULL) {
        size_t moved;
        enum sock_status status = sock_send(link->link.sock, link->held + link->held_at,
                                            link->held_size - link->held_at, &moved);
        if (status == SOCK_AGAIN)
            return SOCK_AGAIN;
        if (status != SOCK_OK)
            link->out = status;
        link->held_at += moved;
        if (status != SOCK_OK || link->held_at == link->held_size)
            drop_held(link);
    }
    return link->out;
}

/* Behind what waits already. */
static void hold(struct link_tls *link, const uint8_t *bytes, size_t size)
{
    if (link->held == NULL) {
        link->held = mem_copy(bytes, size);
        link->held_size = size;
    } else if (link->held_size > TLS_STAGE_MAX - size) {
        /* the peer makes us answer and does not read */
        str_copy(link->trouble, sizeof link->trouble,
                 "The other side does not read what it is sent.");
        link->in = link->out = SOCK_FAILED;
        drop_held(link);
    } else {
        link->held = mem_resize(link->held, 1, link->held_size + size);
        memcpy(link->held + link->held_size, bytes, size);
        link->held_size += size;
    }
}

/* After each call of OpenSSL: what it wrote goes out, or waits. */
static void send_stage(struct link_tls *link)
{
    struct tls *tls = link->tls;
    size_t moved = 0;
    if (tls->staged > 0 && link->out == SOCK_OK && link->held == NULL) {
        enum sock_status status = sock_send(link->link.sock, tls->stage, tls->staged, &moved);
        if (status != SOCK_OK && status != SOCK_AGAIN)
            link->out = status;
    }
    if (link->out == SOCK_OK && moved < tls->staged)
        hold(link, tls->stage + moved, tls->staged - moved);
    tls->staged = 0;
}

/* OpenSSL gave up: remember why, in words. */
static enum sock_status failed(struct link_tls *link, const char *when)
{
    unsigned long code = ERR_get_error();
    const char *reason = code != 0 ? ERR_reason_error_string(code) : NULL;
    if (link->last == SOCK_CLOSED)
        reason = "the connection was cut off before its end";
    else if (link->last == SOCK_FAILED || code == 0)
        reason = "the system reports that it broke";
    str_format(link->trouble, sizeof link->trouble, "The encrypted connection failed%s: %s.", when,
               reason != NULL ? reason : "OpenSSL gives no reason");
    link->in = SOCK_FAILED;
    if (link->last == SOCK_CLOSED && !link->heard)
        link->in = SOCK_CLOSED; /* it hung up without a word: that has nothing to do with TLS */
    link->out = link->in;
    ERR_clear_error();
    return link->in;
}

static void after_handshake(struct link_tls *link)
{
    BIO *ours = SSL_get_rbio(link->ssl);
    link->begun = true;
    link->kernel = BIO_get_ktls_send(SSL_get_wbio(link->ssl));
    if (link->kernel)
        return;
    if (BIO_up_ref(ours) == 1)
        SSL_set0_wbio(link->ssl, ours);
#ifdef SSL_OP_ENABLE_KTLS
    /* else OpenSSL 3.2 to 3.5 (at least) offers the kernel each new key of the other side, and when it does
     * not take that, forgets what was read ahead: "bad record mac" */
    SSL_clear_options(link->ssl, SSL_OP_ENABLE_KTLS);
#endif
}

/* SOCK_OK once the handshake is through. */
static enum sock_status shake_hands(struct link_tls *link)
{
    if (link->begun)
        return SOCK_OK;
    ERR_clear_error();
    int result = SSL_do_handshake(link->ssl);
    int error = SSL_get_error(link->ssl, result);
    link->full = error == SSL_ERROR_WANT_WRITE;
    if (result == 1)
        after_handshake(link);
    else if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
        return failed(link, " at its beginning");
    return result == 1 ? SOCK_OK : SOCK_AGAIN;
}

/* The handshake is written by OpenSSL's own socket BIO, for only that can ask the kernel to go on
 * (Linux with the module `tls`, SSL_OP_ENABLE_KTLS). If the kernel does not, ours takes over. */
static void begin_tls(struct link_tls *link)
{
    BIO *reading = BIO_new(link->tls->method);
    BIO *writing = BIO_new_socket((int)link->link.sock, BIO_NOCLOSE);
    link->ssl = SSL_new(link->tls->context);
    if (reading == NULL || writing == NULL || link->ssl == NULL)
        die("The cryptographic library (OpenSSL) does not work on this computer.");
    BIO_set_data(reading, link);
    BIO_set_init(reading, 1);
    SSL_set0_rbio(link->ssl, reading);
    SSL_set0_wbio(link->ssl, writing);
    SSL_set_app_data(link->ssl, link);
    if (link->client)
        SSL_set_connect_state(link->ssl);
    else
        SSL_set_accept_state(link->ssl);
    link->kind = KIND_TLS;
}

/* The first byte of a caller tells what it speaks. SOCK_OK when it was heard. */
static enum sock_status listen_first(struct link_tls *link)
{
    size_t moved;
    enum sock_status status = sock_receive(link->link.sock, &link->first, 1, &moved);
    if (status != SOCK_OK)
        return status;
    link->heard = link->has_first = true;
    if (link->first == FIRST_BYTE_TLS)
        begin_tls(link);
    else
        link->kind = KIND_PLAIN;
    return SOCK_OK;
}

/* The operations of the seam */

static enum sock_status receive_plain(struct link_tls *link, void *bytes, size_t size,
                                      size_t *moved)
{
    if (!link->has_first)
        return sock_receive(link->link.sock, bytes, size, moved);
    link->has_first = false;
    *(uint8_t *)bytes = link->first;
    *moved = 1;
    if (size > 1) {
        size_t rest = 0;
        if (sock_receive(link->link.sock, (uint8_t *)bytes + 1, size - 1, &rest) == SOCK_OK)
            *moved += rest; /* else it is told next time */
    }
    return SOCK_OK;
}

static enum sock_status tls_receive(struct link *base, void *bytes, size_t size, size_t *moved)
{
    struct link_tls *link = tls_of(base);
    enum sock_status status = SOCK_OK;
    *moved = 0;
    if (link->in != SOCK_OK)
        return link->in;
    if (link->kind == KIND_UNKNOWN)
        status = listen_first(link);
    if (status == SOCK_OK && link->kind == KIND_TLS) {
        send_held(link);
        link->more = false;
        status = shake_hands(link);
    }
    if (link->kind == KIND_PLAIN)
        return receive_plain(link, bytes, size, moved);
    if (status != SOCK_OK)
        return status;
    bool broke = false;
    link->last = SOCK_OK;
    while (*moved < size) { /* a call gives one record at most */
        size_t got = 0;
        ERR_clear_error();
        int result = SSL_read_ex(link->ssl, (uint8_t *)bytes + *moved, size - *moved, &got);
        int error = SSL_get_error(link->ssl, result);
        *moved += got;
        if (result == 1)
            continue;
        if (error == SSL_ERROR_ZERO_RETURN)
            link->in = SOCK_CLOSED;
        broke = error != SSL_ERROR_ZERO_RETURN && error != SSL_ERROR_WANT_READ;
        break;
    }
    send_stage(link); /* a key update, or the alert that says why it broke */
    if (broke)
        failed(link, "");
    link->more = link->in == SOCK_OK && link->last != SOCK_AGAIN && SSL_has_pending(link->ssl);
    if (*moved > 0)
        return SOCK_OK;
    return link->in != SOCK_OK ? link->in : SOCK_AGAIN;
}

/* Before something is sent: SOCK_OK if it can be encrypted now. */
static enum sock_status ready_to_send(struct link_tls *link)
{
    if (link->out != SOCK_OK)
        return link->out;
    if (link->kind == KIND_PLAIN && link->client)
        return SOCK_AGAIN; /* never */
    if (link->kind == KIND_UNKNOWN)
        link->kind = KIND_PLAIN; /* it was silent for too long, and is told so */
    if (link->kind != KIND_TLS)
        return SOCK_OK;
    enum sock_status status = send_held(link);
    return status == SOCK_OK ? shake_hands(link) : status;
}

/* Records of `size` bytes into the stage; 0 if OpenSSL failed. */
static size_t encrypt(struct link_tls *link, const uint8_t *bytes, size_t size)
{
    size_t moved = 0;
    ERR_clear_error();
    if (SSL_write_ex(link->ssl, bytes, size, &moved) != 1)
        failed(link, "");
    return moved;
}

static enum sock_status sent(struct link_tls *link, size_t *moved)
{
    send_stage(link);
    if (link->out == SOCK_OK)
        return SOCK_OK;
    *moved = 0;
    return link->out;
}

static enum sock_status tls_send(struct link *base, const struct sock_piece *pieces, size_t count,
                                 size_t *moved)
{
    struct link_tls *link = tls_of(base);
    enum sock_status status = ready_to_send(link);
    *moved = 0;
    if (status != SOCK_OK)
        return status;
    if (link->kind != KIND_TLS || link->kernel)
        return sock_send_pieces(base->sock, pieces, count, moved);
    size_t piece = 0, at = 0; /* where we are */
    while (piece < count && *moved < TLS_BATCH && link->out == SOCK_OK) {
        if (at == pieces[piece].size) {
            piece++, at = 0;
            continue;
        }
        const uint8_t *data = (const uint8_t *)pieces[piece].data + at;
        size_t size = pieces[piece].size - at;
        if (size >= TLS_RECORD || piece + 1 == count) {
            size = size < TLS_RECORD ? size : TLS_RECORD;
            at += size;
        } else { /* small ones share a record */
            for (size = 0; piece < count && size < TLS_RECORD;) {
                size_t part = pieces[piece].size - at, room = TLS_RECORD - size;
                part = part < room ? part : room;
                memcpy(link->tls->plain + size, (const uint8_t *)pieces[piece].data + at, part);
                size += part;
                at += part;
                if (at == pieces[piece].size)
                    piece++, at = 0;
            }
            data = link->tls->plain;
        }
        *moved += encrypt(link, data, size);
    }
    return sent(link, moved);
}

static enum sock_status tls_send_file(struct link *base, os_file file, uint64_t offset, size_t size,
                                      size_t *moved)
{
    struct link_tls *link = tls_of(base);
    enum sock_status status = ready_to_send(link);
    size_t got = 0;
    *moved = 0;
    if (status != SOCK_OK)
        return status;
    if (link->kind != KIND_TLS || link->kernel) /* what SSL_sendfile() does */
        return sock_send_file(base->sock, file, offset, size, moved);
    size = size < TLS_BATCH ? size : TLS_BATCH;
    if (!file_read_some(file, offset, link->tls->plain, size, &got, NULL) || got == 0)
        return SOCK_FAILED;
    while (*moved < got && link->out == SOCK_OK) {
        size_t part = got - *moved < TLS_RECORD ? got - *moved : TLS_RECORD;
        *moved += encrypt(link, link->tls->plain + *moved, part);
    }
    return sent(link, moved);
}

static unsigned tls_wants(const struct link *base, unsigned would)
{
    const struct link_tls *link = const_tls_of(base);
    unsigned wants = would;
    if (link->kind == KIND_TLS && !link->begun)
        wants = would != 0 ? SOCK_READ : 0;
    if (link->kind == KIND_PLAIN && link->client)
        wants &= SOCK_READ;
    if (link->held != NULL || link->full)
        wants |= SOCK_WRITE;
    return wants;
}

static bool tls_pending(const struct link *base)
{
    return const_tls_of(base)->more;
}

/* Our close_notify. */
static void say_end(struct link_tls *link)
{
    ERR_clear_error();
    int result = SSL_shutdown(link->ssl);
    link->full = result < 0 && SSL_get_error(link->ssl, result) == SSL_ERROR_WANT_WRITE;
    send_stage(link);
}

static void tls_advance(struct link *base)
{
    struct link_tls *link = tls_of(base);
    if (send_held(link) == SOCK_AGAIN)
        return;
    if (link->full && !link->begun)
        shake_hands(link);
    else if (link->full)
        say_end(link);
    if (link->ending && !link->ended && !link->full) {
        sock_end_sending(base->sock);
        link->ended = true;
    }
}

static bool tls_encrypted(const struct link *base)
{
    return const_tls_of(base)->kind == KIND_TLS;
}

static const char *tls_trouble(const struct link *base)
{
    const struct link_tls *link = const_tls_of(base);
    return link->trouble[0] != '\0' ? link->trouble : NULL;
}

static void tls_end_sending(struct link *base)
{
    struct link_tls *link = tls_of(base);
    if (link->ending)
        return;
    link->ending = true;
    if (link->begun && link->out == SOCK_OK)
        say_end(link);
    tls_advance(base);
}

static void tls_link_close(struct link *base)
{
    struct link_tls *link = tls_of(base);
    SSL_free(link->ssl);
    sock_close(base->sock);
    drop_held(link);
    mem_free(link);
}

static struct link_tls *create(struct tls *tls, os_sock sock)
{
    static const struct link_ops ops = {
        .receive = tls_receive,
        .send = tls_send,
        .send_file = tls_send_file,
        .wants = tls_wants,
        .pending = tls_pending,
        .advance = tls_advance,
        .encrypted = tls_encrypted,
        .trouble = tls_trouble,
        .end_sending = tls_end_sending,
        .close = tls_link_close,
    };
    struct link_tls *link = mem_alloc(1, sizeof *link);
    link->link.ops = &ops;
    link->link.sock = sock;
    link->tls = tls;
    return link;
}

struct link *link_tls_accept(struct tls *tls, os_sock sock)
{
    return &create(tls, sock)->link;
}

/* Who the server is: the one question that the chain of authorities answers elsewhere. */
static int verify(X509_STORE_CTX *store, void *arg)
{
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    X509 *certificate = X509_STORE_CTX_get0_cert(store);
    struct link_tls *link = SSL_get_app_data(ssl);
    char fingerprint[TLS_FINGERPRINT_SIZE];
    (void)arg;
    if (certificate == NULL)
        return 0;
    tls_fingerprint_of(certificate, fingerprint);
    return link->trust(link->trust_context, fingerprint) ? 1 : 0;
}

struct link *link_tls_connect(struct tls *tls, os_sock sock, link_tls_trust *trust, void *context)
{
    struct link_tls *link = create(tls, sock);
    link->client = true;
    link->trust = trust;
    link->trust_context = context;
    SSL_CTX_set_verify(tls->context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(tls->context, verify, NULL);
    begin_tls(link);
    return &link->link;
}
