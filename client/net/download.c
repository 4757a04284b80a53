#include "client/net/download.h"

#include <string.h>

#include "client/net/cache.h"
#include "client/net/net_state.h"
#include "client/net/progress.h"
#include "protocol/base/mem.h"
#include "protocol/base/name.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "protocol/os/file.h"

#define HASH_SLICE (1u << 20) /* read again between two turns */
#define OTHERS_MAX 8          /* chunks of other downloads, and none of this one: it has none */

struct download {
    struct download *next;
    char file[FILE_DIGITS + 1];
    uint64_t size, done;     /* bytes in all; of them here */
    struct ranges have;      /* ... and which: what is there is never written again */
    uint64_t hashed;         /* bytes from the beginning */
    uint64_t at;             /* where the server sends from now, as soon as it has heard so */
    uint64_t run;            /* bytes that came from there on */
    uint64_t want, want_end; /* somebody waits for these bytes; nobody, if they are here */
    int64_t want_ms;         /* they are not asked for (again) before */
    int64_t asked_ms, came_ms;
    unsigned others; /* chunks of other downloads that came since */
    bool moved;      /* it was asked for elsewhere: what was on its way from before is as good */
    char sha256[SHA256_HEX_SIZE]; /* "": not known yet */
    char *folder;                 /* of the person; NULL: the cache */
    char *label;
    char *part; /* NULL: not begun */
    os_file out;
    struct sha256 *sha;
    bool active;
    struct progress progress;
};

static struct download *find(struct net *net, const char *file)
{
    struct download *download = net->downloads.first;
    while (download != NULL && strcmp(download->file, file) != 0)
        download = download->next;
    return download;
}

static void remove_download(struct net *net, struct download *download)
{
    struct download **at = &net->downloads.first;
    while (*at != download)
        at = &(*at)->next;
    *at = download->next;
    file_close(download->out);
    if (download->part != NULL)
        file_remove(download->part, NULL);
    sha256_destroy(download->sha);
    mem_free(download->folder);
    mem_free(download->label);
    mem_free(download->part);
    mem_free(download);
}

static void start_queued(struct net *net);

static void end(struct net *net, struct download *download, const char *path, const struct err *err,
                const char *code)
{
    struct net_mail *mail = net_mail_create(net, NET_DOWNLOAD_END);
    str_copy(mail->key, sizeof mail->key, download->file);
    mail->ok = err == NULL;
    mail->path = mem_string(path);
    mail->done = download->done;
    if (err != NULL)
        mail->err = *err;
    else
        str_copy(mail->sha256, sizeof mail->sha256, download->sha256);
    if (code != NULL)
        str_copy(mail->code, sizeof mail->code, code);
    net_post(net, mail);
    remove_download(net, download);
    start_queued(net);
}

static void tell(struct net *net, const struct download *download)
{
    struct net_mail *mail = net_mail_create(net, NET_DOWNLOAD);
    str_copy(mail->key, sizeof mail->key, download->file);
    mail->done = download->done;
    mail->rate = download->progress.rate;
    mail->have = download->have;
    mail->path = mem_string(download->part);
    net_post(net, mail);
}

static void stop_sending(struct net *net, const struct download *download)
{
    struct msg msg = {.type = MSG_STOP, .file = (char *)download->file};
    if (download->active)
        line_send(net, &msg);
}

static void fail(struct net *net, struct download *download, const struct err *err)
{
    stop_sending(net, download);
    end(net, download, NULL, err, NULL);
}

/* All bytes are here and the hash is known. */
static void finish(struct net *net, struct download *download)
{
    char digest[SHA256_HEX_SIZE], path[OS_PATH_MAX], folder[OS_PATH_MAX];
    struct err err = {0};
    bool ok;
    sha256_peek(download->sha, digest);
    if (strcmp(digest, download->sha256) != 0) {
        err_set(&err, ERR_HASH, "%s did not arrive as it was sent, and was thrown away. Try again.",
                download->label);
        end(net, download, NULL, &err, NULL);
        return;
    }
    file_close(download->out);
    download->out = OS_FILE_NONE;
    if (download->folder != NULL) {
        ok = save_part(download->part, download->folder, download->label, path, &err);
    } else {
        cache_folder(folder);
        ok = path_join(path, folder, download->sha256) && file_rename(download->part, path, &err);
    }
    if (ok) {
        mem_free(download->part); /* it has its name */
        download->part = NULL;
    }
    end(net, download, ok ? path : NULL, ok ? NULL : &err, NULL);
}

/* True: it was, and has ended. */
static bool end_if_whole(struct net *net, struct download *download)
{
    if (download->part == NULL || download->done < download->size ||
        download->hashed < download->size || download->sha256[0] == '\0')
        return false;
    finish(net, download);
    return true;
}

