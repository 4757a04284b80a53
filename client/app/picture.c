/* Pictures for bubbles: the file from the cache goes to a worker, its pixels come back into the
 * message. Until the file is here, the small preview that came with the event stands in. */
#include <string.h>

#include "client/app/action.h"
#include "client/app/app_state.h"
#include "client/app/soften.h"
#include "client/media/preview.h"
#include "client/net/cache.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/os/file.h"

/* Bytes of pixels; what is long out of sight goes, and is decoded again when it comes back. What is in sight stays,
 * however much that is: a dozen pictures on a very large screen. */
#define PICTURES_MAX (UINT64_C(24) << 20)
#define BOX_MAX 2048
#define ANIMATIONS_MAX (UINT64_C(48) << 20) /* the same of pictures that move, in sight or not */
#define ANIMATION_BOX_MAX 900               /* px: what is asked for larger stands still there */
#define TINY_BOX 64                         /* px: what stands in is blurred at that size */

static uint64_t bytes_of(const struct picture *picture)
{
    return (uint64_t)picture->width * (uint64_t)picture->height * 4;
}

static uint64_t bytes_of_animation(const struct animation *animation)
{
    return animation != NULL ? animation->count * bytes_of(animation->frames[0]) : 0;
}

static void drop_animation(struct message *message)
{
    animation_destroy(message->file->animation);
    message->file->animation = NULL;
}

static void drop_picture(struct message *message)
{
    picture_destroy(message->file->picture);
    message->file->picture = NULL;
    message->file->picture_is_tiny = false;
}

/* In the last frame, or in the one that is being drawn. */
static bool is_in_sight(const struct app *app, const struct message *message)
{
    return app->drawing - message->file->picture_used <= 1;
}

static void forget_shown(struct app *app, size_t at)
{
    app->shown_count--;
    memmove(app->shown + at, app->shown + at + 1, (app->shown_count - at) * sizeof *app->shown);
}

/* Let go of what was asked for longest ago, until there is room again. */
static void make_room(struct app *app, const struct message *keep)
{
    for (;;) {
        uint64_t total = 0, moving = 0;
        struct message *oldest = NULL;
        size_t oldest_at = 0;
        for (size_t i = 0; i < app->shown_count;) {
            struct room *room;
            struct message *message = handle_find(app, &app->shown[i], &room);
            if (message == NULL || message->file == NULL || message->file->picture == NULL) {
                forget_shown(app, i);
                continue;
            }
            app->shown[i] = handle_of(room, message); /* ours has its number by now */
            total += bytes_of(message->file->picture);
            moving += bytes_of_animation(message->file->animation);
            if (message != keep && !is_in_sight(app, message) &&
                (oldest == NULL || message->file->picture_used < oldest->file->picture_used)) {
                oldest = message;
                oldest_at = i;
            }
            i++;
        }
        if ((total <= PICTURES_MAX && moving <= ANIMATIONS_MAX) || oldest == NULL)
            return;
        drop_picture(oldest);
        drop_animation(oldest);
        forget_shown(app, oldest_at);
        oldest->file->picture_box = 0; /* it may be asked for again */
    }
}

static void note_shown(struct app *app, const struct room *room, const struct message *message)
{
    app->shown = mem_resize(app->shown, app->shown_count + 1, sizeof *app->shown);
    app->shown[app->shown_count++] = handle_of(room, message);
}

/* A job under way: in the list of the app until its mail is opened. */
struct picture_owner {
    struct handle handle;
    struct preview *preview; /* the pool's; here to be cancelled */
    int box;
    bool tiny;
    bool given_up; /* nobody waits for it: the message has forgotten it */
    struct picture_owner *next;
};

static void unlink_owner(struct app *app, const struct picture_owner *owner)
{
    struct picture_owner **at = &app->pictures;
    while (*at != owner)
        at = &(*at)->next;
    *at = owner->next;
}

/* As if it had not been asked for; asked again, it begins anew. */
static void give_up(struct picture_owner *owner, struct message *message)
{
    owner->given_up = true;
    pool_cancel(&owner->preview->job);
    if (message == NULL || message->file == NULL)
        return;
    const struct picture *picture = message->file->picture_is_tiny ? NULL : message->file->picture;
    message->file->picture_wanted = false;
    message->file->picture_box = picture == NULL                    ? 0
                                 : picture->width > picture->height ? picture->width
                                                                    : picture->height;
}

