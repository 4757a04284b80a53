#include "server/blob.h"

#include <assert.h>
#include <string.h>

#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "server/contents.h"
#include "server/strmap.h"

#define HASH_BEHIND ((uint64_t)8 << 20) /* bytes that make a job of their own, and its most */
#define HASH_BUFFER ((size_t)65536)
#define ROOM_AHEAD ((uint64_t)4 << 20)  /* a part of BLOB_SPARE: others use the disk as well */
#define SYNC_EVERY ((uint64_t)64 << 20) /* so that the last sync has little left to do */

struct blob_store {
    char *incoming;
    struct contents *contents;
    uint64_t parts; /* bytes in incoming/ */
    uint64_t room;  /* bytes that may come before the disk is asked whether it has room */
    bool sync;
    struct disk *disk;
    void (*on_checked)(struct blob *blob, const struct err *err);
    struct strmap by_id; /* owns them */
    struct blob **growing;
    size_t growing_count;
};

static void part_path(const struct blob *blob, char *out)
{
    str_format(out, OS_PATH_MAX, "%s/%s", blob->store->incoming, blob->id);
}

struct blob_store *blob_store_open(const char *folder, bool sync, struct disk *disk,
                                   void (*on_checked)(struct blob *blob, const struct err *err),
                                   struct err *err)
{
    struct blob_store *store = mem_alloc(1, sizeof *store);
    char path[OS_PATH_MAX];
    str_format(path, sizeof path, "%s/incoming", folder);
    store->incoming = mem_string(path);
    store->sync = sync;
    store->disk = disk;
    store->on_checked = on_checked;
    str_format(path, sizeof path, "%s/blobs", folder);
    if (file_make_folder(store->incoming, err))
        store->contents = contents_open(path, disk, err);
    if (store->contents == NULL) {
        blob_store_close(store);
        return NULL;
    }
    return store;
}

static void free_blob(struct blob *blob)
{
    assert(!blob->hash.job.out);
    file_close(blob->file);
    sha256_destroy(blob->hash.sha);
    mem_free(blob->upload_id);
    mem_free(blob->label);
    mem_free(blob);
}

void blob_store_close(struct blob_store *store)
{
    if (store == NULL)
        return;
    for (size_t i = 0; i < store->by_id.room; i++) {
        if (store->by_id.slots[i].key != NULL)
            free_blob(store->by_id.slots[i].value);
    }
    strmap_finish(&store->by_id);
    mem_free(store->growing);
    contents_close(store->contents);
    mem_free(store->incoming);
    mem_free(store);
}

void blob_store_sweep(struct blob_store *store)
{
    char **names;
    size_t count;
    struct err err = {0};
    if (!file_list(store->incoming, &names, &count, &err)) {
        log_warn("%s", err.text);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const struct blob *blob = blob_find(store, names[i]);
        char path[OS_PATH_MAX];
        if (blob != NULL && blob->state == BLOB_GROWING && !blob->linked)
            continue;
        if (path_join(path, store->incoming, names[i]) && file_remove(path, &err))
            log_info("%s belonged to no upload and is removed", path);
    }
    file_list_free(names, count);
}

struct blob *blob_find(const struct blob_store *store, const char *id)
{
    return strmap_get(&store->by_id, id);
}

struct blob **blob_growing(const struct blob_store *store, size_t *count)
{
    *count = store->growing_count;
    return store->growing;
}

struct blob *blob_create(struct blob_store *store, const char *id, uint64_t size)
{
    struct blob *blob = mem_alloc(1, sizeof *blob);
    blob->store = store;
    blob->size = size;
    blob->file = OS_FILE_NONE;
    str_copy(blob->id, sizeof blob->id, id);
    while (blob->id[0] == '\0') {
        random_hex(FILE_DIGITS / 2, blob->id);
        if (blob_find(store, blob->id) != NULL)
            blob->id[0] = '\0';
    }
    strmap_put(&store->by_id, blob->id, blob);
    store->growing = mem_resize(store->growing, store->growing_count + 1, sizeof *store->growing);
    store->growing[store->growing_count++] = blob;
    return blob;
}

/* Its content stands among the blobs, or did once. Nothing takes it away from an upload, nor from
 * who reads it. */
static void take_content(struct blob *blob, const char *sha256)
{
    struct contents *contents = blob->store->contents;
    blob->content = contents_take(contents, sha256, blob->time_ms);
    contents_hold(contents, blob->content, blob->users + (blob->state != BLOB_DONE));
}

