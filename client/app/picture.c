/* Pictures for bubbles: the file from the cache goes to a worker, its pixels come back into the
 * message. Until the file is here, the small preview that came with the event stands in. */
#include <string.h>

#include "client/app/action.h"
#include "client/app/app_state.h"
#include "client/media/preview.h"
#include "client/net/cache.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/file.h"

/* Bytes of pixels; what is long out of sight goes, and is decoded again when it comes back. What is in sight stays,
 * however much that is: a dozen pictures on a very large screen. */
#define PICTURES_MAX (UINT64_C(24) << 20)
#define BOX_MAX 2048

static uint64_t bytes_of(const struct picture *picture)
{
    return (uint64_t)picture->width * (uint64_t)picture->height * 4;
}

static void drop_picture(struct message *message)
{
    picture_destroy(message->file->picture);
    message->file->picture = NULL;
    message->file->picture_is_tiny = false;
}

/* Let go of what was asked for longest ago, until there is room again. */
static void make_room(struct app *app, const struct message *keep)
{
    for (;;) {
        uint64_t total = 0;
        struct message *oldest = NULL;
        for (size_t i = 0; i < app->model.room_count; i++) {
            const struct room *room = app->model.rooms[i];
            for (size_t k = 0; k < room->message_count; k++) {
                struct message *message = room->messages[k];
                if (message->file == NULL || message->file->picture == NULL)
                    continue;
                total += bytes_of(message->file->picture);
                if (message != keep && message->file->picture_used != app->turn &&
                    (oldest == NULL || message->file->picture_used < oldest->file->picture_used))
                    oldest = message;
            }
        }
        if (total <= PICTURES_MAX || oldest == NULL)
            return;
        drop_picture(oldest);
        oldest->file->picture_box = 0; /* it may be asked for again */
    }
}

struct picture_owner {
    struct handle handle;
    int box;
    bool tiny;
};

static void take_picture(struct app *app, struct message *message, struct preview *preview,
                         bool tiny)
{
    drop_picture(message);
    struct picture *picture = picture_create(preview->picture_width, preview->picture_height);
    mem_free(picture->pixels);
    picture->pixels = preview->pixels;
    preview->pixels = NULL;
    message->file->picture = picture;
    message->file->picture_is_tiny = tiny;
    make_room(app, message);
}

static void decode_file(struct app *app, struct room *room, struct message *message,
                        const char *path);

static void on_picture(struct mail *mail, void *reader)
{
    struct preview *preview = (struct preview *)mail;
    struct picture_owner *owner = preview->owner;
    struct app *app = reader;
    struct room *room;
    struct message *message = app->closing ? NULL : handle_find(app, &owner->handle, &room);
    if (message != NULL && message->file != NULL) {
        bool late =
            owner->tiny && message->file->picture != NULL && !message->file->picture_is_tiny;
        if (!owner->tiny)
            message->file->picture_wanted = false;
        if (preview->ok && preview->pixels != NULL && !late)
            take_picture(app, message, preview, owner->tiny);
        else if (!preview->ok && !owner->tiny)
            text_set(&message->file->picture_trouble, preview->err.text);
        /* Asked for larger meanwhile: once more. */
        if (!owner->tiny && preview->ok && message->file->picture_box > owner->box)
            picture_on_file(app, room, message);
        app_touch(app, room, message);
    }
    mem_free(owner);
    preview_destroy(preview);
}

static void post(struct app *app, struct room *room, struct message *message,
                 struct preview *preview, bool tiny)
{
    struct picture_owner *owner = mem_alloc(1, sizeof *owner);
    owner->handle = handle_of(room, message);
    owner->box = message->file->picture_box;
    owner->tiny = tiny;
    preview->owner = owner;
    preview->box_width = preview->box_height = message->file->picture_box;
    pool_post(app->pool, &preview->job);
}

static void decode_file(struct app *app, struct room *room, struct message *message,
                        const char *path)
{
    message->file->picture_wanted = true;
    text_set(&message->file->picture_trouble, NULL);
    post(app, room, message, preview_create(path, on_picture), false);
}

static void decode_tiny(struct app *app, struct room *room, struct message *message)
{
    if (message->file->tiny == NULL || message->file->picture != NULL)
        return;
    struct preview *preview =
        preview_create_bytes(message->file->tiny, message->file->tiny_size, on_picture);
    preview->job.urgency = 1; /* quick, and there is nothing to see before */
    post(app, room, message, preview, true);
    mem_free(message->file->tiny);
    message->file->tiny = NULL;
}

/* Where the whole file is on this computer; false if it is not. */
static bool find_here(const struct message *message, char *path)
{
    const struct transfer *transfer = &message->file->transfer;
    if (transfer->path != NULL && (transfer->upload || transfer->state == TRANSFER_DONE) &&
        file_info(transfer->path).exists)
        return str_copy(path, OS_PATH_MAX, transfer->path);
    return message->file->sha256 != NULL && cache_find(message->file->sha256, path);
}

static bool has_picture(const struct message *message)
{
    return message->file != NULL &&
           (str_equal(message->file->kind, "image") || str_equal(message->file->kind, "video"));
}

void picture_on_file(struct app *app, struct room *room, struct message *message)
{
    char path[OS_PATH_MAX];
    if (app->config.pictures && app->can_look && message->file->picture_box > 0 &&
        !message->file->picture_wanted && has_picture(message) && find_here(message, path))
        decode_file(app, room, message, path);
}

/* Called for all bubbles in sight at each drawing, so a question that was asked before ends early:
 * before any file is looked at. */
void action_want_picture(struct app *app, struct room *room, struct message *message, int width,
                         int height)
{
    char path[OS_PATH_MAX];
    int box = width > height ? width : height;
    if (!app->config.pictures || !app->can_look || !has_picture(message) || box <= 0)
        return;
    if (box > BOX_MAX)
        box = BOX_MAX;
    message->file->picture_used = app->turn;
    if (box <= message->file->picture_box)
        return;
    message->file->picture_box = box;
    if (message->file->picture_wanted)
        return; /* on_picture() sees that it should be larger */
    if (find_here(message, path)) {
        decode_file(app, room, message, path);
        return;
    }
    decode_tiny(app, room, message);
    if (message->file->size <= app->config.auto_fetch && message->file->state != FILE_FAILED &&
        message->file->transfer.state == TRANSFER_NONE && message->file->id != NULL)
        transfer_fetch(app, room, message, false);
}