/* Room on the disk is looked for before, so that a film does not fill it first and fail then. */
static bool open_part(struct download *download, struct err *err)
{
    char folder[OS_PATH_MAX], path[OS_PATH_MAX];
    uint64_t free_bytes = 0;
    if (download->part != NULL)
        return true;
    if (download->folder != NULL)
        str_copy(folder, sizeof folder, download->folder);
    else
        cache_folder(folder);
    if (!file_make_folder(folder, err))
        return false;
    if (file_free_space(folder, &free_bytes) && free_bytes < download->size) {
        char need[STR_SIZE_MAX], there[STR_SIZE_MAX];
        str_size(download->size, need);
        str_size(free_bytes, there);
        return err_set(err, ERR_FULL, "There is no room for %s in %s: it has %s, %s are free.",
                       download->label, folder, need, there);
    }
    if (!part_path(folder, download->folder != NULL ? download->label : download->file, path, err))
        return false;
    download->out = file_open(path, FILE_WRITE_NEW, err);
    if (download->out == OS_FILE_NONE)
        return false;
    file_make_sparse(download->out);
    download->part = mem_string(path);
    download->sha = sha256_create();
    return true;
}

/* Where the bytes come from */

static bool is_wanted(const struct download *download)
{
    return ranges_missing(&download->have, download->want) < download->want_end;
}

/* The next byte that is not here, first behind `at`; size: all are. */
static uint64_t next_hole(const struct download *download, uint64_t at)
{
    uint64_t hole = ranges_missing(&download->have, at);
    return hole < download->size ? hole : ranges_missing(&download->have, 0);
}

static void ask(struct net *net, struct download *download, uint64_t offset)
{
    struct msg msg = {.type = MSG_FETCH, .file = download->file, .offset = offset};
    download->moved = download->moved || download->asked_ms != 0;
    download->at = offset;
    download->run = 0;
    download->others = 0;
    download->asked_ms = loop_now_ms(net->loop);
    line_send(net, &msg);
}

/* When it is time to say that nothing comes from where we asked. */
static int64_t stalls_ms(const struct net *net, const struct download *download)
{
    int64_t since_ms = download->asked_ms;
    if (download->came_ms > since_ms)
        since_ms = download->came_ms;
    if (download->others < OTHERS_MAX && net->line.conn != NULL &&
        net->line.conn->heard_ms > since_ms)
        since_ms = net->line.conn->heard_ms;
    return since_ms + NET_STALL_MS;
}

/* It is still being sent, from its beginning on: where nothing comes, nothing behind can come either. */
static bool is_growing(const struct download *download)
{
    return download->sha256[0] == '\0';
}

/* What somebody waits for, and does not come soon. */
static bool should_move(const struct download *download)
{
    const uint64_t missing = ranges_missing(&download->have, download->want);
    return is_wanted(download) && (missing < download->at || missing - download->at >= NET_SOON);
}

/* The server has nothing where we asked: what is in front of it instead. */
static void steer_back(struct net *net, struct download *download, int64_t now_ms)
{
    const uint64_t missing = ranges_missing(&download->have, download->want);
    const uint64_t hole = ranges_missing(&download->have, 0);
    if (is_wanted(download) && missing < download->at) {
        ask(net, download, missing);
    } else if (hole < download->at) {
        download->want_ms = now_ms + NET_ASK_AGAIN_MS;
        ask(net, download, hole);
    }
}

/* Ask for another place if that is better. */
static void steer(struct net *net, struct download *download)
{
    const int64_t now_ms = loop_now_ms(net->loop);
    const bool stalls = now_ms >= stalls_ms(net, download);
    const uint64_t hole = next_hole(download, download->at);
    const bool is_here = hole != download->at; /* what comes from here on */
    if (stalls && is_growing(download))
        steer_back(net, download, now_ms);
    else if (should_move(download) && now_ms >= download->want_ms &&
             (stalls || is_here || download->run >= NET_RUN_MIN))
        ask(net, download, ranges_missing(&download->have, download->want));
    else if (is_here && hole < download->size)
        ask(net, download, hole);
}

/* When steer() does something though nothing comes. */
static int64_t steer_due_ms(const struct net *net, const struct download *download)
{
    const bool does = is_growing(download) ? ranges_missing(&download->have, 0) < download->at
                                           : should_move(download);
    return does ? stalls_ms(net, download) : INT64_MAX;
}

/* Which of them move */