static void drop_content(struct blob *blob)
{
    struct contents *contents = blob->store->contents;
    if (blob->content == NULL)
        return;
    contents_release(contents, blob->content, blob->users + (blob->state != BLOB_DONE));
    contents_drop(contents, blob->content);
    blob->content = NULL;
}

static void stop_growing(struct blob *blob, enum blob_state state)
{
    struct blob_store *store = blob->store;
    blob->state = state;
    for (size_t i = 0; i < store->growing_count; i++) {
        if (store->growing[i] == blob) {
            store->growing[i] = store->growing[--store->growing_count];
            break;
        }
    }
}

bool blob_store_has(const struct blob_store *store, const char *sha256,
                    bool (*fits)(const struct blob *blob, const void *context), const void *context)
{
    char path[OS_PATH_MAX];
    contents_path(store->contents, sha256, path);
    if (!file_info(path).exists)
        return false;
    for (size_t i = 0; i < store->by_id.room; i++) {
        const struct blob *blob = store->by_id.slots[i].value;
        if (blob != NULL && blob->content != NULL && strcmp(blob->content->sha256, sha256) == 0 &&
            fits(blob, context))
            return true;
    }
    return false;
}

bool blob_begin(struct blob *blob, const char *known, struct err *err)
{
    char path[OS_PATH_MAX];
    uint64_t space;
    if (known != NULL) {
        contents_path(blob->store->contents, known, path);
        struct file_info info = file_info(path);
        if (info.exists && info.size == blob->size) {
            take_content(blob, known);
            contents_came(blob->store->contents, blob->content, blob->size);
            blob->linked = true;
            blob->have = blob->size;
            str_copy(blob->sha256, sizeof blob->sha256, known);
            return true;
        }
    }
    part_path(blob, path);
    struct file_info info = file_info(path);
    blob->have = info.exists ? info.size : 0;
    blob->store->parts += blob->have;
    if (blob->have > blob->size)
        return err_set(err, ERR_FORMAT, "The part of the file that is here is larger than it all.");
    if (file_free_space(blob->store->incoming, &space) &&
        (space < BLOB_SPARE || space - BLOB_SPARE < blob->size - blob->have))
        return err_set(err, ERR_FULL, "The server has no space left for this file.");
    return true;
}

void blob_date(struct blob *blob, int64_t time_ms)
{
    blob->time_ms = time_ms;
    if (blob->content != NULL)
        contents_renew(blob->store->contents, blob->content, time_ms);
}

void blob_set_done(struct blob *blob, const char *sha256)
{
    if (blob->content == NULL)
        take_content(blob, sha256);
    memmove(blob->sha256, sha256, strlen(sha256) + 1); /* it may be its own */
    blob->have = blob->size;
    contents_release(blob->store->contents, blob->content, 1); /* of the upload */
    stop_growing(blob, BLOB_DONE);
}

bool blob_is_let_go(const struct blob *blob)
{
    return blob->state == BLOB_DONE && !blob->content->here;
}

/* Nobody can find it any more; its content goes unless another blob has the same. */
static void erase(struct blob *blob)
{
    drop_content(blob);
    free_blob(blob);
}

bool blob_use(struct blob *blob, struct err *err)
{
    char path[OS_PATH_MAX];
    if (blob->state == BLOB_FAILED)
        return err_set(err, ERR_NOT_FOUND, "The file was not sent to its end.");
    if (blob_is_let_go(blob))
        return err_set(err, ERR_NOT_FOUND, "The file was let go.");
    if (blob->file == OS_FILE_NONE) {
        bool part = blob->state != BLOB_DONE && !blob->linked;
        if (part)
            part_path(blob, path);
        else
            contents_path(blob->store->contents, blob->sha256, path);
        blob->file = file_open(path, part ? FILE_WRITE : FILE_READ, err);
        if (blob->file == OS_FILE_NONE)
            return false;
    }
    blob->users++;
    if (blob->content != NULL)
        contents_hold(blob->store->contents, blob->content, 1);
    return true;
}

void blob_release(struct blob *blob)
{
    assert(blob->users > 0);
    if (blob->content != NULL)
        contents_release(blob->store->contents, blob->content, 1);
    if (--blob->users > 0)
        return;
    if (blob->state == BLOB_FAILED)
        file_close(blob->file); /* others may need the room at once */
    else
        disk_close(blob->store->disk, blob->file);
    blob->file = OS_FILE_NONE;
    if (blob->gone)
        erase(blob);
}

