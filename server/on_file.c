#include "server/session.h"

#include <assert.h>
#include <string.h>

#include "protocol/base/log.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/clock.h"
#include "server/console.h"
#include "server/quota.h"
#include "server/state.h"

/* Which session sends which file. Each place in files->uploads is a use of the blob. */

static struct blob *find_upload(const struct session *session, const char *id)
{
    for (size_t i = 0; session->files != NULL && i < session->files->upload_count; i++) {
        if (strcmp(session->files->uploads[i]->upload_id, id) == 0)
            return session->files->uploads[i];
    }
    return NULL;
}

static void detach(struct session *session, struct blob *blob)
{
    struct files *files = session->files;
    for (size_t i = 0; files != NULL && i < files->upload_count; i++) {
        if (files->uploads[i] != blob)
            continue;
        files->uploads[i] = files->uploads[--files->upload_count];
        if (files->filling == blob)
            files->filling = NULL;
        if (blob->feeder == session)
            blob->feeder = NULL;
        blob->keep_until_ms = clock_now_ms() + UPLOAD_KEPT_MS;
        blob_release(blob);
        return;
    }
}

static bool is_full(struct session *session)
{
    return session_files(session)->upload_count == SESSION_UPLOADS_MAX;
}

static bool attach(struct session *session, struct blob *blob, struct err *err)
{
    struct files *files = session_files(session);
    if (blob->feeder == session)
        return true;
    assert(!is_full(session)); /* its callers have looked */
    if (!blob_use(blob, err))
        return false;
    if (blob->feeder != NULL)
        detach(blob->feeder, blob); /* a connection that has not noticed yet that it is dead */
    blob->feeder = session;
    files->uploads[files->upload_count++] = blob;
    return true;
}

/* What this session did became event `seq`: it is owed a `stored`. */
static void owe_stored(struct session *session, struct room *room, uint64_t seq)
{
    struct follow *follow = session != NULL ? session_find_follow(session, room) : NULL;
    if (follow == NULL)
        return;
    if (seq > follow->sent_seq)
        follow->sent_seq = seq;
    if (seq <= follow->stored_told)
        follow->stored_told = seq - 1;
}

static enum msg_error_code code_of(const struct err *err)
{
    return err->kind == ERR_FULL   ? CODE_DISK_FULL
           : err->kind == ERR_HASH ? CODE_HASH_MISMATCH
                                   : CODE_INTERNAL;
}

/* The blob has grown, or never will: who fetches it is in its room. */
static void tell_fetchers(struct blob *blob)
{
    const struct room *room = blob->room;
    for (size_t i = 0; i < room->follower_count; i++) {
        struct session *session = room->followers[i];
        if (session->files != NULL && session->files->download_count > 0)
            conn_touch(session->conn);
    }
}

/* The upload ends without a file: everybody hears why. */
static void fail_upload(struct blob *blob, enum msg_error_code code)
{
    struct session *feeder = blob->feeder;
    char word[WORD_MAX + 1], text[ERR_TEXT_MAX], label[LABEL_SIZE];
    struct msg event = {
        .type = MSG_FILE_FAILED, .from = blob->uid, .file = blob->id, .code = word, .text = text};
    enum msg_error_code trouble;
    str_copy(word, sizeof word, msg_code_word(code));
    str_copy(text, sizeof text, msg_code_sentence(code));
    str_copy(label, sizeof label, blob->label);
    blob_fail(blob); /* before it is let go of: then its room on the disk is free at once */
    if (feeder != NULL) {
        if (code != CODE_CANCELLED)
            session_error(feeder, code, blob->upload_id, NULL);
        str_copy(feeder->files->refused, sizeof feeder->files->refused, blob->upload_id);
        detach(feeder, blob);
    }
    blob->room->server->metrics.uploads_failed++;
    tell_fetchers(blob);
    uint64_t seq = room_publish(blob->room, &event, &trouble);
    owe_stored(feeder, blob->room, seq);
    if (seq == 0)
        log_warn("file %s (%s): that it failed was not written down", blob->id, label);
    console_file_end(blob->room->server, blob, code == CODE_CANCELLED ? "cancelled" : text);
}

/* Beginning */

