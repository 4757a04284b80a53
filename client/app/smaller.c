#include "client/app/smaller.h"

#include <string.h>

#include "client/app/app_state.h"
#include "client/app/temporary.h"
#include "client/media/preview.h"
#include "client/net/cache.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/file.h"

/* "/home/ann/sunset.heic" -> ".../sunset.jpg", in a new folder. */
static bool choose_path(const char *original, char *to, struct err *err)
{
    char folder[OS_PATH_MAX], name[OS_PATH_MAX];
    const char *base = path_base(original), *dot = strrchr(base, '.');
    const int stem = dot != NULL && dot != base ? (int)(dot - base) : (int)strlen(base);
    return temporary_folder(folder, err) &&
           ((str_format(name, sizeof name, "%.*s.jpg", stem, base) &&
             path_join(to, folder, name)) ||
            err_set(err, ERR_LIMIT, "The name of the temporary file is too long.")) &&
           file_make_folder(folder, err);
}

static void unlink_it(struct app *app, const struct smaller *smaller)
{
    struct smaller **at = &app->smaller;
    while (*at != smaller)
        at = &(*at)->next;
    *at = smaller->next;
}

static void destroy(struct smaller *smaller)
{
    if (smaller->to != NULL)
        temporary_remove(smaller->to);
    mem_free(smaller->original);
    mem_free(smaller->to);
    mem_free(smaller->handle);
    mem_free(smaller);
}

/* ---- with a message ---- */

static void use(struct app *app, struct smaller *smaller, struct room *room,
                struct message *message)
{
    char label[LABEL_SIZE];
    label_clean(path_base(smaller->to), label);
    text_set(&message->file->label, label);
    text_set(&message->file->transfer.path, smaller->to);
    message->file->size = message->file->transfer.size = smaller->size;
    message->file->width = smaller->width;
    message->file->height = smaller->height;
    message->file->smaller = false;
    transfer_prepare_upload(app, room, message);
    app_touch(app, room, message);
}

static void give_up(struct app *app, struct room *room, struct message *message)
{
    outbox_remove(&app->outbox, message);
    message->state = MESSAGE_FAILED;
    message->file->smaller = false;
    transfer_fail(app, room, message,
                  "This picture could not be made smaller. Try again to send it as it is.");
    text_set(&message->trouble, message->file->transfer.trouble);
}

/* The message that waits for it; NULL: it was cancelled, or is gone. */
static struct message *waiting(struct app *app, const struct smaller *smaller, struct room **room)
{
    struct message *message =
        smaller->handle != NULL ? handle_find(app, smaller->handle, room) : NULL;
    const bool waits = message != NULL && message->file != NULL && message->file->transfer.upload &&
                       message->file->transfer.state == TRANSFER_WAITING;
    return waits ? message : NULL;
}

/* True if it is needed any longer. */
static bool go_on(struct app *app, struct smaller *smaller)
{
    struct room *room;
    struct message *message = waiting(app, smaller, &room);
    if (message != NULL && smaller->ok)
        use(app, smaller, room, message);
    else if (message != NULL)
        give_up(app, room, message);
    return message != NULL && smaller->ok;
}

void smaller_send(struct app *app, struct smaller *smaller, struct room *room,
                  struct message *message)
{
    const struct handle handle = handle_of(room, message);
    smaller->handle = mem_copy(&handle, sizeof handle);
    message->file->smaller = true;
    message->file->transfer.state = TRANSFER_WAITING;
    if (smaller->done && !go_on(app, smaller))
        smaller_end(app, smaller);
}

/* The file as it was sent is one that we have, like any that was received. */
static void keep(struct message *message, const char *path)
{
    char kept[OS_PATH_MAX];
    if (!cache_find(message->file->sha256, kept) && !file_rename(path, kept, NULL))
        return; /* another disk: it stays where it is until the end */
    text_set(&message->file->transfer.path, kept);
}

/* True if its file has done what it is for. */
static bool is_over(struct app *app, struct smaller *smaller)
{
    struct room *room;
    if (smaller->handle == NULL || !smaller->done)
        return false;
    struct message *message = handle_follow_file(app, smaller->handle, smaller->to, &room);
    if (message == NULL || message->file == NULL ||
        !str_equal(message->file->transfer.path, smaller->to))
        return true;
    if (message->file->transfer.state == TRANSFER_DONE && message->file->sha256 != NULL) {
        keep(message, smaller->to);
        return !str_equal(message->file->transfer.path, smaller->to);
    }
    return false;
}

void smaller_turn(struct app *app)
{
    for (struct smaller *smaller = app->smaller, *next; smaller != NULL; smaller = next) {
        next = smaller->next;
        if (is_over(app, smaller))
            smaller_end(app, smaller);
    }
}

/* ---- making it ---- */

static void on_smaller(struct mail *mail, void *reader)
{
    struct preview *preview = (struct preview *)mail;
    struct app *app = reader;
    struct smaller *smaller = preview->owner;
    smaller->done = true;
    smaller->preview = NULL;
    smaller->ok = preview->ok;
    smaller->width = preview->width;
    smaller->height = preview->height;
    smaller->size = preview->ok ? file_info(smaller->to).size : 0;
    preview_destroy(preview);
    if (app->closing)
        return;
    if (smaller->ended || (smaller->handle != NULL && !go_on(app, smaller)))
        smaller_end(app, smaller);
    model_touch(&app->model);
}

/* Nobody reads the mail any more; the file goes with smaller_finish(). */
static void drop_smaller(struct mail *mail)
{
    struct preview *preview = (struct preview *)mail;
    struct smaller *smaller = preview->owner;
    smaller->done = true;
    smaller->preview = NULL;
    preview_destroy(preview);
}

struct smaller *smaller_begin(struct app *app, const char *path)
{
    char to[OS_PATH_MAX];
    struct smaller *smaller = mem_alloc(1, sizeof *smaller);
    smaller->original = mem_string(path);
    smaller->next = app->smaller;
    app->smaller = smaller;
    if (!app->can_look || !choose_path(path, to, NULL)) {
        smaller->done = true;
        return smaller;
    }
    smaller->to = mem_string(to);
    smaller->preview = preview_create_smaller(path, to, on_smaller);
    smaller->preview->job.mail.drop = drop_smaller;
    smaller->preview->job.urgency = 2;
    smaller->preview->owner = smaller;
    pool_post(app->pool, &smaller->preview->job);
    return smaller;
}

void smaller_end(struct app *app, struct smaller *smaller)
{
    if (smaller == NULL)
        return;
    smaller->ended = true;
    if (!smaller->done) {
        pool_cancel(&smaller->preview->job); /* its mail still comes */
        return;
    }
    unlink_it(app, smaller);
    destroy(smaller);
}

void smaller_finish(struct app *app)
{
    while (app->smaller != NULL) {
        struct smaller *smaller = app->smaller;
        app->smaller = smaller->next;
        destroy(smaller);
    }
}