void blob_store_drop(struct blob_store *store,
                     bool (*goes)(const struct blob *blob, const void *context),
                     const void *context)
{
    size_t found = 0;
    struct blob **all = mem_alloc(store->by_id.count, sizeof *all);
    for (size_t i = 0; i < store->by_id.room; i++) {
        struct blob *blob = store->by_id.slots[i].key != NULL ? store->by_id.slots[i].value : NULL;
        if (blob != NULL && (blob->state == BLOB_DONE || blob->state == BLOB_FAILED) &&
            !blob->hash.job.out && goes(blob, context))
            all[found++] = blob;
    }
    for (size_t i = 0; i < found; i++) {
        strmap_remove(&store->by_id, all[i]->id);
        all[i]->gone = true;
        if (all[i]->users == 0)
            erase(all[i]);
    }
    mem_free(all);
}

uint64_t blob_store_bytes(const struct blob_store *store)
{
    return contents_bytes(store->contents) + store->parts;
}

uint64_t blob_store_held(const struct blob_store *store)
{
    return contents_held(store->contents) + store->parts;
}

uint64_t blob_store_let_go(struct blob_store *store, uint64_t least, uint64_t *count)
{
    return contents_let_go(store->contents, least, count);
}

/* Hashing */

static void run_hash(struct disk_job *job)
{
    struct hash_job *hash = (struct hash_job *)job;
    uint8_t buffer[HASH_BUFFER];
    hash->err = (struct err){0};
    hash->ok = true;
    for (uint64_t at = hash->from; hash->ok && at < hash->to && !atomic_load(&hash->stop);) {
        size_t size = hash->to - at < HASH_BUFFER ? (size_t)(hash->to - at) : HASH_BUFFER;
        hash->ok = file_read_at(hash->file, at, buffer, size, &hash->err);
        if (hash->ok)
            sha256_append(hash->sha, buffer, size);
        at += size;
    }
    if (hash->ok && hash->sync)
        hash->ok = file_sync(hash->file, &hash->err);
}

static void tell_checked(struct blob *blob, const struct err *err)
{
    blob->store->on_checked(blob, err);
}

static void run_settle(struct disk_job *job)
{
    struct hash_job *hash = (struct hash_job *)job;
    hash->err = (struct err){0};
    hash->ok = file_sync_folder(contents_folder(hash->blob->store->contents), &hash->err);
}

static void on_settled(struct disk_job *job)
{
    struct hash_job *hash = (struct hash_job *)job;
    struct blob *blob = hash->blob;
    if (blob->state == BLOB_FAILED)
        return;
    if (hash->ok)
        blob_set_done(blob, blob->sha256);
    tell_checked(blob, &hash->err);
}

/* Its content stands among the blobs. It is whole once its name there is on the disk, too: a power
 * cut could take the name back otherwise, after everybody was told that the file is safe. */
static void settle(struct blob *blob)
{
    struct hash_job *hash = &blob->hash;
    hash->blob = blob;
    hash->job.run = run_settle;
    hash->job.done = on_settled;
    hash->job.urgent = true;
    hash->ok = true;
    hash->err = (struct err){0};
    if (blob->store->sync)
        disk_submit(blob->store->disk, &hash->job);
    else
        on_settled(&hash->job);
}

/* The whole part is hashed: is it what was announced? */
static void conclude(struct blob *blob)
{
    char sha256[SHA256_HEX_SIZE], from[OS_PATH_MAX], to[OS_PATH_MAX];
    struct err err = {0};
    sha256_peek(blob->hash.sha, sha256);
    if (strcmp(sha256, blob->want) != 0) {
        err_set(&err, ERR_HASH, "The file was damaged or changed on the way.");
        tell_checked(blob, &err);
        return;
    }
    part_path(blob, from);
    contents_path(blob->store->contents, sha256, to);
    if (!file_rename_new(from, to, &err) && err.kind != ERR_EXISTS) {
        tell_checked(blob, &err);
        return;
    }
    if (err.kind == ERR_EXISTS && !file_remove(from, &err)) /* the same bytes are there */
        log_warn("%s", err.text);
    take_content(blob, sha256);
    contents_came(blob->store->contents, blob->content, blob->size);
    blob->store->parts -= blob->have;
    str_copy(blob->sha256, sizeof blob->sha256, sha256);
    blob->linked = true;
    settle(blob);
}

static void on_hashed(struct disk_job *job);

