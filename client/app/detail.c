/* detail.c - the part of a picture that the viewer looks at, as sharp as it is shown: one job at a time, one result kept. */
#include <string.h>

#include "client/app/action.h"
#include "client/app/app_state.h"
#include "client/media/preview.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

_Static_assert(DETAIL_SIDE_MAX <= PREVIEW_SIDE_MAX, "the helper makes pictures as large as that");

static bool same_part(const struct part *a, const struct part *b)
{
    return a->seq == b->seq && a->x == b->x && a->y == b->y && a->width == b->width &&
           a->height == b->height && a->box_width == b->box_width &&
           a->box_height == b->box_height && str_equal(a->room, b->room);
}

static void give_up(struct app *app)
{
    if (app->detail != NULL)
        pool_cancel(&app->detail->job);
    app->detail = NULL; /* its mail still comes, and is no answer any more */
}

static void on_detail(struct mail *mail, void *reader)
{
    struct preview *preview = (struct preview *)mail;
    struct app *app = reader;
    struct detail *detail = &app->model.detail;
    if (!app->closing && app->detail == preview && detail->wanted.seq != 0) {
        app->detail = NULL;
        /* its sender may have said another size: then it is the part of another picture */
        detail->failed = !preview->ok || preview->pixels == NULL ||
                         preview->width != detail->wanted.of_width ||
                         preview->height != detail->wanted.of_height;
        if (!detail->failed) {
            picture_destroy(detail->picture);
            detail->picture = picture_create(preview->picture_width, preview->picture_height);
            mem_free(detail->picture->pixels);
            detail->picture->pixels = preview->pixels;
            preview->pixels = NULL;
            detail->part = detail->wanted;
        }
        model_touch(&app->model);
    }
    preview_destroy(preview);
}

void action_want_detail(struct app *app, struct room *room, struct message *message,
                        const struct part *part)
{
    struct detail *detail = &app->model.detail;
    struct part wanted = *part;
    char path[OS_PATH_MAX];
    wanted.seq = message->seq;
    str_copy(wanted.room, sizeof wanted.room, room->name);
    if (!app->config.pictures || !app->can_look || message->seq == 0 ||
        same_part(&wanted, &detail->wanted) || !picture_find_here(message, path))
        return;
    give_up(app);
    detail->wanted = wanted;
    detail->failed = false;
    struct preview *preview = preview_create(path, on_detail);
    preview->crop_x = wanted.x;
    preview->crop_y = wanted.y;
    preview->crop_width = wanted.width;
    preview->crop_height = wanted.height;
    preview->box_width = wanted.box_width;
    preview->box_height = wanted.box_height;
    preview->job.urgency = 2; /* before all that is only in sight */
    app->detail = preview;
    pool_post(app->pool, &preview->job);
}

void action_drop_detail(struct app *app)
{
    give_up(app);
    picture_destroy(app->model.detail.picture);
    app->model.detail = (struct detail){0};
}
