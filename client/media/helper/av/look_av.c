#include "client/media/helper/av/look_av.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include "client/media/helper/answer.h"
#include "client/media/helper/av/media.h"
#include "client/media/helper/av/source.h"
#include "client/media/helper/av/still.h"
#include "client/media/helper/look.h"
#include "client/media/helper/run.h"
#include "protocol/wire/limits.h"

#define FACTS_SIDE \
    64 /* px: a picture's orientation is only known from its decoded frame, so decode it as small as it goes */

static void answer_image(AVFormatContext *format, int index, const struct ask *ask)
{
    struct still still = {0};
    struct err err = {0};
    int w = ask->box_width, h = ask->box_height;
    if (ask->tiny && w < TINY_SIDE)
        w = TINY_SIDE;
    if (ask->tiny && h < TINY_SIDE)
        h = TINY_SIDE;
    if (w < 1 || h < 1)
        w = h = FACTS_SIDE;
    if (!still_decode(format, index, w, h, &still, &err)) {
        answer_facts(&(struct facts){.kind = "file"});
        answer_error(&err);
        return;
    }
    answer_facts(&(struct facts){.kind = "image", .width = still.width, .height = still.height});
    if (ask->box_width > 0 && ask->box_height > 0)
        answer_pixels(still.pixels, still.picture_width, still.picture_height, 0, 0);
    uint8_t *jpeg = NULL;
    size_t size = 0;
    if (ask->tiny && still_to_jpeg(&still, PREVIEW_MAX, &jpeg, &size)) {
        answer_tiny(jpeg, size);
        av_free(jpeg);
    }
    still_finish(&still);
}

int look_av_run(int argc, char **argv, os_file input)
{
    struct ask ask;
    if (argc < 3 || !look_parse(argv + 1, &ask))
        return RUN_USAGE;
    int code = look_run(argc, argv, input);
    if (code != RUN_PASS)
        return code;
    if (media_answer_tune(input))
        return 0;
    struct err err = {0};
    AVFormatContext *format = source_open(input, &err);
    if (!format) {
        answer_facts(&(struct facts){.kind = "file"});
        answer_error(&err);
        return 0;
    }
    int picture = source_is_image(format)
                      ? av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0)
                      : -1;
    if (picture >= 0)
        answer_image(format, picture, &ask);
    else
        media_answer(format, &ask);
    source_close(format);
    return 0;
}