/* ---- files that nothing could be made of ---- */

static const char *failed_before(const struct app *app, const char *sha256)
{
    for (size_t i = 0; sha256 != NULL && i < FAILED_MAX; i++)
        if (str_equal(app->failed[i].sha256, sha256))
            return app->failed[i].sentence;
    return NULL;
}

/* A file that hangs or ends its decoder does so each time: it is not tried again, nor what waits with the same bytes. */
static void note_failed(struct app *app, const char *sha256, const struct err *err)
{
    if (sha256 == NULL || (err->kind != ERR_FORMAT && err->kind != ERR_LIMIT))
        return;
    struct failed_file *failed = &app->failed[app->failed_next++ % FAILED_MAX];
    str_copy(failed->sha256, sizeof failed->sha256, sha256);
    text_set(&failed->sentence, err->text);
    for (struct picture_owner *owner = app->pictures; owner != NULL; owner = owner->next) {
        struct room *room;
        struct message *message = handle_find(app, &owner->handle, &room);
        if (owner->given_up || owner->tiny || message == NULL || message->file == NULL ||
            !str_equal(message->file->sha256, sha256))
            continue;
        give_up(owner, message);
        text_set(&message->file->picture_trouble, err->text);
        app_touch(app, room, message);
    }
}

void picture_finish(struct app *app)
{
    for (size_t i = 0; i < FAILED_MAX; i++)
        mem_free(app->failed[i].sentence);
    mem_free(app->shown);
    mem_free(app->asked);
}

static bool is_room_for(const struct app *app, uint64_t bytes)
{
    for (size_t i = 0; i < app->shown_count; i++) {
        struct room *room;
        const struct message *message =
            handle_find((struct app *)(uintptr_t)app, &app->shown[i], &room);
        if (message != NULL && message->file != NULL)
            bytes += bytes_of_animation(message->file->animation);
    }
    return bytes <= ANIMATIONS_MAX;
}

static struct picture *take_pixels(uint8_t **pixels, int width, int height)
{
    struct picture *picture = picture_create(width, height);
    mem_free(picture->pixels);
    picture->pixels = *pixels;
    *pixels = NULL;
    return picture;
}

/* It moves. If all that is in sight moves already, it stands still. */
static void take_frames(struct app *app, struct message *message, struct preview *preview)
{
    const size_t count = preview->frame_count;
    const int w = preview->picture_width, h = preview->picture_height;
    if (count < 2)
        return;
    drop_animation(message);
    make_room(app, message);
    if (!is_room_for(app, 4 * (uint64_t)w * (uint64_t)h * count))
        return;
    struct animation *animation = mem_alloc(1, sizeof *animation);
    animation->frames = mem_alloc(count, sizeof *animation->frames);
    animation->delays_ms = mem_alloc(count, sizeof *animation->delays_ms);
    animation->count = count;
    for (size_t i = 0; i < count; i++) {
        animation->frames[i] = take_pixels(&preview->frames[i].pixels, w, h);
        animation->delays_ms[i] = preview->frames[i].delay_ms;
    }
    message->file->animation = animation;
}

static void take_picture(struct app *app, struct room *room, struct message *message,
                         struct preview *preview, bool tiny)
{
    if (message->file->picture == NULL)
        note_shown(app, room, message);
    drop_picture(message);
    if (tiny)
        soften(preview->pixels, preview->picture_width, preview->picture_height);
    message->file->picture =
        take_pixels(&preview->pixels, preview->picture_width, preview->picture_height);
    message->file->picture_is_tiny = tiny;
    take_frames(app, message, preview);
    make_room(app, message);
}

