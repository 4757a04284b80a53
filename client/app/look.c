#include "client/app/look.h"

#include "client/app/app_state.h"
#include "client/media/preview.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"

static void look_free(struct look *look)
{
    picture_destroy(look->picture);
    mem_free(look);
}

static void on_look(struct mail *mail, void *reader)
{
    struct preview *preview = (struct preview *)mail;
    struct app *app = reader;
    struct look *look = preview->owner;
    look->done = true;
    if (look->ended) {
        look_free(look);
    } else {
        if (preview->ok)
            str_copy(look->kind, sizeof look->kind, preview->kind);
        look->width = preview->width;
        look->height = preview->height;
        look->located = preview->located;
        if (preview->ok && preview->pixels) {
            look->picture = picture_create(preview->picture_width, preview->picture_height);
            mem_free(look->picture->pixels);
            look->picture->pixels = preview->pixels;
            preview->pixels = NULL;
        }
        model_touch(&app->model);
    }
    preview_destroy(preview);
}

/* Nobody reads the mail any more. */
static void drop_look(struct mail *mail)
{
    struct preview *preview = (struct preview *)mail;
    struct look *look = preview->owner;
    look->done = true;
    if (look->ended)
        look_free(look);
    preview_destroy(preview);
}

struct look *look_begin(struct app *app, const char *path, int box_px)
{
    struct look *look = mem_alloc(1, sizeof *look);
    str_copy(look->kind, sizeof look->kind, "file");
    if (!app->can_look) {
        look->done = true;
        return look;
    }
    struct preview *preview = preview_create(path, on_look);
    preview->job.mail.drop = drop_look;
    preview->job.urgency = 2;
    preview->box_width = preview->box_height =
        box_px < PREVIEW_SIDE_MAX ? box_px : PREVIEW_SIDE_MAX;
    preview->owner = look;
    pool_post(app->pool, &preview->job);
    return look;
}

void look_end(struct look *look)
{
    if (!look)
        return;
    look->ended = true;
    if (look->done)
        look_free(look);
}
