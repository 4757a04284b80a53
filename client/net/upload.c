#include "client/net/upload.h"

#include <string.h>

#include "client/net/net_state.h"
#include "client/net/progress.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/os/file.h"

#define HASH_SLICE (1u << 20) /* of the part that the server has already, between two turns */

enum upload_state {
    UPLOAD_QUEUED,
    UPLOAD_ANNOUNCED, /* waits for accept */
    UPLOAD_HASHING,   /* accepted at an offset further than we have hashed */
    UPLOAD_SENDING,
    UPLOAD_FINISHING, /* all sent; waits for file-done */
};

struct upload {
    struct upload *next;
    struct msg *announce;
    char *path;
    int64_t modified_ms;
    enum upload_state state;
    bool known;     /* the server was told of it once */
    bool finished;  /* the hash was said: what becomes of the file here does not matter any more */
    bool cancelled; /* only waits to tell the server so */
    char file[FILE_DIGITS + 1];
    os_file in;
    struct sha256 *sha;
    uint64_t hashed, sent; /* bytes from the start */
    struct progress progress;
};

static bool is_active(const struct upload *upload)
{
    return upload->state != UPLOAD_QUEUED && !upload->cancelled;
}

static struct upload *find_id(struct net *net, const char *id)
{
    struct upload *upload = net->uploads.first;
    while (upload != NULL && !str_equal(upload->announce->id, id))
        upload = upload->next;
    return upload;
}

static struct upload *find_file(struct net *net, const char *file)
{
    struct upload *upload = net->uploads.first;
    while (upload != NULL && strcmp(upload->file, file) != 0)
        upload = upload->next;
    return upload;
}

static void remove_upload(struct net *net, struct upload *upload)
{
    struct upload **at = &net->uploads.first;
    while (*at != upload)
        at = &(*at)->next;
    *at = upload->next;
    if (net->uploads.last_sent == upload)
        net->uploads.last_sent = NULL;
    file_close(upload->in);
    sha256_destroy(upload->sha);
    msg_clone_free(upload->announce);
    mem_free(upload->path);
    mem_free(upload);
}

static void start_queued(struct net *net);

static void post_end(struct net *net, const struct upload *upload, const struct err *err,
                     const char *code)
{
    struct net_mail *mail = net_mail_create(net, NET_UPLOAD_END);
    str_copy(mail->key, sizeof mail->key, upload->announce->id);
    mail->ok = err == NULL;
    if (err != NULL)
        mail->err = *err;
    if (code != NULL)
        str_copy(mail->code, sizeof mail->code, code);
    net_post(net, mail);
}

static void end(struct net *net, struct upload *upload, const struct err *err, const char *code)
{
    if (!upload->cancelled)
        post_end(net, upload, err, code);
    remove_upload(net, upload);
    start_queued(net);
}

static void tell_cancel(struct net *net, const struct upload *upload)
{
    struct msg msg = {.type = MSG_CANCEL, .id = upload->announce->id};
    line_send(net, &msg);
}

/* The file on our side failed: the server need not wait for it. */
static void give_up(struct net *net, struct upload *upload, const struct err *err)
{
    if (upload->known)
        tell_cancel(net, upload);
    end(net, upload, err, NULL);
}

/* Is the file still the one that was announced? */
static bool check_unchanged(const struct upload *upload, struct err *err)
{
    struct file_info info = file_info(upload->path);
    if (!info.exists)
        return err_set(err, ERR_NOT_FOUND, "%s is not there any more; it was not sent.",
                       path_base(upload->path));
    if (info.size != upload->announce->size || info.modified_ms != upload->modified_ms)
        return err_set(err, ERR_FORMAT, "%s changed while it was sent. Send it again.",
                       path_base(upload->path));
    return true;
}

static bool announce(struct net *net, struct upload *upload)
{
    struct err err = {0};
    if (!upload->finished && !check_unchanged(upload, &err)) {
        give_up(net, upload, &err);
        return false;
    }
    if (upload->in == OS_FILE_NONE)
        upload->in = file_open(upload->path, FILE_READ, &err);
    if (upload->in == OS_FILE_NONE) {
        give_up(net, upload, &err);
        return false;
    }
    if (upload->sha == NULL)
        upload->sha = sha256_create();
    upload->state = UPLOAD_ANNOUNCED;
    upload->known = true;
    line_send(net, upload->announce);
    return true;
}