static void accept_upload(struct session *session, struct blob *blob)
{
    struct msg msg = {
        .type = MSG_ACCEPT, .id = blob->upload_id, .file = blob->id, .offset = blob->have};
    session_files(session)->refused[0] = '\0';
    session_reply(session, &msg);
}

/* An upload that is known: go on where it stopped. */
static void resume_upload(struct session *session, struct blob *blob, const struct msg *msg)
{
    struct err err = {0};
    if (blob->size != msg->size) {
        session_error(session, CODE_BAD_MESSAGE, msg->id,
                      "A file of another size was sent under this id.");
    } else if (blob->feeder != session && is_full(session)) {
        session_error(session, CODE_TOO_MANY_TRANSFERS, msg->id, NULL);
    } else if (!attach(session, blob, &err)) {
        log_warn("file %s: %s", blob->id, err.text);
        session_error(session, code_of(&err), msg->id, NULL);
    } else {
        owe_stored(session, blob->room, blob->seq);
        session_send_again(session, blob->room, blob->seq);
        accept_upload(session, blob);
    }
}

static struct blob *find_growing(struct server *server, const char *uid, const char *id)
{
    size_t count;
    struct blob **growing = blob_growing(server->blobs, &count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(growing[i]->uid, uid) == 0 && strcmp(growing[i]->upload_id, id) == 0)
            return growing[i];
    }
    return NULL;
}

/* Those of its person that wait for their sender count as well: each costs memory for an hour. */
static bool has_too_many_growing(const struct session *session)
{
    size_t count, of_person = 0;
    struct blob **growing = blob_growing(session->server->blobs, &count);
    for (size_t i = 0; i < count; i++)
        of_person += strcmp(growing[i]->uid, session->person->uid) == 0;
    return of_person >= PERSON_UPLOADS_MAX;
}

/* True if the id was used before; then it is dealt with. */
static bool was_sent(struct session *session, struct room *room, const struct msg *msg)
{
    struct server *server = session->server;
    struct blob *blob = find_growing(server, session->person->uid, msg->id);
    struct msg event = {0};
    bool known = blob != NULL;
    if (!known && room_find_sent(room, session->person->uid, msg->id, &event)) {
        known = true;
        blob = event.type == MSG_FILE ? blob_find(server->blobs, event.file) : NULL;
    }
    msg_destroy(&event);
    if (!known)
        return false;
    if (blob == NULL || blob->state == BLOB_FAILED || blob->room != room)
        session_error(session, CODE_GONE, msg->id, "This upload has failed; send the file anew.");
    else if (blob_is_let_go(blob)) /* it was whole, and its sender did not hear of it */
        session_error(session, CODE_LET_GO, msg->id, NULL);
    else
        resume_upload(session, blob, msg);
    return true;
}

static bool is_open_to(const struct blob *blob, const void *person)
{
    return room_lets_in(blob->room, person);
}

/* The hash that a person names, if the file is in a room that this person may come into; else NULL:
 * who has seen a hash has not seen the file. */
static const char *known_to(const struct server *server, const struct person *person,
                            const char *sha256)
{
    bool known = person != NULL && sha256 != NULL && sha256[0] != '\0' &&
                 blob_store_has(server->blobs, sha256, is_open_to, person);
    return known ? sha256 : NULL;
}

static struct blob *create_blob(struct server *server, struct room *room, struct person *person,
                                const struct msg *msg)
{
    char label[LABEL_SIZE];
    struct blob *blob = blob_create(server->blobs, "", msg->size);
    label_clean(msg->label, label);
    blob->room = room;
    str_copy(blob->uid, sizeof blob->uid, person->uid);
    blob->upload_id = mem_string(msg->id);
    blob->label = mem_string(label);
    return blob;
}

static uint64_t publish_file(struct blob *blob, struct person *person, const struct msg *msg,
                             enum msg_error_code *code)
{
    struct msg event = {
        .type = MSG_FILE,
        .from = person->uid,
        .name = person->name,
        .id = msg->id,
        .file = blob->id,
        .label = blob->label,
        .size = msg->size,
        .kind = msg->kind,
        .width = msg->width,
        .height = msg->height,
        .duration = msg->duration,
        .sha256 = msg->sha256,
        .album = msg->album,
        .voice = msg->voice,
        .extra = msg->extra,
        .payload = msg->payload,
    };
    uint64_t seq = room_publish(blob->room, &event, code);
    blob_date(blob, event.time);
    return seq;
}