static void on_picture(struct mail *mail, void *reader)
{
    struct preview *preview = (struct preview *)mail;
    struct picture_owner *owner = preview->owner;
    struct app *app = reader;
    struct room *room;
    struct message *message = app->closing ? NULL : handle_find(app, &owner->handle, &room);
    unlink_owner(app, owner);
    if (message != NULL && message->file != NULL && !owner->given_up) {
        bool late =
            owner->tiny && message->file->picture != NULL && !message->file->picture_is_tiny;
        if (!owner->tiny)
            message->file->picture_wanted = false;
        if (preview->ok && preview->pixels != NULL && !late)
            take_picture(app, room, message, preview, owner->tiny);
        /* said to be a picture, and it is a sound */
        if (preview->ok && preview->pixels == NULL && message->file->picture == NULL &&
            !owner->tiny && str_equal(message->file->kind, "image"))
            text_set(&message->file->picture_trouble,
                     "This is no picture, sound or film that Confab knows.");
        if (!preview->ok && !owner->tiny) {
            text_set(&message->file->picture_trouble, preview->err.text);
            note_failed(app, message->file->sha256, &preview->err);
        }
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
    owner->preview = preview;
    owner->next = app->pictures;
    app->pictures = owner;
    preview->owner = owner;
    preview->box_width = preview->box_height = tiny ? TINY_BOX : owner->box;
    preview->want_frames =
        !tiny && owner->box <= ANIMATION_BOX_MAX && str_equal(message->file->kind, "image");
    pool_post(app->pool, &preview->job);
}

static void decode_file(struct app *app, struct room *room, struct message *message,
                        const char *path)
{
    const char *sentence = failed_before(app, message->file->sha256);
    text_set(&message->file->picture_trouble, sentence);
    if (sentence != NULL) {
        app_touch(app, room, message);
        return;
    }
    struct preview *preview = preview_create(path, on_picture);
    if (message->file->sha256 != NULL && !message->file->transfer.upload)
        preview->sha256 = mem_string(message->file->sha256); /* a file of one's own may change */
    message->file->picture_wanted = true;
    post(app, room, message, preview, false);
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

bool picture_find_here(const struct message *message, char *path)
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
    if (!is_in_sight(app, message)) {
        if (!message->file->picture_wanted && message->file->picture == NULL)
            message->file->picture_box = 0; /* asked for again when it is */
        return;
    }
    if (app->config.pictures && app->can_look && message->file->picture_box > 0 &&
        !message->file->picture_wanted && has_picture(message) && picture_find_here(message, path))
        decode_file(app, room, message, path);
}

/* Called for all bubbles in sight at each drawing, so a question that was asked before ends early. What begins waits for the end of
 * the frame: it may be asked for larger in another place of it. */
void action_want_picture(struct app *app, struct room *room, struct message *message, int width,
                         int height)
{
    int box = width > height ? width : height;
    if (!app->config.pictures || !app->can_look || !has_picture(message) || box <= 0)
        return;
    if (box > BOX_MAX)
        box = BOX_MAX;
    message->file->picture_used = app->drawing;
    if (box <= message->file->picture_box)
        return;
    message->file->picture_box = box;
    if (message->file->picture_wanted)
        return; /* on_picture() sees that it should be larger */
    app->asked = mem_resize(app->asked, app->asked_count + 1, sizeof *app->asked);
    app->asked[app->asked_count++] = handle_of(room, message);
}

static void begin(struct app *app, struct room *room, struct message *message)
{
    char path[OS_PATH_MAX];
    if (message->file->picture_wanted || message->file->picture_box <= 0)
        return;
    if (picture_find_here(message, path)) {
        decode_file(app, room, message, path);
        return;
    }
    decode_tiny(app, room, message);
    if (message->file->size <= app->config.auto_fetch && message->file->state != FILE_FAILED &&
        message->file->transfer.state == TRANSFER_NONE && message->file->id != NULL)
        transfer_fetch(app, room, message, false);
}

void action_drawn(struct app *app)
{
    for (struct picture_owner *owner = app->pictures; owner != NULL; owner = owner->next) {
        struct room *room;
        if (owner->given_up || owner->tiny)
            continue;
        struct message *message = handle_find(app, &owner->handle, &room);
        if (message == NULL || message->file == NULL || message->file->picture_used != app->drawing)
            give_up(owner, message);
    }
    for (size_t i = 0; i < app->asked_count; i++) {
        struct room *room;
        struct message *message = handle_find(app, &app->asked[i], &room);
        if (message != NULL && message->file != NULL)
            begin(app, room, message);
    }
    app->asked_count = 0;
    app->drawing++;
}