/* Announce the oldest ones while there is room. */
static void start_queued(struct net *net)
{
    size_t active = 0;
    const char *album = NULL; /* of the last one that is under way */
    if (!line_is_ready(net) || clock_now_ms() < net->uploads.held_until_ms)
        return;
    for (const struct upload *upload = net->uploads.first; upload != NULL; upload = upload->next)
        if (is_active(upload)) {
            active++;
            album = upload->announce->album;
        }
    for (struct upload *upload = net->uploads.first; upload != NULL; upload = upload->next) {
        if (upload->state != UPLOAD_QUEUED || upload->cancelled)
            continue;
        const bool joins = album != NULL && str_equal(album, upload->announce->album);
        if (active++ >= (joins ? NET_ALBUM_UPLOADS_MAX : NET_UPLOADS_MAX))
            return;
        album = upload->announce->album;
        if (!announce(net, upload)) /* it is gone, and start_queued() was called for the rest */
            return;
    }
}

void uploads_add(struct net *net, struct msg *announce_msg, const char *path, int64_t modified_ms)
{
    struct upload *upload = mem_alloc(1, sizeof *upload);
    struct upload **at = &net->uploads.first;
    upload->announce = announce_msg;
    upload->path = mem_string(path);
    upload->modified_ms = modified_ms;
    upload->in = OS_FILE_NONE;
    while (*at != NULL)
        at = &(*at)->next;
    *at = upload;
    start_queued(net);
}

void uploads_cancel(struct net *net, const char *id)
{
    struct upload *upload = find_id(net, id);
    struct err err = {0};
    if (upload == NULL || upload->cancelled)
        return;
    err_set(&err, ERR_CANCELLED, "You cancelled this.");
    if (!upload->known || line_is_ready(net)) {
        give_up(net, upload, &err);
        return;
    }
    post_end(net, upload, &err, NULL);
    upload->cancelled = true; /* the server hears of it when we are back */
}

void uploads_forget(struct net *net)
{
    while (net->uploads.first != NULL)
        remove_upload(net, net->uploads.first);
}

/* The connection */

void uploads_on_ready(struct net *net)
{
    struct upload *next;
    for (struct upload *upload = net->uploads.first; upload != NULL; upload = next) {
        next = upload->next;
        if (upload->cancelled) {
            tell_cancel(net, upload);
            remove_upload(net, upload);
        }
    }
    start_queued(net);
}

void uploads_on_lost(struct net *net)
{
    for (struct upload *upload = net->uploads.first; upload != NULL; upload = upload->next)
        upload->state = UPLOAD_QUEUED; /* the hash goes on from where it is */
}

void uploads_on_accept(struct net *net, const struct msg *msg)
{
    struct upload *upload = find_id(net, msg->id);
    if (upload == NULL || upload->state != UPLOAD_ANNOUNCED)
        return;
    str_copy(upload->file, sizeof upload->file, msg->file);
    if (msg->offset > upload->announce->size) {
        struct err err = {0};
        err_set(&err, ERR_PROTOCOL, "The server asks for bytes behind the end of the file.");
        give_up(net, upload, &err);
        return;
    }
    upload->sent = msg->offset;
    if (upload->hashed > upload->sent) { /* a hash can't go back */
        sha256_destroy(upload->sha);
        upload->sha = sha256_create();
        upload->hashed = 0;
    }
    upload->state = upload->hashed < upload->sent ? UPLOAD_HASHING : UPLOAD_SENDING;
    progress_start(&upload->progress, upload->sent, loop_now_ms(net->loop));
    struct net_mail *mail = net_mail_create(net, NET_UPLOAD); /* it is active now */
    str_copy(mail->key, sizeof mail->key, upload->announce->id);
    mail->done = upload->sent;
    net_post(net, mail);
    line_hurry(net);
}

void uploads_on_file_done(struct net *net, const struct msg *msg)
{
    struct upload *upload = find_file(net, msg->file);
    if (upload != NULL)
        end(net, upload, NULL, NULL);
}

void uploads_on_file_failed(struct net *net, const struct msg *msg)
{
    struct upload *upload = find_file(net, msg->file);
    struct err err = {0};
    if (upload == NULL)
        return;
    err_set(&err, ERR_DENIED, "%s", msg_code_explain(msg->code, msg->text));
    end(net, upload, &err, msg->code);
}

bool uploads_on_error(struct net *net, const struct msg *msg)
{
    struct upload *upload = msg->re != NULL ? find_id(net, msg->re) : NULL;
    struct err err = {0};
    if (upload == NULL)
        return false;
    if (msg_code_from_word(msg->code) == CODE_TOO_FAST) { /* it begins again later */
        upload->state = UPLOAD_QUEUED;
        upload->known = false;
        net->uploads.held_until_ms = clock_now_ms() + msg->wait;
        return true;
    }
    err_set(&err, ERR_DENIED, "%s", msg_code_explain(msg->code, msg->text));
    end(net, upload, &err, msg->code);
    return true;
}

/* Bytes */

