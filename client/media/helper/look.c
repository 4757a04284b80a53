#include "client/media/helper/look.h"

#include <string.h>
#include <time.h>

#include "client/media/helper/answer.h"
#include "client/media/helper/decoders.h"
#include "client/media/helper/frames.h"
#include "client/media/helper/jpeg_out.h"
#include "client/media/helper/run.h"
#include "client/media/preview.h"
#include "protocol/base/mem.h"
#include "protocol/base/str.h"
#include "protocol/wire/limits.h"

#define FACTS_SIDE 64    /* px: who wants facts alone still wants to know that it can be shown */
#define CROP_MAX 1000000 /* px: what lies beyond the picture is cut off later */
#define FRAMES_SECONDS \
    6 /* of processor time: what takes longer is shown as far as it got, before the sandbox ends it */

/* Take a number from 0 to `most` off the front of the words. */
static bool take_number(char ***words, uint64_t most, int *out)
{
    uint64_t value;
    if (!**words || !str_to_u64(**words, most, &value))
        return false;
    *out = (int)value;
    ++*words;
    return true;
}

bool look_parse(char **words, struct ask *ask)
{
    *ask = (struct ask){0};
    if (!take_number(&words, PREVIEW_SIDE_MAX, &ask->box_width) ||
        !take_number(&words, PREVIEW_SIDE_MAX, &ask->box_height))
        return false;
    while (*words) {
        const char *word = *words++;
        if (strcmp(word, "tiny") == 0)
            ask->tiny = true;
        else if (strcmp(word, "wave") == 0)
            ask->wave = true;
        else if (strcmp(word, "frames") == 0)
            ask->frames = true;
        else if (strcmp(word, "crop") != 0 || !take_number(&words, CROP_MAX, &ask->crop.x) ||
                 !take_number(&words, CROP_MAX, &ask->crop.y) ||
                 !take_number(&words, CROP_MAX, &ask->crop.w) ||
                 !take_number(&words, CROP_MAX, &ask->crop.h))
            return false;
    }
    return true;
}

static void answer_nothing(const struct err *err)
{
    answer_facts(&(struct facts){.kind = "file"});
    answer_error(err);
}

void look_answer_tiny(const uint8_t *pixels, int width, int height)
{
    static const int qualities[] = {85, 75, 60, 45, 30, 15};
    int w, h;
    picture_fit(width, height, TINY_SIDE, TINY_SIDE, &w, &h);
    uint8_t *small = shrink_pixels(pixels, width, (struct rect4){0, 0, width, height}, w, h, true);
    for (size_t i = 0; i < sizeof qualities / sizeof *qualities; i++) {
        size_t size = 0;
        uint8_t *jpeg = jpeg_out(small, w, h, qualities[i], &size);
        const bool fits = jpeg && size <= PREVIEW_MAX;
        if (fits)
            answer_tiny(jpeg, size);
        mem_free(jpeg);
        if (fits)
            break;
    }
    mem_free(small);
}

/* `first` is taken. */
static void answer_all_frames(struct view *view, uint8_t *first, int delay_ms)
{
    const clock_t until = clock() + (clock_t)FRAMES_SECONDS * CLOCKS_PER_SEC;
    struct frames frames;
    struct err err = {0};
    frames_init(&frames, 4 * (size_t)view->out_width * (size_t)view->out_height,
                ANIMATION_FRAMES_MAX, ANIMATION_BYTES_MAX);
    for (uint8_t *pixels = first; pixels;) {
        frames_add(&frames, pixels, delay_ms);
        pixels = clock() < until ? view_read(view, &delay_ms, &err) : NULL;
    }
    for (size_t i = 0; i < frames.count; i++) {
        int64_t delay = frames.list[i].delay_ms;
        if (frames.count == 1)
            delay = 0; /* it does not move */
        answer_pixels(frames.list[i].pixels, view->out_width, view->out_height, (int)i,
                      (int)(delay < ANIMATION_DELAY_MAX_MS ? delay : ANIMATION_DELAY_MAX_MS));
    }
    frames_finish(&frames);
}

static void answer_view(struct view *view, const struct ask *ask)
{
    const bool shown = ask->box_width > 0 && ask->box_height > 0, cropped = ask->crop.w > 0;
    const bool moving = shown && ask->frames && view->picture.moves;
    const int least = ask->tiny && !cropped && !moving ? TINY_SIDE : shown ? 0 : FACTS_SIDE;
    const int w = shown ? ask->box_width : least, h = shown ? ask->box_height : least;
    struct err err = {0};
    int delay_ms = 0;
    view_aim(view, ask->crop, w > least ? w : least, h > least ? h : least);
    uint8_t *pixels = view_read(view, &delay_ms, &err);
    if (!pixels) {
        if (err.kind == ERR_NONE)
            err_set(&err, ERR_FORMAT, "The picture is damaged and cannot be shown.");
        answer_nothing(&err);
        return;
    }
    answer_facts(&(struct facts){.kind = "image",
                                 .width = view->width,
                                 .height = view->height,
                                 .located = view->picture.exif.located});
    if (ask->tiny && !cropped)
        look_answer_tiny(pixels, view->out_width, view->out_height);
    int shown_w = view->out_width, shown_h = view->out_height;
    if (shown)
        picture_fit(shown_w, shown_h, w, h, &shown_w, &shown_h);
    if (shown && (shown_w != view->out_width || shown_h != view->out_height)) {
        uint8_t *fitting = shrink_pixels(pixels, view->out_width,
                                         (struct rect4){0, 0, view->out_width, view->out_height},
                                         shown_w, shown_h, true);
        answer_pixels(fitting, shown_w, shown_h, 0, 0);
        mem_free(fitting);
    } else if (moving) {
        answer_all_frames(view, pixels, delay_ms);
        return;
    } else if (shown) {
        answer_pixels(pixels, shown_w, shown_h, 0, 0);
    }
    mem_free(pixels);
}

int look_picture(const struct decoder *decoder, struct input *input, const struct ask *ask)
{
    struct view view;
    struct err err = {0};
    if (!view_open(&view, decoder, input, &err)) {
        answer_nothing(&err);
        return 0;
    }
    const bool pass = ask->frames && view.picture.moves && !decoder->all_frames;
    if (!pass)
        answer_view(&view, ask);
    view_close(&view);
    return pass ? RUN_PASS : 0;
}

int look_run(int argc, char **argv, os_file file)
{
    struct ask ask;
    struct input input;
    struct err err = {0};
    if (argc < 3 || !look_parse(argv + 1, &ask))
        return RUN_USAGE;
    if (!input_open(&input, file, &err)) {
        answer_nothing(&err);
        return 0;
    }
    const struct decoder *decoder = decoders_find(&input);
    if (!decoder)
        return RUN_PASS;
    return look_picture(decoder, &input, &ask);
}
