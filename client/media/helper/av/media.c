#include "client/media/helper/av/media.h"

#include <libavformat/avformat.h>

#include "client/media/helper/answer.h"
#include "client/media/helper/av/source.h"
#include "protocol/wire/limits.h"

static void answer_film(const AVFormatContext *format, int index)
{
    const AVCodecParameters *par = format->streams[index]->codecpar;
    bool sane = par->width > 0 && par->height > 0 && par->width <= PIXELS_SIDE_MAX &&
                par->height <= PIXELS_SIDE_MAX;
    answer_facts(&(struct facts){.kind = "video",
                                 .width = sane ? par->width : 0,
                                 .height = sane ? par->height : 0,
                                 .duration_ms = source_duration_ms(format)});
}

void media_answer(struct AVFormatContext *format, const struct ask *ask)
{
    (void)ask;
    int film = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    bool cover = film >= 0 && format->streams[film]->disposition & AV_DISPOSITION_ATTACHED_PIC;
    if (film >= 0 && !cover)
        answer_film(format, film);
    else if (av_find_best_stream(format, AVMEDIA_TYPE_AUDIO, -1, -1, NULL, 0) >= 0)
        answer_facts(&(struct facts){.kind = "audio", .duration_ms = source_duration_ms(format)});
    else
        answer_facts(&(struct facts){.kind = "file"});
}