static bool start(struct net *net, struct download *download)
{
    struct err err = {0};
    if (!open_part(download, &err)) {
        fail(net, download, &err);
        return false;
    }
    download->active = true;
    progress_start(&download->progress, download->done, loop_now_ms(net->loop));
    tell(net, download);
    if (end_if_whole(net, download)) /* an empty file, or the hash came with the way back */
        return false;
    if (download->done < download->size)
        ask(net, download,
            next_hole(download, is_wanted(download) ? download->want : download->at));
    return true;
}

static void start_queued(struct net *net)
{
    size_t active = 0;
    if (!line_is_ready(net))
        return;
    for (struct download *download = net->downloads.first; download; download = download->next)
        active += download->active;
    for (struct download *download = net->downloads.first; download; download = download->next) {
        if (download->active)
            continue;
        if (active++ >= NET_DOWNLOADS_MAX)
            return;
        if (!start(net, download)) /* it has ended, and start_queued() was called for the rest */
            return;
    }
}

void downloads_add(struct net *net, const struct net_fetch *fetch)
{
    struct download *download = mem_alloc(1, sizeof *download);
    struct download **at = &net->downloads.first;
    str_copy(download->file, sizeof download->file, fetch->file);
    download->size = fetch->size;
    if (fetch->sha256 != NULL)
        str_copy(download->sha256, sizeof download->sha256, fetch->sha256);
    download->folder = mem_string(fetch->folder);
    download->label = mem_string(fetch->label);
    download->out = OS_FILE_NONE;
    while (*at != NULL)
        at = &(*at)->next;
    *at = download;
    start_queued(net);
}

static void put_first(struct net *net, struct download *download)
{
    struct download **at = &net->downloads.first;
    while (*at != download)
        at = &(*at)->next;
    *at = download->next;
    download->next = net->downloads.first;
    net->downloads.first = download;
}

/* Somebody waits for it: it begins now, and the last one that nobody waits for stands in line again. */
static void hurry(struct net *net, struct download *download)
{
    struct download *last = NULL;
    size_t active = 0;
    put_first(net, download);
    if (!line_is_ready(net))
        return;
    for (struct download *other = net->downloads.first; other != NULL; other = other->next) {
        active += other->active;
        if (other->active && (last == NULL || !is_wanted(other) || is_wanted(last)))
            last = other;
    }
    if (active >= NET_DOWNLOADS_MAX) {
        stop_sending(net, last);
        last->active = false;
        last->progress.rate = 0;
        tell(net, last);
    }
    start(net, download);
}

void downloads_want(struct net *net, const char *file, uint64_t offset, uint64_t size)
{
    struct download *download = find(net, file);
    if (download == NULL || offset > download->size)
        return; /* it has ended, and the owner has mail about that */
    const uint64_t left = download->size - offset;
    download->want = offset;
    download->want_end = offset + (size < left ? size : left);
    download->want_ms = 0;
    if (!download->active)
        hurry(net, download);
    else if (!is_wanted(download))
        tell(net, download);
    else
        steer(net, download);
}

void downloads_stop(struct net *net, const char *file)
{
    struct download *download = find(net, file);
    struct err err = {0};
    if (download == NULL)
        return;
    err_set(&err, ERR_CANCELLED, "You cancelled this.");
    fail(net, download, &err);
}

void downloads_forget(struct net *net)
{
    while (net->downloads.first != NULL)
        remove_download(net, net->downloads.first);
}

void downloads_on_ready(struct net *net)
{
    start_queued(net);
}

void downloads_on_lost(struct net *net)
{
    for (struct download *download = net->downloads.first; download; download = download->next)
        download->active = false; /* the part and its hash are kept */
}

static void tell_if_due(struct net *net, struct download *download, int64_t now_ms)
{
    if (!progress_due(&download->progress, download->done, now_ms))
        return;
    tell(net, download);
}

/* What came just after progress was told, when nothing follows it; and whether another place is better. */
int64_t downloads_tick(struct net *net, int64_t now_ms)
{
    int64_t due_ms = INT64_MAX;
    for (struct download *download = net->downloads.first; download; download = download->next) {
        if (!download->active)
            continue;
        if (download->done < download->size) {
            if (now_ms >= steer_due_ms(net, download))
                steer(net, download);
            if (steer_due_ms(net, download) < due_ms)
                due_ms = steer_due_ms(net, download);
        }
        if (download->done == download->progress.told_done)
            continue;
        tell_if_due(net, download, now_ms);
        const int64_t next_ms = download->progress.told_ms + NET_PROGRESS_EVERY_MS;
        if (download->done != download->progress.told_done && next_ms < due_ms)
            due_ms = next_ms;
    }
    return due_ms;
}

/* Bytes */

