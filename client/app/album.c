/* Files that are sent together: one album, in order, and what is said about them behind it. */
#include "client/app/album.h"

#include <string.h>

#include "client/app/action.h"
#include "client/app/app_state.h"
#include "client/app/kind.h"
#include "client/app/smaller.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

/* ---- in order ---- */

/* An upload that the net has not been told of: each has to wait for those before it, whose facts may take longer. */
struct album_entry {
    char room[NAME_SIZE], id[ID_MAX + 1];
    uint32_t batch;
    struct msg *ready; /* NULL: its facts are not known yet */
    char *path;
    int64_t modified_ms;
};

static void entry_finish(struct album_entry *entry)
{
    msg_clone_free(entry->ready);
    mem_free(entry->path);
}

static void remove_entry(struct album_queue *queue, size_t at)
{
    entry_finish(&queue->entries[at]);
    queue->count--;
    memmove(&queue->entries[at], &queue->entries[at + 1],
            (queue->count - at) * sizeof *queue->entries);
}

void album_queue_finish(struct album_queue *queue)
{
    while (queue->count > 0)
        remove_entry(queue, queue->count - 1);
    mem_free(queue->entries);
    queue->entries = NULL;
}

void album_expect(struct app *app, const struct room *room, const struct message *message,
                  uint32_t batch)
{
    struct album_queue *queue = &app->albums;
    queue->entries = mem_resize(queue->entries, queue->count + 1, sizeof *queue->entries);
    struct album_entry *entry = &queue->entries[queue->count++];
    *entry = (struct album_entry){0};
    str_copy(entry->room, sizeof entry->room, room->name);
    str_copy(entry->id, sizeof entry->id, message->id);
    entry->batch = batch;
}

/* Cancelled, refused, or gone with its room. */
static bool is_over(const struct app *app, const struct album_entry *entry)
{
    const struct room *room = model_find_room(&app->model, entry->room);
    const struct message *message = room != NULL ? room_find_id(room, entry->id) : NULL;
    return message == NULL || message->file == NULL || !message->file->transfer.upload ||
           message->file->transfer.state != TRANSFER_WAITING;
}

static bool is_first(const struct album_queue *queue, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (queue->entries[i].batch == queue->entries[at].batch &&
            str_equal(queue->entries[i].room, queue->entries[at].room))
            return false;
    return true;
}

void album_turn(struct app *app)
{
    struct album_queue *queue = &app->albums;
    for (size_t i = 0; i < queue->count;) {
        struct album_entry *entry = &queue->entries[i];
        if (is_over(app, entry)) {
            remove_entry(queue, i);
        } else if (entry->ready != NULL && is_first(queue, i)) {
            net_upload(app->net, entry->ready, entry->path, entry->modified_ms);
            remove_entry(queue, i);
        } else {
            i++;
        }
    }
}

void album_announce(struct app *app, const struct msg *upload, const char *path,
                    int64_t modified_ms)
{
    struct album_queue *queue = &app->albums;
    size_t at = 0;
    while (at < queue->count && !str_equal(queue->entries[at].id, upload->id))
        at++;
    if (at == queue->count) {
        net_upload(app->net, upload, path, modified_ms);
        return;
    }
    struct album_entry *entry = &queue->entries[at];
    msg_clone_free(entry->ready);
    entry->ready = msg_clone(upload);
    mem_free(entry->path);
    entry->path = mem_string(path);
    entry->modified_ms = modified_ms;
    album_turn(app);
}

/* ---- sending ---- */

static const char *kind_of(const struct send_item *item, enum send_as as)
{
    if (as == SEND_AS_FILES)
        return "file";
    return item->kind != NULL && item->kind[0] != '\0' ? item->kind
                                                       : kind_of_label(path_base(item->path));
}

static bool is_media(const char *kind)
{
    return strcmp(kind, "image") == 0 || strcmp(kind, "video") == 0;
}

/* Nothing is sent if one of them cannot be. */
static bool check(struct app *app, const struct send_item *items, size_t count, const char *caption,
                  struct err *err)
{
    struct file_info info;
    const char *from;
    const size_t size = caption != NULL ? action_trim(caption, &from) : 0;
    for (size_t i = 0; i < count; i++)
        if (!action_check_file(app, items[i].path, &info, err))
            return false;
    return size == 0 || action_check_text(from, size, err);
}

static void send_item(struct app *app, struct room *room, const struct send_item *item,
                      const char *kind, const char *album, bool plain, uint32_t batch)
{
    struct message *message = action_add_file(app, room, item->path, kind);
    message->file->plain = plain;
    text_set(&message->file->album, album);
    message->file->width = item->width;
    message->file->height = item->height;
    outbox_add(&app->outbox, room, message)->batch = batch;
    message->file->transfer.state = TRANSFER_WAITING;
    album_expect(app, room, message, batch);
    if (item->smaller && !plain)
        smaller_send(app, item->copy != NULL ? item->copy : smaller_begin(app, item->path), room,
                     message);
    else
        transfer_prepare_upload(app, room, message);
    app_touch(app, room, message);
}

/* Pictures and films first, ALBUM_MAX in each album. */
static void send_media(struct app *app, struct room *room, const struct send_item *items,
                       size_t count, enum send_as as, uint32_t batch)
{
    size_t left = 0, in_album = ALBUM_MAX;
    char album[ID_MAX + 1];
    for (size_t i = 0; i < count; i++)
        left += is_media(kind_of(&items[i], as));
    for (size_t i = 0; i < count; i++) {
        const char *kind = kind_of(&items[i], as);
        if (!is_media(kind))
            continue;
        if (in_album == ALBUM_MAX) {
            app_random_id(album);
            in_album = 0;
            if (left == 1 || as == SEND_SINGLY)
                album[0] = '\0';
        }
        in_album++;
        left--;
        send_item(app, room, &items[i], kind, album[0] != '\0' ? album : NULL, false, batch);
    }
}

bool action_send_files(struct app *app, struct room *room, const struct send_item *items,
                       size_t count, enum send_as as, const char *caption, uint64_t reply,
                       struct err *err)
{
    if (!check(app, items, count, caption, err))
        return false;
    const uint32_t batch = ++app->outbox.batches;
    send_media(app, room, items, count, as, batch);
    for (size_t i = 0; i < count; i++)
        if (!is_media(kind_of(&items[i], as)))
            send_item(app, room, &items[i], kind_of(&items[i], as), NULL, as == SEND_AS_FILES,
                      batch);
    if (caption != NULL)
        action_say_behind(app, room, caption, reply, batch);
    return true;
}
