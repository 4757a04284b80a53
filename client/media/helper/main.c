/* confab-media WIDTH HEIGHT [tiny] - look into the file on standard input and say on standard output what it is: facts, with a box of
 * WIDTH x HEIGHT px also the picture that fits in it, with `tiny` also a small JPEG to send along. One process, one file. */
#include <stdio.h>
#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include "client/media/helper/answer.h"
#include "client/media/helper/limits.h"
#include "client/media/helper/source.h"
#include "client/media/helper/still.h"
#include "client/media/preview.h"
#include "protocol/base/str.h"
#include "protocol/wire/limits.h"

#define TINY_SIDE 320 /* px, and at most PREVIEW_MAX bytes: UX.md, "thumbnail sent" */
#define FACTS_SIDE \
    64 /* px: a picture's orientation is only known from its decoded frame, so decode it as small as it goes */

struct ask {
    int box_width, box_height;
    bool tiny;
};

static bool parse(int argc, char **argv, struct ask *ask)
{
    uint64_t w, h;
    if (argc < 3 || argc > 4 || !str_to_u64(argv[1], PREVIEW_SIDE_MAX, &w) ||
        !str_to_u64(argv[2], PREVIEW_SIDE_MAX, &h))
        return false;
    *ask = (struct ask){(int)w, (int)h, argc == 4};
    return argc == 3 || strcmp(argv[3], "tiny") == 0;
}

static int64_t duration_ms(const AVFormatContext *format)
{
    if (format->duration <= 0 || format->duration / 1000 > DURATION_MAX_MS)
        return 0;
    return format->duration / (AV_TIME_BASE / 1000);
}

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
        answer_facts("file", 0, 0, 0);
        answer_error(&err);
        return;
    }
    answer_facts("image", still.width, still.height, 0);
    if (ask->box_width > 0 && ask->box_height > 0)
        answer_pixels(still.pixels, still.picture_width, still.picture_height);
    uint8_t *jpeg = NULL;
    size_t size = 0;
    if (ask->tiny && still_to_jpeg(&still, PREVIEW_MAX, &jpeg, &size)) {
        answer_tiny(jpeg, size);
        av_free(jpeg);
    }
    still_finish(&still);
}

static void answer_film(const AVFormatContext *format, int index)
{
    const AVCodecParameters *par = format->streams[index]->codecpar;
    bool sane = par->width > 0 && par->height > 0 && par->width <= PIXELS_SIDE_MAX &&
                par->height <= PIXELS_SIDE_MAX;
    answer_facts("video", sane ? par->width : 0, sane ? par->height : 0, duration_ms(format));
}

int main(int argc, char **argv)
{
    struct ask ask;
    if (!parse(argc, argv, &ask)) {
        fprintf(stderr, "usage: confab-media WIDTH HEIGHT [tiny] <FILE (Confab starts this program "
                        "by itself)\n");
        return 2;
    }
    os_file input = limits_input();
    limits_apply();
    av_log_set_level(AV_LOG_QUIET);

    struct err err = {0};
    AVFormatContext *format = source_open(input, &err);
    if (!format) {
        answer_facts("file", 0, 0, 0);
        answer_error(&err);
        return 0;
    }
    int film = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    bool cover = film >= 0 && format->streams[film]->disposition & AV_DISPOSITION_ATTACHED_PIC;
    if (film >= 0 && source_is_image(format))
        answer_image(format, film, &ask);
    else if (film >= 0 && !cover)
        answer_film(format, film);
    else if (av_find_best_stream(format, AVMEDIA_TYPE_AUDIO, -1, -1, NULL, 0) >= 0)
        answer_facts("audio", 0, 0, duration_ms(format));
    else
        answer_facts("file", 0, 0, 0);
    source_close(format);
    return 0;
}