/* What of it is not here yet. */
static bool write_missing(struct download *download, uint64_t from, struct bytes bytes,
                          struct err *err)
{
    const uint64_t end = from + bytes.size;
    for (uint64_t at = from; (at = ranges_missing(&download->have, at)) < end;) {
        uint64_t to = ranges_next(&download->have, at);
        if (to > end)
            to = end;
        if (!file_write_at(download->out, at, bytes.data + (at - from), (size_t)(to - at), err)) {
            if (err->kind == ERR_FULL)
                err_set(err, ERR_FULL,
                        "The disk is full: %s could not be fetched. Make room and try again.",
                        download->label);
            return false;
        }
        if (at == download->hashed) {
            sha256_append(download->sha, bytes.data + (at - from), (size_t)(to - at));
            download->hashed = to;
        }
        ranges_add(&download->have, at, to);
        at = to;
    }
    return true;
}

static bool check_chunk(const struct download *download, const struct msg *msg, struct err *err)
{
    const bool fits =
        msg->offset <= download->size && msg->payload.size <= download->size - msg->offset;
    if (fits && (msg->offset == download->at || download->moved))
        return true;
    return err_set(err, ERR_PROTOCOL, "The server sent the wrong part of %s.", download->label);
}

void downloads_on_chunk(struct net *net, const struct msg *msg)
{
    struct download *download = msg->file != NULL ? find(net, msg->file) : NULL;
    struct err err = {0};
    for (struct download *other = net->downloads.first; other != NULL; other = other->next)
        other->others += other != download;
    if (download == NULL || !download->active)
        return; /* stopped; this was on its way */
    const bool wanted = is_wanted(download) && msg->offset < download->want_end &&
                        msg->offset + msg->payload.size > download->want;
    if (!check_chunk(download, msg, &err) ||
        !write_missing(download, msg->offset, msg->payload, &err)) {
        fail(net, download, &err);
        return;
    }
    if (msg->offset == download->at) {
        download->at += msg->payload.size;
        download->run += msg->payload.size;
        download->came_ms = loop_now_ms(net->loop);
        download->others = 0;
    }
    const uint64_t done = ranges_total(&download->have);
    if (done < download->done) /* one range too many */
        progress_start(&download->progress, done, loop_now_ms(net->loop));
    download->done = done;
    if (wanted || done == download->size)
        tell(net, download);
    else
        tell_if_due(net, download, loop_now_ms(net->loop));
    if (done < download->size)
        steer(net, download);
    else if (!end_if_whole(net, download) && download->at < download->size)
        stop_sending(net, download); /* what follows is here */
}

static uint8_t *slice_memory(struct net *net)
{
    if (net->downloads.slice == NULL)
        net->downloads.slice = mem_alloc(CHUNK_MAX, 1);
    return net->downloads.slice;
}

/* Read again what came before what is in front of it. */
static void hash_slice(struct net *net, struct download *download)
{
    const uint64_t end = ranges_missing(&download->have, 0);
    struct err err = {0};
    for (size_t done = 0; done < HASH_SLICE && download->hashed < end;) {
        const uint64_t left = end - download->hashed;
        const size_t size = left < CHUNK_MAX ? (size_t)left : CHUNK_MAX;
        uint8_t *bytes = slice_memory(net);
        if (!file_read_at(download->out, download->hashed, bytes, size, &err)) {
            fail(net, download, &err);
            return;
        }
        sha256_append(download->sha, bytes, size);
        download->hashed += size;
        done += size;
    }
    end_if_whole(net, download);
}

bool downloads_work(struct net *net)
{
    for (struct download *download = net->downloads.first; download; download = download->next) {
        if (download->part == NULL || download->hashed == ranges_missing(&download->have, 0))
            continue;
        hash_slice(net, download);
        return true; /* one slice a turn; it may be gone */
    }
    return false;
}

void downloads_on_hash(struct net *net, const char *file, const char *sha256)
{
    struct download *download = find(net, file);
    if (download == NULL)
        return;
    str_copy(download->sha256, sizeof download->sha256, sha256);
    download->want_ms = 0; /* the server has all of it */
    if (!end_if_whole(net, download) && download->active && download->done < download->size)
        steer(net, download);
}

void downloads_on_file_failed(struct net *net, const struct msg *msg)
{
    struct download *download = find(net, msg->file);
    struct err err = {0};
    if (download == NULL)
        return;
    err_set(&err, ERR_DENIED, "%s", msg_code_explain(msg->code, msg->text));
    end(net, download, NULL, &err, msg->code);
}

bool downloads_on_error(struct net *net, const struct msg *msg)
{
    struct download *download = msg->re != NULL ? find(net, msg->re) : NULL;
    struct err err = {0};
    if (download == NULL)
        return false;
    err_set(&err, ERR_DENIED, "%s", msg_code_explain(msg->code, msg->text));
    end(net, download, NULL, &err, msg->code);
    return true;
}
