#include "client/media/helper/av/look_av.h"

#include <libavformat/avformat.h>

#include "client/media/helper/answer.h"
#include "client/media/helper/av/decoders_av.h"
#include "client/media/helper/av/media.h"
#include "client/media/helper/av/source.h"
#include "client/media/helper/av/still.h"
#include "client/media/helper/look.h"
#include "client/media/helper/run.h"
#include "client/media/helper/smaller.h"

static void answer_nothing(const struct err *err)
{
    answer_facts(&(struct facts){.kind = "file"});
    answer_error(err);
}

/* Who decodes the picture, *format being opened if that is FFmpeg. NULL: it is sound or film, open as *format; or nothing is known of it, and
 * *err says so. */
static const struct decoder *find(struct input *input, AVFormatContext **format, struct err *err)
{
    *format = NULL;
    const struct decoder *decoder = decoders_av_find(input);
    if (decoder)
        return decoder;
    *format = source_open(input->file, err);
    if (!*format || (*format)->probe_score <= AVPROBE_SCORE_EXTENSION) /* a guess, too */
        decoder = decoders_av_guess(input);
    if (decoder || !*format)
        return decoder;
    input->opened = *format;
    return still_is_picture(input, *format) ? &decoder_still : NULL;
}

int look_av_run(int argc, char **argv, os_file file)
{
    struct ask ask;
    struct input input;
    struct err err = {0};
    int code = look_run(argc, argv, file);
    if (code != RUN_PASS)
        return code;
    if (!look_parse(argv + 1, &ask) || !input_open(&input, file, &err)) {
        answer_nothing(&err);
        return 0;
    }
    if (media_answer_tune(file))
        return 0;
    AVFormatContext *format;
    const struct decoder *decoder = find(&input, &format, &err);
    if (decoder)
        look_picture(decoder, &input, &ask);
    else if (format)
        media_answer(format, &ask);
    else
        answer_nothing(&err);
    source_close(format);
    return 0;
}

int smaller_av_run(int argc, char **argv, os_file file)
{
    int side, quality;
    struct input input;
    struct err err = {0};
    int code = smaller_run(argc, argv, file);
    if (code != RUN_PASS)
        return code;
    if (!smaller_parse(argv + 1, &side, &quality) || !input_open(&input, file, &err)) {
        answer_nothing(&err);
        return 0;
    }
    AVFormatContext *format;
    const struct decoder *decoder = find(&input, &format, &err);
    if (decoder) {
        smaller_picture(decoder, &input, side, quality);
    } else {
        err_set(&err, ERR_FORMAT, "This is no picture, so it cannot be made smaller.");
        answer_nothing(&err);
    }
    source_close(format);
    return 0;
}
