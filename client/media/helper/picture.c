#include "client/media/helper/picture.h"

#include <string.h>

#include "protocol/base/mem.h"

#define DRAWN_SIDE_MAX 8192 /* px: as large is a drawing drawn, to cut from it what is wanted */

/* How a picture must be turned to stand upright: first transposed (rows become columns), then mirrored. */
struct turn {
    bool transpose, mirror_x, mirror_y;
};
static const struct turn turns[] = {
    {false, false, false}, /* 0: not said */
    {false, false, false}, {false, true, false}, {false, true, true}, {false, false, true},
    {true, false, false},  {true, true, false},  {true, true, true},  {true, false, true},
};

static struct turn turn_of(const struct picture *picture)
{
    return turns[picture->exif.orientation];
}

bool picture_check(int64_t width, int64_t height, struct err *err)
{
    if (width < 1 || height < 1)
        return err_set(err, ERR_FORMAT, "The picture is damaged and cannot be shown.");
    if (width > PICTURE_SIDE_MAX || height > PICTURE_SIDE_MAX ||
        width * height > PICTURE_PIXELS_MAX)
        return err_set(err, ERR_LIMIT, "The picture is too large to show (%lld × %lld).",
                       (long long)width, (long long)height);
    return true;
}

static void fit(int width, int height, int box_width, int box_height, int *w, int *h)
{
    *w = box_width;
    *h = (int)(((int64_t)height * box_width + width / 2) / width);
    if (*h > box_height) {
        *h = box_height;
        *w = (int)(((int64_t)width * box_height + height / 2) / height);
    }
    if (*w > box_width)
        *w = box_width;
    if (*w < 1)
        *w = 1;
    if (*h < 1)
        *h = 1;
}

void picture_fit(int width, int height, int box_width, int box_height, int *w, int *h)
{
    *w = width;
    *h = height;
    if (width > box_width || height > box_height)
        fit(width, height, box_width, box_height, w, h);
}

bool view_open(struct view *view, const struct decoder *decoder, struct input *input,
               struct err *err)
{
    *view = (struct view){.decoder = decoder};
    input->at = 0;
    view->state = decoder->open(input, &view->picture, err);
    if (!view->state) {
        mem_free(view->picture.colour.profile);
        return false;
    }
    const bool transpose = turn_of(&view->picture).transpose;
    view->width = transpose ? view->picture.height : view->picture.width;
    view->height = transpose ? view->picture.width : view->picture.height;
    return true;
}

/* Cut to what lies inside of the picture; what lies outside altogether becomes the whole. */
static struct rect4 cut(struct rect4 crop, int width, int height)
{
    if (crop.w < 1 || crop.h < 1 || crop.x >= width || crop.y >= height)
        return (struct rect4){0, 0, width, height};
    if (crop.w > width - crop.x)
        crop.w = width - crop.x;
    if (crop.h > height - crop.y)
        crop.h = height - crop.y;
    return crop;
}

void view_aim(struct view *view, struct rect4 crop, int box_width, int box_height)
{
    const struct turn turn = turn_of(&view->picture);
    crop = cut(crop, view->width, view->height);
    if (view->picture.scalable) {
        /* the whole would be as much larger as the part is */
        const int side = view->width > view->height ? view->width : view->height;
        const int64_t most_w = (int64_t)crop.w * DRAWN_SIDE_MAX / side;
        const int64_t most_h = (int64_t)crop.h * DRAWN_SIDE_MAX / side;
        fit(crop.w, crop.h, box_width < most_w ? box_width : (int)most_w,
            box_height < most_h ? box_height : (int)most_h, &view->out_width, &view->out_height);
    } else {
        picture_fit(crop.w, crop.h, box_width, box_height, &view->out_width, &view->out_height);
    }
    if (turn.mirror_x)
        crop.x = view->width - crop.x - crop.w;
    if (turn.mirror_y)
        crop.y = view->height - crop.y - crop.h;
    if (turn.transpose) {
        view->place =
            (struct place){{crop.y, crop.x, crop.h, crop.w}, view->out_height, view->out_width};
    } else {
        view->place = (struct place){crop, view->out_width, view->out_height};
    }
}

/* Takes `pixels`, returns the turned ones. */
static uint8_t *apply_turn(uint8_t *pixels, const struct view *view)
{
    const struct turn turn = turn_of(&view->picture);
    if (!turn.transpose && !turn.mirror_x && !turn.mirror_y)
        return pixels;
    const int out_w = view->out_width, out_h = view->out_height;
    uint32_t *out = mem_alloc((size_t)out_w * (size_t)out_h, 4);
    for (int y = 0; y < out_h; y++)
        for (int x = 0; x < out_w; x++) {
            int u = turn.mirror_x ? out_w - 1 - x : x, v = turn.mirror_y ? out_h - 1 - y : y;
            size_t from = turn.transpose ? (size_t)u * (size_t)out_h + (size_t)v
                                         : (size_t)v * (size_t)out_w + (size_t)u;
            memcpy(&out[(size_t)y * (size_t)out_w + (size_t)x], pixels + 4 * from, 4);
        }
    mem_free(pixels);
    return (uint8_t *)out;
}

uint8_t *view_read(struct view *view, int *delay_ms, struct err *err)
{
    *delay_ms = 0;
    uint8_t *pixels = view->decoder->read(view->state, &view->place, delay_ms, err);
    if (!pixels)
        return NULL;
    colour_to_srgb(&view->picture.colour, pixels,
                   (size_t)view->out_width * (size_t)view->out_height);
    return apply_turn(pixels, view);
}

void view_close(struct view *view)
{
    view->decoder->close(view->state);
    colour_finish(&view->picture.colour);
}