static void hash_more(struct blob *blob)
{
    struct hash_job *hash = &blob->hash;
    struct err err = {0};
    uint64_t behind = blob->have - blob->hashed;
    bool last = blob->state == BLOB_CHECKING && behind <= HASH_BEHIND;
    if (hash->job.out || blob->linked || (behind < HASH_BEHIND && !last))
        return;
    if (!blob_use(blob, &err)) {
        if (blob->state == BLOB_CHECKING)
            tell_checked(blob, &err);
        return;
    }
    if (hash->sha == NULL)
        hash->sha = sha256_create();
    hash->job.run = run_hash;
    hash->job.done = on_hashed;
    hash->job.urgent = false;
    hash->blob = blob;
    hash->file = blob->file;
    hash->from = blob->hashed;
    hash->to = last ? blob->have : blob->hashed + HASH_BEHIND;
    hash->sync = blob->store->sync && (last || hash->to - blob->synced >= SYNC_EVERY);
    disk_submit(blob->store->disk, &hash->job);
}

static void on_hashed(struct disk_job *job)
{
    struct hash_job *hash = (struct hash_job *)job;
    struct blob *blob = hash->blob;
    blob_release(blob);
    if (blob->state == BLOB_FAILED)
        return;
    if (!hash->ok) {
        /* what is hashed is in doubt now: begin anew with the next bytes or at the end */
        log_warn("file %s: %s", blob->id, hash->err.text);
        sha256_destroy(hash->sha);
        hash->sha = NULL;
        blob->hashed = blob->synced = 0;
        if (blob->state == BLOB_CHECKING)
            tell_checked(blob, &hash->err);
        return;
    }
    blob->hashed = hash->to;
    if (hash->sync)
        blob->synced = hash->to;
    if (blob->state == BLOB_CHECKING && blob->hashed == blob->size && hash->to == blob->have &&
        (hash->sync || !blob->store->sync))
        conclude(blob);
    else
        hash_more(blob);
}

/* Growing */

/* Uploads end before the disk is full to the brim: talk needs what is left. Asked of the system
 * once for every ROOM_AHEAD bytes. */
static bool take_room(struct blob_store *store, uint64_t size)
{
    uint64_t space;
    if (store->room < size) {
        if (!file_free_space(store->incoming, &space))
            space = UINT64_MAX; /* then the write will tell */
        if (space < BLOB_SPARE + size)
            return false;
        store->room = space - BLOB_SPARE < ROOM_AHEAD ? space - BLOB_SPARE : ROOM_AHEAD;
    }
    store->room -= size < store->room ? size : store->room;
    return true;
}

bool blob_append(struct blob *blob, const void *bytes, size_t size, struct err *err)
{
    assert(blob->state == BLOB_GROWING && !blob->linked && size <= blob->size - blob->have);
    assert(blob->file != OS_FILE_NONE);
    if (!take_room(blob->store, size))
        return err_set(err, ERR_FULL, "The server has no space left for this file.");
    if (!file_write_at(blob->file, blob->have, bytes, size, err))
        return false;
    blob->have += size;
    blob->store->parts += size;
    hash_more(blob);
    return true;
}

void blob_finish(struct blob *blob, const char *sha256)
{
    assert(blob->state == BLOB_GROWING && blob->have == blob->size);
    struct err err = {0};
    blob->state = BLOB_CHECKING;
    str_copy(blob->want, sizeof blob->want, sha256);
    if (!blob->linked) {
        hash_more(blob);
        return;
    }
    if (strcmp(blob->want, blob->sha256) == 0) {
        settle(blob);
        return;
    }
    err_set(&err, ERR_HASH, "The file is not the one that was announced.");
    tell_checked(blob, &err);
}

void blob_fail(struct blob *blob)
{
    char path[OS_PATH_MAX];
    struct err err = {0};
    if (blob->state == BLOB_FAILED)
        return;
    if (!blob->linked) {
        part_path(blob, path);
        if (!file_remove(path, &err))
            log_warn("%s", err.text);
        /* the disk may be full: others need the room now, not when the hash has come to its end;
         * but a chunk that is on its way to somebody needs its bytes */
        atomic_store(&blob->hash.stop, true);
        const uint32_t own = (blob->feeder != NULL ? 1u : 0u) + (blob->hash.job.out ? 1u : 0u);
        if (blob->users > 0 && blob->users <= own)
            file_truncate(blob->file, 0, NULL);
        blob->store->parts -= blob->have;
    }
    drop_content(blob);
    blob->linked = false;
    stop_growing(blob, BLOB_FAILED);
}

void blob_discard(struct blob *blob)
{
    struct blob_store *store = blob->store;
    assert(blob->users == 0);
    blob_fail(blob);
    strmap_remove(&store->by_id, blob->id);
    free_blob(blob);
}