static void begin_upload(struct session *session, struct room *room, const struct msg *msg)
{
    struct err err = {0};
    enum msg_error_code code;
    struct blob *blob = create_blob(session->server, room, session->person, msg);
    bool begun = blob_begin(blob, known_to(session->server, session->person, msg->sha256), &err);
    if (begun && !quota_fits(session->server, blob->size - blob->have)) {
        session_error(session, CODE_OVER_QUOTA, msg->id, NULL);
        blob_discard(blob);
        return;
    }
    if (!begun || !attach(session, blob, &err)) {
        log_about(LOG_WARN, (struct log_about){.session = session->number, .room = room->name},
                  "upload of %s by %s: %s", blob->label, session->person->name, err.text);
        session_error(session, code_of(&err), msg->id, NULL);
        blob_discard(blob);
        return;
    }
    blob->seq = publish_file(blob, session->person, msg, &code);
    if (blob->seq == 0) {
        session_error(session, code, msg->id, NULL);
        detach(session, blob);
        blob_discard(blob);
        return;
    }
    session->server->metrics.uploads++;
    owe_stored(session, room, blob->seq);
    console_file(session->server, room, session->person->name, blob);
    accept_upload(session, blob);
}

void on_upload(struct session *session, struct msg *msg)
{
    struct follow *follow = session_follow(session, msg->room, msg->id);
    if (follow == NULL)
        return;
    struct room *room = follow->room;
    if (msg->size > session->server->config.max_upload)
        session_error(session, CODE_FILE_TOO_LARGE, msg->id, NULL);
    else if (roomlog_is_stuck(room->log))
        session_error(session, CODE_DISK_FULL, msg->id, NULL);
    else if (was_sent(session, room, msg))
        return;
    else if (find_upload(session, msg->id) != NULL)
        session_error(session, CODE_BAD_MESSAGE, msg->id,
                      "Another file is being sent under this id.");
    else if (is_full(session) || has_too_many_growing(session))
        session_error(session, CODE_TOO_MANY_TRANSFERS, msg->id, NULL);
    else if (gate_may_send_file(session, msg->id))
        begin_upload(session, room, msg);
}

/* Going on */

/* Chunks come in crowds: what is wrong with them is said once for an upload. */
static void refuse_chunk(struct session *session, const char *id, enum msg_error_code code)
{
    struct files *files = session_files(session);
    if (strcmp(files->refused, id) == 0)
        return;
    str_copy(files->refused, sizeof files->refused, id);
    session_error(session, code, id, NULL);
}

/* Where the payload of a chunk belongs; NULL, and said so, if nowhere. */
static struct blob *target_of(struct session *session, const struct msg *msg)
{
    struct blob *blob = msg->id != NULL ? find_upload(session, msg->id) : NULL;
    if (msg->id == NULL)
        session_error(session, CODE_NOT_ALLOWED, msg->file, NULL);
    else if (blob == NULL)
        refuse_chunk(session, msg->id, CODE_NO_SUCH_FILE);
    else if (msg->offset != blob->have || msg->payload.size > blob->size - blob->have)
        refuse_chunk(session, msg->id, CODE_BAD_OFFSET);
    else
        return blob;
    return NULL;
}

static void append(struct blob *blob, struct bytes bytes)
{
    struct err err = {0};
    if (bytes.size == 0)
        return;
    if (!quota_take(blob->room->server, bytes.size)) {
        fail_upload(blob, CODE_OVER_QUOTA);
    } else if (blob_append(blob, bytes.data, bytes.size, &err)) {
        tell_fetchers(blob);
    } else {
        log_warn("file %s: %s", blob->id, err.text);
        fail_upload(blob, code_of(&err));
    }
}

void on_chunk(struct session *session, struct msg *msg)
{
    struct blob *blob = target_of(session, msg);
    if (blob != NULL)
        append(blob, msg->payload);
}

void on_chunk_begin(struct session *session, struct msg *msg)
{
    session_files(session)->filling = target_of(session, msg);
}

void on_chunk_piece(struct session *session, struct bytes piece, size_t left)
{
    struct files *files = session_files(session);
    if (files->filling != NULL)
        append(files->filling, piece);
    if (left == 0)
        files->filling = NULL;
}