int64_t uploads_tick(struct net *net, int64_t now_ms)
{
    int64_t held_until_ms = net->uploads.held_until_ms;
    if (held_until_ms == 0 || !line_is_ready(net))
        return INT64_MAX;
    if (now_ms < held_until_ms)
        return held_until_ms;
    net->uploads.held_until_ms = 0;
    start_queued(net);
    return INT64_MAX;
}

static uint8_t *chunk_memory(struct net *net)
{
    if (net->uploads.chunk == NULL)
        net->uploads.chunk = mem_alloc(CHUNK_MAX, 1);
    return net->uploads.chunk;
}

static bool read_exactly(const struct upload *upload, uint64_t at, uint8_t *out, size_t size,
                         struct err *err)
{
    if (file_read_at(upload->in, at, out, size, err))
        return true;
    if (err->kind == ERR_FORMAT) /* it is shorter than announced */
        err_set(err, ERR_FORMAT, "%s changed while it was sent. Send it again.",
                path_base(upload->path));
    return false;
}

static bool hash_slice(struct net *net, struct upload *upload)
{
    struct err err = {0};
    for (size_t done = 0; done < HASH_SLICE && upload->hashed < upload->sent;) {
        uint64_t left = upload->sent - upload->hashed;
        size_t size = left < CHUNK_MAX ? (size_t)left : CHUNK_MAX;
        uint8_t *bytes = chunk_memory(net);
        if (!read_exactly(upload, upload->hashed, bytes, size, &err)) {
            give_up(net, upload, &err);
            return false;
        }
        sha256_append(upload->sha, bytes, size);
        upload->hashed += size;
        done += size;
    }
    if (upload->hashed == upload->sent) {
        upload->state = UPLOAD_SENDING;
        line_hurry(net);
    }
    return true;
}

bool uploads_work(struct net *net)
{
    for (struct upload *upload = net->uploads.first; upload != NULL; upload = upload->next) {
        if (upload->state != UPLOAD_HASHING)
            continue;
        hash_slice(net, upload);
        return true; /* one slice a turn; it may be gone */
    }
    return false;
}

static void finish(struct net *net, struct upload *upload)
{
    struct err err = {0};
    char sha256[SHA256_HEX_SIZE];
    struct msg msg = {.type = MSG_FINISH, .id = upload->announce->id, .sha256 = sha256};
    if (!upload->finished && !check_unchanged(upload, &err)) {
        give_up(net, upload, &err);
        return;
    }
    sha256_peek(upload->sha, sha256);
    upload->finished = true;
    upload->state = UPLOAD_FINISHING;
    line_send(net, &msg);
}

static void send_chunk(struct net *net, struct upload *upload)
{
    struct err err = {0};
    uint64_t left = upload->announce->size - upload->sent;
    size_t size = left < CHUNK_MAX ? (size_t)left : CHUNK_MAX;
    uint8_t *bytes = chunk_memory(net);
    if (!read_exactly(upload, upload->sent, bytes, size, &err)) {
        give_up(net, upload, &err);
        return;
    }
    struct msg msg = {.type = MSG_CHUNK,
                      .id = upload->announce->id,
                      .offset = upload->sent,
                      .payload = {bytes, size}};
    if (!conn_send(net->line.conn, &msg))
        return; /* the queue is not as empty as it was said to be: next time */
    sha256_append(upload->sha, bytes, size);
    upload->sent += size;
    upload->hashed = upload->sent;
    if (progress_due(&upload->progress, upload->sent, loop_now_ms(net->loop))) {
        struct net_mail *mail = net_mail_create(net, NET_UPLOAD);
        str_copy(mail->key, sizeof mail->key, upload->announce->id);
        mail->done = upload->sent;
        mail->rate = upload->progress.rate;
        net_post(net, mail);
    }
}

bool uploads_pending(const struct net *net)
{
    const struct upload *upload = net->uploads.first;
    while (upload != NULL && upload->state != UPLOAD_SENDING)
        upload = upload->next;
    return upload != NULL;
}

/* The one behind the one that was served last: all get the same share. */
static struct upload *whose_turn(struct net *net)
{
    struct upload *last = net->uploads.last_sent;
    for (struct upload *upload = last != NULL ? last->next : NULL; upload; upload = upload->next) {
        if (upload->state == UPLOAD_SENDING)
            return upload;
    }
    for (struct upload *upload = net->uploads.first; upload; upload = upload->next) {
        if (upload->state == UPLOAD_SENDING)
            return upload;
    }
    return NULL;
}

bool uploads_pump(struct net *net)
{
    struct upload *upload = whose_turn(net);
    if (upload == NULL)
        return false;
    net->uploads.last_sent = upload;
    if (upload->sent < upload->announce->size)
        send_chunk(net, upload);
    else
        finish(net, upload);
    return uploads_pending(net);
}
