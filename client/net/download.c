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

struct download {
    struct download *next;
    char file[FILE_DIGITS + 1];
    uint64_t size, done;
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

static void look_if_whole(struct net *net, struct download *download)
{
    if (download->active && download->done == download->size && download->sha256[0] != '\0')
        finish(net, download);
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
    download->part = mem_string(path);
    download->sha = sha256_create();
    return true;
}

static bool start(struct net *net, struct download *download)
{
    struct err err = {0};
    struct msg msg = {.type = MSG_FETCH, .file = download->file, .offset = download->done};
    if (!open_part(download, &err)) {
        fail(net, download, &err);
        return false;
    }
    download->active = true;
    progress_start(&download->progress, download->done, loop_now_ms(net->loop));
    struct net_mail *mail = net_mail_create(net, NET_DOWNLOAD);
    str_copy(mail->key, sizeof mail->key, download->file);
    mail->done = download->done;
    net_post(net, mail);
    if (download->done < download->size)
        line_send(net, &msg);
    else if (download->sha256[0] != '\0') {
        finish(net, download); /* an empty file, or the hash came with the way back */
        return false;
    }
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
    struct net_mail *mail = net_mail_create(net, NET_DOWNLOAD);
    str_copy(mail->key, sizeof mail->key, download->file);
    mail->done = download->done;
    mail->rate = download->progress.rate;
    net_post(net, mail);
}

/* What came just after progress was told, when nothing follows it. */
int64_t downloads_tick(struct net *net, int64_t now_ms)
{
    int64_t due_ms = INT64_MAX;
    for (struct download *download = net->downloads.first; download; download = download->next) {
        if (!download->active || download->done == download->progress.told_done)
            continue;
        tell_if_due(net, download, now_ms);
        const int64_t next_ms = download->progress.told_ms + NET_PROGRESS_EVERY_MS;
        if (download->done != download->progress.told_done && next_ms < due_ms)
            due_ms = next_ms;
    }
    return due_ms;
}

void downloads_on_chunk(struct net *net, const struct msg *msg)
{
    struct download *download = msg->file != NULL ? find(net, msg->file) : NULL;
    struct err err = {0};
    if (download == NULL || !download->active)
        return; /* stopped; this was on its way */
    if (msg->offset != download->done || msg->payload.size > download->size - download->done) {
        err_set(&err, ERR_PROTOCOL, "The server sent the wrong part of %s.", download->label);
        fail(net, download, &err);
        return;
    }
    if (!file_write_at(download->out, download->done, msg->payload.data, msg->payload.size, &err)) {
        fail(net, download, &err);
        return;
    }
    sha256_append(download->sha, msg->payload.data, msg->payload.size);
    download->done += msg->payload.size;
    tell_if_due(net, download, loop_now_ms(net->loop));
    look_if_whole(net, download);
}

void downloads_on_hash(struct net *net, const char *file, const char *sha256)
{
    struct download *download = find(net, file);
    if (download == NULL)
        return;
    str_copy(download->sha256, sizeof download->sha256, sha256);
    look_if_whole(net, download);
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