/* The file was whole before: say so again. */
static void finish_again(struct session *session, struct blob *blob, const struct msg *msg)
{
    if (strcmp(blob->sha256, msg->sha256) != 0) {
        session_error(session, CODE_HASH_MISMATCH, msg->id, NULL);
    } else {
        owe_stored(session, blob->room, blob->done_seq);
        session_send_again(session, blob->room, blob->done_seq);
    }
    detach(session, blob);
}

void on_finish(struct session *session, struct msg *msg)
{
    struct blob *blob = find_upload(session, msg->id);
    if (blob == NULL)
        refuse_chunk(session, msg->id, CODE_NO_SUCH_FILE);
    else if (blob->state == BLOB_DONE)
        finish_again(session, blob, msg);
    else if (blob->state == BLOB_GROWING && blob->have < blob->size)
        refuse_chunk(session, msg->id, CODE_BAD_OFFSET);
    else if (blob->state == BLOB_GROWING)
        blob_finish(blob, msg->sha256);
}

void files_on_checked(struct blob *blob, const struct err *err)
{
    struct session *feeder = blob->feeder;
    enum msg_error_code code;
    if (err->kind != ERR_NONE) {
        log_warn("file %s: %s", blob->id, err->text);
        fail_upload(blob, code_of(err));
        return;
    }
    struct msg event = {
        .type = MSG_FILE_DONE,
        .from = blob->uid,
        .file = blob->id,
        .sha256 = blob->sha256,
        .size = blob->size,
    };
    blob->done_seq = room_publish(blob->room, &event, &code);
    blob->room->server->metrics.uploads_done++;
    if (blob->done_seq == 0)
        log_warn("file %s: that it is whole was not written down", blob->id);
    owe_stored(feeder, blob->room, blob->done_seq);
    console_file_end(blob->room->server, blob, NULL);
    if (feeder != NULL)
        detach(feeder, blob);
}

void on_cancel(struct session *session, struct msg *msg)
{
    struct blob *blob = find_growing(session->server, session->person->uid, msg->id);
    if (blob == NULL)
        refuse_chunk(session, msg->id, CODE_NO_SUCH_FILE);
    else
        fail_upload(blob, CODE_CANCELLED);
}

/* Fetching */

static struct download *find_download(struct session *session, const char *file)
{
    struct files *files = session_files(session);
    for (size_t i = 0; i < files->download_count; i++) {
        if (strcmp(files->downloads[i].blob->id, file) == 0)
            return &files->downloads[i];
    }
    return NULL;
}

static void begin_download(struct session *session, struct blob *blob, uint64_t offset)
{
    struct files *files = session_files(session);
    struct err err = {0};
    struct download *download = find_download(session, blob->id);
    if (download == NULL) {
        if (files->download_count == SESSION_DOWNLOADS_MAX) {
            session_error(session, CODE_TOO_MANY_TRANSFERS, blob->id, NULL);
            return;
        }
        if (!blob_use(blob, &err)) {
            log_warn("file %s: %s", blob->id, err.text);
            session_error(session, CODE_NO_SUCH_FILE, blob->id, NULL);
            return;
        }
        download = &files->downloads[files->download_count++];
        session->server->metrics.downloads++;
    }
    *download =
        (struct download){.blob = blob, .offset = offset, .owes_empty = offset == blob->size};
}

void on_fetch(struct session *session, struct msg *msg)
{
    struct blob *blob = blob_find(session->server->blobs, msg->file);
    if (blob == NULL)
        session_error(session, CODE_NO_SUCH_FILE, msg->file, NULL);
    else if (session_find_follow(session, blob->room) == NULL)
        session_refuse_room(session, blob->room, NULL, msg->file);
    else if (blob->state == BLOB_FAILED)
        session_error(session, CODE_GONE, msg->file, NULL);
    else if (blob_is_let_go(blob))
        session_error(session, CODE_LET_GO, msg->file, NULL);
    else if (msg->offset > blob->size)
        session_error(session, CODE_BAD_OFFSET, msg->file, NULL);
    else
        begin_download(session, blob, msg->offset);
}

void on_stop(struct session *session, struct msg *msg)
{
    struct files *files = session_files(session);
    struct download *download = find_download(session, msg->file);
    if (download == NULL)
        return; /* it was through already */
    blob_release(download->blob);
    size_t at = (size_t)(download - files->downloads);
    memmove(download, download + 1, (--files->download_count - at) * sizeof *download);
}

/* Ends */

void files_forget_session(struct session *session)
{
    struct files *files = session->files;
    if (files == NULL)
        return;
    while (files->upload_count > 0)
        detach(session, files->uploads[0]);
    while (files->download_count > 0)
        blob_release(files->downloads[--files->download_count].blob);
    if (files->chunk.blob != NULL)
        blob_release(files->chunk.blob);
    files->chunk.blob = NULL;
}

struct deleted {
    const struct room *room;
    uint64_t seq;
};

static bool is_deleted(const struct blob *blob, const void *context)
{
    const struct deleted *deleted = context;
    return blob->room == deleted->room && blob->seq == deleted->seq;
}

void files_delete(struct room *room, uint64_t seq)
{
    struct deleted deleted = {.room = room, .seq = seq};
    size_t count;
    struct blob **growing = blob_growing(room->server->blobs, &count);
    for (size_t i = count; i > 0; i--) {
        if (is_deleted(growing[i - 1], &deleted)) {
            fail_upload(growing[i - 1], CODE_CANCELLED);
            break;
        }
    }
    blob_store_drop(room->server->blobs, is_deleted, &deleted);
}

void files_tick(struct server *server, int64_t now_ms)
{
    size_t count;
    blob_growing(server->blobs, &count);
    for (size_t i = count; i > 0; i--) {
        struct blob *blob = blob_growing(server->blobs, &count)[i - 1];
        if (blob->state == BLOB_GROWING && blob->feeder == NULL && now_ms >= blob->keep_until_ms)
            fail_upload(blob, CODE_GONE);
    }
}

/* At start */

static void replay_file(struct room *room, const struct msg *event)
{
    struct blob *blob = blob_find(room->server->blobs, event->file);
    if (blob != NULL) {
        log_about(LOG_WARN, (struct log_about){.room = room->name},
                  "event %llu begins a file that is there already, and is passed over",
                  (unsigned long long)event->seq);
        return;
    }
    blob = blob_create(room->server->blobs, event->file, event->size);
    blob->room = room;
    blob->seq = event->seq;
    blob_date(blob, event->time);
    str_copy(blob->uid, sizeof blob->uid, event->from);
    str_copy(blob->sha256, sizeof blob->sha256, event->sha256 != NULL ? event->sha256 : "");
    blob->upload_id = mem_string(event->id);
    blob->label = mem_string(event->label);
}

void files_replay(struct room *room, const struct msg *event)
{
    if (event->type == MSG_FILE) {
        replay_file(room, event);
        return;
    }
    struct blob *blob = blob_find(room->server->blobs, event->file);
    if (blob == NULL || blob->room != room || blob->state != BLOB_GROWING)
        return;
    if (event->type == MSG_FILE_DONE) {
        blob->done_seq = event->seq;
        blob_set_done(blob, event->sha256);
    } else {
        blob_discard(blob);
    }
}

/* What was deleted before the restart; not while replaying, when it is not known yet which files have
 * the same content. */
static void drop_deleted(struct server *server)
{
    for (size_t i = 0; i < server->room_count; i++) {
        struct room *room = server->rooms[i];
        for (size_t j = 0; j < room->deleted_count; j++)
            files_delete(room, room->deleted[j]);
    }
}

void files_settle(struct server *server)
{
    size_t count;
    blob_growing(server->blobs, &count);
    for (size_t i = count; i > 0; i--) {
        struct blob *blob = blob_growing(server->blobs, &count)[i - 1];
        struct err err = {0};
        bool ok = blob_begin(
            blob, known_to(server, roster_find(server->roster, blob->uid), blob->sha256), &err);
        blob->keep_until_ms = clock_now_ms() + UPLOAD_KEPT_MS;
        if (!ok && err.kind != ERR_FULL) /* full: what comes next will tell */
            fail_upload(blob, CODE_GONE);
        else if (!blob->linked)
            blob->sha256[0] = '\0';
    }
    drop_deleted(server);
    blob_store_sweep(server->blobs);
}
